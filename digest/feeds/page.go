package feeds

import (
	"net/url"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// webPage is what a page says of itself.
type webPage struct {
	language    string // of who reads it, for bylines; "" for unknown
	title       string // of the <title>
	feed        string // the first feed it names, absolute
	meta        map[string]string
	image       digest.Image // og:image or twitter:image with what belongs to it
	structured  []string     // JSON-LD blocks
	description string
}

// commentFeed is the title or address of a feed that a reader does not want.
var commentFeed = lazy.Regexp(`(?i)comment|kommentar|comentario|commentaire|/replies`)

// readPage reads the head of a page and the JSON-LD anywhere in it. base is
// where the page came from; nil when that is not known. The page's
// rel=canonical is not looked at: an article is known by its feed's own link.
func readPage(text []byte, base *url.URL) webPage {
	p := webPage{meta: map[string]string{}}
	z := xhtml.NewTokenizer(strings.NewReader(string(text)))
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			p.finish(base)
			return p
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			switch t := z.Token(); t.DataAtom {
			case atom.Base:
				base = resolve(attr(t, "href"), base)
			case atom.Link:
				p.link(t, base)
			case atom.Meta:
				p.metadata(t)
			case atom.Title:
				if z.Next() == xhtml.TextToken && p.title == "" {
					p.title = plain.Tidy(xhtml.UnescapeString(string(z.Raw())))
				}
			case atom.Script:
				if strings.Contains(attr(t, "type"), "ld+json") && z.Next() == xhtml.TextToken {
					p.structured = append(p.structured, string(z.Raw()))
				}
			}
		}
	}
}

func resolve(href string, base *url.URL) *url.URL {
	if u, err := url.Parse(digest.CleanURL(href, base)); err == nil && u.Host != "" {
		return u
	}
	return base
}

// link notes the first feed that is not one of comments.
func (p *webPage) link(t xhtml.Token, base *url.URL) {
	if p.feed != "" || !strings.Contains(" "+strings.ToLower(attr(t, "rel"))+" ", " alternate ") {
		return
	}
	switch strings.ToLower(strings.TrimSpace(attr(t, "type"))) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml", "text/atom+xml":
		if href := attr(t, "href"); !commentFeed().MatchString(href + " " + attr(t, "title")) {
			p.feed = digest.CleanURL(href, base)
		}
	case "application/json":
		if href := attr(t, "href"); strings.Contains(href, "feed") {
			p.feed = digest.CleanURL(href, base)
		}
	}
}

func (p *webPage) metadata(t xhtml.Token) {
	key := strings.ToLower(otherwise(attr(t, "property"), attr(t, "name")))
	if value := attr(t, "content"); key != "" && p.meta[key] == "" {
		p.meta[key] = value
	}
}

// finish reads the metadata together once all is known.
func (p *webPage) finish(base *url.URL) {
	get := func(keys ...string) string {
		for _, key := range keys {
			if v := strings.TrimSpace(p.meta[key]); v != "" {
				return v
			}
		}
		return ""
	}
	p.description = plain.Line(get("og:description", "twitter:description", "description", "dc.description"))
	if title := get("og:title", "twitter:title"); title != "" {
		p.title = plain.Line(title)
	}
	p.image = digest.Image{
		URL:    digest.CleanURL(get("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"), base),
		Alt:    altText(get("og:image:alt", "twitter:image:alt")),
		Width:  pixels(get("og:image:width")),
		Height: pixels(get("og:image:height")),
	}
}
