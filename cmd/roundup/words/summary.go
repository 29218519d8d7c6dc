package words

import (
	"fmt"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/wording"
)

// Summary is what became of an issue, and why. What to do is NextStep's.
func Summary(s delivery.Summary) string {
	relay := s.Relay
	if relay == "" {
		relay = "the relay"
	}
	lines := []string{
		fmt.Sprintf("Issue %d, %q, is %s.", s.Issue, s.Subject, standing(s)),
		fmt.Sprintf("%s of %s handed to %s%s.", wording.Thousands(s.Sent), wording.Thousands(s.Audience), relay, speed(s)),
	}
	if rest := remains(s); rest != "" {
		lines = append(lines, rest)
	}
	if s.Reason != "" {
		lines = append(lines, "Why: "+s.Reason)
	}
	return strings.Join(lines, "\n")
}

func standing(s delivery.Summary) string {
	switch {
	case s.Status == string(digest.Sending) && s.Interrupted:
		return "not finished: it was stopped"
	case s.Status == string(digest.Sending):
		return "not finished"
	case s.Status == string(digest.Waiting):
		return "waiting for the relay"
	}
	return s.Status
}

func speed(s delivery.Summary) string {
	if s.Seconds < 1 {
		return "" // too short a time to say anything by
	}
	words := fmt.Sprintf(" in %s", wording.Duration(time.Duration(s.Seconds*float64(time.Second))))
	switch {
	case s.Limit.Words != "" && s.Sent > 0: // the rate of a slow issue may round to 0
		words += ", at " + s.Limit.Words
	case s.Rate > 0:
		words += ", " + wording.Rate(s.Rate)
	}
	return words
}

// remains names what was not handed over, each with what it means.
func remains(s delivery.Summary) string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{
		{s.Failed, "failed: refused for good, or given up"},
		{s.Deferred, "deferred: to be tried again"},
		{s.Unknown, "unknown: handed over, but the answer was lost"},
		{s.Skipped, "skipped: " + whySkipped(s)},
		{s.Queued, "still to be sent" + more(s)},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("  %s %s", wording.Thousands(c.n), c.what))
		}
	}
	return strings.Join(parts, "\n")
}

// whySkipped says why readers were skipped.
func whySkipped(s delivery.Summary) string {
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
func more(s delivery.Summary) string {
	if takes := s.Limit.Takes(s.Queued); takes >= time.Minute {
		return fmt.Sprintf(": about %s more at %s", wording.Duration(takes), s.Limit.Words)
	}
	return ""
}
