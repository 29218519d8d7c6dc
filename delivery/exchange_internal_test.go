package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"roundup/digest"
)

// notebook is a ledger that notes what it is asked, and answers what it was told to.
type notebook struct {
	calls  []string
	claims int // given at most
	status digest.Status
	fail   func(want Want) error
}

func (n *notebook) note(format string, args ...any) {
	n.calls = append(n.calls, fmt.Sprintf(format, args...))
}

func (n *notebook) OpenRange(context.Context, Lease, int64, []*Range, UnknownPolicy) (*Range, error) {
	n.note("open")
	return nil, nil //nolint:nilnil // there is no more
}

func (n *notebook) Exchange(_ context.Context, _ int64, _ []*Range, outcomes []Outcome, want Want) ([]Claim, digest.Status, error) {
	n.note("record %d, claim %d", len(outcomes), want.Count)
	if n.fail != nil {
		if err := n.fail(want); err != nil {
			return nil, "", err
		}
	}
	var claims []Claim
	for i := range min(n.claims, want.Count) {
		claims = append(claims, Claim{SubscriberID: int64(i + 1)})
	}
	return claims, n.status, nil
}

func (n *notebook) CloseRanges(context.Context, []*Range, UnknownPolicy) error {
	n.note("close")
	return nil
}

func (n *notebook) Reopen(_ context.Context, _ Lease, _ int64, _ []*Range, ids []int64) error {
	n.note("give back %d", len(ids))
	return nil
}

func (n *notebook) Tally(context.Context, int64) (Tally, error) { return Tally{}, nil }

func (n *notebook) Mark(_ context.Context, _ Lease, _ int64, status digest.Status, _ string) error {
	n.note("mark %s", status)
	return nil
}

// When there is an exchange, what it records and asks for, and what is written beside it.
// Two connections are up, one of which has answered: they can take three claims.
func TestRecordAndClaim(t *testing.T) {
	t.Parallel()
	errRefused := errors.New("the ledger is not as it should be")
	results := func(r *run) {
		r.results.outcomes = []Outcome{{SubscriberID: 1, To: Sent}, {SubscriberID: 2, To: Failed}}
	}
	nothingOwed := func(r *run) { r.owed.empty = true }
	onlyClaims := func(err error) func(Want) error {
		return func(want Want) error {
			if want.Count > 0 {
				return err
			}
			return nil
		}
	}
	tests := []struct {
		name string
		set  []func(*run)
		tell func(*notebook)
		want []string
		then func(*run) bool
	}{
		{name: "as many claims as can be taken", want: []string{"open", "record 0, claim 3"}},
		{name: "results, and claims", set: []func(*run){results}, want: []string{"open", "record 2, claim 3"},
			then: func(r *run) bool { return len(r.results.outcomes) == 0 }},
		{name: "results alone", set: []func(*run){nothingOwed, results}, want: []string{"record 2, claim 0"}},
		{name: "nothing to do", set: []func(*run){nothingOwed}},
		{name: "nothing to do for a while: somebody may have held the issue",
			set:  []func(*run){nothingOwed, func(r *run) { r.asked = noon.Add(-pollEvery) }},
			want: []string{"record 0, claim 0"}, then: func(r *run) bool { return r.asked.Equal(noon) }},
		{name: "not for long enough", set: []func(*run){nothingOwed, func(r *run) { r.asked = noon.Add(1 - pollEvery) }}},
		{name: "fewer claims than asked for: there are no more now", tell: func(n *notebook) { n.claims = 1 },
			want: []string{"open", "record 0, claim 3"},
			then: func(r *run) bool {
				first := r.connections.all[0]
				return r.owed.empty && first.inHand == 1 && (<-first.orders).claim.At.Equal(noon)
			}},
		{name: "ending", set: []func(*run){results, func(r *run) { r.interrupt() }}, want: []string{"record 2, claim 0"}},
		{name: "nothing can be recorded any more", set: []func(*run){results, func(r *run) { r.fail(errRefused) }},
			then: func(r *run) bool { return len(r.results.outcomes) == 2 }},
		{name: "failures that blame nobody are given back first, some at a time",
			set: []func(*run){nothingOwed, results, func(r *run) {
				r.results.reopen = make([]int64, reopenBatch+1)
			}}, want: []string{"give back 500", "give back 1", "record 2, claim 0"}},
		{name: "the relay is away", set: []func(*run){func(r *run) { r.valve.wait(noon, "away") }}, want: []string{"mark waiting"},
			then: func(r *run) bool { return r.issue.Status == digest.Waiting && r.issue.Why == "away" }},
		{name: "it is probed with one message", set: []func(*run){func(r *run) { r.valve.resume(noon, "away") }},
			want: []string{"open", "record 0, claim 1", "mark waiting"}},
		{name: "it is back", set: []func(*run){nothingOwed, func(r *run) { r.issue.Status, r.issue.Why = digest.Waiting, "away" }},
			want: []string{"mark sending"}, then: func(r *run) bool { return r.issue.Status == digest.Sending }},
		{name: "we hold the issue", set: []func(*run){nothingOwed, func(r *run) { r.hold("why", "") }}, want: []string{"mark held"}},
		{name: "a person has held it: that is not written over", tell: func(n *notebook) { n.status = digest.Held },
			want: []string{"open", "record 0, claim 3"},
			then: func(r *run) bool { return r.issue.Status == digest.Held && r.stop != nil && r.stop.err == nil }},
		{name: "claims are refused: what was sent is recorded without them", set: []func(*run){results},
			tell: func(n *notebook) { n.fail = onlyClaims(errRefused) },
			want: []string{"open", "record 2, claim 3", "record 2, claim 0"},
			then: func(r *run) bool {
				return r.stop != nil && errors.Is(r.stop.refusal, errRefused) && r.stop.err == nil && len(r.results.outcomes) == 0
			}},
		{name: "another sends now: nothing is tried again", set: []func(*run){results},
			tell: func(n *notebook) { n.fail = onlyClaims(ErrLeaseLost) },
			want: []string{"open", "record 2, claim 3"},
			then: func(r *run) bool { return r.stop != nil && errors.Is(r.stop.err, ErrLeaseLost) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := &notebook{claims: 3, status: digest.Sending}
			if tt.tell != nil {
				tt.tell(n)
			}
			r := still(Settings{Connections: 2}, n, n)
			for _, set := range tt.set {
				set(r)
			}
			r.recordAndClaim(t.Context())
			if !slices.Equal(n.calls, tt.want) {
				t.Errorf("asked %q, want %q", n.calls, tt.want)
			}
			if tt.then != nil && !tt.then(r) {
				t.Errorf("then: issue %+v, stop %+v, owed %+v, %d results left", r.issue.Status, r.stop, r.owed, len(r.results.outcomes))
			}
		})
	}
}
