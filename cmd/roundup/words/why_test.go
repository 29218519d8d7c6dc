package words_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/internal/desk"
)

func TestWhy(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for _, tt := range []struct {
		give desk.Why
		want string
	}{
		{desk.Why{Code: desk.NothingDue}, "nothing is due"},
		{desk.Why{Code: desk.PassedBy, CatchUp: day}, "no run started an issue within 24h of it (schedule.catch_up)"},
		{desk.Why{Code: desk.PassedBy, CatchUp: day, Detail: "no source"}, "no run started an issue within 24h of it (schedule.catch_up); the last one could not: no source"},
		{desk.Why{Code: desk.LeftTooLong, Idle: 2 * day, CatchUp: day}, "nothing was sent for 48h, longer than schedule.catch_up (24h)"},
		{desk.Why{Code: desk.SaidNo}, "you said no"},
		{desk.Why{Code: desk.NoReaders}, "nobody on the list may be mailed"},
		{desk.Why{Code: desk.Unread, Detail: "no source is configured"}, "no source is configured"},
		{desk.Why{Code: desk.NoArticles, Lacks: digest.Shortage{Least: 3}}, "no new articles (minimum 3)"},
		{desk.Why{Code: desk.TooFew, Lacks: digest.Shortage{Articles: 1, Least: 3}}, "only 1 new article (minimum 3)"},
		{desk.Why{Code: desk.TooFew, Lacks: digest.Shortage{Articles: 2, Least: 3, Quarantined: 1}},
			"only 2 new articles (minimum 3), and 1 article is quarantined until somebody decides"},
	} {
		if got := words.Why(tt.give); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.give, got, tt.want)
		}
	}
}

// TestEveryWhyHasWords: what a run puts on record is worded, whatever it is. The
// others are what a room said of it.
func TestEveryWhyHasWords(t *testing.T) {
	t.Parallel()
	said := []desk.Code{desk.Unfilled, desk.Rehearsing, desk.NotInCharge, desk.MovedAway, desk.NoWayOut, desk.PagesAway, desk.Unread, desk.HeldBefore}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "internal", "desk", "why.go"))
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code = "(.+)"`).FindAllSubmatch(text, -1)
	if len(codes) < 14 {
		t.Fatalf("only %d codes are read", len(codes))
	}
	for _, m := range codes {
		code := desk.Code(m[1])
		if !slices.Contains(said, code) && words.Why(desk.Why{Code: code}) == "" {
			t.Errorf("%s has no words", code)
		}
	}
}
