package delivery

import (
	"maps"
	"slices"
	"time"
)

// What proves that refusals are about us and not about their readers: so many
// with the same gist in a row, over so many domains.
const (
	streakLength  = 20
	streakDomains = 3
)

// Proves reports whether so many equal refusals in a row are about us, and not about
// their readers.
func Proves(readers, domains int) bool { return readers >= streakLength && domains >= streakDomains }

// silenceLength is how many messages in a row may stay without an answer to
// their last byte before the issue is held: each is a reader who may get two.
const silenceLength = 5

// unknownReaders stands for as many as an earlier Send told other senders of.
const unknownReaders = -1

// streak is the present run of equal refusals, over all connections, in the
// order they came in. It is not remembered from one Send to the next: of a run
// that was cut short, what was recorded stays.
type streak struct {
	gist    string
	readers []int64
	domains map[string]bool
	ours    string // the gist that was proven to be about us; "" for none
	since   time.Time
	last    Outcome

	told   Refusals // what other senders know of it
	toldAt time.Time
}

// Refusals are a run of equal refusals of one sender.
type Refusals struct {
	Gist    string
	Readers int
	Domains []string // of the readers, in order
	Since   time.Time
	Proven  bool // it is about us, as this sender saw by itself
}

// Proof is how many refusals prove that they are about us; no readers where nothing is proven.
type Proof struct {
	Readers, Domains int
	Workers          int // whose runs they are; 0 where one sends alone, or proves it alone
}

// add counts a refusal and reports whether it is about us. A refusal in other words
// begins a new run. The one that proves it returns the readers of its run who
// were refused before, and blamed for it.
func (s *streak) add(gist string, o Outcome, domain string, now time.Time) (ours bool, blamed []int64) {
	s.last = o
	if s.ours != "" && gist == s.ours {
		return true, nil
	}
	if gist != s.gist || s.domains == nil {
		s.gist, s.readers, s.domains, s.since = gist, nil, map[string]bool{}, now
	}
	s.readers = append(s.readers, o.SubscriberID)
	s.domains[domain] = true
	if !Proves(len(s.readers), len(s.domains)) {
		return false, nil
	}
	s.ours = gist
	return true, s.readers[:len(s.readers)-1]
}

// end ends the run: somebody's message was taken. As long as nothing was told, other senders
// may know of one from an earlier Send, which ends as well.
func (s *streak) end() {
	if s.toldAt.IsZero() {
		s.told.Readers = unknownReaders
	}
	*s = streak{ours: s.ours, told: s.told, toldAt: s.toldAt}
}

// refusals is the run as other senders are told of it.
func (s *streak) refusals() Refusals {
	return Refusals{
		Gist: s.gist, Readers: len(s.readers), Domains: slices.Sorted(maps.Keys(s.domains)), Since: s.since,
		Proven: s.proven(),
	}
}

// proven reports whether the present run is about us.
func (s *streak) proven() bool { return s.ours != "" && s.ours == s.gist }

// untold reports whether other senders know less of the run than there is, or more.
func (s *streak) untold() bool {
	return len(s.readers) != s.told.Readers || s.gist != s.told.Gist && len(s.readers) > 0
}

func (s *streak) tell(now time.Time) { s.told, s.toldAt = s.refusals(), now }
