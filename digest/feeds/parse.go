package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/digest/feeds/scrub"
	"roundup/internal/lazy"
	"roundup/internal/wording"
)

var (
	// ErrEmpty says that there was nothing in a document.
	ErrEmpty = errors.New("the document is empty")
	// ErrNotFeed says that a document is something else than a feed; the error names it.
	ErrNotFeed = errors.New("this is not a feed")
	// ErrTooComplex says that a document is built to exhaust its reader.
	ErrTooComplex = scrub.ErrTooComplex
	// ErrBroken says that a feed is damaged beyond its first article.
	ErrBroken = errors.New("the feed is broken")

	errOtherJSON = fmt.Errorf("%w but other JSON", ErrNotFeed)
)

// Meta is what is known of a document besides its bytes.
type Meta struct {
	ContentType string           // of the HTTP header; "" for a file
	URL         string           // where it came from, for relative links; "" for a file
	Language    string           // of what says no language of its own; "" for unknown
	Republished []*regexp.Regexp // patterns of a republication note; nil for the built-in ones
}

// Feed is a document read.
type Feed struct {
	Title     string
	Articles  []digest.Article // in the document's order; Source and FirstSeen are not set
	Warnings  []string         // what was mended or left out, for people
	Alternate string           // the feed that a web page names, when it was a web page
	Whole     bool             // it was read to its end without a loss
}

// Parse reads RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 and JSON Feed 1.0 and 1.1.
// It takes the articles that are whole from a damaged document and says so in
// the warnings. Errors are ErrEmpty, ErrNotFeed (with Alternate set for a web
// page that names its feed), ErrTooComplex and ErrBroken. It bounds its time and
// memory by the size of body, which the caller bounds.
func Parse(body []byte, meta Meta) (Feed, error) {
	text, warnings := decode(body, meta.ContentType)
	text = bytes.TrimLeft(text, " \t\r\n\x00\uFEFF")
	if len(bytes.TrimSpace(text)) == 0 {
		return Feed{}, ErrEmpty
	}
	root := rootName(text)
	if isPage(text, root, meta) {
		return page(text, meta)
	}
	form, at := formatOf(text, root)
	if form == nil {
		return Feed{}, notFeed(text, root)
	}
	if at > 0 {
		warnings = append(warnings, fmt.Sprintf("%s before the feed, left out", wording.Agree(at, "byte of other text stands", "bytes of other text stand")))
	}
	ch, loss, err := form.read(text[at:])
	if err != nil {
		return Feed{}, err
	}
	feed := build(ch, meta)
	feed.Whole = len(loss) == 0
	if len(ch.entries) == 0 {
		warnings = append(warnings, "there is no article in it")
	}
	feed.Warnings = append(append(warnings, loss...), feed.Warnings...)
	return feed, nil
}

// format is a format of feeds. Another one is a file with its type, and a line in formats.
type format interface {
	// begins reports whether a document begins as this format does; root is the
	// local name of its root element in lower case, "" for none.
	begins(text []byte, root string) bool
	// read gives the channel, and what was lost of a damaged document, for people.
	read(text []byte) (ch channel, loss []string, err error)
}

func formats() []format { return []format{jsonFeed{}, xmlFeed{}} }

// formatOf returns the format of a document, nil for none, and where the feed
// begins: a broken server's warnings may stand before it.
func formatOf(text []byte, root string) (format, int) {
	for _, f := range formats() {
		if f.begins(text, root) {
			return f, 0
		}
	}
	if at := feedRoot().FindIndex(text[:min(len(text), 64<<10)]); at != nil && text[0] != '[' {
		rest := text[at[0]:]
		for _, f := range formats() {
			if f.begins(rest, rootName(rest)) {
				return f, at[0]
			}
		}
	}
	return nil, 0
}

// isPage reports a web page.
func isPage(text []byte, root string, meta Meta) bool {
	return root == "html" || text[0] != '<' && text[0] != '{' && text[0] != '[' && looksLikeHTML(meta.ContentType)
}

// page is what a web page gives instead of articles.
func page(text []byte, meta Meta) (Feed, error) {
	base, err := url.Parse(meta.URL)
	if err != nil {
		base = nil
	}
	p := readPage(text, base)
	feed := Feed{Title: p.title, Alternate: p.feed}
	if p.feed == "" {
		return feed, fmt.Errorf("%w but a web page, and it names no feed", ErrNotFeed)
	}
	return feed, fmt.Errorf("%w but a web page; the feed it names is %s", ErrNotFeed, p.feed)
}

// rootElement is the first start tag after whatever may come before it.
var rootElement = lazy.Regexp(`^(?s:\s|<\?.*?\?>|<!--.*?-->|<!(?i:doctype)\s+(?:[^\[<>"']|"[^"]*"|'[^']*')*(?:\[.*?\]\s*)?>)*<(!?[A-Za-z_][\w.:-]*)`)

// rootName returns the local name of the root element in lower case, "html" for
// anything HTML may begin with; "" when there is none.
func rootName(text []byte) string {
	head := text[:min(len(text), 64<<10)]
	if lower := bytes.ToLower(head[:min(len(head), 64)]); bytes.HasPrefix(lower, []byte("<!doctype html")) {
		return "html"
	}
	m := rootElement().FindSubmatch(head)
	if m == nil {
		return ""
	}
	switch name := scrub.Local(m[1]); name {
	case "head", "body", "title", "meta", "link", "script", "div", "p", "h1", "main", "section", "article", "table", "center":
		return "html"
	default:
		return name
	}
}

// feedRoot is where a feed begins behind the warnings of a broken server.
var feedRoot = lazy.Regexp(`<\?xml[^>]*\?>|<(?:rss|feed|rdf:RDF)[\s>]`)

func looksLikeHTML(contentType string) bool {
	return strings.Contains(contentType, "text/html") || strings.Contains(contentType, "xhtml")
}

// notFeed names what a document is instead of a feed.
func notFeed(text []byte, root string) error {
	if text[0] == '[' {
		return errOtherJSON
	}
	switch root {
	case "":
		return fmt.Errorf("%w but plain text", ErrNotFeed)
	case "!doctype":
		return fmt.Errorf("%w but a document type without a document", ErrNotFeed)
	case "opml":
		return fmt.Errorf("%w but a list of feeds (OPML): name the ones you want as sources", ErrNotFeed)
	case "urlset", "sitemapindex":
		return fmt.Errorf("%w but a sitemap", ErrNotFeed)
	default:
		return fmt.Errorf("%w but XML that begins with <%s>", ErrNotFeed, plain.Cut(root, nameLimit))
	}
}
