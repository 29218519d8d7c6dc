package asjson

import (
	"time"

	"roundup/store"
)

// Made is `init`.
type Made struct {
	Config   string   `json:"config"`
	Wrote    bool     `json:"config_written"` // or it was there, and is kept
	Database string   `json:"database"`
	Created  bool     `json:"database_created"`
	Missing  []string `json:"missing"` // what is to be filled in before a send
}

// Copied is `backup`.
type Copied struct {
	File string `json:"file"`
}

// Moved is `move`.
type Moved struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Rows   int    `json:"rows"`
	DryRun bool   `json:"dry_run,omitempty"`
}

// Adopted is `adopt`.
type Adopted struct {
	Adopted    bool         `json:"adopted"` // or it is the one that sends already
	Next       int          `json:"next_issue,omitempty"`
	Until      string       `json:"already_sent_until,omitempty"`
	Issues     []SentBefore `json:"issues,omitempty"` // that went out elsewhere
	Left       int          `json:"left"`             // again, by the records of who left, as the next two
	Forgotten  int          `json:"forgotten"`
	Suppressed int          `json:"suppressed"`
	RecordLost bool         `json:"record_lost,omitempty"` // of who left since a move
}

// SentBefore is an issue that went out elsewhere.
type SentBefore struct {
	Issue    int      `json:"issue"`
	Articles int      `json:"articles"`
	Settled  int      `json:"settled"` // were owed, and are no more
	Unknown  []string `json:"unknown"` // links of those that no feed has brought yet
}

// PlayedBack is what playing back who left did.
func PlayedBack(r store.Replayed) Adopted {
	return Adopted{Left: r.Left, Forgotten: r.Forgotten, Suppressed: r.Suppressed}
}

// AdoptedOf is what an adoption did; until is zero where no time was given.
func AdoptedOf(done store.Adopted, next int, until time.Time) Adopted {
	line := PlayedBack(done.Replayed)
	line.Adopted, line.Next, line.Until, line.RecordLost = true, next, stamp(until), done.Missing != nil
	for _, i := range done.Issues {
		line.Issues = append(line.Issues, SentBefore{Issue: i.Number, Articles: len(i.Links), Settled: i.Settled, Unknown: notNil(i.Unknown)})
	}
	return line
}
