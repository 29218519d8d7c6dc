package list_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"roundup/internal/list"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// A label is given in portions; what is told of them adds up, and an end in between leaves
// what is counted done.
func TestLabel(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const readers = 1700
	var text strings.Builder
	for i := range readers {
		fmt.Fprintf(&text, "r%d@example.org\n", i)
	}
	in := list.Import{By: storetest.Anna(), File: file(t, text.String(), listfile.ReadOptions{Silent: subscribers.Active}), Name: "list.txt"}
	if _, err := b.Import(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	label := store.Labelling{Labelling: subscribers.Labelling{Label: "vip"}, By: storetest.Anna()}
	ctx, stop := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	first, err := b.Label(ctx, label, func(store.Labelled) { stop(enough) })
	if !errors.Is(err, enough) || first.Changed == 0 || first.Changed == readers {
		t.Fatalf("after a portion: %+v, %v", first, err)
	}
	if got := counted(t, b, "vip"); got != first.Changed {
		t.Errorf("%d have the label, %d are counted", got, first.Changed)
	}
	told, portions := store.Labelled{}, 0
	done, err := b.Label(t.Context(), label, func(d store.Labelled) { told, portions = d, portions+1 })
	if want := (store.Labelled{Found: readers, Changed: readers - first.Changed}); done != want || err != nil {
		t.Errorf("the rest: %+v, %v, want %+v", done, err, want)
	}
	if portions == 0 || told.Found > done.Found {
		t.Errorf("told %d times, last of %+v", portions, told)
	}
	if got := counted(t, b, "vip"); got != readers {
		t.Errorf("%d have the label, want all", got)
	}
}

// Readers who have the label are read quickly, and say nothing of how many one write may
// change: the first is as small as ever.
func TestLabelAfterManyWhoHaveIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var text strings.Builder
	text.WriteString("email,labels\n")
	for i := range 4000 {
		fmt.Fprintf(&text, "r%d@example.org,%s\n", i, map[bool]string{true: "vip"}[i < 1700])
	}
	in := list.Import{By: storetest.Anna(), File: file(t, text.String(), listfile.ReadOptions{Silent: subscribers.Active}), Name: "list.csv"}
	if _, err := b.Import(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	label := store.Labelling{Labelling: subscribers.Labelling{Label: "vip"}, By: storetest.Anna()}
	first, before := 0, 0
	done, err := b.Label(t.Context(), label, func(d store.Labelled) {
		if first == 0 {
			first, before = d.Changed, d.Found-d.Changed
		}
	})
	if want := (store.Labelled{Found: 4000, Changed: 2300}); done != want || err != nil {
		t.Errorf("got %+v, %v, want %+v", done, err, want)
	}
	if first == 0 || first > list.FirstLabelled || before != 1700 {
		t.Errorf("the first write changed %d after %d who had it, want at most %d after 1700", first, before, list.FirstLabelled)
	}
}

// counted is how many readers have a label.
func counted(t *testing.T, b *bundle, label string) int {
	t.Helper()
	c, _, err := b.store.StatsOf(t.Context(), subscribers.Filter{Terms: []subscribers.Term{{Field: subscribers.FilterLabel, Value: label}}})
	if err != nil {
		t.Fatal(err)
	}
	return c.Active
}
