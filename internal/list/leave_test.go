package list_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
)

func TestLeavingIsTriedAgain(t *testing.T) {
	t.Parallel()
	locked, gone := fmt.Errorf("locked: %w", delivery.ErrLedgerAway), errors.New("gone")
	tests := []struct {
		name  string
		fails int // that many times first
		err   error
		limit time.Duration
		want  error
		tries int // 0 for any number
	}{
		{"busy for a while", 3, locked, time.Minute, nil, 4},
		{"busy for longer", 1 << 30, locked, 100 * time.Millisecond, locked, 0},
		{"the database is gone", 1 << 30, gone, time.Minute, gone, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
			defer cancel()
			tries := 0
			err := list.Again(ctx, func() error {
				if tries++; tries <= tt.fails {
					return tt.err
				}
				return nil
			})
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if tt.tries > 0 && tries != tt.tries {
				t.Errorf("tried %d times, want %d", tries, tt.tries)
			}
		})
	}
}

func TestLeave(t *testing.T) {
	t.Parallel()
	b := setup(t)
	addr, err := subscribers.ParseAddress("ann@readers.example")
	if err != nil {
		t.Fatal(err)
	}
	ann, err := b.Join(t.Context(), list.Joining{Address: addr, Status: subscribers.Active, Consent: subscribers.Consent{How: subscribers.ConsentCommand}}, storetest.Anna())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Leave(t.Context(), ann.PublicID, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	if got := b.status(t, ann.Email); got != subscribers.Unsubscribed {
		t.Errorf("ann is %s", got)
	}
}
