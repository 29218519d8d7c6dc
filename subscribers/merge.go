package subscribers

import (
	"fmt"
	"slices"
	"time"
)

// Outcome is what an import did, or will do, with one row.
type Outcome string

// What becomes of a row.
const (
	Added     Outcome = "added"     // a new subscriber
	Updated   Outcome = "updated"   // a known one, something changed
	Unchanged Outcome = "unchanged" // a known one, nothing to change
	Skipped   Outcome = "skipped"   // left as it was, against what the row asks (see Change.Why)
)

// Change is what Merge made of a row.
type Change struct {
	Outcome Outcome
	Why     string // for Skipped, in plain words; else ""
}

// ImportPolicy is what the operator says about a file, and what the list
// already knows about the row's address.
type ImportPolicy struct {
	Status     Status // what rows become at most: Active (also when zero), Pending or Unsubscribed
	Suppressed Reason // the address's suppression before this row; "" for none
}

// Merge decides what row makes of existing, which is nil for an address and a
// public id that are not in the list. It changes nothing itself; applying the
// same row to its own result is always Unchanged, or Skipped again.
//
// An import can make people leave, never return:
//   - who is unsubscribed stays so, and the row is skipped;
//   - who is pending becomes active only by a row that carries evidence of a
//     confirmation (Consent.Confirmed), never by the operator's word;
//   - who is active is never made pending again;
//   - a row never lifts a suppression, and an erased address is not taken in
//     again.
//
// A blank name does not overwrite, labels are added to those there, the consent
// of record and the reader's choice stay. A new subscriber without a public id in the row has a zero
// one, for the caller to fill. When row.Suppress is set the caller suppresses
// the address, whatever the outcome.
func Merge(existing *Subscriber, row Row, policy ImportPolicy, now time.Time) (Subscriber, Change) {
	switch {
	case row.Skip != "":
		return keep(existing), Change{Skipped, row.Skip}
	case existing == nil && policy.Suppressed == Erased, existing != nil && existing.Key == "":
		return keep(existing), Change{Skipped, "the person asked to be forgotten"}
	case existing == nil:
		return join(row, policy, now), Change{Outcome: Added}
	case existing.Key != row.Address.Key:
		return *existing, Change{Skipped, "the reader with this public id has another address now"}
	}
	merged := *existing
	refused := mergeStatus(&merged, row, policy, now)
	if refused != "" && existing.Status == Unsubscribed {
		return *existing, Change{Skipped, refused}
	}
	if row.Name != "" {
		merged.Name = row.Name
	}
	merged.Labels = MergeLabels(existing.Labels, row.Labels)
	suppressed := row.Suppress != "" && policy.Suppressed == ""
	switch {
	case differ(*existing, merged) || suppressed:
		return merged, Change{Outcome: Updated}
	case refused != "":
		return merged, Change{Skipped, refused}
	}
	return merged, Change{Outcome: Unchanged}
}

func keep(existing *Subscriber) Subscriber {
	if existing == nil {
		return Subscriber{}
	}
	return *existing
}

// join makes a new subscriber of a row.
func join(row Row, policy ImportPolicy, now time.Time) Subscriber {
	s := Subscriber{
		PublicID: row.PublicID,
		Email:    row.Address.Given,
		Key:      row.Address.Key,
		Name:     row.Name,
		Status:   wanted(row, policy),
		Consent:  row.Consent,
		Labels:   MergeLabels(nil, row.Labels),
		Joined:   past(row.Joined, now),
	}
	if row.Choice != nil {
		s.Choice = *row.Choice
	}
	s.Changed = past(row.Changed, now)
	if row.Changed.IsZero() && !row.Joined.IsZero() {
		s.Changed = s.Joined
	}
	s.Consent.At = notAfter(s.Consent.At, now)
	return s
}

// wanted is the more cautious of the file's word and the operator's.
func wanted(row Row, policy ImportPolicy) Status {
	switch {
	case row.Status == Unsubscribed || policy.Status == Unsubscribed:
		return Unsubscribed
	case row.Status == Pending || policy.Status == Pending:
		return Pending
	}
	return Active
}

// mergeStatus moves a known subscriber as far as an import may, and says why
// where the row asks for more.
func mergeStatus(s *Subscriber, row Row, policy ImportPolicy, now time.Time) (refused string) {
	want := wanted(row, policy)
	switch {
	case want == s.Status:
	case s.Status == Unsubscribed:
		return fmt.Sprintf("unsubscribed on %s; an import never brings anybody back", s.Changed.UTC().Format(time.DateOnly))
	case want == Unsubscribed:
		s.Status, s.Changed = Unsubscribed, now
	case s.Status == Pending && !row.Consent.Confirmed():
		return "waits for a confirmation, which an import can't give"
	case s.Status == Pending:
		s.Status, s.Changed, s.Consent = Active, now, row.Consent
		s.Consent.At = notAfter(s.Consent.At, now)
	}
	return ""
}

// differ reports whether an import changed anything it may change.
func differ(a, b Subscriber) bool {
	return a.Name != b.Name || a.Status != b.Status || !slices.Equal(a.Labels, b.Labels)
}

// past is t, or now where t is not set or still to come.
func past(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return notAfter(t, now)
}

func notAfter(t, now time.Time) time.Time {
	if t.After(now) {
		return now
	}
	return t
}
