package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/store"
)

func TestNotices(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := t.Context()
	steps := []struct {
		name string
		do   func() (bool, error)
		want bool
	}{
		{"close what never began", func() (bool, error) { return s.CloseNotice(ctx, "issue 12 waiting", notice("over 0")) }, false},
		{"open", func() (bool, error) { return s.OpenNotice(ctx, "issue 12 waiting", notice("begun 1")) }, true},
		{"open while it lasts", func() (bool, error) { return s.OpenNotice(ctx, "issue 12 waiting", notice("begun 2")) }, false},
		{"open another", func() (bool, error) { return s.OpenNotice(ctx, "source failing") }, true},
		{"close", func() (bool, error) { return s.CloseNotice(ctx, "issue 12 waiting", notice("over 1")) }, true},
		{"close again", func() (bool, error) { return s.CloseNotice(ctx, "issue 12 waiting", notice("over 2")) }, false},
		{"open once more", func() (bool, error) { return s.OpenNotice(ctx, "issue 12 waiting", notice("begun 3")) }, true},
	}
	for _, step := range steps {
		s.clock.forward(time.Minute)
		if got, err := step.do(); got != step.want || err != nil {
			t.Errorf("%s = %t, %v, want %t", step.name, got, err, step.want)
		}
	}
	open, err := s.OpenNotices(ctx)
	s.must(err)
	want := []store.Notice{
		{Cause: "source failing", Opened: begin().Add(4 * time.Minute)},
		{Cause: "issue 12 waiting", Opened: begin().Add(7 * time.Minute)},
	}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	// What tells of a change is queued with it, and only with it.
	equalLists(t, "told", s.claims(9), []string{"begun 1", "over 1", "begun 3"})
}

// A notice whose mail can't be queued is not remembered as told.
func TestNoticeAndItsMailAreOne(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	bad := notice("x")
	bad.Transport = "pigeon"
	if _, err := s.OpenNotice(t.Context(), "issue 12 held", bad); err == nil {
		t.Fatal("mail by pigeon was queued")
	}
	if open, err := s.OpenNotices(t.Context()); len(open) != 0 || err != nil {
		t.Errorf("open = %v, %v, want none", open, err)
	}
}
