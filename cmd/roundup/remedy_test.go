package main

import (
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

func TestStepWords(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 7, 30, 0, 0, time.UTC)
	deferred := func(n int) delivery.Summary {
		return delivery.Summary{Status: string(digest.Sending), Deferred: n, Owed: n, NextTry: at}
	}
	for _, tt := range []struct {
		name string
		sum  delivery.Summary
		want string
	}{
		{"sent", delivery.Summary{Status: string(digest.Sent)}, ""},
		{"held", delivery.Summary{Status: string(digest.Held), Issue: 12}, "It waits for a person: when the cause is mended, `roundup issues release 12`, then `roundup send`."},
		{"waiting", delivery.Summary{Status: string(digest.Waiting)}, "Run `roundup send` again: it goes on when the relay takes mail, and nobody is mailed twice."},
		{"stopped", delivery.Summary{Status: string(digest.Sending), Queued: 2, Owed: 2}, "Run `roundup send` again: it goes on where it stopped, and nobody is mailed twice."},
		{"one deferred", deferred(1), "The deferred reader is tried again from 07:30 UTC on, by `roundup serve`, the timer, or the next `roundup send`. Nobody is mailed twice."},
		{"many", deferred(1204), "The 1,204 deferred readers are tried again from 07:30 UTC on, by `roundup serve`, the timer, or the next `roundup send`. Nobody is mailed twice."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := stepWords(tt.sum); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
