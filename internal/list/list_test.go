package list_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/internal/list"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// bundle is a list over a real database.
type bundle struct {
	*list.List
	store *store.Store
	now   time.Time
}

// policy is the one that tests judge by.
var policy = list.Policy{SoftIssues: 4, SoftFor: 60 * 24 * time.Hour}

func setup(t testing.TB) *bundle {
	t.Helper()
	b := &bundle{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return b.now }
	var err error
	b.store, _, err = sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	if b.List, err = list.New(t.Context(), b.store, policy, clock); err != nil {
		t.Fatal(err)
	}
	return b
}

// file opens a file of readers.
func file(t *testing.T, text string, o listfile.ReadOptions) *listfile.CSV {
	t.Helper()
	f, err := listfile.OpenCSV(strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// status is how an address stands; "" where it is not on the list.
func (b *bundle) status(t *testing.T, email string) subscribers.Status {
	t.Helper()
	for s, err := range b.store.Subscribers(t.Context(), store.SubscriberFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Email == email {
			return s.Status
		}
	}
	return ""
}
