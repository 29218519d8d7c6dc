package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/reason"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/store"
	"roundup/subscribers"
)

func (e suite) TestForget(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@example.com")
	s.add("bob@example.com")
	s.must(s.Forget(t.Context(), ann.Key, Anna()))

	_, err := s.FindSubscriber(t.Context(), ann.Key)
	s.mustBe(err, store.ErrNotFound)
	_, err = s.SubscriberByPublicID(t.Context(), ann.PublicID)
	s.mustBe(err, store.ErrNotFound)
	p, err := s.Suppressed(t.Context(), s.hash("ann@example.com"))
	s.must(err)
	if p.Reason != subscribers.Erased || p.Email != "" || p.At != begin() {
		t.Errorf("suppression = %+v, want erased without an address", p)
	}
	rest := One[string](t, s.Base, `
		SELECT concat_ws('|', email, key, name, status, consent_how, consent_from, labels, sections_off, monthly, language, erased_at)
		FROM subscribers JOIN subscriptions ON subscriber_id = id WHERE id = ?`, ann.ID)
	if want := "|unsubscribed|form||[]|[]|0||2026-11-19T12:00:00.000Z"; rest != want {
		t.Errorf("what is left = %q, want %q", rest, want)
	}
	if n := One[int](t, s.Base, `SELECT count(hash) FROM subscribers WHERE id = ?`, ann.ID); n != 0 {
		t.Error("the hash beside the subscriber is left")
	}
	if got := s.get("bob@example.com"); got.Name == "" || got.Status != subscribers.Active {
		t.Errorf("another subscriber = %+v, want it untouched", got)
	}
	// The link in an old mail has nothing left to end, and says so without an error.
	if changed, err := s.Unsubscribe(t.Context(), ann.PublicID, oneClick()); changed || err != nil {
		t.Errorf("unsubscribe = %t, %v, want no change", changed, err)
	}
	s.mustBe(s.Forget(t.Context(), ann.Key, Anna()), nil) // again: the hash is known
	s.mustBe(s.Forget(t.Context(), "nobody@example.com", Anna()), store.ErrNotFound)
}

// Who is forgotten while a mail asks them to come back leaves nothing of what they asked for.
func (e suite) TestForgetTakesTheReturn(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	_, err := s.Unsubscribe(t.Context(), s.add("ann@example.com").PublicID, reader())
	s.must(err)
	up := s.signUp("ann@example.com", "", 0)
	up.Chose, up.Subscriber.Choice.Off, up.Subscriber.Consent.Wording = true, []string{"briefs"}, "Every week"
	_, err = s.SignUp(t.Context(), up, reader())
	s.must(err)
	const kept = `SELECT concat_ws('|', consent_from, consent_wording, sections_off) FROM sign_ups`
	if got, want := One[string](t, s.Base, kept), `the page|Every week|["briefs"]`; got != want {
		t.Fatalf("kept until they confirm = %q, want %q", got, want)
	}
	s.must(s.Forget(t.Context(), "ann@example.com", Anna()))
	if got := One[string](t, s.Base, kept); got != "|" {
		t.Errorf("what is left = %q", got)
	}
}

func (e suite) TestForgottenComesBackOnlyWhenLifted(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@example.com")
	s.must(s.Forget(t.Context(), ann.Key, Anna()))
	_, err := s.Add(t.Context(), s.person("ANN@example.com", ""), Anna())
	s.mustBe(err, store.ErrErased)
	s.must(s.Suppress(t.Context(), s.hash("ann@example.com"), "ann@example.com", subscribers.Manual, Anna()))
	if p, err := s.Suppressed(t.Context(), s.hash("ann@example.com")); err != nil || p.Reason != subscribers.Erased || p.Email != "" {
		t.Errorf("suppression = %+v, %v, want it still erased, without an address", p, err)
	}
	s.must(s.Lift(t.Context(), s.hash("ann@example.com"), Anna()))
	back := s.add("ann@example.com")
	if back.ID == ann.ID || back.PublicID == ann.PublicID {
		t.Errorf("back as %d %s, want a new person", back.ID, back.PublicID)
	}
}

func (e suite) TestForgetTakesTheAddressFromASuppression(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	hash := s.hash("ann@example.com")
	s.must(s.Suppress(t.Context(), hash, "ann@example.com", subscribers.HardBounce, Anna()))
	s.must(s.Forget(t.Context(), "ann@example.com", Anna())) // not on the list
	p, err := s.Suppressed(t.Context(), hash)
	s.must(err)
	if p.Reason != subscribers.Erased || p.Email != "" {
		t.Errorf("suppression = %+v, want erased without an address", p)
	}
}

func (e suite) TestForgetSettlesDeliveries(t *testing.T) {
	t.Parallel()
	for _, state := range delivery.States() {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			ann, bob := s.add("ann@example.com"), s.add("bob@example.com")
			issue := s.issue(12, digest.Sending)
			freeze(t, s.Base, issue, ann.ID, bob.ID)
			e.Unguard(t, s.Store, "deliveries", "deliveries_begin")
			for _, id := range []int64{ann.ID, bob.ID} {
				Exec(t, s.Base, `
					INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, code, enhanced, reply, next_at, changed_at)
					VALUES (?1, ?2, ?3, 1, 550, '5.1.1', 'no <ann@example.com>',
						CASE WHEN ?3 = 'deferred' THEN '2026-11-19T12:10:00.000Z' END, '2026-11-19T11:00:00.000Z')`, issue, id, state)
				Exec(t, s.Base, `
					INSERT INTO attempts (issue_id, subscriber_id, attempt, state, code, enhanced, reply, command, why, at)
					VALUES (?, ?, 1, 'deferred', 450, '4.2.1', 'try <ann@example.com> later', 'RCPT', '', '2026-11-19T11:00:00.000Z')`, issue, id)
			}
			s.must(s.Forget(t.Context(), ann.Key, Anna()))
			want := string(state) + "||" // what happened stays; the server's words go
			if state == delivery.Queued || state == delivery.Deferred {
				want = "skipped||erased"
			}
			const row = `SELECT concat(state, '|', reply, '|', why) FROM deliveries WHERE subscriber_id = ?`
			if got := One[string](t, s.Base, row, ann.ID); got != want {
				t.Errorf("delivery = %q, want %q", got, want)
			}
			if got, want := One[string](t, s.Base, row, bob.ID), string(state)+"|no <ann@example.com>|"; got != want {
				t.Errorf("another's delivery = %q, want %q", got, want)
			}
			if got := Texts(t, s.Base, `SELECT concat(code, reply) FROM attempts ORDER BY subscriber_id`); !slices.Equal(got, []string{"450", "450try <ann@example.com> later"}) {
				t.Errorf("attempts = %q, want the forgotten one's without words", got)
			}
		})
	}
}

// What a server says of a reader whose mail was on the wire when they were forgotten is theirs
// no longer than the range is open.
func (e suite) TestForgetOnTheWire(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.Start(1)
	said := func(id int64, to delivery.State) delivery.Outcome {
		o := To(id, to)
		o.Reply.Text = fmt.Sprintf("<reader%d@…>: no such user", id)
		return o
	}
	s.MustTrade(issue, 3)
	for _, email := range []string{"reader1@b.example", "reader2@c.example"} {
		s.Must(s.Forget(t.Context(), email, Anna()))
	}
	s.MustTrade(issue, 0, said(1, delivery.Failed), said(2, delivery.Deferred), said(3, delivery.Failed))
	s.Clock().Forward(time.Hour)
	s.MustTrade(issue, 2) // readers 2, who is skipped, and 4
	s.MustTrade(issue, 0, said(4, delivery.Sent))
	s.CloseUp(issue, delivery.Resend)
	if got := s.StateOf(issue, 2); got != delivery.Skipped {
		t.Errorf("reader 2 is %s, want skipped", got)
	}
	for _, table := range []string{"deliveries", "attempts"} {
		for _, id := range Texts(t, s.Base, `SELECT CAST(subscriber_id AS TEXT) FROM `+table+` WHERE reply <> '' AND subscriber_id < 3`) {
			t.Errorf("%s has words about reader %s", table, id)
		}
	}
	if n := One[int](t, s.Base, `SELECT count(*) FROM deliveries WHERE reply <> ''`); n != 2 {
		t.Errorf("%d deliveries have words, want those of readers 3 and 4", n)
	}
}

func (e suite) TestForgetTakesThePersonsMail(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	const email, moved = "ann@example.com", "bob@example.com"
	sub := s.add(email)
	for i, to := range []string{email, moved, "editor@example.com"} {
		kind := []string{"confirmation", "welcome", "notice"}[i]
		_, err := s.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: kind, Kind: kind, Transport: "mail", Recipient: to, Subject: "Hello " + kind, Text: "Dear " + kind + " of " + moved,
		})
		s.must(err)
	}
	_, err := s.Change(t.Context(), sub.Key, s.address(moved), "Bob", Anna())
	s.must(err)
	s.must(s.Forget(t.Context(), moved, Anna()))
	rows := Texts(t, s.Base, `SELECT concat(kind, ' ', state, ' ', recipient, ' ', text) FROM outbox ORDER BY id`)
	Equal(t, "outbox", rows, []string{"confirmation failed  ", "welcome failed  ", "notice queued editor@example.com Dear notice of …"})
}

// Mail to another spelling of an address is the reader's: held, and erased with them.
func (e suite) TestMailToAnotherSpelling(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("Ann@Example.com")
	_, err := s.Enqueue(t.Context(), store.OutboxMail{Dedupe: "w", Kind: "welcome", Transport: "mail", Recipient: ann.Email, Subject: "Welcome", Text: "x"})
	s.must(err)
	_, err = s.Change(t.Context(), ann.Key, s.address("ann@example.com"), "", Anna())
	s.must(err)
	if h, err := s.Held(t.Context(), ann.ID, "ann@example.com"); err != nil || len(h.Mails) != 1 {
		t.Errorf("held: %+v, %v", h.Mails, err)
	}
	s.must(s.Forget(t.Context(), ann.Key, Anna()))
	if left := Texts(t, s.Base, `SELECT concat(recipient, subject, text) FROM outbox`); !slices.Equal(left, []string{""}) {
		t.Errorf("the mail still says %q", left)
	}
}

// What is held of a reader is theirs, and nobody else's.
func (e suite) TestHeld(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	refused := func(id int64, text string) delivery.Outcome {
		o := To(id, delivery.Failed)
		o.Reply = relay.Reply{Code: 550, Enhanced: "5.1.1", Text: text}
		return o
	}
	s.MustTrade(issue, 0, refused(1, "no such user"), refused(2, "not this one"))
	for _, to := range []string{"Reader1@b.example", "Reader2@c.example"} {
		_, err := s.Enqueue(t.Context(), store.OutboxMail{Dedupe: to, Kind: "welcome", Transport: "mail", Recipient: to, Subject: "Welcome " + to, Text: "x"})
		s.Must(err)
	}
	h, err := s.Held(t.Context(), 1, "Reader1@b.example")
	s.Must(err)
	Equal(t, "attempts", h.Attempts, []store.HeldAttempt{{Issue: 1, Attempt: 1, State: "failed", Code: 550, Reply: "no such user", At: s.clock.Now()}})
	Equal(t, "mails", h.Mails, []store.HeldMail{{Kind: "welcome", Subject: "Welcome Reader1@b.example", State: "queued", At: s.clock.Now()}})
}

// What came back of a reader's mail, an address they changed from and since when they are
// not mailed is held of them, too.
func (e suite) TestHeldOfWhatCameBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	issue := s.Start(1)
	s.SendAll(issue)
	shelf := s.shelf()
	was := shelf.get("reader1@b.example")
	_, moved := shelf.moves(was, "ann@new.example")
	now := shelf.get("ann@new.example")
	at := s.clock.Now()
	gone := func([]store.Outcome) (subscribers.Reason, string) { return subscribers.HardBounce, "" }
	for n, b := range []store.Bounce{bounce(1, issue.ID, reason.UserUnknown), bounce(2, 0, reason.UserUnknown)} {
		b.Subscriber = int64(n + 1) // the other is another reader's
		_, err := s.saveBounce(b, shelf.hash(now.Email), now.Email, gone, Anna())
		s.Must(err)
	}
	s.Must(s.SaveReply(t.Context(), [32]byte{3}, 1, issue.ID))

	h, err := s.Held(t.Context(), 1, now.Email)
	s.Must(err)
	Equal(t, "bounces", h.Bounces, []store.HeldBounce{
		{Issue: 1, Way: "mail", Kind: "hard", Reason: reason.UserUnknown, Status: "5.1.1", Code: 550, Words: "no such user reader1@b.example", At: at},
		{Issue: 1, Way: "mail", Kind: "reply", At: at},
	})
	Equal(t, "former addresses", h.Former, []store.HeldAddress{{Email: was.Email, Left: moved}})
	if h.Suppressed.Reason != subscribers.HardBounce || !h.Suppressed.At.Equal(at) {
		t.Errorf("suppressed: %+v", h.Suppressed)
	}
	other, err := s.Held(t.Context(), 2, "reader2@c.example")
	s.Must(err)
	if len(other.Bounces) != 1 || other.Bounces[0].Issue != 0 || len(other.Former) != 0 || other.Suppressed.Reason != "" {
		t.Errorf("of the other reader: %+v", other)
	}
}
