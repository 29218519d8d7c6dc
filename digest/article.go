package digest

import "time"

// Article is one item of a source. Every text is plain text, already freed of
// markup, entities and control characters by the room that read it; a renderer
// escapes it for where it goes.
type Article struct {
	ID          int64     // the database's number; 0 until it is stored
	Source      string    // the source's configured URL or path, which names it to people and to rules
	GUID        string    // the source's own identifier; "" when it gives none
	URL         string    // absolute http or https link without tracking parameters; "" when there is no safe one
	Canonical   string    // URL normalised for comparison (see Canonical); "" without a URL
	Title       string    // headline
	Dek         string    // the standfirst the publication wrote; "" when it wrote none
	Summary     string    // first sentences of the body, whole; the stand-in for a missing dek
	Authors     []Author  // in the source's order
	Labels      []string  // as the source gave them, one label each ("Analysis | Europe" is two)
	Image       Image     // the lead picture; zero when there is none
	Republished string    // the paragraph that says where it first appeared; "" when there is none
	Words       int       // length of the body as far as the feed carried it; 0 when unknown
	Published   time.Time // zero when the source gives no believable date
	Updated     time.Time // zero when never edited
	FirstSeen   time.Time // when Roundup first read it
}

// Author is one name of a byline.
type Author struct {
	Name string `json:"name"`
	URI  string `json:"uri,omitempty"` // absolute http or https; "" when unknown
}

// Image is an article's lead picture.
type Image struct {
	URL     string `json:"url,omitempty"` // absolute http or https; "" when there is no picture
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
	Width   int    `json:"width,omitempty"`  // pixels; 0 when unknown
	Height  int    `json:"height,omitempty"` // pixels; 0 when unknown
	Shared  string `json:"shared,omitempty"` // without a URL: the picture it was given, which most articles of its source have
}

// Date is the moment an article counts from: when it was published or, where
// the source does not say, when it was first seen.
func (a Article) Date() time.Time {
	if a.Published.IsZero() {
		return a.FirstSeen
	}
	return a.Published
}

// Blurb is the text printed under the headline: the dek, else the summary.
func (a Article) Blurb() string {
	if a.Dek != "" {
		return a.Dek
	}
	return a.Summary
}

// State says how an article stands with a newsletter.
type State string

const (
	// Owed is not yet sent. In: first seen, restored, or its issue was cancelled
	// before it reached anyone. Out: reserved, dropped, quarantined.
	Owed State = "owed"
	// Reserved by an issue under way. In: owed. Out: carried at the first
	// delivery sent or unknown; owed when the issue is cancelled before that.
	Reserved State = "reserved"
	// Carried by an issue that reached a reader. Out: owed, by "articles again".
	Carried State = "carried"
	// Dropped by a person, or for being older than max_age. Out: owed, by
	// "articles restore".
	Dropped State = "dropped"
	// Baseline is older than first_window when its source was first read, or
	// counted as already sent. Known, never owed. Out: owed, by "articles restore".
	Baseline State = "baseline"
	// Quarantined is one whose source suddenly showed a pile of old items as new.
	// Out: owed by "sources accept", baseline by "sources ignore".
	Quarantined State = "quarantined"
)

// States lists every article state.
func States() []State {
	return []State{Owed, Reserved, Carried, Dropped, Baseline, Quarantined}
}
