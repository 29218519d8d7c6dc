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

// claim claims the mail that is due; there must be one.
func (b *Base) claim() store.OutboxMail {
	b.t.Helper()
	m, due, err := b.ClaimOutbox(b.t.Context())
	if err != nil || !due {
		b.t.Fatalf("claimed: %t, %v", due, err)
	}
	return m
}

// claims claims up to n mails, one after the other.
func (b *Base) claims(n int) []store.OutboxMail {
	b.t.Helper()
	var claimed []store.OutboxMail
	for len(claimed) < n {
		m, due, err := b.ClaimOutbox(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		if !due {
			break
		}
		claimed = append(claimed, m)
	}
	return claimed
}

// wantClaims claims up to n mails and wants those of these dedupe keys.
func (b *Base) wantClaims(what string, n int, want ...string) {
	b.t.Helper()
	var got []string
	for _, m := range b.claims(n) {
		got = append(got, m.Dedupe)
	}
	Equal(b.t, what, got, want)
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
	got := s.claim()
	want := notice("a")
	want.ID, want.Attempts = 1, 1
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	s.must(s.SettleOutbox(t.Context(), got, delivery.OutboxResult{Done: true}))
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
	s.wantClaims("first two", 2, "a", "b")
	s.wantClaims("the rest", 2, "c")
	s.wantClaims("nothing left", 2)
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
			claimed := s.claim()
			s.must(s.SettleOutbox(t.Context(), claimed, tt.result))
			row := func() string { return One[string](t, s.Base, `SELECT concat(state, ' ', error) FROM outbox`) }
			want := tt.state + " " + tt.result.Error
			if got := row(); got != want {
				t.Errorf("row = %q, want %q", got, want)
			}
			s.must(s.SettleOutbox(t.Context(), claimed, delivery.OutboxResult{Error: "too late"}))
			if got := row(); got != want {
				t.Errorf("settled a second time, row = %q, want %q", got, want)
			}
			if tt.after > 0 {
				s.clock.Forward(tt.after - time.Millisecond)
				s.wantClaims("too early", 1)
				s.clock.Forward(time.Millisecond)
				if again := s.claim(); again.Attempts != 2 {
					t.Errorf("claimed = %+v, want a second attempt", again)
				}
				return
			}
			s.clock.Forward(30 * day)
			s.wantClaims("after a month", 1)
		})
	}
}

// A process that died with mail in its hands leaves it to the next, and one that only was
// slow says nothing any more about what the next does.
func (e suite) TestClaimOutboxRecoversWhatWasNeverSettled(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.enqueue(notice("a"), notice("b"))
	slow := s.claim()
	s.clock.Forward(delivery.OutboxLease - time.Millisecond)
	s.wantClaims("while it may be at work", 9, "b")
	s.clock.Forward(time.Millisecond)
	again := s.claim()
	if again.Dedupe != "a" || again.Attempts != 2 {
		t.Errorf("claimed = %+v, want a, for the second time", again)
	}
	s.must(s.SettleOutbox(t.Context(), slow, delivery.OutboxResult{Error: "550 no"}))
	s.must(s.SettleOutbox(t.Context(), again, delivery.OutboxResult{Done: true}))
	if got := One[string](t, s.Base, `SELECT state FROM outbox WHERE dedupe = 'a'`); got != "sent" {
		t.Errorf("it is %s, want sent", got)
	}
}

// Who is erased while their mail is being sent stays so, and the outbox goes on.
func (e suite) TestSettleOutboxOfWhoWasErased(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@x.example")
	m := notice("welcome ann")
	m.Kind, m.Recipient = "welcome", ann.Email
	s.enqueue(m)
	claimed := s.claim()
	s.must(s.Forget(t.Context(), ann.Key, Anna()))
	s.must(s.SettleOutbox(t.Context(), claimed, delivery.OutboxResult{Error: "451 busy", Pause: time.Minute}))
	if got := One[string](t, s.Base, `SELECT concat(state, recipient, text) FROM outbox`); got != "failed" {
		t.Errorf("row = %q, want it erased and given up", got)
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
	for _, m := range s.claims(3) {
		s.must(s.SettleOutbox(t.Context(), m, delivery.OutboxResult{Done: true}))
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
	s.wantClaims("told", 9, "begun 1", "over 1", "begun 3")
}

// TestCloseNotices closes what was told of mailboxes but one, and nothing else.
func (e suite) TestCloseNotices(t *testing.T) {
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
	s.must(s.CloseNotices(t.Context(), "mailbox % failing", kept, "issue 13 waiting"))
	open("but one", kept, "source mailbox failing", "issue 12 waiting")
	s.must(s.CloseNotices(t.Context(), "mailbox % failing"))
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

// Mail that went out long ago is dropped, portion by portion; what is to be tried again, copies
// of an issue and notices stay.
func (e suite) TestDropOutbox(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	settle := func(dedupe, kind string, result delivery.OutboxResult) {
		t.Helper()
		m := notice(dedupe)
		m.Kind = kind
		s.enqueue(m)
		s.must(s.SettleOutbox(t.Context(), s.claim(), result))
	}
	settle("sent", "confirmation", delivery.OutboxResult{Done: true})
	settle("failed", "welcome", delivery.OutboxResult{Error: "550 no"})
	settle("moved", "moved", delivery.OutboxResult{Done: true})
	settle("told", "notice", delivery.OutboxResult{Done: true})
	_, err := Raw(t, s.Base).Exec(`
		WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)
		INSERT INTO outbox (newsletter_id, dedupe, kind, transport, recipient, subject, text, state, next_at, created_at, changed_at)
		SELECT newsletter_id, concat('many ', n), kind, transport, recipient, subject, text, state, next_at, created_at, changed_at
		FROM outbox, numbers
		WHERE dedupe = 'sent'`)
	s.must(err)
	settle("again", "confirmation", delivery.OutboxResult{Error: "451 busy", Pause: time.Hour})
	s.clock.Forward(time.Minute)
	old := s.clock.Now()
	settle("late", "confirmation", delivery.OutboxResult{Done: true})
	for _, want := range []int{1203, 0} {
		if got, err := s.DropOutbox(t.Context(), old); err != nil || got != want {
			t.Errorf("dropped %d, %v, want %d", got, err, want)
		}
	}
	Equal(t, "left", Texts(t, s.Base, `SELECT dedupe FROM outbox ORDER BY id`), []string{"told", "again", "late"})
}
