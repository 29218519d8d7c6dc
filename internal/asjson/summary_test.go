package asjson_test

import (
	"encoding/json"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/asjson"
)

var slot = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// prints fails the test unless a line is written so, to the byte.
func prints(t *testing.T, line any, want string) {
	t.Helper()
	got, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	regular := func(status digest.Status, why string) digest.Issue {
		return digest.Issue{
			Number: 12, Status: status, Why: why, Slot: slot, Subject: "The Round-up: A headline",
			Sections: []digest.IssueSection{{Articles: make([]digest.Printed, 9)}},
		}
	}
	tests := []struct {
		name  string
		issue digest.Issue
		tally delivery.Tally
		want  string
	}{
		{
			"sent", regular(digest.Sent, ""), delivery.Tally{Sent: 1200, Failed: 3, Skipped: 1},
			`{"issue":12,"status":"sent","subject":"The Round-up: A headline","articles":9,` +
				`"audience":1204,"sent":1200,"failed":3,"deferred":0,"unknown":0,"skipped":1,"queued":0,"seconds":8.1,"rate":148.1,` +
				`"slot":"2026-11-20T12:00:00Z"}`,
		},
		{
			"waiting", regular(digest.Waiting, "421 busy"), delivery.Tally{Sent: 4, Queued: 2, Sending: 1, Deferred: 3, Unknown: 2, Resendable: 1, NextDue: slot.Add(time.Hour)},
			`{"issue":12,"status":"waiting","subject":"The Round-up: A headline","articles":9,` +
				`"audience":12,"sent":4,"failed":0,"deferred":3,"unknown":2,"skipped":0,"queued":3,"seconds":8.1,"rate":0.5,` +
				`"owed":7,"reason":"421 busy","next_try":"2026-11-20T13:00:00Z","slot":"2026-11-20T12:00:00Z"}`,
		},
		{
			"an extra issue has no slot", digest.Issue{Number: 13, Status: digest.Sent, Kind: digest.Extra}, delivery.Tally{},
			`{"issue":13,"status":"sent","subject":"","articles":0,` +
				`"audience":0,"sent":0,"failed":0,"deferred":0,"unknown":0,"skipped":0,"queued":0,"seconds":8.1,"rate":0,"slot":null}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			prints(t, asjson.SummaryOf(delivery.Summarise(tt.issue, tt.tally, 8100*time.Millisecond)), tt.want)
		})
	}
}
