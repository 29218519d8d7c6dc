package delivery

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"roundup/digest"
	"roundup/internal/wording"
)

// Summary accounts for an issue.
// The counts add up to Audience.
type Summary struct {
	Issue    int       // its number
	Status   string    // a digest.Status
	Slot     time.Time // none for an extra issue
	Subject  string
	Articles int
	Audience int
	Sent     int
	Failed   int
	Deferred int
	Unknown  int
	Skipped  int
	Skips    []Skip  // why, as far as it is on record; the rest has no row, since the issue was cancelled
	Queued   int     // those in flight among them
	Seconds  float64 // of this run, or from start to finish
	Rate     float64 // messages handed over a second
	// Owed is how many deliveries the next `send` goes on with.
	Owed int
	// Reason is why the issue is waiting, held or cancelled.
	Reason string
	// NextTry is when the next deferred reader is due; zero for none.
	NextTry time.Time
	// Interrupted: a person or the system stopped this run.
	Interrupted bool
	// Working is how many workers are there to go on with it; 0 where there are none, or it is over.
	Working int
	// Limit is what the sending is no faster for, where that is a limit of ours.
	Limit Limit
	// Relay is what the relay is called in Text; "" for "the relay".
	Relay string
}

// Skip is how many readers were skipped for a reason.
type Skip struct {
	Why     string
	Readers int
}

// Summarise accounts for an issue from its tally; took is the time its sending
// took. An unknown delivery that may be sent again counts as owed.
func Summarise(issue digest.Issue, t Tally, took time.Duration) Summary {
	s := Summary{
		Issue: issue.Number, Status: string(issue.Status), Slot: issue.Slot, Subject: issue.Subject,
		Articles: len(issue.Articles()), Audience: t.Audience(),
		Sent: t.Sent, Failed: t.Failed, Deferred: t.Deferred, Unknown: t.Unknown, Skipped: t.Skipped,
		Queued: t.Queued + t.Sending, Reason: issue.Why, NextTry: t.NextDue,
	}
	if issue.Status.UnderWay() {
		s.Owed = t.Owed(Resend)
	}
	s.timed(t.Sent, took)
	return s
}

// timed sets the seconds, to the tenth, and the rate of so many messages.
func (s *Summary) timed(messages int, took time.Duration) {
	s.Seconds = tenth(took.Seconds())
	s.Rate = 0
	if took > 0 {
		s.Rate = tenth(float64(messages) / took.Seconds())
	}
}

// tenth rounds what can't be negative, but by a clock that was put back.
func tenth(f float64) float64 { return math.Round(max(f, 0)*10) / 10 }

// summary accounts for a run; where the ledger can't be read it is what the
// run itself counted.
func (r *run) summary(ctx context.Context) Summary {
	var tally Tally
	err := r.try(ctx, func(ctx context.Context) (err error) {
		tally, err = r.tallies.Tally(ctx, r.issue.ID)
		return err
	})
	if err != nil {
		r.log.Warn("count deliveries for the summary", "error", err)
		tally = r.meter.tally
	}
	s := Summarise(r.issue, tally, 0)
	if r.issue.Status.UnderWay() {
		s.Owed = tally.Owed(r.settings.Unknown)
	}
	s.timed(r.meter.accepted, r.now().Sub(r.meter.started))
	s.Relay, s.Limit = r.settings.Relay, r.meter.reached()
	s.Interrupted = r.stop != nil && r.stop.interrupted
	return s
}

// Text is the summary for people: what happened, and why. What to do is Next's.
func (s Summary) Text() string {
	relay := s.Relay
	if relay == "" {
		relay = "the relay"
	}
	lines := []string{
		fmt.Sprintf("Issue %d, %q, is %s.", s.Issue, s.Subject, s.standing()),
		fmt.Sprintf("%s of %s handed to %s%s.", wording.Thousands(s.Sent), wording.Thousands(s.Audience), relay, s.speed()),
	}
	if rest := s.rest(); rest != "" {
		lines = append(lines, rest)
	}
	if s.Reason != "" {
		lines = append(lines, "Why: "+s.Reason)
	}
	return strings.Join(lines, "\n")
}

func (s Summary) standing() string {
	switch {
	case s.Status == string(digest.Sending) && s.Interrupted && s.Working == 0:
		return "not finished: it was stopped"
	case s.Status == string(digest.Sending):
		return "not finished"
	case s.Status == string(digest.Waiting):
		return "waiting for the relay"
	}
	return s.Status
}

func (s Summary) speed() string {
	if s.Seconds < 1 {
		return "" // too short a time to say anything by
	}
	words := fmt.Sprintf(" in %s", span(time.Duration(s.Seconds*float64(time.Second))))
	switch {
	case s.Limit.Words != "" && s.Sent > 0: // the rate of a slow issue may round to 0
		words += ", at " + s.Limit.Words
	case s.Rate > 0:
		words += ", " + perTime(s.Rate)
	}
	return words
}

// rest names what was not handed over, each with what it means.
func (s Summary) rest() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{
		{s.Failed, "failed: refused for good, or given up"},
		{s.Deferred, "deferred: to be tried again"},
		{s.Unknown, "unknown: handed over, but the answer was lost"},
		{s.Skipped, "skipped: " + s.whySkipped()},
		{s.Queued, "still to be sent" + s.more()},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("  %s %s", wording.Thousands(c.n), c.what))
		}
	}
	return strings.Join(parts, "\n")
}

// whySkipped says why readers were skipped.
func (s Summary) whySkipped() string {
	var parts []string
	rest := s.Skipped
	for _, skip := range s.Skips {
		if len(s.Skips) > 1 || skip.Readers < s.Skipped {
			parts = append(parts, wording.Thousands(skip.Readers)+" "+skip.Why)
		} else {
			parts = append(parts, skip.Why)
		}
		rest -= skip.Readers
	}
	switch {
	case len(parts) == 0:
		return "left the list, or the issue was cancelled"
	case rest > 0:
		parts = append(parts, wording.Thousands(rest)+" since the issue was cancelled")
	}
	return strings.Join(parts, ", ")
}

// more is how much longer what is left takes, where a limit of ours says so.
func (s Summary) more() string {
	if takes := s.Limit.Takes(s.Queued); takes >= time.Minute {
		return fmt.Sprintf(": about %s more at %s", span(takes), s.Limit.Words)
	}
	return ""
}

// Step is how an issue goes on.
type Step string

// Steps.
const (
	NoStep        Step = ""               // it is over
	ReleaseIt     Step = "release it"     // by a person, when the cause is mended
	AwaitRelay    Step = "await relay"    // a run goes on when the relay takes mail
	AwaitDeferred Step = "await deferred" // a run from NextTry on tries them again
	RunAgain      Step = "run again"      // a run goes on where this one stopped
)

// Next says how to go on.
func (s Summary) Next() Step {
	switch digest.Status(s.Status) {
	case digest.Held:
		return ReleaseIt
	case digest.Waiting:
		return AwaitRelay
	case digest.Sending:
		if s.onlyDeferred() {
			return AwaitDeferred
		}
		return RunAgain
	}
	return NoStep
}

// onlyDeferred reports whether there is nothing to do now but to leave readers alone
// for a while, whose server said later.
func (s Summary) onlyDeferred() bool {
	return s.Queued == 0 && s.Deferred > 0 && s.Owed == s.Deferred && !s.NextTry.IsZero()
}
