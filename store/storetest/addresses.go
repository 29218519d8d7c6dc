package storetest

import (
	"fmt"
	"testing"
	"time"

	"roundup/delivery"
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
	return s.ChangeAddress(s.t.Context(), r.PublicID, asked, told(r), by)
}

// takesBack has an address take the mail back that it did not get from a moment on.
func (s *shelf) takesBack(r subscribers.Subscriber, moved time.Time, by subscribers.Actor) (subscribers.Address, error) {
	return s.ReturnAddress(s.t.Context(), r.PublicID, moved, told(r), by)
}

func told(r subscribers.Subscriber) store.Told {
	return func(_ subscribers.Subscriber, _ string, moved time.Time) (store.OutboxMail, error) {
		m := ofAddress("told "+r.PublicID.String()+moved.String(), "")
		m.Kind = "moved"
		return m, nil
	}
}

// moves has a reader's mail sent to another address a minute from now, and returns when
// that was asked and when it was confirmed.
func (s *shelf) moves(r subscribers.Subscriber, email string) (asked, moved time.Time) {
	s.t.Helper()
	s.clock.Forward(time.Minute)
	asked = s.clock.Now()
	if !s.wants(r, email) {
		s.t.Fatalf("%s was not asked", email)
	}
	s.clock.Forward(time.Minute)
	_, err := s.takes(r, asked, reader())
	s.must(err)
	return asked, s.clock.Now()
}

// A reader's address is another only once that has confirmed; all else stays, and the
// old one is told.
func (e suite) TestChangeAddress(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("ann@old.example")
	s.must(s.Choose(t.Context(), "ann@old.example", subscribers.Choice{Off: []string{"briefs"}, Monthly: true, Language: "de"}, reader()))
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
	if s.must(err); len(held.Mails) != 1 {
		t.Errorf("of the mails to their address are held: %+v", held.Mails)
	}

	_, err = s.takes(ann, asked.Add(time.Millisecond), reader())
	s.mustBe(err, subscribers.ErrVoid)
	s.must(s.Forget(t.Context(), "ann@new.example", Anna()))
	_, err = s.takes(ann, asked, reader())
	s.mustBe(err, subscribers.ErrVoid)
	if n := s.mails("Ann@new.example"); n != 0 {
		t.Errorf("%d mails to the new address after forgetting", n)
	}
	if n := s.mails("ann@old.example"); n != 1 {
		t.Errorf("%d mails to the old address, which must be told who forgets it", n)
	}
	if n := s.keptBeside(); n != 0 {
		t.Errorf("%d addresses are kept", n)
	}
	claimed := s.claims(5)
	for _, m := range claimed {
		s.must(s.SettleOutbox(t.Context(), m, delivery.OutboxResult{Done: true}))
	}
	if n := s.mails("ann@old.example"); n != 0 || len(claimed) != 1 {
		t.Errorf("once it is told, %d of %d mails name the old address", n, len(claimed))
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

// keptBeside counts the addresses that are kept beside those of readers.
func (s *shelf) keptBeside() int {
	s.t.Helper()
	return One[int](s.t, s.Base, `SELECT (SELECT count(*) FROM address_changes) + (SELECT count(*) FROM addresses_left)`)
}

// What a reader may read about themselves is the same whoever's the address is that they
// asked for.
func (e suite) TestAskAddressTellsNothing(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("taken@x.example")
	s.must(s.Suppress(t.Context(), s.hash("gone@x.example"), "gone@x.example", subscribers.HardBounce, Anna()))
	for i, email := range []string{"taken@x.example", "gone@x.example", "free@x.example", "free@x.example"} {
		ann := s.add(fmt.Sprintf("ann%d@x.example", i))
		_, err := s.asksFor(ann, email, reader())
		s.must(err)
		Equal(t, email, s.events(ann.ID), []string{"subscribed (anna)", "asked for another address (page)"})
		if held, err := s.Held(t.Context(), ann.ID, ann.Email); err != nil || len(held.Mails) > 0 {
			t.Errorf("%s: held %+v, %v", email, held.Mails, err)
		}
	}
}

// Of two addresses asked at the same moment the first alone can confirm: they would have
// the same link.
func (e suite) TestAskTwoAddressesAtOnce(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann, asked := s.add("ann@x.example"), s.clock.Now()
	if !s.wants(ann, "mine@x.example") || s.wants(ann, "victim@x.example") {
		t.Error("both were asked, or neither")
	}
	if to, err := s.AskedAddress(t.Context(), ann.PublicID, asked); to.Given != "mine@x.example" || err != nil {
		t.Errorf("the link is of %v, %v", to, err)
	}
}

// A reader whose mail bounces can give another address; one whom nobody is to mail can't.
func (e suite) TestAskAddressOfASuppressedReader(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for _, why := range subscribers.Reasons() {
		if why == subscribers.Erased {
			continue // is nobody's
		}
		old := string(why) + "@old.example"
		ann := s.add(old)
		s.must(s.Suppress(t.Context(), s.hash(old), old, why, Anna()))
		s.clock.Forward(time.Minute)
		asked := s.clock.Now()
		if got := s.wants(ann, string(why)+"@new.example"); got != why.OfMailbox() {
			t.Errorf("%s: asked = %v", why, got)
		}
		if !why.OfMailbox() {
			continue
		}
		_, err := s.takes(ann, asked, reader())
		if s.must(err); s.mails(old) != 0 {
			t.Errorf("%s: an address that is not mailed was told", why)
		}
	}
}

// A link that was used does not take the address again, once a person put the old one back.
func (e suite) TestConfirmedAddressIsNotTakenAgain(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@old.example")
	asked, moved := s.moves(ann, "thief@new.example")
	_, err := s.Change(t.Context(), "thief@new.example", s.address("ann@old.example"), "", Anna())
	s.must(err)
	_, err = s.takes(ann, asked, reader())
	s.mustBe(err, subscribers.ErrVoid)
	if to, err := s.takesBack(ann, moved, reader()); err != nil || to.Key != ann.Key { // it is theirs already
		t.Errorf("taken back to %v, %v", to, err)
	}
	_, err = s.Change(t.Context(), "ann@old.example", s.address("ann@work.example"), "", Anna())
	s.must(err)
	_, err = s.takesBack(ann, moved, reader())
	s.mustBe(err, subscribers.ErrVoid)
}

// The old address takes the mail back, through however many it went since; none of those
// does after that. The last one is told.
func (e suite) TestReturnAddress(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@old.example")
	_, first := s.moves(ann, "thief@one.example")
	asked, second := s.moves(ann, "thief@two.example")
	if to, err := s.LeftAddress(t.Context(), ann.PublicID, first); err != nil || to.Given != "ann@old.example" {
		t.Errorf("looked at: %v, %v", to, err)
	}
	s.clock.Forward(time.Minute)
	for range 2 { // twice is fine
		to, err := s.takesBack(ann, first, reader())
		if s.must(err); to.Given != "ann@old.example" {
			t.Errorf("taken back to %v", to)
		}
	}
	if got := s.get("ann@old.example"); got.PublicID != ann.PublicID || s.mails("thief@two.example") != 1 {
		t.Errorf("is %+v, with %d mails to the last address", got, s.mails("thief@two.example"))
	}
	_, err := s.takes(ann, asked, reader())
	s.mustBe(err, subscribers.ErrVoid)
	_, err = s.takesBack(ann, second, reader())
	s.mustBe(err, subscribers.ErrVoid)

	_, third := s.moves(ann, "ann@three.example")
	s.add("ann@old.example") // signed up anew meanwhile
	_, err = s.takesBack(ann, third, reader())
	s.mustBe(err, subscribers.ErrVoid)
	_, err = s.Unsubscribe(t.Context(), ann.PublicID, reader())
	s.must(err)
	s.must(s.Forget(t.Context(), "ann@old.example", Anna()))
	s.must(s.Lift(t.Context(), s.hash("ann@old.example"), Anna()))
	_, err = s.takesBack(ann, third, reader())
	s.mustBe(err, subscribers.ErrVoid)
}

// What whoever has the reader's page can do, or a stranger with the form, does not keep the old address from taking the mail back.
func (e suite) TestReturnAddressInSpite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(s *shelf) error
	}{
		{"the name saved", func(s *shelf) error {
			_, err := s.Change(t.Context(), "thief@new.example", s.address("thief@new.example"), "Thief", reader())
			return err
		}},
		{"the mail sent on, and taken back from there", func(s *shelf) error {
			thief := s.get("thief@new.example")
			_, moved := s.moves(thief, "thief@two.example")
			s.clock.Forward(time.Minute)
			_, err := s.takesBack(thief, moved, reader())
			return err
		}},
		{"the old address signed up", func(s *shelf) error {
			if !s.asks("ann@old.example") {
				t.Error("the old address was not asked to confirm")
			}
			return nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			ann := s.add("ann@old.example")
			_, moved := s.moves(ann, "thief@new.example")
			s.must(tt.do(s))
			s.clock.Forward(time.Minute)
			if to, err := s.LeftAddress(t.Context(), ann.PublicID, moved); err != nil || to.Given != "ann@old.example" {
				t.Errorf("looked at: %v, %v", to, err)
			}
			_, err := s.takesBack(ann, moved, reader())
			s.must(err)
			if got := s.get("ann@old.example"); got.PublicID != ann.PublicID || got.Status != subscribers.Active {
				t.Errorf("is %+v, want the reader", got)
			}
		})
	}
}

// An address that began a sign-up and never confirmed it can be changed to.
func (e suite) TestChangeAddressToAPendingOne(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@old.example")
	s.asks("ann@new.example")
	pending := s.get("ann@new.example")
	s.clock.Forward(time.Hour) // an address is not mailed twice in a quarter of one
	s.moves(ann, "ann@new.example")
	if got := s.get("ann@new.example"); got.PublicID != ann.PublicID || got.Status != subscribers.Active {
		t.Errorf("is %+v, want the reader", got)
	}
	_, err := s.confirm(pending.PublicID, s.clock.Now())
	s.mustBe(err, subscribers.ErrVoid)
	Equal(t, "events", s.events(pending.ID), []string{"waits for confirmation (page)", "asked to confirm (page)", "erased unconfirmed (page)"})
}

// Who is forgotten is kept beside no other reader, as asked for or as left.
func (e suite) TestForgetBeside(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@old.example")
	s.moves(ann, "ann@new.example")
	s.clock.Forward(time.Minute)
	if !s.wants(ann, "bob@x.example") {
		t.Fatal("bob was not asked")
	}
	for _, email := range []string{"bob@x.example", "ann@old.example"} {
		if kept, err := s.KeptBeside(t.Context(), email); err != nil || !kept {
			t.Errorf("%s: kept %v, %v", email, kept, err)
		}
		s.must(s.Forget(t.Context(), email, Anna()))
		if kept, err := s.KeptBeside(t.Context(), email); err != nil || kept || s.mails(email) != 0 {
			t.Errorf("%s after forgetting: kept %v, %v, %d mails", email, kept, err, s.mails(email))
		}
	}
	if got := s.get("ann@new.example"); got.PublicID != ann.PublicID {
		t.Errorf("the reader is %+v", got)
	}
}

// An address that mail was taken back from is on record only until it is told so, and is
// forgotten before that, too.
func (e suite) TestForgetWhoIsStillToBeTold(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@old.example")
	_, moved := s.moves(ann, "Ann@new.example")
	s.clock.Forward(time.Minute)
	_, err := s.takesBack(ann, moved, reader())
	s.must(err)
	if n := s.mails("Ann@new.example"); n != 1 {
		t.Fatalf("%d mails tell the address", n)
	}
	if kept, err := s.KeptBeside(t.Context(), "ann@new.example"); err != nil || !kept {
		t.Errorf("kept %v, %v", kept, err)
	}
	s.must(s.Forget(t.Context(), "ann@new.example", Anna()))
	if n := s.mails("Ann@new.example"); n != 0 {
		t.Errorf("%d mails name the address", n)
	}
}

// A mail to an address that a reader asked for names it for as long as it can become
// theirs: not once another was asked, a person changed the address, or it was too late.
func (e suite) TestMailToAskedAddressIsErased(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		then func(s *shelf, ann subscribers.Subscriber)
	}{
		{"another asked", func(s *shelf, ann subscribers.Subscriber) {
			if !s.wants(ann, "third@x.example") {
				t.Error("another was not asked")
			}
		}},
		{"changed by a person", func(s *shelf, _ subscribers.Subscriber) {
			_, err := s.Change(t.Context(), "ann@new.example", s.address("ann@work.example"), "", Anna())
			s.must(err)
		}},
		{"never confirmed", func(s *shelf, _ subscribers.Subscriber) {
			s.clock.Forward(subscribers.UnconfirmedFor + time.Hour)
			_, err := s.EraseUnconfirmed(t.Context(), s.clock.Now().Add(-subscribers.UnconfirmedFor), Anna())
			s.must(err)
			if n := s.mails("ann@new.example"); n != 1 {
				t.Errorf("%d mails to their own address, want the one that asked it", n)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			ann := s.add("ann@old.example")
			s.moves(ann, "ann@new.example")
			s.clock.Forward(time.Minute)
			if !s.wants(ann, "stranger@x.example") {
				t.Fatal("it was not asked")
			}
			s.clock.Forward(time.Minute)
			tt.then(s, ann)
			if n := s.mails("stranger@x.example"); n != 0 {
				t.Errorf("%d mails name the address", n)
			}
		})
	}
}

// An old address is kept for as long as it can take the mail back, and the one that was
// asked for thirty days; whether or not anybody else signs up.
func (e suite) TestOldAddressesAreForgotten(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.moves(s.add("ann@old.example"), "ann@new.example")
	moved := s.clock.Now()
	for _, step := range []struct {
		after time.Duration
		kept  int
	}{{subscribers.ConfirmWithin, 2}, {subscribers.ConfirmWithin + time.Hour, 1}, {subscribers.UnconfirmedFor + time.Hour, 0}} {
		s.clock.Forward(moved.Add(step.after).Sub(s.clock.Now()))
		_, err := s.EraseUnconfirmed(t.Context(), s.clock.Now().Add(-subscribers.UnconfirmedFor), Anna())
		s.must(err)
		if n := s.keptBeside(); n != step.kept {
			t.Errorf("after %v %d addresses are kept, want %d", step.after, n, step.kept)
		}
	}
}
