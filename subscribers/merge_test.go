package subscribers_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/subscribers"
)

var (
	now  = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	past = now.AddDate(-1, 0, 0)
)

func address(tb testing.TB, s string) subscribers.Address {
	tb.Helper()
	a, err := subscribers.ParseAddress(s)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func reader(status subscribers.Status) *subscribers.Subscriber {
	return &subscribers.Subscriber{
		ID: 7, PublicID: subscribers.PublicID{7}, Email: "Ann@x.org", Key: "ann@x.org", Name: "Ann",
		Status: status, Labels: []string{"vip"}, Joined: past, Changed: past,
		Consent: subscribers.Consent{How: "form", At: past, From: "https://x.org/join"},
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	imported := subscribers.Consent{How: "import", From: "list.csv"}
	confirmed := subscribers.Consent{How: "confirmation", At: past, From: "list.csv; confirmed from 192.0.2.1"}
	added := subscribers.Subscriber{Email: "ann@x.org", Key: "ann@x.org", Status: "active", Consent: imported, Joined: now, Changed: now}
	with := func(s *subscribers.Subscriber, change func(*subscribers.Subscriber)) subscribers.Subscriber {
		merged := *s
		change(&merged)
		return merged
	}
	never := "unsubscribed on 2025-11-20; an import never brings anybody back"
	waits := "waits for a confirmation, which an import can't give"

	tests := []struct {
		name     string
		existing *subscribers.Subscriber
		row      subscribers.Row
		policy   subscribers.ImportPolicy
		want     subscribers.Subscriber
		outcome  subscribers.Outcome
		why      string
	}{
		{name: "new", want: added, outcome: "added"},
		{name: "new, pending by policy", policy: subscribers.ImportPolicy{Status: "pending"},
			want: with(&added, func(s *subscribers.Subscriber) { s.Status = "pending" }), outcome: "added"},
		{name: "new, active in the file, pending by policy", row: subscribers.Row{Status: "active"}, policy: subscribers.ImportPolicy{Status: "pending"},
			want: with(&added, func(s *subscribers.Subscriber) { s.Status = "pending" }), outcome: "added"},
		{name: "new, pending in the file", row: subscribers.Row{Status: "pending"}, policy: subscribers.ImportPolicy{Status: "active"},
			want: with(&added, func(s *subscribers.Subscriber) { s.Status = "pending" }), outcome: "added"},
		{name: "new, left elsewhere", row: subscribers.Row{Status: "unsubscribed", Joined: past.AddDate(-1, 0, 0), Changed: past}, policy: subscribers.ImportPolicy{Status: "pending"},
			want: with(&added, func(s *subscribers.Subscriber) {
				s.Status, s.Joined, s.Changed = "unsubscribed", past.AddDate(-1, 0, 0), past
			}), outcome: "added"},
		{name: "new, dates to come", row: subscribers.Row{Joined: now.AddDate(1, 0, 0), Changed: now.AddDate(1, 0, 0)}, want: added, outcome: "added"},
		{name: "new, bounced elsewhere", row: subscribers.Row{Suppress: "hard_bounce"}, want: added, outcome: "added"},
		{name: "new, suppressed here", policy: subscribers.ImportPolicy{Suppressed: "complaint"}, want: added, outcome: "added"},
		{name: "erased", policy: subscribers.ImportPolicy{Suppressed: "erased"}, outcome: "skipped", why: "the person asked to be forgotten"},
		{name: "erased, found by public id", existing: &subscribers.Subscriber{ID: 7}, want: subscribers.Subscriber{ID: 7}, outcome: "skipped", why: "the person asked to be forgotten"},
		{name: "skipped by the file", row: subscribers.Row{Skip: "deleted in Ghost"}, outcome: "skipped", why: "deleted in Ghost"},
		{name: "skipped by the file, known", existing: reader("active"), row: subscribers.Row{Skip: "deleted in Ghost", Name: "Bob"}, want: *reader("active"), outcome: "skipped", why: "deleted in Ghost"},
		{name: "moved", existing: &subscribers.Subscriber{Key: "new@x.org"}, want: subscribers.Subscriber{Key: "new@x.org"}, outcome: "skipped", why: "the reader with this public id has another address now"},

		{name: "known", existing: reader("active"), want: *reader("active"), outcome: "unchanged"},
		{name: "known, another spelling", existing: reader("active"), row: subscribers.Row{Address: address(t, "ANN@X.ORG")}, want: *reader("active"), outcome: "unchanged"},
		{name: "blank name", existing: reader("active"), row: subscribers.Row{Labels: []string{"VIP"}}, want: *reader("active"), outcome: "unchanged"},
		{name: "name and label", existing: reader("active"), row: subscribers.Row{Name: "Ann Lee", Labels: []string{"VIP", "press"}},
			want: with(reader("active"), func(s *subscribers.Subscriber) { s.Name, s.Labels = "Ann Lee", []string{"vip", "press"} }), outcome: "updated"},
		{name: "active stays active", existing: reader("active"), row: subscribers.Row{Status: "pending"}, policy: subscribers.ImportPolicy{Status: "pending"}, want: *reader("active"), outcome: "unchanged"},
		{name: "leaves", existing: reader("active"), row: subscribers.Row{Status: "unsubscribed", Changed: past},
			want: with(reader("active"), func(s *subscribers.Subscriber) { s.Status, s.Changed = "unsubscribed", now }), outcome: "updated"},
		{name: "pending leaves", existing: reader("pending"), row: subscribers.Row{Status: "unsubscribed"},
			want: with(reader("pending"), func(s *subscribers.Subscriber) { s.Status, s.Changed = "unsubscribed", now }), outcome: "updated"},
		{name: "never returns", existing: reader("unsubscribed"), row: subscribers.Row{Status: "active", Name: "Bob", Consent: confirmed}, want: *reader("unsubscribed"), outcome: "skipped", why: never},
		{name: "never returns by policy", existing: reader("unsubscribed"), policy: subscribers.ImportPolicy{Status: "active"}, want: *reader("unsubscribed"), outcome: "skipped", why: never},
		{name: "never returns to pending", existing: reader("unsubscribed"), row: subscribers.Row{Status: "pending"}, want: *reader("unsubscribed"), outcome: "skipped", why: never},
		{name: "still gone", existing: reader("unsubscribed"), row: subscribers.Row{Status: "unsubscribed"}, want: *reader("unsubscribed"), outcome: "unchanged"},
		{name: "pending waits", existing: reader("pending"), row: subscribers.Row{Status: "active"}, policy: subscribers.ImportPolicy{Status: "active"}, want: *reader("pending"), outcome: "skipped", why: waits},
		{name: "pending waits, with a new name", existing: reader("pending"), row: subscribers.Row{Name: "Bob"},
			want: with(reader("pending"), func(s *subscribers.Subscriber) { s.Name = "Bob" }), outcome: "updated"},
		{name: "pending, and the file says so", existing: reader("pending"), row: subscribers.Row{Status: "pending"}, want: *reader("pending"), outcome: "unchanged"},
		{name: "pending, confirmed elsewhere", existing: reader("pending"), row: subscribers.Row{Status: "active", Consent: confirmed},
			want: with(reader("pending"), func(s *subscribers.Subscriber) { s.Status, s.Changed, s.Consent = "active", now, confirmed }), outcome: "updated"},
		{name: "suppression is news", existing: reader("active"), row: subscribers.Row{Suppress: "hard_bounce"}, want: *reader("active"), outcome: "updated"},
		{name: "suppression is none", existing: reader("active"), row: subscribers.Row{Suppress: "hard_bounce"}, policy: subscribers.ImportPolicy{Suppressed: "manual"}, want: *reader("active"), outcome: "unchanged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.row.Address.Key == "" {
				tt.row.Address = address(t, "ann@x.org")
			}
			if tt.row.Consent.How == "" {
				tt.row.Consent = imported
			}
			got, change := subscribers.Merge(tt.existing, tt.row, tt.policy, now)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("subscriber (-want +got):\n%s", diff)
			}
			if want := (subscribers.Change{Outcome: tt.outcome, Why: tt.why}); change != want {
				t.Errorf("got %+v, want %+v", change, want)
			}
		})
	}
}

// Whatever the list and the file hold: nobody returns, nobody is activated by
// the operator's word, and a second time changes nothing.
func TestMergeNeverBringsBack(t *testing.T) {
	t.Parallel()
	statuses := subscribers.Statuses()
	rapid.Check(t, func(t *rapid.T) {
		row := subscribers.Row{
			Address: subscribers.Address{Given: "ann@x.org", Local: "ann", Domain: "x.org", Key: "ann@x.org"},
			Name:    rapid.SampledFrom([]string{"", "Ann", "Bob"}).Draw(t, "name"),
			Status:  rapid.SampledFrom(append(statuses, "")).Draw(t, "row status"),
			Labels:  rapid.SampledFrom([][]string{nil, {"vip"}, {"VIP", "press"}}).Draw(t, "labels"),
			Consent: subscribers.Consent{How: rapid.SampledFrom([]string{"import", "confirmation"}).Draw(t, "how")},
			Skip:    rapid.SampledFrom([]string{"", "", "no"}).Draw(t, "skip"),
		}
		policy := subscribers.ImportPolicy{Status: rapid.SampledFrom([]subscribers.Status{"", "active", "pending"}).Draw(t, "policy")}
		existing := reader(rapid.SampledFrom(statuses).Draw(t, "status"))

		got, change := subscribers.Merge(existing, row, policy, now)
		switch {
		case existing.Status == subscribers.Unsubscribed && got.Status != subscribers.Unsubscribed:
			t.Fatalf("brought back: %+v", got)
		case existing.Status == subscribers.Pending && got.Status == subscribers.Active && !row.Consent.Confirmed():
			t.Fatalf("activated without a confirmation: %+v", got)
		case existing.Status == subscribers.Active && got.Status == subscribers.Pending:
			t.Fatalf("made pending: %+v", got)
		case (change.Outcome == subscribers.Skipped) != (change.Why != ""):
			t.Fatalf("%+v: a skipped row has a reason, and no other", change)
		}
		again, second := subscribers.Merge(&got, row, policy, now.Add(time.Hour))
		if diff := cmp.Diff(got, again); diff != "" || second.Outcome != subscribers.Unchanged && second.Outcome != subscribers.Skipped {
			t.Fatalf("a second time: %+v (-first +second):\n%s", second, diff)
		}
	})
}
