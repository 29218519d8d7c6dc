package storetest

import (
	"slices"
	"testing"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// A reader comes back from a leaving of their own exactly as they were, unless
// anything was done since.
func (e suite) TestUndoLeave(t *testing.T) {
	t.Parallel()
	const email = "ann@example.com"
	page := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	tests := []struct {
		name   string
		from   subscribers.Status
		by     subscribers.Actor
		then   func(s *shelf, id subscribers.PublicID)
		undone bool
	}{
		{name: "one click", by: oneClick(), undone: true},
		{name: "the page", by: page, undone: true},
		{name: "while pending", from: subscribers.Pending, by: page, undone: true},
		{name: "said why", by: page, undone: true, then: func(s *shelf, id subscribers.PublicID) {
			s.must(s.SayWhyLeft(s.t.Context(), id, subscribers.TooOften, page))
		}},
		{name: "left twice", by: page, undone: true, then: func(s *shelf, id subscribers.PublicID) {
			_, err := s.UndoLeave(s.t.Context(), id, begin(), page)
			s.must(err)
			_, err = s.Unsubscribe(s.t.Context(), id, page)
			s.must(err)
		}},
		{name: "given the data since", by: page, undone: true, then: func(s *shelf, _ subscribers.PublicID) {
			s.must(s.NoteDataGiven(s.t.Context(), s.get(email).ID, page))
		}},
		{name: "signed up by anybody since", by: page, undone: true, then: func(s *shelf, _ subscribers.PublicID) {
			up := s.signUp(email, "", 0)
			up.Chose, up.Subscriber.Choice.Off = true, []string{"briefs"}
			_, err := s.SignUp(s.t.Context(), up, page)
			s.must(err)
			s.must(s.NotAsked(s.t.Context(), email, "why", page))
		}},
		{name: "a soft bounce since", by: page, undone: true, then: func(s *shelf, _ subscribers.PublicID) {
			s.bounces(email, "soft")
		}},
		{name: "a hard bounce since, which suppresses nobody", by: page, then: func(s *shelf, _ subscribers.PublicID) {
			s.bounces(email, "hard")
		}},
		{name: "a day ago", by: page, then: func(s *shelf, _ subscribers.PublicID) { s.clock.Forward(24 * time.Hour) }},
		{name: "by somebody else", by: Anna()},
		{name: "a complaint since", by: page, then: func(s *shelf, _ subscribers.PublicID) {
			s.must(s.Suppress(s.t.Context(), s.hash(email), email, subscribers.Complaint, Anna()))
		}},
		{name: "a bounce since", by: page, then: func(s *shelf, _ subscribers.PublicID) {
			s.must(s.Suppress(s.t.Context(), s.hash(email), email, subscribers.HardBounce, Anna()))
		}},
		{name: "forgotten since", by: page, then: func(s *shelf, _ subscribers.PublicID) {
			s.must(s.Forget(s.t.Context(), email, Anna()))
		}},
		{name: "another name since", by: page, then: func(s *shelf, _ subscribers.PublicID) {
			_, err := s.Change(s.t.Context(), email, s.address(email), "Ann Other", Anna())
			s.must(err)
		}},
		{name: "confirmed since", by: page, then: func(s *shelf, _ subscribers.PublicID) {
			s.must(s.ConfirmSubscriber(s.t.Context(), email, subscribers.ConsentCommand, Anna()))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			person := s.person(email, "Ann")
			if tt.from != "" {
				person.Status = tt.from
			}
			before, err := s.Add(t.Context(), person, Anna())
			s.must(err)
			s.clock.Forward(time.Minute)
			_, err = s.Unsubscribe(t.Context(), before.PublicID, tt.by)
			s.must(err)
			s.clock.Forward(time.Minute)
			if tt.then != nil {
				tt.then(s, before.PublicID)
			}
			since := s.clock.Now().Add(-24 * time.Hour)
			left, err := s.SubscriberByPublicID(t.Context(), before.PublicID)
			_, undoable, _ := s.Undoable(t.Context(), before.PublicID, since)
			undone, uerr := s.UndoLeave(t.Context(), before.PublicID, since, page)
			s.must(uerr)
			if undone != tt.undone || undoable != tt.undone {
				t.Fatalf("undoable %t, undone %t, want %t", undoable, undone, tt.undone)
			}
			if err != nil {
				return // forgotten
			}
			want := left
			if tt.undone {
				want, want.Changed = before, s.clock.Now()
			}
			if got := s.get(email); got.Status != want.Status || got.Name != want.Name || got.Consent != want.Consent || !got.Choice.Equal(want.Choice) || got.WhyLeft != want.WhyLeft || got.Changed != want.Changed {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if events := s.events(before.ID); slices.Contains(events, "leaving undone (page)") != tt.undone {
				t.Errorf("events %q", events)
			}
			if again, err := s.UndoLeave(t.Context(), before.PublicID, since, page); again || err != nil {
				t.Errorf("undone once more: %t, %v", again, err)
			}
		})
	}
}

// bounces puts a bounce of a reader's mail on record, from which nothing follows.
func (s *shelf) bounces(email, kind string) {
	s.t.Helper()
	b := store.Bounce{Digest: [32]byte{1}, Subscriber: s.get(email).ID, Way: "mail", Kind: kind, Domain: "example.com"}
	nothing := func([]store.Outcome) (subscribers.Reason, string) { return "", "" }
	_, err := s.saveBounce(b, s.hash(email), email, nothing, subscribers.Actor{Kind: subscribers.Daemon})
	s.must(err)
}

// TestUnsubscribeOnce: a mail by which a reader leaves does so once, also where they had
// left before it was read, and each other mail does.
func (e suite) TestUnsubscribeOnce(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@example.com")
	leave := func(mail byte) bool {
		t.Helper()
		left, err := s.UnsubscribeOnce(t.Context(), [32]byte{mail}, "mail", ann.PublicID, oneClick())
		s.must(err)
		return left
	}
	returns := func() {
		t.Helper()
		s.must(s.ConfirmSubscriber(t.Context(), ann.Key, subscribers.ConsentConfirmation, Anna()))
	}
	for i, step := range []struct {
		mail byte
		want bool
	}{{1, true}, {1, false}, {2, false}} {
		if left := leave(step.mail); left != step.want {
			t.Errorf("step %d: left %v", i, left)
		}
	}
	returns()
	if leave(1) || leave(2) || s.get(ann.Email).Status != subscribers.Active {
		t.Error("a mail of before ends the subscription again")
	}
	if !leave(3) || s.get(ann.Email).Status != subscribers.Unsubscribed {
		t.Error("a new mail does not")
	}
	for mail, want := range map[byte]bool{1: true, 3: true, 4: false} {
		if known, err := s.KnowsMail(t.Context(), [32]byte{mail}); err != nil || known != want {
			t.Errorf("mail %d is known: %v, %v", mail, known, err)
		}
	}
}

func (e suite) TestWhyLeft(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for _, name := range []string{"ann", "bob", "cid", "dan", "eve"} {
		sub := s.add(name + "@example.com")
		if name == "ann" { // has not left
			s.must(s.SayWhyLeft(t.Context(), sub.PublicID, subscribers.Other, oneClick()))
			continue
		}
		_, err := s.Unsubscribe(t.Context(), sub.PublicID, oneClick())
		s.must(err)
		if name != "bob" {
			s.must(s.SayWhyLeft(t.Context(), sub.PublicID, subscribers.TooOften, oneClick()))
		}
	}
	s.must(s.SayWhyLeft(t.Context(), s.get("dan@example.com").PublicID, subscribers.Elsewhere, oneClick()))
	s.must(s.Forget(t.Context(), "eve@example.com", Anna()))
	s.must(s.SayWhyLeft(t.Context(), subscribers.NewPublicID(), subscribers.Other, oneClick()))
	got, err := s.WhyLeft(t.Context())
	s.must(err)
	if len(got) != 2 || got[subscribers.TooOften] != 1 || got[subscribers.Elsewhere] != 1 {
		t.Errorf("why left = %v, want one too often and one elsewhere", got)
	}
	Equal(t, "events", s.events(s.get("dan@example.com").ID), []string{
		"subscribed (anna)", "unsubscribed (one_click)", "said why they left (one_click)", "said why they left (one_click)",
	})
	s.must(s.ConfirmSubscriber(t.Context(), "dan@example.com", subscribers.ConsentCommand, Anna()))
	if why := s.get("dan@example.com").WhyLeft; why != "" {
		t.Errorf("who came back left because %q", why)
	}
}
