package desk_test

import (
	"errors"
	"testing"

	"roundup/digest"
	"roundup/store/storetest"
)

func TestUndo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before []digest.Change
		change digest.Change
	}{
		{"a pin", nil, digest.Change{Do: digest.DoPin, Article: 1}},
		{"a skip of what was pinned", []digest.Change{{Do: digest.DoPin, Article: 1}}, digest.Change{Do: digest.DoSkip, Article: 1}},
		{"a drop", nil, digest.Change{Do: digest.DoDrop, Article: 1}},
		{"a restored skip", []digest.Change{{Do: digest.DoSkip, Article: 1}}, digest.Change{Do: digest.DoRestore, Article: 1}},
		{"a restored drop", []digest.Change{{Do: digest.DoDrop, Article: 1}}, digest.Change{Do: digest.DoRestore, Article: 1}},
		{"a headline edited twice", []digest.Change{{Do: digest.DoHeadline, Article: 1, Text: "One"}}, digest.Change{Do: digest.DoHeadline, Article: 1, Text: "Two"}},
		{"a blurb taken back", []digest.Change{{Do: digest.DoBlurb, Article: 1, Text: "One"}}, digest.Change{Do: digest.DoBlurb, Article: 1}},
		{"a note", nil, digest.Change{Do: digest.DoNote, Text: "Dear reader"}},
		{"a subject", []digest.Change{{Do: digest.DoSubject, Text: "One"}}, digest.Change{Do: digest.DoSubject, Text: "Two"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := setup(t)
			if _, err := o.desk.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, c := range tt.before {
				if _, err := o.desk.Edit(t.Context(), c, storetest.Anna()); err != nil {
					t.Fatal(err)
				}
			}
			was := stateOf(t, o)
			done, err := o.desk.Edit(t.Context(), tt.change, storetest.Anna())
			if err != nil {
				t.Fatal(err)
			}
			if stateOf(t, o) == was {
				t.Fatal("nothing was changed")
			}
			if err := o.desk.Undo(t.Context(), done, storetest.Anna()); err != nil {
				t.Fatal(err)
			}
			if got := stateOf(t, o); got != was {
				t.Errorf("got %+v, want %+v", got, was)
			}
		})
	}
}

func TestUndoLeavesWhatWasChangedSince(t *testing.T) {
	t.Parallel()
	o := setup(t)
	if _, err := o.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	done, err := o.desk.Edit(t.Context(), digest.Change{Do: digest.DoSubject, Text: "One"}, storetest.Anna())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Edit(t.Context(), digest.Change{Do: digest.DoSubject, Text: "Two"}, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	var refused *digest.ChangeError
	if err := o.desk.Undo(t.Context(), done, storetest.Anna()); !errors.As(err, &refused) {
		t.Errorf("got %v, want it refused", err)
	}
	if got := stateOf(t, o).subject; got != "Two" {
		t.Errorf("the subject is %q", got)
	}
}

// state is what changes to article 1 and to the words change.
type state struct {
	subject, note string
	edit          digest.ArticleEdit
	owed          digest.State
}

func stateOf(t *testing.T, o *bundle) state {
	t.Helper()
	edits, err := o.store.Edits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a, err := o.store.Article(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return state{edits.Subject, edits.Note, edits.Articles[1].Plain(), a.State}
}
