package check

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"roundup/internal/check/finding"
	"roundup/internal/wording"
	"roundup/store"
)

// clockSlack is how far a clock may be out before anybody notices.
const clockSlack = 2 * time.Minute

// clocksAsked is how many servers are asked what time it is.
const clocksAsked = 3

// clock compares the calendar with what was put on record under it, and with the
// clocks of the servers that the newsletter is about.
func (c *check) clock(ctx context.Context, l *finding.List, h store.Health) {
	now, zone := c.now(), c.cfg.Newsletter.Timezone
	hint := "set the clock (timedatectl) and keep it right (systemd-timesyncd or chrony)"
	if ahead := h.LastEvent.Sub(now); ahead > clockSlack {
		l.Warn("clock", fmt.Sprintf("something is on record for %s, which is %s ahead of this machine's clock: it is wrong now, or was then",
			h.LastEvent.In(zone).Format("2 January 2006 15:04 MST"), wording.Span(ahead)), hint)
		return
	}
	detail := now.In(zone).Format("Monday 2 January 2006 15:04 MST")
	if c.rehearsal || c.extent.Offline {
		l.Pass("clock", detail+", and nothing is on record for later; no other clock was asked")
		return
	}
	asked := c.otherClocks(ctx)
	behind := median(asked)
	switch {
	case len(asked) == 0:
		l.Pass("clock", detail+", and nothing is on record for later; no other clock answered")
	case behind.Abs() > clockSlack:
		word := "behind"
		if behind < 0 {
			word = "ahead of"
		}
		l.Warn("clock", fmt.Sprintf("%s: %s %s those of %s", detail, wording.Span(behind.Abs()), word, wording.Count(len(asked), "server")), hint)
	default:
		l.Pass("clock", detail+", as "+wording.Agree(len(asked), "other clock says", "other clocks say"))
	}
}

// otherClocks is how far this machine's clock is behind those of some servers.
func (c *check) otherClocks(ctx context.Context) []time.Duration {
	var urls []string
	if site := c.cfg.Newsletter.SiteURL; site != "" {
		urls = append(urls, site)
	}
	for _, s := range c.cfg.Sources {
		if s.URL != "" && len(urls) < clocksAsked {
			urls = append(urls, s.URL)
		}
	}
	var mu sync.Mutex
	var asking sync.WaitGroup
	var behind []time.Duration
	for _, url := range urls {
		asking.Go(func() {
			answer, err := c.asked.Head(ctx, url)
			if err != nil {
				return
			}
			theirs, err := http.ParseTime(answer.Header.Get("Date"))
			if err != nil {
				return
			}
			// What a cache gives again bears the date it was made.
			age, err := strconv.Atoi(answer.Header.Get("Age"))
			if err == nil {
				theirs = theirs.Add(time.Duration(age) * time.Second)
			}
			mu.Lock()
			defer mu.Unlock()
			behind = append(behind, theirs.Sub(c.now()))
		})
	}
	asking.Wait()
	return behind
}
