package desk_test

import (
	"slices"
	"testing"
	"time"

	"roundup/internal/desk"
)

func TestObstacles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	codes := func() (all []desk.Code) {
		p, err := b.desk.Preview(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		obstacles, err := b.desk.Obstacles(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range obstacles {
			all = append(all, o.Code)
		}
		return all
	}
	if got, want := codes(), []desk.Code{desk.NoArticles, desk.NoReaders}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := b.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.cfg.Digest.MinArticles = 2
	b.cfg.Newsletter.PostalAddress, b.cfg.Newsletter.BaseURL, b.cfg.Mail.UnsubscribeChosen = "", "", false
	if got, want := codes(), []desk.Code{desk.Unfilled, desk.NoWayOut, desk.TooFew, desk.NoReaders}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
