package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"roundup/internal/eml"
	"roundup/internal/finding"
	"roundup/internal/outbound"
)

// linksAtOnce is how many servers are asked at once.
const linksAtOnce = 8

// maxPicture is how large a linked picture may be before phones wait for it.
const maxPicture = 1 << 20

// target is a link or a picture of a mail, and what became of asking for it.
type target struct {
	url     string
	words   string // of the link, or the alternative text
	picture bool
	answer  *outbound.Response
	err     error
}

// links asks every server that the mail leads to, but for the readers' own
// pages, which readers looks at.
func (c *check) links(ctx context.Context, l *finding.List, draft Draft) {
	targets := c.targets(eml.ReadPage(draft.HTML))
	switch {
	case c.options.Offline:
		l.Skip("links", linksAndPictures(len(targets))+" not asked: --offline", "")
		return
	case len(targets) == 0:
		l.Pass("links", "the mail links to nothing but its readers' pages")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceLinks)
	defer cancel()
	c.ask(ctx, targets)
	unreached := 0
	for _, t := range targets {
		if noNetwork(t.err) {
			unreached++
		}
	}
	if unreached == len(targets) {
		l.Skip("links", fmt.Sprintf("%s not looked at: no network: %v", linksAndPictures(len(targets)), targets[0].err), "")
		return
	}
	sumUp(l, targets)
}

func linksAndPictures(n int) string { return fmt.Sprintf("%d links and pictures", n) }

// targets are the addresses of a page that a reader's click or eye would go to,
// each once.
func (c *check) targets(page eml.Page) []*target {
	var all []*target
	seen := map[string]bool{}
	add := func(url, words string, picture bool) {
		base := c.d.cfg.Newsletter.BaseURL
		web := strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
		if !web || seen[url] || base != "" && strings.HasPrefix(url, base+"/") {
			return
		}
		seen[url] = true
		all = append(all, &target{url: url, words: words, picture: picture})
	}
	for _, link := range page.Links {
		add(link.URL, link.Text, false)
	}
	for _, picture := range page.Pictures {
		add(picture.URL, picture.Alt, true)
	}
	return all
}

// ask asks for all of them, a few at once.
func (c *check) ask(ctx context.Context, targets []*target) {
	queue := make(chan *target)
	var workers sync.WaitGroup
	for range linksAtOnce {
		workers.Go(func() {
			for t := range queue {
				t.answer, t.err = c.askOne(ctx, t.url)
			}
		})
	}
	for _, t := range targets {
		queue <- t
	}
	close(queue)
	workers.Wait()
}

// askOne asks with HEAD, and with GET where that is not answered well: many
// servers know no HEAD.
func (c *check) askOne(ctx context.Context, url string) (*outbound.Response, error) {
	answer, err := c.d.asked.Head(ctx, url)
	if err == nil && answer.Status < http.StatusBadRequest || err != nil && (noNetwork(err) || errors.Is(err, outbound.ErrPrivateAddress)) {
		return answer, err
	}
	again, err := c.d.asked.Get(ctx, url, nil, 64<<10)
	if errors.Is(err, outbound.ErrTooLarge) || errors.Is(err, outbound.ErrIncomplete) {
		err = nil // it is there
	}
	return again, err
}

// noNetwork reports whether an error says that nothing at all can be reached
// from here, rather than this server.
func noNetwork(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return !dns.IsNotFound
	}
	return errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, context.Canceled)
}

// sumUp tells what became of the asking: those that are gone one by one, the
// others in sum.
func sumUp(l *finding.List, targets []*target) {
	answered := 0
	var refusing, moved []string
	for _, t := range targets {
		kind := "link"
		if t.picture {
			kind = "picture"
		}
		shown := fmt.Sprintf("%s (“%s”)", t.url, beginning(t.words))
		switch outcome, detail := t.judge(); outcome {
		case finding.Failed:
			l.Fail(kind, shown+" "+detail, "mend the address where the article is published, or in the configuration; or drop the article")
		case finding.Warned:
			l.Warn(kind, shown+" "+detail, "open it in a browser")
		case finding.Skipped:
			refusing = append(refusing, fmt.Sprintf("%s (%d)", t.url, t.answer.Status))
		default:
			answered++
			if t.answer.Moved && !t.picture {
				moved = append(moved, t.url+" to "+t.answer.FinalURL)
			}
		}
	}
	if len(moved) > 0 {
		l.Pass("redirects", fmt.Sprintf("%s moved for good: %s", count(len(moved), "link"), some(moved)))
	}
	if len(refusing) > 0 {
		l.Skip("links", "not told to programs: "+some(refusing), "open them in a browser")
	}
	if answered > 0 {
		l.Pass("links", fmt.Sprintf("%d of %s answer", answered, linksAndPictures(len(targets))))
	}
}

// judge says what an answer means; Skipped for servers that turn programs away
// and may well answer a person.
func (t *target) judge() (finding.Outcome, string) {
	switch {
	case errors.Is(t.err, outbound.ErrPrivateAddress), errors.Is(t.err, outbound.ErrTooManyRedirects):
		return finding.Failed, "can't be opened: " + t.err.Error()
	case t.err != nil:
		var dns *net.DNSError
		if errors.As(t.err, &dns) && dns.IsNotFound {
			return finding.Failed, "can't be opened: there is no host " + dns.Name
		}
		return finding.Warned, "does not answer now: " + t.err.Error()
	}
	switch s := t.answer.Status; {
	case s == http.StatusNotFound, s == http.StatusGone:
		return finding.Failed, fmt.Sprintf("is not there: %d %s", s, http.StatusText(s))
	case s >= http.StatusInternalServerError && s < 600:
		return finding.Warned, fmt.Sprintf("answers %d %s", s, http.StatusText(s))
	case s >= http.StatusBadRequest:
		return finding.Skipped, ""
	}
	if !t.picture {
		return finding.Passed, ""
	}
	kind := t.answer.Header.Get("Content-Type")
	if kind != "" && !strings.HasPrefix(kind, "image/") && !strings.HasPrefix(kind, "application/octet-stream") {
		return finding.Failed, "is no picture but " + cmp.Or(strings.Split(kind, ";")[0], "something else")
	}
	if size, err := strconv.ParseInt(t.answer.Header.Get("Content-Length"), 10, 64); err == nil && size > maxPicture {
		return finding.Warned, "has " + bytesText(size) + ": phones wait for it"
	}
	return finding.Passed, ""
}

// median is the middle one of several; the zero value of none.
func median[T cmp.Ordered](all []T) (m T) {
	if len(all) == 0 {
		return m
	}
	slices.Sort(all)
	return all[len(all)/2]
}
