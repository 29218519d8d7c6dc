package content

import (
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// Beat says that a worker is alive and what it does. Whichever beats first counts the
// time in which an issue was being sent. It fails with delivery.ErrLeaseLost where the
// worker was silent for so long that it is forgotten.
func (s *Content) Beat(ctx context.Context, lease delivery.Lease, d ledger.Doing) error {
	err := s.write(ctx, func(tx *Tx) error {
		if err := tx.Beat(ctx, lease, d); err != nil {
			return err
		}
		return tx.settleWaiting(ctx, lease, d.Unknown)
	})
	if err != nil {
		return fmt.Errorf("tell of the worker: %w", err)
	}
	return nil
}

// settleWaiting makes an issue waiting that a worker waits with for the relay, once nobody
// at work on it gets an answer.
func (tx *Tx) settleWaiting(ctx context.Context, lease delivery.Lease, policy delivery.UnknownPolicy) error {
	issue, why, err := tx.AllWait(ctx, lease, policy)
	if err != nil || issue == 0 {
		return err
	}
	return tx.SetIssueStatus(ctx, issue, digest.Waiting, why, lease.By.Via(subscribers.ThroughSending))
}

// waitAlone notes that a worker waits for the relay. The issue waits once all do; where there are
// none to send to but unknown ones, from the worker's next beat on, which says whether it may.
func (tx *Tx) waitAlone(ctx context.Context, lease delivery.Lease, issue int64, why string) error {
	if err := tx.NoteTrouble(ctx, lease, issue, why); err != nil {
		return err
	}
	return tx.settleWaiting(ctx, lease, delivery.Hold)
}
