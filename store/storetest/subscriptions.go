package storetest

import (
	"slices"
	"testing"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

func (e suite) TestUnsubscribe(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	sub := s.add("ann@example.com")
	other := s.add("bob@example.com")
	s.clock.Forward(time.Hour)
	for i, want := range []bool{true, false} {
		changed, err := s.Unsubscribe(t.Context(), sub.PublicID, oneClick())
		s.must(err)
		if changed != want {
			t.Errorf("click %d: changed = %t, want %t", i+1, changed, want)
		}
	}
	got := s.get("ann@example.com")
	if got.Status != subscribers.Unsubscribed || got.Changed != s.clock.Now() || got.Joined != begin() {
		t.Errorf("subscriber = %+v, want unsubscribed now", got)
	}
	if got.Consent != sub.Consent {
		t.Errorf("consent = %+v, want it kept as evidence", got.Consent)
	}
	Equal(t, "events", s.events(sub.ID), []string{"subscribed (anna)", "unsubscribed (one_click)"})
	if got := s.get("bob@example.com").Status; got != other.Status {
		t.Errorf("another subscriber = %s, want %s", got, other.Status)
	}
	if changed, err := s.Unsubscribe(t.Context(), subscribers.NewPublicID(), oneClick()); changed || err != nil {
		t.Errorf("an unknown id = %t, %v, want no change and no error", changed, err)
	}
}

func (e suite) TestConfirmSubscriber(t *testing.T) {
	t.Parallel()
	const email = "ann@x.example"
	form := e.newShelf(t).person(email, "").Consent
	now := begin().Add(time.Hour)
	tests := []struct {
		from subscribers.Status
		want subscribers.Consent
	}{
		{subscribers.Pending, subscribers.Consent{How: "confirmation", At: now, From: form.From, Wording: form.Wording}},
		{subscribers.Active, form},
		{subscribers.Unsubscribed, subscribers.Consent{How: "confirmation", At: now}},
	}
	for _, tt := range tests {
		t.Run(string(tt.from), func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			person := s.person(email, "")
			person.Status = tt.from
			_, err := s.Add(t.Context(), person, Anna())
			s.must(err)
			s.clock.Forward(time.Hour)
			for range 2 { // a second click changes nothing
				s.must(s.ConfirmSubscriber(t.Context(), email, subscribers.ConsentConfirmation, Anna()))
				got := s.get(email)
				if got.Status != subscribers.Active || got.Consent != tt.want {
					t.Errorf("subscriber = %s, %+v, want active, %+v", got.Status, got.Consent, tt.want)
				}
			}
		})
	}
	s := e.newShelf(t)
	s.mustBe(s.ConfirmSubscriber(t.Context(), "nobody@x.example", "confirmation", Anna()), store.ErrNotFound)
}

func (e suite) TestChange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, email, as string
		event           string
	}{
		{"nothing", "ann@example.com", "Name of ann", ""},
		{"name", "ann@example.com", "Ann", "name changed"},
		{"no name", "ann@example.com", "", "name changed"},
		{"spelling", "Ann@Example.com", "Name of ann", "address changed"},
		{"address", "ann@new.example", "Name of ann", "address changed"},
		{"both", "ann@new.example", "Ann", "address and name changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			before := s.add("ann@example.com")
			got, err := s.Change(t.Context(), before.Key, s.address(tt.email), tt.as, Anna())
			s.must(err)
			want := before
			want.Email, want.Key, want.Name = tt.email, s.address(tt.email).Key, tt.as
			if stored := s.get(tt.email); got.Email != want.Email || stored.Email != want.Email || stored.Name != want.Name ||
				stored.ID != want.ID || stored.PublicID != want.PublicID || stored.Consent != want.Consent {
				t.Errorf("stored = %+v, want %+v", stored, want)
			}
			events := []string{"subscribed (anna)"}
			if tt.event != "" {
				events = append(events, tt.event+" (anna)")
			}
			Equal(t, "events", s.events(before.ID), events)
			if hash := One[[]byte](t, s.Base, `SELECT hash FROM subscribers`); !slices.Equal(hash, s.hash(tt.email)) {
				t.Error("the hash beside the subscriber is not that of the address")
			}
		})
	}
}

func (e suite) TestChangeRefuses(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("ann@example.com")
	s.add("bob@example.com")
	s.must(s.Suppress(t.Context(), s.hash("erased@example.com"), "", subscribers.Erased, Anna()))
	for _, tt := range []struct {
		name, from, to string
		want           error
	}{
		{"another's address", "ann@example.com", "BOB@example.com", store.ErrExists},
		{"an erased address", "ann@example.com", "erased@example.com", store.ErrErased},
		{"nobody", "nobody@example.com", "new@example.com", store.ErrNotFound},
	} {
		_, err := s.Change(t.Context(), tt.from, s.address(tt.to), "New", Anna())
		s.mustBe(err, tt.want)
	}
	if got := s.get("ann@example.com"); got.Name != "Name of ann" {
		t.Errorf("name = %q, want it unchanged after refusals", got.Name)
	}
}

// Who moves from a bounced address to a good one is mailed again, and the
// other way round.
func (e suite) TestChangeFollowsSuppressions(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("old@example.com")
	s.must(s.Suppress(t.Context(), s.hash("old@example.com"), "", subscribers.HardBounce, Anna()))
	for i, to := range []string{"new@example.com", "old@example.com"} {
		from := []string{"old@example.com", "new@example.com"}[i]
		_, err := s.Change(t.Context(), from, s.address(to), "", Anna())
		s.must(err)
		n, err := s.Mailable(t.Context())
		s.must(err)
		if want := 1 - i; n != want {
			t.Errorf("mailable at %s = %d, want %d", to, n, want)
		}
	}
}
