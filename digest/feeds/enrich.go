package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
	"roundup/internal/outbound"
)

// maxPageBytes is how much of an article's page is read: what it says of itself
// stands at its head.
const maxPageBytes = 4 << 20

// siteImage is the address of a picture that stands for the site, not the article.
var siteImage = lazy.Regexp(`(?i)(?:^|[/_.-])(?:logo|default|fallback|placeholder|social-?share|share-?image|og-?image|site-?icon)(?:[/_.-]|$)`)

// Enrich fills what an article's feed could not give from the article's own page
// (OpenGraph, JSON-LD): the picture and the dek, and for an article of which
// only the address is known also headline, authors and date. What the article
// has stays as it is, its address above all. An article that lacks nothing is
// returned without a look at its page. With an error the article is unchanged.
func (r *Reader) Enrich(ctx context.Context, a digest.Article) (digest.Article, error) {
	if a.URL == "" || a.Title != "" && a.Image.URL != "" && a.Dek != "" {
		return a, nil
	}
	header := http.Header{"Accept": {"text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}}
	resp, err := r.client.Get(ctx, a.URL, header, maxPageBytes)
	if err != nil && !errors.Is(err, outbound.ErrTooLarge) && !errors.Is(err, outbound.ErrIncomplete) {
		return a, fmt.Errorf("read %s: %w", a.URL, err)
	}
	if resp.Status != http.StatusOK {
		return a, fmt.Errorf("read %s: %w", a.URL, statusError(ErrPageStatus, resp.Status))
	}
	if len(resp.Body) == 0 {
		return a, fmt.Errorf("read %s: %w", a.URL, ErrEmpty)
	}
	base, err := url.Parse(resp.FinalURL)
	if err != nil {
		return a, fmt.Errorf("read %s: %w", a.URL, err)
	}
	text, _ := decode(resp.Body, resp.Header.Get("Content-Type"))
	p := readPage(text, base)
	p.language = r.opts.Language
	return fill(a, p, readJSONLD(p.structured, base), base), nil
}

// fill adds what an article lacks.
func fill(a digest.Article, p webPage, s structured, base *url.URL) digest.Article {
	if a.Title == "" {
		a.Title = plain.Cut(otherwise(s.headline, withoutSite(p.title, plain.Line(p.meta["og:site_name"]))), titleLimit)
		a.Published = believable(s.published)
		if len(a.Authors) == 0 {
			a.Authors = authors(s.people, p.language, base)
		}
	}
	if a.Dek == "" {
		a.Dek = pageDek(a, otherwise(p.description, s.description))
	}
	if a.Image.URL == "" {
		for _, image := range []digest.Image{complete(p.image, s.image), s.image} {
			if image.URL != "" && image.URL != a.Image.Shared && !siteImage().MatchString(image.URL) {
				a.Image = choosePicture([]picture{{Image: image}}, base)
				break
			}
		}
	}
	return a
}

// pageDek takes a page's description for a dek unless it is the beginning of the
// article, which the summary tells better, or too long.
func pageDek(a digest.Article, description string) string {
	dek, cutOff := dekOf(readPlain(plain.Tidy, description), a.Title)
	if dek == "" || len(strings.Fields(dek)) < 3 {
		return ""
	}
	if excerpt(dek, a.Summary, true) && a.Summary != "" {
		return ""
	}
	if cutOff {
		return plain.Cut(whole(dek), dekLimit)
	}
	return plain.Cut(dek, dekLimit)
}
