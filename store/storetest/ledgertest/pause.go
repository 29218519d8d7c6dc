package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// Who has paused is in no audience frozen before the pause is over, and skipped in one
// that was frozen before it began.
func (e suite) TestPause(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	key := func(id int64) string {
		return storetest.One[string](t, s.Base, `SELECT key FROM subscribers WHERE id = ?`, id)
	}
	pause := func(id int64, until time.Time) {
		s.Must(s.Pause(t.Context(), key(id), until, storetest.Anna()))
	}
	mailable := func(want int) {
		n, err := s.Mailable(t.Context())
		s.Must(err)
		c, err := s.Stats(t.Context())
		s.Must(err)
		if n != want || c.Mailable != want || c.Paused != 4-want || c.Active != 4 {
			t.Errorf("mailable %d, counted %+v, want %d", n, c, want)
		}
	}
	pause(1, s.clock.Now().Add(time.Hour))
	pause(2, s.clock.Now().Add(time.Hour))
	pause(3, s.clock.Now()) // over
	mailable(2)
	pause(2, time.Time{})
	mailable(3)

	issue := s.Start(1)
	pause(4, s.clock.Now().Add(time.Hour))
	storetest.Equal(t, "claimed", storetest.IDs(s.MustTrade(issue, 4)), []int64{2, 3})
	if got := s.RecordOf(issue, 4); got.State != delivery.Skipped || got.Why != "paused" {
		t.Errorf("reader 4 is %s because %q, want skipped because paused", got.State, got.Why)
	}

	s.clock.Forward(time.Hour)
	mailable(4)
	s.Must(s.Forget(t.Context(), key(4), storetest.Anna()))
	if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM subscriptions WHERE subscriber_id = 4 AND paused_until IS NULL`); n != 1 {
		t.Error("a forgotten reader's pause is kept")
	}
	s.MustFail(s.Pause(t.Context(), "nobody@example.com", time.Time{}, storetest.Anna()), store.ErrNotFound)
}

func addressOf(s *scene, sub subscribers.Subscriber) subscribers.Address {
	address, err := subscribers.ParseAddress(sub.Email)
	s.Must(err)
	return address
}

func (s *scene) hashOf(sub subscribers.Subscriber) []byte {
	keys, err := s.Keyring(s.t.Context())
	s.Must(err)
	return keys.AddressHash(sub.Key)
}

// importRow takes in one line of a file.
func (s *scene) importRow(row subscribers.Row) error {
	row.Consent = subscribers.Consent{How: subscribers.ConsentImport}
	_, err := s.ImportBatch(s.t.Context(), []subscribers.Row{row}, store.ImportOptions{By: storetest.Anna()})
	return err
}

// Whoever leaves while they are to be tried again is skipped at once, whichever way: nobody
// waits for the end of their pause, whether or not a sender holds their range.
func (e suite) TestNobodyWaitsForWhoLeft(t *testing.T) {
	t.Parallel()
	for _, held := range []bool{false, true} {
		for _, tt := range []struct {
			how string
			do  func(*scene, subscribers.Subscriber) error
			why string
		}{
			{"by themselves", func(s *scene, sub subscribers.Subscriber) error {
				_, err := s.Unsubscribe(t.Context(), sub.PublicID, subscribers.Actor{Kind: subscribers.Reader})
				return err
			}, "unsubscribed"},
			{"in a file", func(s *scene, sub subscribers.Subscriber) error {
				return s.importRow(subscribers.Row{Line: 1, Address: addressOf(s, sub), Status: subscribers.Unsubscribed})
			}, "unsubscribed"},
			{"suppressed in a file", func(s *scene, sub subscribers.Subscriber) error {
				return s.importRow(subscribers.Row{Line: 1, Address: addressOf(s, sub), Suppress: subscribers.Complaint})
			}, "suppressed: complaint"},
			{"suppressed by a person", func(s *scene, sub subscribers.Subscriber) error {
				return s.Suppress(t.Context(), s.hashOf(sub), sub.Email, subscribers.Manual, storetest.Anna())
			}, "suppressed: manual"},
			{"suppressed for what came back", func(s *scene, sub subscribers.Subscriber) error {
				gone := func([]store.Outcome) (subscribers.Reason, string) { return subscribers.HardBounce, "" }
				_, err := s.JudgeReader(t.Context(), sub, s.hashOf(sub), gone, storetest.Anna())
				return err
			}, "suppressed: hard_bounce"},
		} {
			t.Run(fmt.Sprintf("%s, held %t", tt.how, held), func(t *testing.T) {
				t.Parallel()
				s := e.newScene(t, 3, 1)
				issue := s.Start(1)
				s.MustTrade(issue, 3)
				s.MustTrade(issue, 0, storetest.To(1, delivery.Deferred), storetest.To(2, delivery.Queued), storetest.To(3, delivery.Sent))
				if !held {
					s.CloseUp(issue, delivery.Resend)
				}
				for _, id := range []int64{1, 2, 3} {
					sub, err := s.FindSubscriber(t.Context(), storetest.One[string](t, s.Base, `SELECT key FROM subscribers WHERE id = ?`, id))
					s.Must(err)
					s.Must(tt.do(s, sub))
				}
				for id, want := range map[int64]delivery.State{1: delivery.Skipped, 2: delivery.Skipped, 3: delivery.Sent} {
					if got := s.RecordOf(issue, id); got.State != want || want == delivery.Skipped && got.Why != tt.why {
						t.Errorf("reader %d is %s because %q, want %s", id, got.State, got.Why, want)
					}
				}
				if held {
					s.CloseUp(issue, delivery.Resend)
				}
				if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM ranges WHERE done_at IS NULL`); n != 0 {
					t.Errorf("%d ranges are not done", n)
				}
				s.Must(s.CompareRanges(t.Context(), issue.ID))
			})
		}
	}
}
