package editor_test

import (
	"testing"

	"roundup/internal/list"
	"roundup/subscribers"
)

// The page draws who joined and left, to scale, beside the figures themselves.
func TestGrowth(t *testing.T) {
	t.Parallel()
	v, _ := newView(t)
	if _, err := v.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p, err := v.Preview(t.Context(), ""); err != nil || len(p.Growth.Weeks) != 0 {
		t.Errorf("of an empty list: %+v, %v", p.Growth, err)
	}
	by := subscribers.Actor{Kind: subscribers.CommandLine}
	for i, email := range []string{"a@x.example", "b@x.example", "c@x.example"} {
		addr, err := subscribers.ParseAddress(email)
		if err != nil {
			t.Fatal(err)
		}
		sub, err := v.Readers.Join(t.Context(), list.Joining{Address: addr, Status: subscribers.Active}, by)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := v.Readers.Unsubscribe(t.Context(), sub.PublicID, by); err != nil {
				t.Fatal(err)
			}
		}
	}
	p, err := v.Preview(t.Context(), "")
	if err != nil || len(p.Growth.Weeks) != 1 {
		t.Fatalf("growth = %+v, %v", p.Growth, err)
	}
	g, w := p.Growth, p.Growth.Weeks[0]
	if w.Day() != "16 November 2026" || w.Joined != 3 || w.Left != 1 || g.Sum != "This week 3 joined and 1 left; at most 3 joined in a week, and 1 left." {
		t.Errorf("%s: %+v; %s", w.Day(), w.Growth, g.Sum)
	}
	if w.Up != 3*w.Down || w.At != 0 || w.Up != g.Line || w.Up+w.Down != g.High || w.X+w.Wide > g.Wide {
		t.Errorf("drawn %+v in %+v", w, g)
	}
}
