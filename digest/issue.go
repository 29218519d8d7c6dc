package digest

import (
	"cmp"
	"time"
)

// Kind says why an issue exists.
type Kind string

// The kinds of issue.
const (
	Regular    Kind = "regular"    // belongs to a slot of the schedule
	Extra      Kind = "extra"      // sent outside the schedule
	Correction Kind = "correction" // mends an earlier issue; nothing makes one (docs/known-issues.md)
)

// Status says where an issue stands.
type Status string

const (
	// Sending has started, deliveries are under way. Out: waiting, held, sent, cancelled.
	Sending Status = "sending"
	// Waiting until the relay can take mail again; goes on alone. Out: sending, held, cancelled.
	Waiting Status = "waiting"
	// Held until a person decides. Out: sending (release), cancelled.
	Held Status = "held"
	// Sent when every delivery is final. Nothing leads out.
	Sent Status = "sent"
	// Cancelled by a person. Nothing leads out.
	Cancelled Status = "cancelled"
)

// UnderWay reports whether deliveries of an issue with this status may still be owed.
func (s Status) UnderWay() bool { return s == Sending || s == Waiting || s == Held }

// Issue is one numbered edition of a newsletter, with its articles copied in:
// whatever becomes of feeds, templates or configuration, this is what was printed.
type Issue struct {
	ID        int64
	UID       string // 32 hex digits nobody can guess: of a regular issue from newsletter and slot, else random; kept for ever
	Number    int    // assigned when sending starts; the number it would get until then
	Kind      Kind
	Slot      time.Time // zero for an extra issue
	Slug      string    // for its address in the archive: "12-a-headline"
	Status    Status    // "" until sending starts
	Why       string    // why it is waiting, held or cancelled, in the server's words where there are any
	Revision  int       // 1; nothing makes another (docs/known-issues.md)
	Subject   string
	Preheader string
	Note      string // the editor's words above the articles, plain text or Markdown
	NoteFile  string // digest of the note file, where the note is from there
	// MailDomain is what its Message-IDs end in: the domain of mail.from when it
	// started; "" until then, and for that of today.
	MailDomain  string
	Date        time.Time // the date printed in the masthead: the slot, or when it was compiled
	Started     time.Time
	Finished    time.Time
	Unpublished time.Time         // since when its page is taken down; zero unless it is
	Corrections []IssueCorrection // on top of its page, oldest first
	Corrected   time.Time         // when one was put there or taken away last; zero for never
	Sections    []IssueSection
}

// IssueSection is a titled run of articles, in the order printed.
type IssueSection struct {
	Title    string
	Key      string // what readers choose it by; "" for the only one, which nobody can turn off
	Compact  bool   // printed small: "In brief"
	Articles []Printed
}

// Printed is an article as an issue prints it: labels hidden and renamed as
// configured, headline and blurb as edited.
type Printed struct {
	Article
	Headline   string
	Text       string // the blurb
	Lead       bool   // the first article of the issue
	RolledOver bool
}

// Articles returns the issue's articles in the order printed.
func (i Issue) Articles() []Printed {
	var all []Printed
	for _, s := range i.Sections {
		all = append(all, s.Articles...)
	}
	return all
}

// Lead returns the first article printed; the zero value for an empty issue.
func (i Issue) Lead() Printed {
	for _, s := range i.Sections {
		if len(s.Articles) > 0 {
			return s.Articles[0]
		}
	}
	return Printed{}
}

// Publication is what a mail says about the newsletter itself.
type Publication struct {
	Name          string
	Tagline       string
	SiteURL       string
	BaseURL       string // where readers' pages are served; "" where readers leave by mail
	NoArchive     bool   // and no issue's page is among them
	Language      string // BCP 47, of the words around the articles
	Texts         string // of what its people wrote, where that is another; "" for Language
	Location      *time.Location
	PostalAddress string
	Logo          string
	AccentColor   string // #rrggbb; "" for the template's own
	Social        []SocialLink
}

// In is the publication as it speaks to readers who chose another language: its own for "".
func (p Publication) In(language string) Publication {
	if language != "" && language != p.Language {
		p.Language, p.Texts = language, cmp.Or(p.Texts, p.Language)
	}
	return p
}

// SocialLink is a named link in the footer.
type SocialLink struct {
	Name string
	URL  string
}
