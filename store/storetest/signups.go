package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// reader is whoever has a page open.
func reader() subscribers.Actor {
	return subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
}

// signUp is somebody who asks to read, with a mail that names nothing but the address.
func (s *shelf) signUp(email, name string, budget int) store.SignUp {
	addr := s.address(email)
	return store.SignUp{
		Subscriber: subscribers.Subscriber{Email: addr.Given, Key: addr.Key, Name: name, Consent: subscribers.Consent{How: subscribers.ConsentForm, At: s.clock.Now(), From: "the page"}},
		Budget:     budget,
		Mail: func(sub subscribers.Subscriber, asked time.Time) (store.OutboxMail, error) {
			return store.OutboxMail{
				Dedupe: fmt.Sprintf("confirmation %s %d", sub.PublicID, asked.UnixMilli()), Kind: "confirmation",
				Transport: "mail", Recipient: sub.Email, Subject: "S", Text: "T",
			}, nil
		},
	}
}

// asks signs up and reports whether a mail was queued.
func (s *shelf) asks(email string) bool {
	s.t.Helper()
	asked, err := s.SignUp(s.t.Context(), s.signUp(email, "", 0), reader())
	s.must(err)
	return asked
}

// mails is how many mails of the outbox are for an address.
func (s *shelf) mails(email string) int {
	s.t.Helper()
	n := 0
	s.must(Raw(s.t, s.Base).QueryRow(`SELECT count(*) FROM outbox WHERE recipient = '` + email + `'`).Scan(&n))
	return n
}

// One confirmation in 15 minutes and three a day, in any 24 hours.
func (e suite) TestSignUpsOfOneAddress(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{
		{0, true}, {time.Millisecond, false}, {15*time.Minute - 2*time.Millisecond, false}, {time.Millisecond, true},
		{15 * time.Minute, true}, {15 * time.Minute, false}, {12 * time.Hour, false},
		{24*time.Hour - 12*time.Hour - 45*time.Minute, true}, // a day after the first
		{14 * time.Minute, false}, {time.Minute, true},       // a day after the second
		{time.Hour, true}, {time.Hour, false},
	} {
		s.clock.Forward(step.after)
		if got := s.asks("Ann@example.com"); got != step.want {
			t.Errorf("%v after the first: asked = %v, want %v", s.clock.Now().Sub(begin()), got, step.want)
		}
	}
	if !s.asks("bob@example.com") {
		t.Error("another address was not asked")
	}
	got := s.get("ann@example.com")
	if got.Status != subscribers.Pending || got.Consent.From != "the page" {
		t.Errorf("ann is %+v, want pending", got)
	}
}

// However many ask for one address at the same moment: it is mailed once.
func (e suite) TestSignUpsAtTheSameMoment(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	var asked atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			ok, err := s.SignUp(t.Context(), s.signUp("ann@example.com", "", 0), reader())
			if err != nil {
				t.Error(err)
			}
			if ok {
				asked.Add(1)
			}
		})
	}
	all.Wait()
	if got := asked.Load(); got != 1 || s.mails("ann@example.com") != 1 {
		t.Errorf("%d were told yes and %d mails queued, want 1", got, s.mails("ann@example.com"))
	}
}

// The hour's confirmations are for all addresses together, and hold before anything is
// known of one.
func (e suite) TestSignUpsInAnHour(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("known@example.com")
	for i := range 3 {
		asked, err := s.SignUp(t.Context(), s.signUp(fmt.Sprintf("r%d@example.com", i), "", 3), reader())
		if err != nil || !asked {
			t.Fatalf("%d: %v, %v", i, asked, err)
		}
	}
	for _, email := range []string{"more@example.com", "known@example.com"} {
		_, err := s.SignUp(t.Context(), s.signUp(email, "", 3), reader())
		s.mustBe(err, subscribers.ErrTooManySignUps)
	}
	s.clock.Forward(time.Hour)
	asked, err := s.SignUp(t.Context(), s.signUp("more@example.com", "", 3), reader())
	if err != nil || !asked {
		t.Errorf("an hour later: %v, %v", asked, err)
	}
}

// Of the addresses asked within a span, those count as confirmed that have since: who was
// a reader before counts as any stranger does.
func (e suite) TestSignUpsConfirmed(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("reader@example.com")
	s.must(s.Suppress(t.Context(), s.hash("gone@example.com"), "", subscribers.Complaint, Anna()))
	s.clock.Forward(time.Hour)
	from := s.clock.Now()
	for _, email := range []string{"reader@example.com", "gone@example.com", "ann@example.com", "bob@example.com", "cy@example.com"} {
		s.asks(email)
	}
	confirm := func(email string, asked time.Time) {
		t.Helper()
		_, err := s.confirm(s.get(email).PublicID, asked)
		s.must(err)
	}
	confirm("ann@example.com", from) // at the same moment
	s.clock.Forward(time.Minute)
	confirm("bob@example.com", from)
	until := s.clock.Now()
	s.asks("late@example.com")
	confirm("late@example.com", until)
	for _, tt := range []struct {
		since, until     time.Time
		asked, confirmed int
	}{
		{from, until, 5, 2},
		{from, until.Add(time.Millisecond), 6, 3},
		{from.Add(time.Millisecond), until, 0, 0},
		{until, until.Add(time.Hour), 1, 1},
	} {
		asked, confirmed, err := s.Confirmed(t.Context(), tt.since, tt.until)
		if asked != tt.asked || confirmed != tt.confirmed || err != nil {
			t.Errorf("from %v to %v: %d asked, %d confirmed (%v), want %d and %d", tt.since, tt.until, asked, confirmed, err, tt.asked, tt.confirmed)
		}
	}
}

// Who is active, or whose address is suppressed for whatever reason, is not mailed, and
// stays as they are; it is counted all the same, as any other is.
func (e suite) TestSignUpOfKnownAddresses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		scene func(*shelf)
		asked bool
	}{
		{"new", func(*shelf) {}, true},
		{"pending", func(s *shelf) { s.addPending("ann@example.com") }, true},
		{"active", func(s *shelf) { s.add("ann@example.com") }, false},
		{"left", func(s *shelf) {
			_, err := s.Unsubscribe(t.Context(), s.add("ann@example.com").PublicID, reader())
			s.must(err)
		}, true},
		{"complained", func(s *shelf) {
			s.must(s.Suppress(t.Context(), s.hash("ann@example.com"), "", subscribers.Complaint, Anna()))
		}, false},
		{"forgotten", func(s *shelf) {
			s.add("ann@example.com")
			s.must(s.Forget(t.Context(), "ann@example.com", Anna()))
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			tt.scene(s)
			before, err := s.FindSubscriber(t.Context(), "ann@example.com")
			known := err == nil
			if got := s.asks("ann@example.com"); got != tt.asked {
				t.Errorf("asked = %v, want %v", got, tt.asked)
			}
			if got := s.mails("ann@example.com") == 1; got != tt.asked {
				t.Errorf("mailed = %v, want %v", got, tt.asked)
			}
			if n, err := s.SignUps(t.Context(), begin().Add(-time.Hour)); n != 1 || err != nil {
				t.Errorf("%d are counted (%v), want 1", n, err)
			}
			if after, err := s.FindSubscriber(t.Context(), "ann@example.com"); known && (err != nil || after.Status != before.Status || after.PublicID != before.PublicID) {
				t.Errorf("was %+v, is %+v (%v)", before, after, err)
			}
		})
	}
}

func (s *shelf) confirm(id subscribers.PublicID, asked time.Time) (subscribers.Subscriber, error) {
	return s.ConfirmAsked(s.t.Context(), store.Confirmation{
		ID: id, Asked: asked, From: "another page",
		Welcome: func(sub subscribers.Subscriber) (store.OutboxMail, error) {
			return store.OutboxMail{Dedupe: "welcome " + s.clock.Now().String(), Kind: "welcome", Transport: "mail", Recipient: sub.Email, Subject: "W", Text: "W"}, nil
		},
	}, reader())
}

func (e suite) TestConfirmAsked(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.asks("ann@example.com")
	id, asked := s.get("ann@example.com").PublicID, s.clock.Now()
	s.clock.Forward(time.Hour)
	for range 2 { // twice is fine
		_, err := s.confirm(id, asked)
		s.must(err)
	}
	got := s.get("ann@example.com")
	want := subscribers.Consent{How: subscribers.ConsentConfirmation, At: s.clock.Now(), From: "the page"}
	if got.Status != subscribers.Active || got.Consent != want {
		t.Errorf("ann is %+v, want active with %+v", got, want)
	}
	if n := s.mails("ann@example.com"); n != 2 {
		t.Errorf("%d mails, want the confirmation and one welcome", n)
	}
	Equal(t, "events", s.events(got.ID), []string{"waits for confirmation (page)", "asked to confirm (page)", "subscribed (page)"})

	// A mail from before the leaving does not undo it; one from after does.
	_, err := s.Unsubscribe(t.Context(), id, reader())
	s.must(err)
	_, err = s.confirm(id, asked)
	s.mustBe(err, subscribers.ErrVoid)
	s.clock.Forward(time.Hour)
	asked = s.clock.Now()
	up := s.signUp("ann@example.com", "", 0)
	up.Subscriber.Consent.From, up.Subscriber.Consent.Wording = "https://site.example", "Every week"
	_, err = s.SignUp(t.Context(), up, reader())
	s.must(err)
	if got := s.get("ann@example.com").Consent; got != want {
		t.Errorf("before they confirm again the consent is %+v, want %+v", got, want)
	}
	s.clock.Forward(time.Hour)
	_, err = s.confirm(id, asked)
	s.must(err)
	want = subscribers.Consent{How: subscribers.ConsentConfirmation, At: s.clock.Now(), From: "https://site.example", Wording: "Every week"}
	if got := s.get("ann@example.com"); got.Status != subscribers.Active || got.Consent != want {
		t.Errorf("ann is %+v, want active again with %+v", got, want)
	}

	// Of who was asked in another way, the page where they confirm is all there is.
	_, err = s.Unsubscribe(t.Context(), id, reader())
	s.must(err)
	s.clock.Forward(time.Hour)
	_, err = s.confirm(id, s.clock.Now())
	s.must(err)
	if got := s.get("ann@example.com").Consent; got.From != "another page" || got.Wording != "" {
		t.Errorf("the consent is %+v, want it from the page", got)
	}

	// A suppression stays, whoever confirms.
	s.must(s.Suppress(t.Context(), s.hash("ann@example.com"), "", subscribers.Complaint, Anna()))
	_, err = s.confirm(id, asked)
	s.mustBe(err, subscribers.ErrVoid)
	_, err = s.confirm(subscribers.NewPublicID(), asked)
	s.mustBe(err, subscribers.ErrVoid)
}

func (e suite) TestNeverAgain(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.asks("new@example.com")
	fresh, active := s.get("new@example.com"), s.add("old@example.com")
	for _, id := range []subscribers.PublicID{fresh.PublicID, active.PublicID, fresh.PublicID, subscribers.NewPublicID()} {
		s.must(s.NeverAgain(t.Context(), id, reader()))
	}
	if _, err := s.FindSubscriber(t.Context(), "new@example.com"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who had not confirmed is kept: %v", err)
	}
	if got := s.get("old@example.com").Status; got != subscribers.Unsubscribed {
		t.Errorf("who had is %s", got)
	}
	s.clock.Forward(48 * time.Hour)
	for _, email := range []string{"new@example.com", "old@example.com"} {
		p, err := s.Suppressed(t.Context(), s.hash(email))
		if err != nil || p.Reason != subscribers.Manual || (p.Email == "") != strings.HasPrefix(email, "new") {
			t.Errorf("%s: suppressed %+v, %v", email, p, err)
		}
		if s.asks(email) {
			t.Errorf("%s was written to again", email)
		}
	}
}

func (e suite) TestEraseUnconfirmed(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.addPending("imported@example.com") // nobody asked: not theirs to forget
	for i := range 120 {
		s.asks(fmt.Sprintf("r%d@example.com", i))
	}
	s.asks("confirmed@example.com")
	_, err := s.confirm(s.get("confirmed@example.com").PublicID, s.clock.Now())
	s.must(err)
	s.clock.Forward(20 * 24 * time.Hour)
	s.asks("late@example.com")
	s.asks("r7@example.com") // again
	s.clock.Forward(11 * 24 * time.Hour)
	for _, want := range []int{119, 0} {
		if got, err := s.EraseUnconfirmed(t.Context(), s.clock.Now().Add(-30*24*time.Hour), Anna()); err != nil || got != want {
			t.Errorf("erased %d, %v, want %d", got, err, want)
		}
	}
	left := s.emails(store.SubscriberFilter{})
	slices.Sort(left)
	Equal(t, "still there", left, []string{"confirmed@example.com", "imported@example.com", "late@example.com", "r7@example.com"})
	if s.mails("r8@example.com") != 0 {
		t.Error("the outbox still names who was erased")
	}
	if !s.asks("r8@example.com") { // no suppression
		t.Error("who was erased can't sign up again")
	}
}

// signUpChanges are what is on record of who joins by themselves.
func signUpChanges() []recorded {
	asked := func(s *Scene) { s.shelf().asks("ann@example.com") }
	id := func(s *Scene) subscribers.PublicID { return s.shelf().get("ann@example.com").PublicID }
	return []recorded{
		{method: "SignUp", do: func(s *Scene) error {
			_, err := s.SignUp(s.t.Context(), s.shelf().signUp("ann@example.com", "", 0), Anna())
			return err
		}, want: []string{"waits for confirmation (subscriber)", "asked to confirm (subscriber)"}},
		{method: "ConfirmAsked", before: asked, do: func(s *Scene) error {
			_, err := s.ConfirmAsked(s.t.Context(), store.Confirmation{ID: id(s), Asked: s.clock.Now()}, Anna())
			return err
		}, want: []string{"subscribed (subscriber)"}},
		{method: "NeverAgain", before: asked, do: func(s *Scene) error { return s.NeverAgain(s.t.Context(), id(s), Anna()) },
			want: []string{"suppressed (subscriber)", "wants no mail (subscriber)"}},
		{method: "EraseUnconfirmed", before: asked, do: func(s *Scene) error {
			_, err := s.EraseUnconfirmed(s.t.Context(), s.clock.Now().Add(time.Hour), Anna())
			return err
		}, want: []string{"erased unconfirmed (subscriber)"}},
	}
}

// Who comes back gets the sections they ticked and the language they chose once they confirm, and keeps theirs where
// the form said nothing of them. How often they are mailed stays.
func (e suite) TestSignUpAgainWithSections(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		chose    bool
		language string
		want     subscribers.Choice
	}{
		{true, "", subscribers.Choice{Off: []string{"opinion"}, Monthly: true, Language: "de"}},
		{false, "", subscribers.Choice{Off: []string{"briefs"}, Monthly: true, Language: "de"}},
		{false, "ar", subscribers.Choice{Off: []string{"briefs"}, Monthly: true, Language: "ar"}},
		{true, "ar", subscribers.Choice{Off: []string{"opinion"}, Monthly: true, Language: "ar"}},
	} {
		s := e.newShelf(t)
		ann := s.add("ann@example.com")
		before := subscribers.Choice{Off: []string{"briefs"}, Monthly: true, Language: "de"}
		s.must(s.Choose(t.Context(), ann.Key, before, reader()))
		_, err := s.Unsubscribe(t.Context(), ann.PublicID, reader())
		s.must(err)
		s.clock.Forward(time.Hour)
		up := s.signUp("ann@example.com", "", 0)
		up.Subscriber.Choice, up.Chose = subscribers.Choice{Off: []string{"opinion"}, Language: tt.language}, tt.chose
		if asked, err := s.SignUp(t.Context(), up, reader()); !asked || err != nil {
			t.Errorf("asked %v, %v", asked, err)
		}
		if got := s.get("ann@example.com").Choice; !got.Equal(before) {
			t.Errorf("chose %v: before they confirm the choice is %+v, want %+v", tt.chose, got, before)
		}
		_, err = s.confirm(ann.PublicID, s.clock.Now())
		s.must(err)
		if got := s.get("ann@example.com").Choice; !got.Equal(tt.want) {
			t.Errorf("chose %v and %q: the choice is %+v, want %+v", tt.chose, tt.language, got, tt.want)
		}
	}
}
