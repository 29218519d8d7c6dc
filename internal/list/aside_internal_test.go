package list

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// Records come back in order, from memory or from the disk.
func TestAside(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 1000, 200_000} { // the last are more than stay in memory
		var a aside
		defer a.close()
		for i := range n {
			if err := a.add(fmt.Appendf(nil, "%0200d", (i*7919)%n)); err != nil {
				t.Fatal(err)
			}
		}
		var before []byte
		count := 0
		for record, err := range a.sorted() {
			if err != nil {
				t.Fatal(err)
			}
			if count > 0 && bytes.Compare(before, record) > 0 {
				t.Fatalf("%d of %d: %s comes after %s", count, n, record, before)
			}
			before = append(before[:0], record...)
			count++
		}
		if count != n || (len(a.runs) > 0) != (n > 100_000) {
			t.Errorf("%d of %d records came back, in %d runs", count, n, len(a.runs))
		}
	}
}

// Whoever stops early stops.
func TestAsideLeftEarly(t *testing.T) {
	t.Parallel()
	var a aside
	defer a.close()
	for i := range 200_000 {
		if err := a.add(fmt.Appendf(nil, "%0200d", i)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for record := range a.sorted() {
		if got = append(got, string(bytes.TrimLeft(record, "0"))); len(got) == 3 {
			break
		}
	}
	if want := []string{"", "1", "2"}; !slices.Equal(want, got) {
		t.Errorf("got %q, want %q", got, want)
	}
}
