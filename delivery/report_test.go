package delivery_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
)

func issueOf(status digest.Status, why string) digest.Issue {
	return digest.Issue{
		ID: 3, Number: 12, Status: status, Why: why, Slot: in(0), Subject: "The Round-up: A headline",
		Sections: []digest.IssueSection{{Articles: make([]digest.Printed, 9)}},
	}
}

func TestSummaryText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		issue digest.Issue
		tally delivery.Tally
		with  func(*delivery.Summary)
		want  string
		next  delivery.Step
	}{
		{
			"sent", issueOf(digest.Sent, ""), delivery.Tally{Sent: 1200, Failed: 3, Skipped: 1},
			func(s *delivery.Summary) { s.Relay = "smtp.example" },
			`Issue 12, "The Round-up: A headline", is sent.
1,200 of 1,204 handed to smtp.example in 8s, 148 a second.
  3 failed: refused for good, or given up
  1 skipped: left the list, or the issue was cancelled`, delivery.NoStep,
		},
		{
			"sent, one unknown", issueOf(digest.Sent, ""), delivery.Tally{Sent: 9, Unknown: 1}, nil,
			`Issue 12, "The Round-up: A headline", is sent.
9 of 10 handed to the relay in 8s, 1.1 a second.
  1 unknown: handed over, but the answer was lost`, delivery.NoStep,
		},
		{
			"held", issueOf(digest.Held, "535 5.7.8 bad credentials; check smtp.username"), delivery.Tally{Queued: 5000}, nil,
			`Issue 12, "The Round-up: A headline", is held.
0 of 5,000 handed to the relay in 8s.
  5,000 still to be sent
Why: 535 5.7.8 bad credentials; check smtp.username`, delivery.ReleaseIt,
		},
		{
			"waiting", issueOf(digest.Waiting, "connect to relay:587: connection refused"), delivery.Tally{Sent: 4, Queued: 6}, nil,
			`Issue 12, "The Round-up: A headline", is waiting for the relay.
4 of 10 handed to the relay in 8s, 30 a minute.
  6 still to be sent
Why: connect to relay:587: connection refused`, delivery.AwaitRelay,
		},
		{
			"deferred readers", issueOf(digest.Sending, ""), delivery.Tally{Sent: 8, Deferred: 2}, nil,
			`Issue 12, "The Round-up: A headline", is not finished.
8 of 10 handed to the relay in 8s, 1 a second.
  2 deferred: to be tried again`, delivery.RunAgain,
		},
		{
			"stopped", issueOf(digest.Sending, ""), delivery.Tally{Sent: 8, Queued: 2},
			func(s *delivery.Summary) { s.Interrupted = true },
			`Issue 12, "The Round-up: A headline", is not finished: it was stopped.
8 of 10 handed to the relay in 8s, 1 a second.
  2 still to be sent`, delivery.RunAgain,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := delivery.Summarise(tt.issue, tt.tally, 8100*time.Millisecond)
			if tt.with != nil {
				tt.with(&s)
			}
			if diff := cmp.Diff(tt.want, s.Text()); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			if s.Next() != tt.next {
				t.Errorf("next is %q, want %q", s.Next(), tt.next)
			}
			if strings.Contains(s.Text(), "delivered") {
				t.Error("only a DSN says delivered")
			}
		})
	}
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status string
		want   int
	}{
		{"sent", 0}, {"cancelled", 0}, {"skipped", 0}, {"sending", 3}, {"waiting", 3}, {"held", 1},
	}
	for _, tt := range tests {
		if got := delivery.ExitCode(delivery.Summary{Status: tt.status, Failed: 7}); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.status, got, tt.want)
		}
	}
}
