package digest

import "time"

// Reading is what one look at a source gave.
type Reading struct {
	Source      string
	At          time.Time
	Articles    []Article
	FirstWindow time.Duration // articles older than this at a source's first reading become baseline
	MayOweFrom  time.Time     // init's --already-sent-until: articles dated up to it become baseline; zero for none
}

// Known is what the database already holds about the articles of a reading.
type Known struct {
	Readings int                // successful readings of this source before this one
	LastRead time.Time          // the last of them; zero for none
	ByURL    map[string]Article // canonical url -> article, from any source
	ByGUID   map[string]Article // guid -> article, of this source
}

// Absorbed says what to write for one article of a reading.
type Absorbed struct {
	Article Article // with ID set when it is one already known; its changed fields are to be stored
	New     bool
	Changed bool   // known, and title, dek, picture or another printed field differs
	State   State  // of a new one: Owed, Baseline or Quarantined
	Why     string // of Baseline and Quarantined
}
