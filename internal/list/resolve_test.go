package list_test

import (
	"errors"
	"testing"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// starts starts an issue.
func (b *bundle) starts(t *testing.T) (digest.Issue, delivery.Lease) {
	t.Helper()
	return b.startsAs(t, "00112233445566778899aabbccddeeff")
}

// mailed is a reader who was sent an issue.
func (b *bundle) mailed(t *testing.T) (ann store.Listed, issue digest.Issue) {
	t.Helper()
	ann = b.joins(t, "ann@example.org", subscribers.Active)
	issue, lease := b.starts(t)
	b.exchanges(t, issue, lease, []delivery.Outcome{{SubscriberID: ann.ID, To: delivery.Sent}})
	return ann, issue
}

func (b *bundle) startsAs(t *testing.T, uid string) (digest.Issue, delivery.Lease) {
	t.Helper()
	lease, err := b.store.AcquireLease(t.Context(), "test", storetest.Anna())
	if err != nil {
		t.Fatal(err)
	}
	issue, err := b.store.StartIssue(t.Context(), lease, content.Start{
		Issue:    digest.Issue{UID: uid, Kind: digest.Extra, Slug: "a" + uid, Subject: "A", MailDomain: "magazine.example", Date: b.now},
		Variants: []digest.Variant{{Number: digest.Whole, Subject: "A", HTML: "<p>A</p>", Text: "A", Page: "<p>A</p>"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return issue, lease
}

// exchanges claims readers of an issue and records what became of them.
func (b *bundle) exchanges(t *testing.T, issue digest.Issue, lease delivery.Lease, became []delivery.Outcome) {
	t.Helper()
	opened, err := b.store.OpenRange(t.Context(), lease, issue.ID, nil, delivery.Hold)
	if err != nil {
		t.Fatal(err)
	}
	for _, outcomes := range [][]delivery.Outcome{nil, became} {
		want := delivery.Want{Count: len(became) - len(outcomes), Policy: delivery.Hold}
		if _, _, err := b.store.Exchange(t.Context(), issue.ID, []*delivery.Range{opened}, outcomes, want); err != nil {
			t.Fatal(err)
		}
	}
}

// A person's word settles what is unknown, once: the reader has the issue, or is mailed again.
func TestResolve(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := []struct {
		email string
		has   bool
		want  delivery.State
	}{
		{"has@example.org", true, delivery.Sent},
		{"has-not@example.org", false, delivery.Queued},
	}
	unknown := make([]delivery.Outcome, len(tests))
	for i, tt := range tests {
		unknown[i] = delivery.Outcome{SubscriberID: b.joins(t, tt.email, subscribers.Active).ID, To: delivery.Unknown, Why: "cut off"}
	}
	issue, lease := b.starts(t)
	b.exchanges(t, issue, lease, unknown)
	for _, tt := range tests {
		r := b.find(t, tt.email)
		if err := b.Resolve(t.Context(), issue.Number, r, tt.has, storetest.Anna()); err != nil {
			t.Errorf("%s: %v", tt.email, err)
		}
		history, err := b.store.History(t.Context(), r.Key)
		if err != nil || len(history) != 1 || history[0].State != tt.want {
			t.Errorf("%s: %+v, %v; want %s", tt.email, history, err, tt.want)
		}
		if err := b.Resolve(t.Context(), issue.Number, r, tt.has, storetest.Anna()); !errors.Is(err, delivery.ErrUnlawful) {
			t.Errorf("%s: error = %v, want that it is not unknown any more", tt.email, err)
		}
	}
}
