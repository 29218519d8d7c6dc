package delivery

// What proves that refusals are about us and not about their readers: so many
// with the same gist in a row, over so many domains.
const (
	streakLength  = 20
	streakDomains = 3
)

// silenceLength is how many messages in a row may stay without an answer to
// their last byte before the issue is held: each is a reader who may get two.
const silenceLength = 5

// streak is the present run of equal refusals, over all connections, in the
// order they came in. It is not remembered from one Send to the next: of a run
// that was cut short, what was recorded stays.
type streak struct {
	gist    string
	readers []int64
	domains map[string]bool
	ours    string // the gist that was proven to be about us; "" for none
}

// add counts a refusal and reports whether it is about us. A refusal in other words
// begins a new run. The one that proves it returns the readers of its run who
// were refused before, and blamed for it.
func (s *streak) add(gist string, reader int64, domain string) (ours bool, blamed []int64) {
	if s.ours != "" && gist == s.ours {
		return true, nil
	}
	if gist != s.gist || s.domains == nil {
		s.gist, s.readers, s.domains = gist, nil, map[string]bool{}
	}
	s.readers = append(s.readers, reader)
	s.domains[domain] = true
	if len(s.readers) < streakLength || len(s.domains) < streakDomains {
		return false, nil
	}
	s.ours = gist
	return true, s.readers[:len(s.readers)-1]
}

// end ends the run: somebody's message was taken.
func (s *streak) end() { *s = streak{ours: s.ours} }
