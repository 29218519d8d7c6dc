package terminal

import (
	"context"
	"errors"
	"io"
)

// ErrInterrupted is the cause of a context that a signal ended.
var ErrInterrupted = errors.New("interrupted")

// patient reads from a stream that may be silent for long, and stops waiting
// for it when ctx ends: a person at a terminal can leave with Ctrl-C.
type patient struct {
	ctx context.Context
	in  io.Reader
}

// Patient is a reader that is patient with in until ctx ends.
func Patient(ctx context.Context, in io.Reader) io.Reader { return patient{ctx, in} }

// Read implements io.Reader. After ctx has ended, what a read still under way
// brings is lost.
func (p patient) Read(b []byte) (int, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	size := len(b)
	go func() {
		text := make([]byte, size) // b is the caller's again once ctx has ended
		n, err := p.in.Read(text)
		done <- result{text[:n], err}
	}()
	select {
	case <-p.ctx.Done():
		return 0, ErrInterrupted
	case r := <-done:
		return copy(b, r.text), r.err
	}
}
