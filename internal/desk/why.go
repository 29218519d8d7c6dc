package desk

import (
	"time"

	"roundup/digest"
)

// Code names a reason. Whoever shows one words it: the desk knows no terminal and no page.
type Code string

// Why an issue would not go out as things stand. Each ends when what it names is
// mended; nothing of it is kept.
const (
	Unfilled    Code = "unfilled"      // a setting that a send needs is missing: Detail names it
	Rehearsing  Code = "rehearsing"    // the clock is moved, and the relay is not on this machine
	NotInCharge Code = "not in charge" // the database is a copy, or was restored
	MovedAway   Code = "moved away"    // the database was moved: Detail says where to
	NoWayOut    Code = "no way out"    // readers could not leave: no address is set for it
	PagesAway   Code = "pages away"    // readers could not leave: their pages do not answer
	Unread      Code = "unread"        // no source could be read for too long: Detail says which, and why
	NoArticles  Code = "no articles"
	TooFew      Code = "too few" // fewer articles than an issue needs: Lacks
	NoReaders   Code = "no readers"
	HeldBefore  Code = "held" // an issue before this one waits for a person: Detail says why
)

// Why a run does nothing, or less than was meant. They are kept with the slot and the issue.
const (
	NothingDue  Code = "nothing due"   // no slot waits
	PassedBy    Code = "passed by"     // no run started an issue within CatchUp of a slot: Detail says why the last one did not, where one tried
	LeftTooLong Code = "left too long" // nothing was sent of an issue for Idle, longer than CatchUp
	SaidNo      Code = "said no"       // a person, asked, wants no issue
)

// Why is a reason why something is done, or not: a code and its facts.
type Why struct {
	Code    Code
	Detail  string          // what another room said of it
	Issue   int             // of HeldBefore: the one that is held
	Lacks   digest.Shortage // of NoArticles and TooFew
	Idle    time.Duration   // of LeftTooLong
	CatchUp time.Duration   // schedule.catch_up, of PassedBy and LeftTooLong
}

// because words a reason for the record: by its code alone where no words were handed in.
func (d *Desk) because(w Why) string {
	if d.whys == nil || w.Code == "" {
		return string(w.Code)
	}
	return d.whys(w)
}
