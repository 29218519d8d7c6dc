package feeds

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"roundup/digest"
)

var (
	// ErrEmpty says that there was nothing in a document.
	ErrEmpty = errors.New("the document is empty")
	// ErrNotFeed says that a document is something else than a feed; the error names it.
	ErrNotFeed = errors.New("this is not a feed")
	// ErrBroken says that a feed is damaged beyond its first article.
	ErrBroken = errors.New("the feed is broken")

	errOtherJSON = fmt.Errorf("%w but other JSON", ErrNotFeed)
)

// Meta is what is known of a document besides its bytes.
type Meta struct {
	ContentType string           // of the HTTP header; "" for a file
	URL         string           // where it came from, for relative links; "" for a file
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
	var (
		ch   channel
		err  error
		loss []string
	)
	switch root := rootName(text); {
	case text[0] == '{':
		ch, loss, err = readJSON(text)
	case text[0] == '[':
		return Feed{}, errOtherJSON
	case root == "rss" || root == "rdf" || root == "feed":
		ch, loss, err = readXML(text)
	case root == "html" || text[0] != '<' && looksLikeHTML(meta.ContentType):
		return page(text, meta)
	default:
		at := feedStart(text)
		if at < 0 {
			return Feed{}, notFeed(root)
		}
		warnings = append(warnings, fmt.Sprintf("%s before the feed, left out", count(at, "byte of other text stands", "bytes of other text stand")))
		ch, loss, err = readXML(text[at:])
	}
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
var rootElement = regexp.MustCompile(`^(?s:\s|<\?.*?\?>|<!--.*?-->|<!(?i:doctype)\s+(?:[^\[<>"']|"[^"]*"|'[^']*')*(?:\[.*?\]\s*)?>)*<(!?[A-Za-z_][\w.:-]*)`)

// rootName returns the local name of the root element in lower case, "html" for
// anything HTML may begin with; "" when there is none.
func rootName(text []byte) string {
	head := text[:min(len(text), 64<<10)]
	if lower := bytes.ToLower(head[:min(len(head), 64)]); bytes.HasPrefix(lower, []byte("<!doctype html")) {
		return "html"
	}
	m := rootElement.FindSubmatch(head)
	if m == nil {
		return ""
	}
	switch name := local(m[1]); name {
	case "head", "body", "title", "meta", "link", "script", "div", "p", "h1", "main", "section", "article", "table", "center":
		return "html"
	default:
		return name
	}
}

// feedRoot is where a feed begins behind the warnings of a broken server.
var feedRoot = regexp.MustCompile(`<\?xml[^>]*\?>|<(?:rss|feed|rdf:RDF)[\s>]`)

// feedStart returns where a feed begins in a document that starts as something
// else; -1 when none does.
func feedStart(text []byte) int {
	at := feedRoot.FindIndex(text[:min(len(text), 64<<10)])
	if at == nil {
		return -1
	}
	switch rootName(text[at[0]:]) {
	case "rss", "rdf", "feed":
		return at[0]
	}
	return -1
}

func looksLikeHTML(contentType string) bool {
	return strings.Contains(contentType, "text/html") || strings.Contains(contentType, "xhtml")
}

// notFeed names what a document is instead of a feed.
func notFeed(root string) error {
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
		return fmt.Errorf("%w but XML that begins with <%s>", ErrNotFeed, cut(root, nameLimit))
	}
}
