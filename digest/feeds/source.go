package feeds

import (
	"time"

	"roundup/digest"
)

// Source is a feed to read, by URL or by path.
type Source struct {
	Name         string    // what it is called in reports and in the database
	URL          string    // http or https; "" for a path
	Path         string    // a file or a glob (filepath.Match)
	Labels       []string  // added to what the feed says of each article
	ETag         string    // validators of the last good reading; "" for none
	LastModified string    //
	ValidatorsOf string    // the address that gave the validators
	NotBefore    time.Time // the server asked to be left alone until then; zero for not
}

// Result is what reading one source gave.
type Result struct {
	Source       string           // its name
	Title        string           // of the feed
	FeedURL      string           // the feed's own address, where the source is a web page that names it; else ""
	Articles     []digest.Article // in the feed's order; FirstSeen is not set
	NotModified  bool             // nothing changed since the validators were given
	ETag         string           // to give with the next reading
	LastModified string
	ValidatorsOf string
	RetryAfter   time.Time // the server asks to be left alone until then; zero for not
	Warnings     []string  // what was mended or left out, for people
	Damaged      bool      // something of it was lost, or may have been: it is in Warnings
	Err          error     // why nothing could be read
	Bytes        int64     // read, decompressed
	Took         time.Duration
}
