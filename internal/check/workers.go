package check

import (
	"context"
	"strings"

	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/wording"
	"roundup/store/ledger"
)

// workers compares those at work on a database on a server with this process: what they send
// is to be the same mail, whoever sends it.
func (c *check) workers(ctx context.Context, l *finding.List) {
	if !c.cfg.Database.OnServer() {
		return
	}
	atWork, _, err := c.store.Workers(ctx)
	if err != nil {
		l.Fail("workers", err.Error(), "")
		return
	}
	alike := 0
	for _, w := range atWork {
		if c.alike(l, w) {
			alike++
		}
	}
	if len(atWork) > 0 && alike == len(atWork) {
		l.Pass("workers", wording.Count(len(atWork), "worker")+" at work, by the same settings")
	}
}

// alike warns of a worker with other settings, or another version, and reports whether it has neither.
func (c *check) alike(l *finding.List, w ledger.Worker) bool {
	keys := desk.Fingerprints(c.cfg).Differing(w.Fingerprints)
	if len(keys) > 0 {
		l.Warn("workers", w.Name+" sends by other settings than these: "+strings.Join(keys, ", "),
			"give all machines the same roundup.yaml, and start anew what still has the old one")
	}
	if w.Version != c.version {
		l.Warn("workers", w.Name+" is of version "+w.Version+", this is "+c.version, "run the same version everywhere, once an upgrade is done")
	}
	return len(keys) == 0 && w.Version == c.version
}
