// Package feeds owns the reading of sources: it fetches or opens them, parses RSS,
// Atom and JSON Feed, and gives every item as a digest.Article whose texts are
// plain and whose links are safe.
//
// It must not choose between articles, remember anything, or know where they
// go; it trusts nothing a feed says.
//
// Start reading with Reader.ReadAll (origin: where from), then Parse (format: how
// written); entry.go makes an article of an item, and each of its parts has a file
// of its own: byline.go, dek.go, summary.go, picture.go, republished.go.
package feeds

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"time"

	"roundup/digest"
	"roundup/internal/outbound"
)

// Defaults of Options.
const (
	DefaultMaxBytes    = 10 << 20
	DefaultConcurrency = 8
)

// parsers is how many documents are parsed at a time: a large one takes memory
// many times its size.
const parsers = 2

// Options are the settings of a Reader.
type Options struct {
	Now                 func() time.Time // the clock; required
	MaxBytes            int64            // of one document, on the wire and decompressed; 0: DefaultMaxBytes
	Timeout             time.Duration    // for one source with all it leads to; 0: the client's for each request
	Language            string           // of a feed that says none; "" for unknown
	RepublishedPatterns []*regexp.Regexp // none: the built-in ones
	Concurrency         int              // sources read at a time; 0: DefaultConcurrency
}

// Reader reads sources. It is safe for concurrent use.
type Reader struct {
	client  *outbound.Client
	opts    Options
	parsing chan struct{}
}

// NewReader builds a Reader that fetches through client.
func NewReader(client *outbound.Client, opts Options) *Reader {
	if opts.MaxBytes <= 0 {
		opts.MaxBytes = DefaultMaxBytes
	}
	if opts.Concurrency <= 0 {
		opts.Concurrency = DefaultConcurrency
	}
	return &Reader{client: client, opts: opts, parsing: make(chan struct{}, parsers)}
}

// ReadAll reads the sources side by side and returns their results in the order
// given. A source that fails says so in its own result and stops no other.
func (r *Reader) ReadAll(ctx context.Context, sources []Source) []Result {
	results := make([]Result, len(sources))
	turns := make(chan struct{}, r.opts.Concurrency)
	var wg sync.WaitGroup
	for i, s := range sources {
		wg.Add(1)
		go func() {
			defer wg.Done()
			turns <- struct{}{}
			defer func() { <-turns }()
			results[i] = r.read(ctx, s)
		}()
	}
	wg.Wait()
	return results
}

// read reads one source, within the time one may take.
func (r *Reader) read(ctx context.Context, s Source) Result {
	start := r.opts.Now()
	var res Result
	if err := ctx.Err(); err != nil {
		res.Err = err
	} else {
		if r.opts.Timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, r.opts.Timeout)
			defer cancel()
		}
		res = r.originOf(s).read(ctx, s)
	}
	res.Source = s.Name
	res.Took = r.opts.Now().Sub(start)
	for i := range res.Articles {
		a := &res.Articles[i]
		a.Source = s.Name
		a.Labels = digest.SplitLabels(append(a.Labels, s.Labels...))
	}
	return res
}

// origin is a kind of place that sources are read from. Another one is a file with
// its type, and a line in originOf.
type origin interface {
	// read reads a source of this kind; ctx ends with the time that one may take.
	read(ctx context.Context, s Source) Result
}

func (r *Reader) originOf(s Source) origin {
	if s.URL != "" {
		return webAddress{r}
	}
	return filePath{r}
}

// parse parses a document, few at a time. It may be compressed without anybody
// saying so: some servers forget to, and files are kept that way.
func (r *Reader) parse(body []byte, contentType, url string) (Feed, error) {
	r.parsing <- struct{}{}
	defer func() { <-r.parsing }()
	body, damage := inflate(body, r.opts.MaxBytes)
	if damage != nil && !errors.Is(damage, outbound.ErrIncomplete) {
		return Feed{}, damage
	}
	feed, err := Parse(body, Meta{ContentType: contentType, URL: url, Language: r.opts.Language, Republished: r.opts.RepublishedPatterns})
	if damage != nil {
		feed.Whole = false
		feed.Warnings = append(feed.Warnings, damage.Error())
	}
	return feed, err
}
