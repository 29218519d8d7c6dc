package asjson

import (
	"time"

	"roundup/delivery"
)

// Summary accounts for an issue: a line of `send`, and `report`.
type Summary struct {
	Issue       int            `json:"issue,omitempty"`
	Status      string         `json:"status"`
	Subject     string         `json:"subject"`
	Articles    int            `json:"articles"`
	Audience    int            `json:"audience"`
	Sent        int            `json:"sent"`
	Failed      int            `json:"failed"`
	Deferred    int            `json:"deferred"`
	Unknown     int            `json:"unknown"`
	Skipped     int            `json:"skipped"`
	Skips       map[string]int `json:"skipped_why,omitempty"` // readers by reason
	Queued      int            `json:"queued"`
	Seconds     float64        `json:"seconds"`
	Rate        float64        `json:"rate"`
	Owed        int            `json:"owed,omitempty"`
	Reason      string         `json:"reason,omitempty"`
	NextTry     time.Time      `json:"next_try,omitzero"`
	Interrupted bool           `json:"interrupted,omitempty"`
	Resent      int            `json:"resent,omitempty"`          // sent again after being unknown; of `report`
	Slot        *time.Time     `json:"slot"`                      // null for an extra issue
	Without     []string       `json:"without_sources,omitempty"` // that could not be read, each with why; of `report`
	*Quality                   // of `report`
	Returned    []Returned     `json:"returned,omitempty"` // of `report`
}

// SummaryOf is a summary's line.
func SummaryOf(s delivery.Summary) Summary {
	line := Summary{
		Issue: s.Issue, Status: s.Status, Subject: s.Subject, Articles: s.Articles, Audience: s.Audience,
		Sent: s.Sent, Failed: s.Failed, Deferred: s.Deferred, Unknown: s.Unknown, Skipped: s.Skipped, Queued: s.Queued,
		Seconds: s.Seconds, Rate: s.Rate, Owed: s.Owed, Reason: s.Reason, NextTry: s.NextTry, Interrupted: s.Interrupted,
	}
	for _, skip := range s.Skips {
		if line.Skips == nil {
			line.Skips = map[string]int{}
		}
		line.Skips[skip.Why] = skip.Readers
	}
	if !s.Slot.IsZero() {
		line.Slot = &s.Slot
	}
	return line
}

// NothingSent is `send` where no issue went out.
type NothingSent struct {
	Status   string `json:"status"` // "skipped"
	Reason   string `json:"reason"`
	NextSlot string `json:"next_slot,omitempty"`
}

// NothingSentFor is that of a reason; next is zero without a schedule.
func NothingSentFor(reason string, next time.Time) NothingSent {
	return NothingSent{Status: "skipped", Reason: reason, NextSlot: stamp(next)}
}

// TestSent is `send --test`.
type TestSent struct {
	Status  string   `json:"status"` // "test"
	Issue   int      `json:"issue"`
	Subject string   `json:"subject"`
	To      []string `json:"to"`
	Example bool     `json:"example"` // nothing is owed: made of the most recent articles
}
