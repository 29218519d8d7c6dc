package delivery

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/wording"
)

// Others is what Settings.Shared asks of a ledger besides Tallies: senders in several
// processes know of each other only what is on record.
type Others interface {
	// Grant gives up to want places to begin a message in, which no other sender of the
	// relay gets.
	Grant(ctx context.Context, limits Limits, want int) (Places, error)

	// Refused puts on record the run of equal refusals that this sender sees at present,
	// in place of the last; one without readers ends it. Where it is proven, or is together
	// with those of the others, nobody keeps a failure of it, and Proof is what proved it.
	Refused(ctx context.Context, lease Lease, issue int64, r Refusals) (Proof, error)
}

// tellRefusalsEvery is the least time between two tellings of a run of refusals.
const tellRefusalsEvery = time.Second

// others is the ledger's side of Settings.Shared; nil where nobody else sends.
func (r *run) others() Others {
	if !r.settings.Shared {
		return nil
	}
	o, _ := r.tallies.(Others)
	return o
}

// tellRefusals puts the present run of refusals on record where others send too: theirs
// and this one may prove together what none does alone. At the end it is told at once.
func (r *run) tellRefusals(ctx context.Context, atEnd bool) error {
	others, now := r.others(), r.now()
	if others == nil || !r.streak.untold() || !atEnd && now.Sub(r.streak.toldAt) < tellRefusalsEvery {
		return nil
	}
	var proof Proof
	err := r.persist(ctx, "tell of refusals", func(ctx context.Context) (err error) {
		proof, err = others.Refused(ctx, r.lease, r.issue.ID, r.streak.refusals())
		return err
	})
	if err != nil {
		return err
	}
	r.streak.tell(now)
	if proof.Readers > 0 {
		if !r.streak.proven() {
			r.results.unblame(r.streak.readers)
			r.meter.unblamed(len(r.streak.readers))
			r.streak.ours = r.streak.gist
		}
		r.holdRefused(proof, r.streak.last)
	}
	return nil
}

// holdRefused holds the issue for a run of refusals. Those that several saw are no fault of the
// one by which the proof became complete.
func (r *run) holdRefused(proof Proof, last Outcome) {
	why := fmt.Sprintf("%d readers in a row, at %d domains, were refused in the same words, the last: %s",
		proof.Readers, proof.Domains, relay.Result{Reply: last.Reply, Why: last.Why}.Words())
	if proof.Workers > 1 {
		r.holdFor(wording.Count(proof.Workers, "worker")+" together", why, advice(last.Reply))
		return
	}
	r.hold(why, advice(last.Reply))
}
