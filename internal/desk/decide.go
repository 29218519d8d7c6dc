package desk

import (
	"errors"
	"slices"
	"time"

	"roundup/digest"
)

var (
	// ErrNothingToSend is returned for --now, and for a test, when there is no article at all.
	ErrNothingToSend = errors.New("there is no article to send")
	// ErrNobody is returned for --now when nobody would be mailed.
	ErrNobody = errors.New("there is nobody to send to")
)

// StaleError says that no source could be read for longer than fetch.stale_after.
type StaleError struct{ Why string }

func (e *StaleError) Error() string { return "no issue was started: " + e.Why }

// Facts are all that Decide decides from.
type Facts struct {
	CatchUp  time.Duration // schedule.catch_up
	Now      bool          // a person wants an issue now, whether or not a slot is due
	UnderWay []UnderWay    // oldest first
	Slot     time.Time     // the latest slot, where it waits to be decided; zero where none does
	Missed   bool          // it waits for longer than CatchUp
	Refusal  string        // why the last run started no issue for a Slot that was Missed; "" where none tried

	// What the steps before this one have come to.
	Seen     []int     // the issues that were seen to, by number
	Carried  int       // the last of them that was carried on; 0 for none
	Prospect *Prospect // the issue that could start; nil before it was chosen
}

// UnderWay is an issue that has not ended.
type UnderWay struct {
	Issue digest.Issue
	Idle  time.Duration // since it was last touched
}

// Prospect is what an issue that was chosen, and has not started, hangs on.
type Prospect struct {
	Unread   string // why the sources don't count as read; "" where they do
	Articles int
	Lacks    digest.Shortage // of articles
	Readers  int             // that may be mailed
	TooLarge error           // the mail can't be made, whatever articles are in it
}

// Deed is what is done in a step.
type Deed string

// The deeds, in the order in which a run comes to them.
const (
	Leave   Deed = "leave"    // a held issue stays held
	Hold    Deed = "hold"     // an issue is held: it was last touched too long ago
	CarryOn Deed = "carry on" // an issue is sent to those who are still owed it
	Miss    Deed = "miss"     // the slot is put on record as missed
	Choose  Deed = "choose"   // an issue is chosen for the slot, or an extra one
	Start   Deed = "start"    // the one that was chosen starts and is sent
	Skip    Deed = "skip"     // the slot is put on record as skipped
	Refuse  Deed = "refuse"   // no issue starts, and the run fails
	End     Deed = "end"      // nothing more is to be done
)

// Step is what a run does next.
type Step struct {
	Do      Deed
	Issue   digest.Issue // of Leave, Hold and CarryOn
	Slot    time.Time    // of Miss and Skip; of Choose, Start and Refuse too, zero for an extra issue
	Why     Why          // of Hold, Miss, Skip and Refuse, and why a run ends; of no code after an issue was carried on
	Instead int          // of End: the issue that was carried on where an extra one was wanted; 0 for none
	Err     error        // of Refuse
}

// Decide says what a run does next. It knows no database and no clock, so that
// `send`, the daemon and a dry run, which ask it with the same facts, come to the
// same answer.
func Decide(f Facts) Step {
	for _, u := range f.UnderWay {
		if !slices.Contains(f.Seen, u.Issue.Number) {
			return u.decide(f.CatchUp)
		}
	}
	switch {
	case f.Missed:
		return Step{Do: Miss, Slot: f.Slot, Why: Why{Code: PassedBy, CatchUp: f.CatchUp, Detail: f.Refusal}}
	case !f.Slot.IsZero(): // due
	case !f.Now:
		return Step{Do: End, Why: Why{Code: NothingDue}}
	case f.Carried > 0:
		// Whoever repeats `send --now` after Ctrl-C means the issue that was
		// stopped, and not another one for everybody.
		return Step{Do: End, Instead: f.Carried}
	}
	if f.Prospect == nil {
		return Step{Do: Choose, Slot: f.Slot}
	}
	return f.Prospect.decide(f.Slot, f.Now)
}

// decide says what becomes of an issue under way (promise 5).
func (u UnderWay) decide(catchUp time.Duration) Step {
	switch {
	case u.Issue.Status == digest.Held:
		return Step{Do: Leave, Issue: u.Issue}
	case u.Idle > catchUp:
		return Step{Do: Hold, Issue: u.Issue, Why: Why{Code: LeftTooLong, Idle: u.Idle, CatchUp: catchUp}}
	}
	return Step{Do: CarryOn, Issue: u.Issue}
}

// decide says what becomes of a chosen issue. A slot passes without one that is no
// issue; whoever wants one now gets it with fewer articles than usual, or an error.
func (p Prospect) decide(slot time.Time, now bool) Step {
	step := Step{Do: Refuse, Slot: slot}
	lacks := p.lacks()
	switch {
	case p.Unread != "":
		step.Err, step.Why = &StaleError{Why: p.Unread}, lacks[0]
	case len(lacks) > 0 && !now:
		step.Do, step.Why = Skip, lacks[0]
	case p.Articles == 0:
		step.Err = ErrNothingToSend
	case p.Readers == 0:
		step.Err = ErrNobody
	case p.TooLarge != nil:
		step.Err = p.TooLarge
	default:
		step.Do = Start
	}
	return step
}

// lacks lists what a chosen issue lacks.
func (p Prospect) lacks() (all []Why) {
	if p.Unread != "" {
		all = append(all, Why{Code: Unread, Detail: p.Unread})
	} else if short := p.Short(); short.Code != "" {
		all = append(all, short)
	}
	if p.Readers == 0 {
		all = append(all, Why{Code: NoReaders})
	}
	return all
}

// Short is that there are too few articles; of no code where there are enough.
func (p Prospect) Short() Why {
	switch {
	case p.Articles == 0:
		return Why{Code: NoArticles, Lacks: p.Lacks}
	case p.Lacks != digest.Shortage{}:
		return Why{Code: TooFew, Lacks: p.Lacks}
	}
	return Why{}
}

// after is what the facts are once a step was taken, as far as no database need be
// asked.
func (f Facts) after(s Step) Facts {
	switch s.Do {
	case CarryOn:
		f.Carried = s.Issue.Number
		fallthrough
	case Leave, Hold:
		f.Seen = append(slices.Clip(f.Seen), s.Issue.Number)
	case Miss:
		f.Slot, f.Missed = time.Time{}, false
	}
	return f
}
