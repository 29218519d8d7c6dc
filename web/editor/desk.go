package editor

import (
	"context"
	"time"

	"roundup/digest"
)

// Desk is what is behind the editor's page: it puts the next issue together
// and takes the editor's changes. Its errors are shown to the editor as they
// are; they name template, file and line where those are at fault.
type Desk interface {
	// Preview puts the next issue together anew, as the subscriber with this
	// address gets it, or with "" as a stand-in, or as a variant's As says. With an error it returns Issue,
	// Edits and Language, where it got that far: the issue's words may be what is
	// wrong, and are mended on the page.
	Preview(ctx context.Context, as string) (Preview, error)
	// Stamp differs whenever the issue may, or what keeps it from going out: template,
	// configuration, note, articles or edits have changed, or the hour of one has come.
	// Figures of readers and of past issues change without it.
	Stamp(ctx context.Context) (string, error)
	// Edit makes one change to the next issue.
	Edit(ctx context.Context, c digest.Change) (Edited, error)
	// SendTest mails the issue to one address and says what was done.
	SendTest(ctx context.Context, to string) (string, error)
}

// Edited is a change that was made.
type Edited struct {
	Said string                      // what was done, in a line
	Undo func(context.Context) error // takes it back, unless the same was changed again since
}

// Checker looks at everything a send depends on.
type Checker interface {
	Check(ctx context.Context) ([]CheckResult, error)
}

// Fetcher reads the sources now and says what they gave.
type Fetcher interface {
	Fetch(ctx context.Context) (string, error)
}

// Preview is the next issue as the editor's page shows it.
type Preview struct {
	Name               string         // the newsletter's
	When               string         // what it is for: "Friday 20 November 2026, 07:00 EST"; "" for an issue outside the schedule
	Notes              []string       // what the editor should know: "pinned, but not in …"
	Notices            []Notice       // what the editor must know first
	Example            bool           // nothing is owed: made of old articles, which no edit can be about
	From               string         // the sender as an inbox shows it
	Language           string         // BCP 47, of the texts in the issue
	Location           *time.Location // of its dates; nil for UTC
	Issue              digest.Issue
	Variants           []Variant         // that readers' choices need; one, or none, where all get the same
	Subject, Preheader string            // of the mail that is shown, where it is not the whole issue's
	Fates              []digest.Fate     // of every candidate, those in the issue first
	Edits              digest.Edits      // what was edited so far
	Conflicts          []digest.Conflict // edited texts that have changed upstream since
	Sections           []string          // titles of all configured sections, in the mail's order
	HTML               string
	Text               string
	Mail               []byte        // the whole message, RFC 5322
	JSON               []byte        // the issue as `roundup preview --out` writes it
	Checks             []CheckResult // of the mail itself, quickly had; Checker has the rest
	Growth             growthChart   // of the list
	Issued             []issued      // the last issues, the newest first
	TestTo             string        // where a test is likely to go; "" where that is not known
}

// Variant is what readers of one choice get.
type Variant struct {
	Name    string // "Everything", "Analysis, Opinion", "Nothing: …"
	As      string // what Preview shows it by; "" where there is no mail
	Readers int
	Shown   bool
}

// Notice is what stands at the top of the page.
type Notice struct {
	Text  string
	Do    string   // what to do about it; "" for nothing
	Lines []string // one by one what it is about
	Mild  bool     // the issue goes out all the same
}

// CheckResult is how one check ended.
type CheckResult struct {
	State    CheckState
	Group    string   // the part of a send it is about: "The relay"
	What     string   // what was looked at: "relay"
	Detail   string   // what was found
	Hint     string   // what to do about it; "" for nothing
	Articles []int64  // the articles it is about
	System   bool     // it is about the installation, not about this issue
	Publish  []string // DNS records to publish, where that is what to do
}

// CheckState is how a check ended.
type CheckState string

// The states a check ends in.
const (
	CheckFailed  CheckState = "failed"  // a send would not go out, or not go well
	CheckWarned  CheckState = "warned"  // worth a look; a send goes out all the same
	CheckSkipped CheckState = "skipped" // could not be looked at, such as without a network
	CheckPassed  CheckState = "passed"
)
