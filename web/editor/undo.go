package editor

import (
	"context"
	"net/http"
	"sync"
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

// forget forgets a change.
func (h *history) forget(name int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, d := range h.all {
		if d.Name == name {
			h.all = append(h.all[:i], h.all[i+1:]...)
			return
		}
	}
}

// undo takes the last change back, and that alone: one before it may be what the
// last one built on.
func (s *server) undo(w http.ResponseWriter, r *http.Request) {
	last, ok := s.history.last()
	asked, err := numberOf("change", r.FormValue("change"))
	switch {
	case err != nil:
		s.answer(w, r, remark{Text: err.Error(), Bad: true})
	case !ok:
		s.answer(w, r, remark{Text: "There is nothing left to undo."})
	case asked != last.Name:
		s.answer(w, r, remark{Text: "Something else was done since. Undo that first: " + last.Said, Undo: last.Name})
	default:
		s.history.forget(last.Name)
		if err := last.undo(r.Context()); err != nil {
			s.answer(w, r, remark{Text: "It can’t be undone any more: " + err.Error(), Bad: true})
			return
		}
		s.answer(w, r, remark{Text: "Undone: " + last.Said})
	}
}
