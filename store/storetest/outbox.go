package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/store"
)

func notice(dedupe string) store.OutboxMail {
	return store.OutboxMail{
		Dedupe: dedupe, Kind: "notice", Transport: "mail", Recipient: "editor@example.com",
		Subject: "Subject", Text: "Text", HTML: "<p>Text</p>",
	}
}

// enqueue queues mails that must be new.
func (s *shelf) enqueue(mails ...store.OutboxMail) {
	s.t.Helper()
	for _, m := range mails {
		added, err := s.Enqueue(s.t.Context(), m)
		s.must(err)
		if !added {
			s.t.Fatalf("%q was queued before", m.Dedupe)
		}
	}
}

// claims claims up to n mails and returns their dedupe keys.
func (s *shelf) claims(n int) []string {
	s.t.Helper()
	claimed, err := s.ClaimOutbox(s.t.Context(), n)
	s.must(err)
	list := []string{}
	for _, m := range claimed {
		list = append(list, m.Dedupe)
	}
	return list
}

func (e suite) TestEnqueueOnce(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.enqueue(notice("a"))
	other := notice("a")
	other.Text = "Other"
	if added, err := s.Enqueue(t.Context(), other); added || err != nil {
		t.Errorf("a second time = %t, %v, want refused without error", added, err)
	}
	got, err := s.ClaimOutbox(t.Context(), 10)
	s.must(err)
	want := notice("a")
	want.ID, want.Attempts = 1, 1
	if diff := cmp.Diff([]store.OutboxMail{want}, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	s.must(s.SettleOutbox(t.Context(), 1, delivery.OutboxResult{Done: true}))
	if added, err := s.Enqueue(t.Context(), notice("a")); added || err != nil {
		t.Errorf("after it was sent = %t, %v, want refused", added, err)
	}
	bad := notice("b")
	bad.Kind = "spam"
	if _, err := s.Enqueue(t.Context(), bad); err == nil {
		t.Error("an unknown kind was queued")
	}
}

func (e suite) TestClaimOutboxTakesWhatIsDueOldestFirst(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.enqueue(notice("a"), notice("b"))
	s.clock.Forward(time.Minute)
	s.enqueue(notice("c"))
	Equal(t, "first two", s.claims(2), []string{"a", "b"})
	Equal(t, "the rest", s.claims(2), []string{"c"})
	Equal(t, "nothing left", s.claims(2), []string{})
}

func (e suite) TestSettleOutbox(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		result delivery.OutboxResult
		state  string
		after  time.Duration // when it is due again; 0 for never
	}{
		{"done", delivery.OutboxResult{Done: true}, "sent", 0},
		{"later", delivery.OutboxResult{Error: "451 busy", Pause: 5 * time.Minute}, "queued", 5 * time.Minute},
		{"given up", delivery.OutboxResult{Error: "550 no"}, "failed", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			s.enqueue(notice("a"))
			s.claims(1)
			s.must(s.SettleOutbox(t.Context(), 1, tt.result))
			if got, want := One[string](t, s.Base, `SELECT concat(state, ' ', error) FROM outbox`), tt.state+" "+tt.result.Error; got != want {
				t.Errorf("row = %q, want %q", got, want)
			}
			s.mustBe(s.SettleOutbox(t.Context(), 1, tt.result), store.ErrNotFound)
			if tt.after > 0 {
				s.clock.Forward(tt.after - time.Millisecond)
				Equal(t, "too early", s.claims(1), []string{})
				s.clock.Forward(time.Millisecond)
				again, err := s.ClaimOutbox(t.Context(), 1)
				s.must(err)
				if len(again) != 1 || again[0].Attempts != 2 {
					t.Errorf("claimed = %+v, want a second attempt", again)
				}
				return
			}
			s.clock.Forward(30 * day)
			Equal(t, "after a month", s.claims(1), []string{})
		})
	}
	s := e.newShelf(t)
	s.enqueue(notice("a"))
	s.mustBe(s.SettleOutbox(t.Context(), 1, delivery.OutboxResult{Done: true}), store.ErrNotFound) // never claimed
}

// A process that died with mail in its hands leaves it to the next.
func (e suite) TestClaimOutboxRecoversWhatWasNeverSettled(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.enqueue(notice("a"), notice("b"))
	s.claims(1)
	s.clock.Forward(29 * time.Minute)
	Equal(t, "while it may be at work", s.claims(9), []string{"b"})
	s.clock.Forward(time.Minute)
	again, err := s.ClaimOutbox(t.Context(), 9)
	s.must(err)
	if len(again) != 1 || again[0].Dedupe != "a" || again[0].Attempts != 2 {
		t.Errorf("claimed = %+v, want a, for the second time", again)
	}
}

func (e suite) TestSentMailIsNotKept(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for _, kind := range []string{"confirmation", "welcome", "notice"} {
		m := notice(kind)
		m.Kind = kind
		s.enqueue(m)
	}
	s.claims(3)
	for id := range int64(3) {
		s.must(s.SettleOutbox(t.Context(), id+1, delivery.OutboxResult{Done: true}))
	}
	if got := Texts(t, s.Base, `SELECT kind FROM outbox WHERE text <> '' OR html <> ''`); len(got) > 0 {
		t.Errorf("texts are kept of %q", got)
	}
}

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

// TestMailboxNotices closes what was told of mailboxes but one, and nothing else.
func (e suite) TestMailboxNotices(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	const kept, gone = "mailbox b@imap.example:993/INBOX failing", "mailbox old@imap.example:143/INBOX failing"
	for _, cause := range []string{kept, gone, "source mailbox failing", "issue 12 waiting"} {
		if _, err := s.OpenNotice(t.Context(), cause); err != nil {
			t.Fatal(err)
		}
	}
	open := func(of string, want ...string) {
		t.Helper()
		Equal(t, of, Texts(t, s.Base, `SELECT cause FROM notices WHERE closed_at IS NULL ORDER BY id`), want)
	}
	s.must(s.CloseMailboxNotices(t.Context(), kept))
	open("but one", kept, "source mailbox failing", "issue 12 waiting")
	s.must(s.CloseMailboxNotices(t.Context(), ""))
	open("all", "source mailbox failing", "issue 12 waiting")
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
