package check

import (
	"context"
	"fmt"
	"strings"

	"roundup/digest"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/remedy"
	"roundup/internal/wording"
	"roundup/store/content"
)

// sources reads every source, or, offline, says how the last readings went.
func (c *check) sources(ctx context.Context, l *finding.List) {
	var fetched []desk.Fetched
	if !c.extent.Offline {
		var err error
		if fetched, err = c.desk.Fetch(ctx); err != nil {
			l.Fail("sources", err.Error(), "")
			return
		}
	}
	records, err := c.desk.Sources(ctx)
	if err != nil {
		l.Fail("sources", err.Error(), "")
		return
	}
	if len(records) == 0 {
		l.Fail("sources", "none is configured", "add one under sources:")
	}
	for i, r := range records {
		f := desk.Fetched{Source: c.cfg.Sources[i].Name(), Error: r.LastError, Items: r.Items}
		if r.Damage != "" {
			f.Warnings = []string{r.Damage}
		}
		said := c.sourceStands(r)
		if i < len(fetched) {
			f = fetched[i]
			if said = wording.Count(f.Items, "item"); f.NotModified {
				said = "not changed since the last reading"
			}
		}
		c.source(l, f, r, said)
	}
}

func (c *check) source(l *finding.List, f desk.Fetched, r content.SourceRecord, said string) {
	switch {
	case f.Error != "":
		hint := "open its address in a browser; a feed that has moved needs its new address under sources:"
		empty := digest.SaysEmptied(f.Error)
		if empty {
			hint = ""
		}
		if !r.FailingSince.IsZero() {
			since := "failing since " + r.FailingSince.In(c.cfg.Newsletter.Timezone).Format("2 January 15:04")
			hint = strings.TrimSuffix(since+"; "+hint, "; ")
		}
		l.Fail("source", f.Source+": "+f.Error, hint)
		if empty {
			l.Do(remedy.Remedy{Code: remedy.AcceptEmpty, About: f.Source})
		}
	case r.Quarantined > 0: // also of earlier readings
		l.Warn("source", fmt.Sprintf("%s: %s quarantined: they look old, and the issue goes without them", f.Source, wording.Count(r.Quarantined, "article")), "")
		l.Do(remedy.Remedy{Code: remedy.Settle})
	case len(f.Warnings) > 0:
		l.Warn("source", f.Source+": "+strings.Join(f.Warnings, "; "), "")
	case r.LastReadAt.IsZero():
		l.Skip("source", f.Source+": never read yet", "")
		l.Do(remedy.Remedy{Code: remedy.ReadSource})
	default:
		l.Pass("source", f.Source+": "+said)
	}
}

// sourceStands says when a source was read last, and what it gave.
func (c *check) sourceStands(r content.SourceRecord) string {
	if r.LastReadAt.IsZero() {
		return "never read yet"
	}
	return fmt.Sprintf("read %s ago, %s", wording.Span(c.now().Sub(r.LastReadAt)), wording.Count(r.Items, "item"))
}
