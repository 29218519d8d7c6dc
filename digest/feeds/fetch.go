package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"roundup/internal/outbound"
)

var (
	// ErrStatus says that a server answered with something else than the feed.
	ErrStatus = errors.New("the server did not give the feed")
	// ErrPageStatus says the same of an article's page.
	ErrPageStatus = errors.New("the server did not give the page")
	// ErrGone says that the publisher has taken the feed down for good (410).
	ErrGone = errors.New("the feed is gone for good (410 Gone): take it out of the sources")
	// ErrAskedToWait says that a source was not read because its server asked for
	// a pause that is not over.
	ErrAskedToWait = errors.New("the server asked not to be read again before")
)

// accept lists feeds first, and takes anything: many servers know only one type.
const accept = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"

// webAddress is an address of the web.
type webAddress struct{ *Reader }

// read reads a source by URL, and the feed its page names when it is a page.
func (r webAddress) read(ctx context.Context, s Source) Result {
	if r.opts.Now().Before(s.NotBefore) {
		return Result{
			Err:        fmt.Errorf("%w %s", ErrAskedToWait, s.NotBefore.UTC().Format(time.RFC3339)),
			RetryAfter: s.NotBefore, ETag: s.ETag, LastModified: s.LastModified, ValidatorsOf: s.ValidatorsOf,
		}
	}
	res, alternate := r.fetchOne(ctx, s, s.URL)
	if alternate == "" {
		return res
	}
	page := res
	res, _ = r.fetchOne(ctx, s, alternate)
	if res.Err != nil {
		res.Err = fmt.Errorf("%s is a web page; the feed it names, %s: %w", s.URL, alternate, res.Err)
	}
	res.FeedURL = alternate
	res.Bytes += page.Bytes
	res.Warnings = append([]string{fmt.Sprintf("%s is a web page; read the feed it names, %s", s.URL, alternate)}, res.Warnings...)
	return res
}

// fetchOne reads one address. alternate is the feed named by a page found there.
func (r webAddress) fetchOne(ctx context.Context, s Source, url string) (res Result, alternate string) {
	resp, err := r.get(ctx, s, url)
	if err != nil && !errors.Is(err, outbound.ErrIncomplete) {
		return Result{Err: err}, ""
	}
	if resp.Status == http.StatusNotModified && resp.FinalURL == s.ValidatorsOf {
		return Result{
			NotModified:  true,
			ETag:         otherwise(validator(resp.Header, "ETag"), s.ETag),
			LastModified: otherwise(lastModified(resp.Header), s.LastModified),
			ValidatorsOf: s.ValidatorsOf,
		}, ""
	}
	res.Bytes = int64(len(resp.Body))
	if resp.Status != http.StatusOK {
		res.Err = feedStatus(resp.Status)
		res.RetryAfter = retryAfter(resp, r.opts.Now())
		return res, ""
	}
	if resp.Moved {
		res.Warnings = append(res.Warnings, "moved for good to "+resp.FinalURL+": change the source's url")
	}
	feed, parseErr := r.parse(resp.Body, resp.Header.Get("Content-Type"), resp.FinalURL)
	res.Warnings = append(res.Warnings, feed.Warnings...)
	if parseErr != nil {
		res.Err = parseErr
		return res, feed.Alternate
	}
	if err != nil {
		feed.Whole = false
		res.Warnings = append(res.Warnings, err.Error())
	}
	res.Title, res.Articles = feed.Title, feed.Articles
	res.Damaged = !feed.Whole
	if feed.Whole { // of a damaged reading the rest is wanted next time
		res.ETag, res.LastModified, res.ValidatorsOf = validator(resp.Header, "ETag"), lastModified(resp.Header), resp.FinalURL
	}
	return res, ""
}

// lastModified is the date to ask with next time; "" where the feed may have
// changed once more within the same second, so that "not modified" since then
// would hide articles (RFC 9110, section 8.8.2.2). Beside an ETag it does no
// harm: servers then go by the ETag alone.
func lastModified(h http.Header) string {
	said := validator(h, "Last-Modified")
	if validator(h, "ETag") != "" {
		return said
	}
	modified, err := http.ParseTime(said)
	answered, dateErr := http.ParseTime(h.Get("Date"))
	if err == nil && dateErr == nil && answered.Sub(modified) < time.Second {
		return ""
	}
	return said
}

// validator is a header to ask with next time; "" where it is not of printable ASCII,
// which is no validator (RFC 9110, section 8.8) and could not be kept as text.
func validator(h http.Header, name string) string {
	said := h.Get(name)
	if strings.ContainsFunc(said, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return said
}

// get asks conditionally, once more without conditions when "not modified" was
// said by another address than the one that gave the validators.
func (r webAddress) get(ctx context.Context, s Source, url string) (*outbound.Response, error) {
	header := http.Header{"Accept": {accept}}
	unconditional := header.Clone()
	if s.ValidatorsOf != "" {
		if s.ETag != "" {
			header.Set("If-None-Match", s.ETag)
		}
		if s.LastModified != "" {
			header.Set("If-Modified-Since", s.LastModified)
		}
	}
	resp, err := r.client.Get(ctx, url, header, r.opts.MaxBytes)
	if err == nil && resp.Status == http.StatusNotModified && resp.FinalURL != s.ValidatorsOf {
		return r.client.Get(ctx, url, unconditional, r.opts.MaxBytes)
	}
	return resp, err
}

// feedStatus says in words what a status means for a feed.
func feedStatus(status int) error {
	if status == http.StatusGone {
		return ErrGone
	}
	return statusError(ErrStatus, status)
}

// statusError says in words what a status means for what was asked for, which
// the sentinel names.
func statusError(what error, status int) error {
	switch status {
	case http.StatusNotFound, http.StatusGone:
		return fmt.Errorf("%w: there is none at this address (%d %s)", what, status, http.StatusText(status))
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%w: it does not let us read it (%d %s)", what, status, http.StatusText(status))
	case http.StatusTooManyRequests:
		return fmt.Errorf("%w: it is asked too often (429 Too Many Requests)", what)
	case http.StatusNoContent:
		return ErrEmpty
	}
	if status >= 500 {
		return fmt.Errorf("%w: it is in trouble (%d %s)", what, status, http.StatusText(status))
	}
	return fmt.Errorf("%w: it answered %d %s", what, status, http.StatusText(status))
}
