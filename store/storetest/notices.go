package storetest

import (
	"testing"
	"time"
)

func (e suite) TestNotices(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
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
		s.clock.Forward(time.Minute)
		if got, err := step.do(); got != step.want || err != nil {
			t.Errorf("%s = %t, %v, want %t", step.name, got, err, step.want)
		}
	}
	open := Texts(t, s.Base, `SELECT cause || ' since ' || opened_at FROM notices WHERE closed_at IS NULL ORDER BY id`)
	Equal(t, "open", open, []string{"source failing since 2026-11-19T12:04:00.000Z", "issue 12 waiting since 2026-11-19T12:07:00.000Z"})
	// What tells of a change is queued with it, and only with it.
	Equal(t, "told", s.claims(9), []string{"begun 1", "over 1", "begun 3"})
}

// A notice whose mail can't be queued is not remembered as told.
func (e suite) TestNoticeAndItsMailAreOne(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	bad := notice("x")
	bad.Transport = "pigeon"
	if _, err := s.OpenNotice(t.Context(), "issue 12 held", bad); err == nil {
		t.Fatal("mail by pigeon was queued")
	}
	if n := One[int](t, s.Base, `SELECT count(*) FROM notices`); n != 0 {
		t.Errorf("open = %d, want none", n)
	}
}
