package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"

	"roundup/internal/check/finding"
	"roundup/internal/desk/planner"
	"roundup/internal/eml"
	"roundup/internal/outbound"
	"roundup/internal/remedy"
	"roundup/internal/wording"
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
	unasked bool // there was no time to ask, or to wait for the answer
}

// links asks every server that the mail leads to, but for the readers' own
// pages, which readers looks at.
func (c *check) links(ctx context.Context, l *finding.List, p planner.Plan, draft planner.Draft) {
	targets := c.targets(eml.ReadHTML(draft.HTML))
	switch {
	case len(targets) == 0:
		l.Pass("links", "the mail links to nothing but its readers' pages")
		return
	case c.extent.Offline:
		l.Skip("links", linksAndPictures(len(targets))+" not asked", "")
		l.InDetail(remedy.Offline)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceLinks)
	defer cancel()
	c.ask(ctx, targets)
	all := len(targets)
	targets = slices.DeleteFunc(targets, func(t *target) bool { return t.unasked })
	if unasked := all - len(targets); unasked > 0 {
		l.Skip("links", fmt.Sprintf("%s not asked: it took too long", linksAndPictures(unasked)), "run it again")
	}
	if len(targets) == 0 {
		return
	}
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
	answers{list: l, note: newNoteLinks(p)}.tell(targets)
}

func linksAndPictures(n int) string { return wording.Agree(n, "link or picture", "links and pictures") }

// targets are the addresses of a mail that a reader's click or eye would go to,
// each once.
func (c *check) targets(html eml.HTML) []*target {
	var all []*target
	seen := map[string]bool{}
	add := func(url, words string, picture bool) {
		base := c.cfg.Newsletter.BaseURL
		web := strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
		if !web || seen[url] || base != "" && strings.HasPrefix(url, base+"/") {
			return
		}
		seen[url] = true
		all = append(all, &target{url: url, words: words, picture: picture})
	}
	for _, link := range html.Links {
		add(link.URL, link.Text, false)
	}
	for _, picture := range html.Pictures {
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
				t.unasked = t.err != nil && ctx.Err() != nil
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
	answer, err := c.asked.Head(ctx, url)
	if err == nil && answer.Status < http.StatusBadRequest || err != nil && (noNetwork(err) || errors.Is(err, outbound.ErrPrivateAddress)) {
		return answer, err
	}
	again, err := c.asked.Get(ctx, url, nil, 64<<10)
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

// median is the middle one of several; the zero value of none.
func median[T cmp.Ordered](all []T) (m T) {
	if len(all) == 0 {
		return m
	}
	slices.Sort(all)
	return all[len(all)/2]
}
