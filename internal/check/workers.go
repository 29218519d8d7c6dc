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
	differing, others := ledger.DifferingOf(atWork, desk.Fingerprints(c.cfg)), ledger.OfOtherVersions(atWork, c.version)
	for _, one := range differing {
		l.Warn("workers", one.Worker.Name+" sends by other settings than these: "+strings.Join(one.Settings, ", "),
			"give all machines the same roundup.yaml, and start anew what still has the old one")
	}
	for _, w := range others {
		l.Warn("workers", w.Name+" is of version "+w.Version+", this is "+c.version, "run the same version everywhere, once an upgrade is done")
	}
	if len(atWork) > 0 && len(differing)+len(others) == 0 {
		l.Pass("workers", wording.Count(len(atWork), "worker")+" at work, by the same settings")
	}
}
