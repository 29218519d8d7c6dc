package desk

import (
	"context"
	"path/filepath"
	"time"

	"roundup/digest/feeds"
	"roundup/internal/outbound"
)

// tryTimeout is how long a person waits at most for what their feed says.
const tryTimeout = 20 * time.Second

// TryFeedOptions say what to read before there is a configuration.
type TryFeedOptions struct {
	URL, Path    string // one of them; a path with its folder
	AllowPrivate bool   // see fetch.allow_private
	Now          func() time.Time
	Version      string
}

// TriedFeed is what a feed says of itself.
type TriedFeed struct {
	Title    string
	URL      string // its own address, where a web page named it; "" where it is what was read
	Articles int
	Newest   time.Time // zero where no article has a date
	Warnings []string
}

// TryFeed reads one feed, as a fetch would, and keeps nothing. Its errors are
// those of a fetch.
func TryFeed(ctx context.Context, o TryFeedOptions) (TriedFeed, error) {
	client := outbound.New(outbound.Options{
		AllowPrivate: o.AllowPrivate, UserAgent: UserAgent(o.Version, ""), Timeout: tryTimeout,
	})
	reader := feeds.NewReader(client, feeds.Options{Now: o.Now, Timeout: tryTimeout})
	source := feeds.Source{URL: o.URL}
	if o.URL == "" {
		source.Path = filepath.Clean(o.Path)
	}
	r := reader.ReadAll(ctx, []feeds.Source{source})[0]
	if r.Err != nil {
		return TriedFeed{}, r.Err
	}
	t := TriedFeed{Title: r.Title, URL: r.FeedURL, Articles: len(r.Articles), Warnings: r.Warnings}
	for _, a := range r.Articles {
		if a.Published.After(t.Newest) {
			t.Newest = a.Published
		}
	}
	return t, nil
}
