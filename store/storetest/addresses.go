package storetest

import (
	"fmt"
	"testing"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// wants asks a new address of a reader's, and reports whether it was mailed.
func (s *shelf) wants(r subscribers.Subscriber, email string) bool {
	s.t.Helper()
	asked, err := s.asksFor(r, email, reader())
	s.must(err)
	if got := s.mails(email) > 0; got != asked {
		s.t.Errorf("%s: told %v, mailed %v", email, asked, got)
	}
	return asked
}

func (s *shelf) asksFor(r subscribers.Subscriber, email string, by subscribers.Actor) (bool, error) {
	return s.AskAddress(s.t.Context(), store.NewAddress{ID: r.PublicID, To: s.address(email), Mail: func(asked time.Time) (store.OutboxMail, error) {
		return ofAddress(fmt.Sprintf("asked %s %d", r.PublicID, asked.UnixMilli()), s.address(email).Given), nil
	}}, by)
}

func ofAddress(dedupe, to string) store.OutboxMail {
	return store.OutboxMail{Dedupe: dedupe, Kind: "address", Transport: "mail", Recipient: to, Subject: "S", Text: "T"}
}

// takes confirms an address that was asked at a moment.
func (s *shelf) takes(r subscribers.Subscriber, asked time.Time, by subscribers.Actor) (subscribers.Address, error) {
	return s.ChangeAddress(s.t.Context(), r.PublicID, asked, func(string) (store.OutboxMail, error) {
		return ofAddress("told "+r.PublicID.String()+asked.String(), ""), nil
	}, by)
}

// A reader's address is another only once that has confirmed; all else stays, and the
// old one is told.
func (e suite) TestChangeAddress(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("ann@old.example")
	s.must(s.Choose(t.Context(), "ann@old.example", subscribers.Choice{Off: []string{"briefs"}, Monthly: true}, reader()))
	ann, asked := s.get("ann@old.example"), s.clock.Now()
	if !s.wants(ann, "Ann@new.example") {
		t.Fatal("a free address was not asked")
	}
	s.clock.Forward(time.Hour)
	if got := s.get("ann@old.example"); got.Email != ann.Email {
		t.Errorf("before it is confirmed: %+v", got)
	}
	if to, err := s.AskedAddress(t.Context(), ann.PublicID, asked); to.Given != "Ann@new.example" || err != nil {
		t.Errorf("asked: %v, %v", to, err)
	}
	for range 2 { // twice is fine
		to, err := s.takes(ann, asked, reader())
		if s.must(err); to.Given != "Ann@new.example" {
			t.Errorf("changed to %v", to)
		}
	}
	got := s.get("ann@new.example")
	if got.PublicID != ann.PublicID || !got.Choice.Equal(ann.Choice) || got.Consent != ann.Consent || got.Status != ann.Status {
		t.Errorf("was %+v, is %+v", ann, got)
	}
	if n := s.mails("ann@old.example"); n != 1 {
		t.Errorf("%d mails to the old address, want one", n)
	}
	Equal(t, "events", s.events(ann.ID), []string{"subscribed (anna)", "choice changed (page)", "asked for another address (page)", "address changed (page)"})

	if history, err := s.History(t.Context(), "ann@new.example"); len(history) > 0 || err != nil {
		t.Errorf("the mails are taken for issues: %v, %v", history, err)
	}
	held, err := s.Held(t.Context(), ann.ID, "Ann@new.example")
	if s.must(err); len(held.Mails) != 2 {
		t.Errorf("of the mails to both addresses are held: %+v", held.Mails)
	}

	_, err = s.takes(ann, asked.Add(time.Millisecond), reader())
	s.mustBe(err, subscribers.ErrVoid)
	s.must(s.Forget(t.Context(), "ann@new.example", Anna()))
	_, err = s.takes(ann, asked, reader())
	s.mustBe(err, subscribers.ErrVoid)
	for _, email := range []string{"ann@old.example", "Ann@new.example"} {
		if n := s.mails(email); n != 0 {
			t.Errorf("%d mails to %s after forgetting", n, email)
		}
	}
	if n := One[int](t, s.Base, `SELECT count(*) FROM address_changes`); n != 0 {
		t.Errorf("%d new addresses are kept", n)
	}
}

// Who may not be asked is not, and counts; nobody takes an address that became another's.
func (e suite) TestAskAddress(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@x.example")
	s.add("taken@x.example")
	s.must(s.Suppress(t.Context(), s.hash("gone@x.example"), "gone@x.example", subscribers.HardBounce, Anna()))
	for _, tt := range []struct {
		email string
		want  bool
	}{
		{"taken@x.example", false}, {"gone@x.example", false}, {"ann@x.example", false}, {"free@x.example", true},
	} {
		if got := s.wants(ann, tt.email); got != tt.want {
			t.Errorf("%s: asked = %v, want %v", tt.email, got, tt.want)
		}
	}
	asked := s.clock.Now()
	again, err := s.AskAddress(t.Context(), store.NewAddress{ID: ann.PublicID, To: s.address("free@x.example")}, reader())
	if s.must(err); again {
		t.Error("asked twice within a quarter of an hour")
	}
	_, err = s.AskAddress(t.Context(), store.NewAddress{ID: ann.PublicID, To: s.address("more@x.example"), Budget: 4}, reader())
	s.mustBe(err, subscribers.ErrTooManySignUps)
	s.add("free@x.example")
	_, err = s.takes(ann, asked, reader())
	s.mustBe(err, subscribers.ErrVoid)
	left := s.get("taken@x.example")
	_, err = s.Unsubscribe(t.Context(), left.PublicID, reader())
	s.must(err)
	if s.wants(left, "other@x.example") {
		t.Error("who has left was asked")
	}
}
