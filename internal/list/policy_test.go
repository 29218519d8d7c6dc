package list_test

import (
	"testing"
	"time"

	"roundup/delivery/reason"
	"roundup/internal/list"
	"roundup/store"
	"roundup/subscribers"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Date(2026, time.November, 28, 7, 0, 0, 0, time.UTC)
	took := store.Outcome{Took: true}
	of := func(r reason.Reason) store.Outcome { return store.Outcome{Reason: r} }
	later := func(r reason.Reason) store.Outcome { return store.Outcome{Reason: r, Later: true} }
	// weekly dates outcomes, the newest first: a week apart.
	weekly := func(all ...store.Outcome) []store.Outcome {
		for i := range all {
			all[i].At = now.Add(-time.Duration(i) * 7 * day)
		}
		return all
	}
	full := later(reason.MailboxFull)
	nine := weekly(full, full, full, full, full, full, full, full, full, full)
	tests := []struct {
		name string
		last []store.Outcome
		want subscribers.Reason
	}{
		{"nothing", nil, ""},
		{"taken", weekly(took), ""},
		{"gone, came back", weekly(later(reason.UserUnknown)), subscribers.HardBounce},
		{"no such domain, came back", weekly(later(reason.HostUnknown), took), subscribers.HardBounce},
		{"gone, refused once", weekly(of(reason.UserUnknown), took), ""},
		{"gone, refused twice in a row", weekly(of(reason.UserUnknown), of(reason.UserUnknown), took), subscribers.HardBounce},
		{"gone, with an issue between that says nothing", weekly(of(reason.UserUnknown), of(reason.Blocked), of(reason.UserUnknown)), subscribers.HardBounce},
		{"gone, taken, gone", weekly(of(reason.UserUnknown), took, of(reason.UserUnknown)), ""},
		{"gone long ago", weekly(took, later(reason.UserUnknown)), ""},
		{"about us, ten times", weekly(of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam), of(reason.Spam)), ""},
		{"in between, ten times", weekly(later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired), later(reason.Expired)), ""},
		{"full four times, in three weeks", weekly(full, full, full, full), ""},
		{"full ten times, in nine weeks", nine, subscribers.SoftBounce},
		{"full ten times, one taken between", weekly(full, full, full, full, took, full, full, full, full, full), ""},
		{"full thrice, in half a year", []store.Outcome{{At: now, Reason: reason.MailboxFull}, {At: now.Add(-90 * day), Reason: reason.MailboxFull}, {At: now.Add(-180 * day), Reason: reason.MailboxFull}}, ""},
		{"full, then gone at SMTP", weekly(of(reason.UserUnknown), full, full), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, ground := policy.Judge(tt.last, now); got != tt.want || (got != "") && ground == "" {
				t.Errorf("got %q (%s), want %q", got, ground, tt.want)
			}
		})
	}
	_, ground := list.Policy{SoftIssues: 1}.Judge(weekly(full), now)
	if want := "not mailed any more, for 1 issue in a row did not arrive since 2026-11-28"; ground != want {
		t.Errorf("ground = %q, want %q", ground, want)
	}
}
