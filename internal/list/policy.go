package list

import (
	"fmt"
	"time"

	"roundup/delivery/reason"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/subscribers"
)

// Policy is what it takes to stop mailing a reader whose mail does not arrive. A score of a
// point a day, as lists of daily mail keep, would never add up on a weekly one.
type Policy struct {
	SoftIssues int           // so many issues in a row that the mailbox did not take,
	SoftFor    time.Duration // over so long a time
	VERP       bool          // each mail has a return path of its own: only that proves a bounce that comes by mail
}

// refusalsForGone is how many issues in a row must be refused over SMTP, because there is
// no such reader, before that is believed: a server says so by mistake, too. What comes
// back later proves itself.
const refusalsForGone = 2

// settledAfter is how long after an issue was taken it is believed to have arrived, where
// nothing came back of it: bounces are read late, and then those of older issues first.
const settledAfter = 3 * 24 * time.Hour

// upTo is what came of a reader's last issues, up to the one of which it was just proven that
// the reader is gone: newer ones that were taken only now may come back, too. Where one of
// them was taken some days ago, all of them count.
func upTo(issue int, last []store.Outcome, now time.Time) []store.Outcome {
	for i, o := range last {
		switch {
		case o.Issue == issue:
			return last[i:]
		case o.Took && now.Sub(o.At) >= settledAfter:
			return last
		}
	}
	return last
}

// Judge says what follows from what came of a reader's last issues, the newest first. An
// issue that was taken, and did not come back, ends a run; one that was refused for a
// reason that is ours, or nobody's, says nothing about the reader.
func (p Policy) Judge(last []store.Outcome, now time.Time) (why subscribers.Reason, ground string) {
	gone, run, since := 0, 0, time.Time{}
	onlyGone := true
	for _, o := range last {
		if o.Took {
			break
		}
		switch o.Reason.Group() {
		case reason.Gone:
			if o.Later && run == 0 {
				return subscribers.HardBounce, "not mailed any more, for it came back"
			}
			if onlyGone {
				gone++
			}
		case reason.Mailbox:
			onlyGone = false
		default:
			continue
		}
		run++
		since = o.At
	}
	switch {
	case run == 0:
		return "", ""
	case gone >= refusalsForGone:
		return subscribers.HardBounce, fmt.Sprintf("not mailed any more, for %d issues in a row were refused so", gone)
	case gone > 0:
		return "", fmt.Sprintf("issue %d of %d in a row", gone, refusalsForGone)
	case run >= p.SoftIssues && now.Sub(since) >= p.SoftFor:
		return subscribers.SoftBounce, fmt.Sprintf("not mailed any more, for %s in a row did not arrive since %s", wording.Count(run, "issue"), since.Format(time.DateOnly))
	}
	return "", fmt.Sprintf("issue %d of %d in a row, since %s", run, p.SoftIssues, since.Format(time.DateOnly))
}
