package editor

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"roundup/digest"
)

// maxDone are the changes that can be taken back, the last first.
const maxDone = 100

// done is a change that can be taken back.
type done struct {
	Name int64  // in forms
	Said string // what was done
	undo func(context.Context) error
}

// history is what was done since the page was opened, by everybody who has it open.
type history struct {
	mu   sync.Mutex
	all  []done
	next int64
}

// add remembers a change and returns its name.
func (h *history) add(said string, undo func(context.Context) error) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	h.all = append(h.all, done{h.next, said, undo})
	if n := len(h.all) - maxDone; n > 0 {
		h.all = h.all[n:]
	}
	return h.next
}

// last is the change to take back next; ok is false where there is none.
func (h *history) last() (d done, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.all) == 0 {
		return d, false
	}
	return h.all[len(h.all)-1], true
}

// take removes a change that is to be taken back, where it is the last, so that
// nobody else takes it back too. later is the last, where the change is another.
// Both are nil for a change that was taken before.
func (h *history) take(name int64) (taken, later *done) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.all, func(d done) bool { return d.Name == name })
	if i < 0 {
		return nil, nil
	}
	end := len(h.all) - 1
	last := h.all[end]
	if i < end {
		return nil, &last
	}
	h.all = h.all[:end]
	return &last, nil
}

// putBack remembers a change again that was taken and not undone.
func (h *history) putBack(d done) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i, _ := slices.BinarySearchFunc(h.all, d.Name, func(d done, name int64) int { return cmp.Compare(d.Name, name) })
	h.all = slices.Insert(h.all, i, d)
}

// undo takes the last change back, and that alone: one before it may be what the
// last one built on. What is asked for twice, such as by a second press while the
// first is under way, is taken back once. What fails for another reason than the
// change itself, such as a database that is busy, can be tried again.
func (s *server) undo(w http.ResponseWriter, r *http.Request) {
	asked, err := numberOf("change", r.FormValue("change"))
	if err != nil {
		s.answer(w, r, remark{Text: err.Error(), Bad: true})
		return
	}
	change, later := s.history.take(asked)
	switch {
	case later != nil:
		s.answer(w, r, remark{Text: "Something else was done since. Undo that first: " + later.Said, Undo: later.Name})
	case change == nil:
		s.answer(w, r, remark{Text: "This is undone already, or can’t be undone any more."})
	default:
		err := change.undo(r.Context())
		switch {
		case err == nil:
			s.answer(w, r, remark{Text: "Undone: " + change.Said})
		case errors.As(err, new(*digest.ChangeError)):
			s.answer(w, r, remark{Text: "It can’t be undone any more: " + err.Error(), Bad: true})
		default:
			s.history.putBack(*change)
			s.answer(w, r, remark{Text: "It could not be undone: " + err.Error(), Bad: true, Undo: change.Name})
		}
	}
}
