package desk_test

import (
	"errors"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/internal/desk"
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
		{"a drop of what was skipped", []digest.Change{{Do: digest.DoSkip, Article: 1}}, digest.Change{Do: digest.DoDrop, Article: 1}},
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
			slot := schedule.Slot{At: o.now, Outcome: schedule.Skipped}
			if err := o.store.DecideSlot(t.Context(), slot, []int64{1}, nil, storetest.Anna()); err != nil { // passes the article over
				t.Fatal(err)
			}
			o.now = o.now.Add(time.Hour)
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

// An undo that comes too late does nothing at all.
func TestUndoAfterTheStart(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.more.Store(true)
	o.subscribe(t, "anna@readers.example")
	if _, err := o.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	done, err := o.desk.Edit(t.Context(), digest.Change{Do: digest.DoDrop, Article: 1, Issue: 1}, storetest.Anna())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
		t.Fatal(err)
	}
	var refused *digest.ChangeError
	if err := o.desk.Undo(t.Context(), done, storetest.Anna()); !errors.As(err, &refused) {
		t.Errorf("got %v, want it refused", err)
	}
	if got := stateOf(t, o); got.state != digest.Dropped {
		t.Errorf("the article is %s", got.state)
	}
}

// state is what changes to article 1 and to the issue's words change.
type state struct {
	subject, note string
	edit          digest.ArticleEdit
	state         digest.State
	why           string
	passedOver    int
	owedSince     time.Time
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
	return state{edits.Subject, edits.Note, edits.Articles[1].Plain(), a.State, a.Why, a.PassedOver, a.OwedSince}
}
