package desk

import (
	"context"
	"fmt"

	"roundup/digest"
	"roundup/subscribers"
)

// byHand is the source of articles that a person added.
const byHand = "added by hand"

// AddArticle owes the article at url, read from its own page. It fails when the
// page can't be read or has no title, or when the article is known already.
func (d *Desk) AddArticle(ctx context.Context, url string, by subscribers.Actor) (digest.Article, error) {
	link := digest.CleanURL(url, nil)
	if link == "" {
		return digest.Article{}, fmt.Errorf("%q is not an http or https address", url)
	}
	a, err := d.reader.Enrich(ctx, digest.Article{
		Source:    byHand,
		URL:       link,
		Canonical: digest.Canonical(link),
		FirstSeen: d.now(),
	})
	if err != nil {
		return a, err
	}
	if a.Title == "" {
		return a, fmt.Errorf("%s: the page has no title", link)
	}
	return d.store.AddArticle(ctx, a, by)
}
