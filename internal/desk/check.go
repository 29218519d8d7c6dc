package desk

import (
	"context"
	"net"
	"sync"
	"time"

	"roundup/internal/check/finding"
)

// Finding is the result of one check.
type Finding = finding.Finding

// CheckOptions say how far a check looks.
type CheckOptions struct {
	Offline  bool          // look at nothing beyond this machine
	Spam     string        // the program that gives a spam score, "spamassassin"; "" to ask none
	Resolver *net.Resolver // asked about the sender's domain; nil for the system's
	// Found is told each finding as soon as its turn has come; nil for nobody.
	Found func(Finding)
}

// How long the parts of a check that look outward may take; they run side by side.
const (
	patienceDNS   = 20 * time.Second
	patienceLinks = 25 * time.Second
	patienceRelay = 30 * time.Second
	patienceSpam  = 45 * time.Second
)

// check is one look at everything.
type check struct {
	d       *Desk
	options CheckOptions
}

// Check looks at everything a send depends on and sends nothing. Its findings
// are in the order a send would meet them, within a group the worst first. When
// ctx ends it gives what it has.
func (d *Desk) Check(ctx context.Context, o CheckOptions) []Finding {
	c := &check{d: d, options: o}
	sources, mail := finding.Of(finding.Sources), finding.Of(finding.Mail)
	issue := finding.Of(finding.Issue)
	return c.collect(ctx,
		c.one(finding.Settings, c.settings),
		c.one(finding.Database, c.database),
		// What is compiled depends on what was read.
		part{[]*finding.List{sources, issue, mail}, func(ctx context.Context) {
			c.sources(ctx, sources)
			c.issueAndMail(ctx, issue, mail)
		}},
		c.one(finding.Readers, c.readers),
		c.one(finding.Relay, c.relay),
		c.one(finding.Domain, c.domain),
	)
}

// CheckPlan looks at a planned issue and its mail, at nothing beyond this
// machine, and quickly: for a page that is shown again after each change.
func (d *Desk) CheckPlan(p Plan, draft Draft) []Finding {
	c := &check{d: d}
	issue, mail := finding.Of(finding.Issue), finding.Of(finding.Mail)
	c.nextIssue(issue, p)
	inboxLine(issue, p)
	c.mail(mail, p, draft)
	return append(issue.Findings(), mail.Findings()...)
}

// part is a part of a check that fills its lists.
type part struct {
	lists []*finding.List
	look  func(context.Context)
}

func (c *check) one(g finding.Group, look func(context.Context, *finding.List)) part {
	list := finding.Of(g)
	return part{[]*finding.List{list}, func(ctx context.Context) { look(ctx, list) }}
}

// collect runs the parts side by side and gives their findings in order. A part
// that is not done when ctx ends is left out.
func (c *check) collect(ctx context.Context, parts ...part) []Finding {
	done := make([]chan struct{}, len(parts))
	var running sync.WaitGroup
	for i, p := range parts {
		done[i] = make(chan struct{})
		running.Go(func() {
			defer close(done[i])
			p.look(ctx)
		})
	}
	var all []Finding
	for i, p := range parts {
		select {
		case <-done[i]:
		case <-ctx.Done():
			running.Wait() // every look ends with ctx
			return all
		}
		for _, list := range p.lists {
			for _, f := range list.Findings() {
				all = append(all, f)
				if c.options.Found != nil {
					c.options.Found(f)
				}
			}
		}
	}
	return all
}
