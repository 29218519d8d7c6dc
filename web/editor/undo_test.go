package editor_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"roundup/digest"
)

func TestPreviewUndoesTheLastFirst(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	h := handler(t, d)
	after(t, h, "/edit", "do=pin&article=1&issue=7")
	after(t, h, "/edit", "do=drop&article=2&issue=7")
	page, _ := after(t, h, "/undo", "change=1")
	if len(d.undone) > 0 || !strings.Contains(page, "Something else was done since. Undo that first: ") {
		t.Errorf("undone %v: %s", d.undone, page)
	}
	after(t, h, "/undo", "change=2")
	page, _ = after(t, h, "/undo", "change=1")
	if want := []digest.Verb{digest.DoDrop, digest.DoPin}; !slices.Equal(d.undone, want) || !strings.Contains(page, "Undone: ") {
		t.Errorf("undone %v, want %v: %s", d.undone, want, page)
	}
	if page, _ = after(t, h, "/undo", "change=1"); !strings.Contains(page, "undone already") || strings.Contains(page, `id="undo"`) {
		t.Errorf("there is more to undo: %s", page)
	}
	after(t, h, "/edit", "do=pin&article=1&issue=7")
	d.refuse = errors.New("the database is busy")
	if page, _ = after(t, h, "/undo", "change=3"); !strings.Contains(page, "Not done.") || !strings.Contains(page, `name="change" value="3"`) {
		t.Errorf("what failed for the moment is told wrong, or can't be tried again: %s", page)
	}
	d.refuse = &digest.ChangeError{Message: "the pin has been changed since"}
	if page, _ = after(t, h, "/undo", "change=3"); !strings.Contains(page, "Not done.") || strings.Contains(page, `id="undo"`) {
		t.Errorf("what can't be undone is told wrong, or offered again: %s", page)
	}
}

// A second press while the first is under way takes nothing else back, and fails nothing.
func TestPreviewUndoesOnce(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	h := handler(t, d)
	after(t, h, "/edit", "do=pin&article=1&issue=7")
	after(t, h, "/edit", "do=drop&article=2&issue=7")
	under, goOn := make(chan struct{}), make(chan struct{})
	d.undoing = func() { close(under); <-goOn }
	first := make(chan string)
	go func() {
		page, _ := after(t, h, "/undo", "change=2")
		first <- page
	}()
	<-under
	page, _ := after(t, h, "/undo", "change=2")
	close(goOn)
	if !strings.Contains(page, "undone already") || strings.Contains(page, "Not done.") || strings.Contains(page, "Something else") {
		t.Errorf("the second press: %s", page)
	}
	if page := <-first; !strings.Contains(page, "Undone: ") {
		t.Errorf("the first press: %s", page)
	}
	if want := []digest.Verb{digest.DoDrop}; !slices.Equal(d.undone, want) {
		t.Errorf("undone %v, want %v", d.undone, want)
	}
}

func TestPreviewOverwritesNothingTypedElsewhere(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, form, yours, now string }{
		{"the subject", "issue=7&subject=New&subject-was=Old&subject-edit=Old", "New", "mine"},
		{"edited by nobody then", "issue=7&subject=New&subject-was=Old&subject-edit=", "New", "mine"},
		{"a headline", "issue=7&article=2&headline=New&headline-was=Old&headline-edit=Old", "New", "Two"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDesk()
			h := handler(t, d)
			page, _ := after(t, h, "/words", tt.form)
			if len(d.changes) > 0 || !strings.Contains(page, "was changed elsewhere") || !strings.Contains(page, ">"+tt.yours+"<") {
				t.Errorf("changed %v: %s", d.changes, page)
			}
		})
	}
	broken := sampleDesk()
	broken.err = errors.New("render issue 7: shorten the note")
	if page, _ := after(t, handler(t, broken), "/words", tests[0].form); len(broken.changes) > 0 || !strings.Contains(page, "was changed elsewhere") {
		t.Errorf("while there is a mistake, changed %v: %s", broken.changes, page)
	}
	d := sampleDesk()
	after(t, handler(t, d), "/words", "issue=7&subject=New&subject-was=mine&subject-edit=mine")
	if len(d.changes) != 1 {
		t.Errorf("nobody else changed it, and %v came of it", d.changes)
	}
}
