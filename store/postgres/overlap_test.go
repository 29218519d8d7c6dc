package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

// overlapping is a scene with an issue of which readers 1 and 2 were claimed, and one
// recorded as unknown, one as handed back.
func overlapping(t *testing.T) (*storetest.Scene, digest.Issue) {
	t.Helper()
	s := storetest.NewScene(t, newSchemas(), 3, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Unknown), delivery.Outcome{SubscriberID: 2, To: delivery.Queued})
	return s, issue
}

// beside has an exchange make a change, and commits it only once work waits for it.
func beside(t *testing.T, s *storetest.Scene, change string, work func() error) error {
	t.Helper()
	db := storetest.Raw(t, s.Base)
	limited, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tx, err := db.BeginTx(limited, nil)
	check(t, err)
	defer func() { _ = tx.Rollback() }()
	var pid int
	check(t, tx.QueryRowContext(limited, `SELECT pg_backend_pid()`).Scan(&pid))
	_, err = tx.ExecContext(limited, change)
	check(t, err)
	done := make(chan error, 1)
	go func() { done <- work() }()
	for !waits(limited, t, db, pid) {
	}
	check(t, tx.Commit())
	return <-done
}

// waits reports whether somebody waits for the transaction of a process.
func waits(ctx context.Context, t *testing.T, db *sql.DB, pid int) bool {
	t.Helper()
	var n int
	check(t, db.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))`, pid).Scan(&n))
	return n > 0
}

// A delivery that is claimed between the moment a person's command has read it and the one it
// changes it is the sender's: the mail is on the wire.
func TestAClaimBesideAPersonsChange(t *testing.T) {
	t.Parallel()
	for _, to := range []delivery.State{delivery.Sent, delivery.Queued} {
		t.Run("resolved to "+string(to), func(t *testing.T) {
			t.Parallel()
			s, issue := overlapping(t)
			err := beside(t, s, `UPDATE deliveries SET state = 'sending', resends = 1 WHERE subscriber_id = 1`, func() error {
				return s.Resolve(t.Context(), 1, "reader1@b.example", to, storetest.Anna())
			})
			if !errors.Is(err, delivery.ErrUnlawful) {
				t.Errorf("got %v, want %v", err, delivery.ErrUnlawful)
			}
			if got := s.StateOf(issue, 1); got != delivery.Sending {
				t.Errorf("reader 1 is %s, want sending", got)
			}
		})
	}
	t.Run("forgotten", func(t *testing.T) {
		t.Parallel()
		s, issue := overlapping(t)
		check(t, beside(t, s, `UPDATE deliveries SET state = 'sending', attempts = 1 WHERE subscriber_id = 2`, func() error {
			return s.Forget(t.Context(), "reader2@c.example", storetest.Anna())
		}))
		if got := s.StateOf(issue, 2); got != delivery.Sending {
			t.Errorf("reader 2 is %s, want sending", got)
		}
	})
}

// A reader who leaves, or whom a person settles, between the moment an exchange finds a delivery
// and the one it claims it is passed over, and the exchange goes on to the next.
func TestALeavingBesideAClaim(t *testing.T) {
	t.Parallel()
	const (
		left    = `UPDATE deliveries SET state = 'skipped', why = 'unsubscribed', next_at = NULL WHERE subscriber_id = 2`
		settled = `UPDATE deliveries SET state = 'sent', why = 'resolved' WHERE subscriber_id = 1`
		// Until this is committed nobody can read who the readers are.
		unread = `DO $$ BEGIN LOCK TABLE subscribers IN ACCESS EXCLUSIVE MODE; ` + left + `; END $$`
	)
	for _, tt := range []struct {
		name, change string
		gone         bool // as is read with the reader
		reader       int64
		state        delivery.State
		want         []int64 // claimed
	}{
		{"left", left, false, 2, delivery.Skipped, []int64{3, 1}},
		{"left, as is read", left, true, 2, delivery.Skipped, []int64{3, 1}},
		{"left before they are read", unread, true, 2, delivery.Skipped, []int64{3, 1}},
		{"back on the list before they are read", unread, false, 2, delivery.Skipped, []int64{3, 1}},
		{"settled", settled, false, 1, delivery.Sent, []int64{2, 3}},
		{"settled, and left", settled, true, 1, delivery.Sent, []int64{2, 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, issue := overlapping(t)
			if tt.gone {
				storetest.Exec(t, s.Base, fmt.Sprintf(`UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = %d`, tt.reader))
			}
			var claims []delivery.Claim
			check(t, beside(t, s, tt.change, func() (err error) {
				claims, _, err = s.Exchange(t.Context(), issue.ID, s.Holding[issue.ID], nil, delivery.Want{Count: 3, Policy: delivery.Resend})
				return err
			}))
			storetest.Equal(t, "claimed", storetest.IDs(claims), tt.want)
			if got := s.StateOf(issue, tt.reader); got != tt.state {
				t.Errorf("reader %d is %s, want %s", tt.reader, got, tt.state)
			}
		})
	}
}

// An exchange may be tried again while the server still commits it: it is waited for.
func TestAnExchangeIsTriedAgainDuringItsCommit(t *testing.T) {
	t.Parallel()
	s, issue := overlapping(t)
	var claims []delivery.Claim
	check(t, beside(t, s, `UPDATE ranges SET seq = seq + 1, claimed = 3`, func() (err error) {
		want := delivery.Want{Count: 1, Policy: delivery.Resend, Again: true}
		claims, _, err = s.Exchange(t.Context(), issue.ID, s.Holding[issue.ID], nil, want)
		return err
	}))
	storetest.Equal(t, "claimed", storetest.IDs(claims), []int64{3})
}
