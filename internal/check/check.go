// Package check owns what `roundup check` and the editor's page look at before a
// send: each thing that a send depends on, a file a group or less. In its subpackages
// are what a look says (finding), what DNS says (maildns), and a mail that has
// arrived (received).
//
// It must not change anything but what a fetch adds, send, or decide what a run
// does: it asks the desk, which knows nothing of it.
//
// Start reading with Checker.Look.
package check

import (
	"context"
	"net"
	"sync"
	"time"

	"roundup/config"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/outbound"
	"roundup/store"
)

// Options are what a Checker is made from.
type Options struct {
	Desk      *desk.Desk
	Config    *config.Config
	Store     *store.Store
	Now       func() time.Time
	Version   string // of the program
	Rehearsal bool   // the calendar is not the real one
	// TryPages tries templates of one's own for the readers' pages; nil where there are none.
	TryPages func() error
}

// Checker looks at what a send of one newsletter depends on.
type Checker struct {
	desk      *desk.Desk
	cfg       *config.Config
	store     *store.Store
	now       func() time.Time
	version   string
	rehearsal bool
	tryPages  func() error
	asked     *outbound.Client // for what a mail links to, which is only asked whether it is there
	own       *outbound.Client // for the readers' pages, which are the operator's
}

// linkTimeout is how long a server that a mail links to may take.
const linkTimeout = 8 * time.Second

// New makes a Checker.
func New(o Options) *Checker {
	return &Checker{
		desk: o.Desk, cfg: o.Config, store: o.Store, now: o.Now, version: o.Version, rehearsal: o.Rehearsal, tryPages: o.TryPages,
		asked: outbound.New(outbound.Options{
			AllowPrivate: o.Config.Fetch.AllowPrivate,
			UserAgent:    desk.UserAgent(o.Version, o.Config.Newsletter.SiteURL),
			Timeout:      linkTimeout,
		}),
		own: desk.OwnClient(o.Version),
	}
}

// Extent says how far a check looks.
type Extent struct {
	Offline  bool          // look at nothing beyond this machine
	Spam     string        // the program that gives a spam score, "spamassassin"; "" to ask none
	Resolver *net.Resolver // asked about the sender's domain; nil for the system's
	// Found is told each finding as soon as its turn has come; nil for nobody.
	Found func(finding.Finding)
}

// How long the parts of a check that look outward may take; they run side by side.
const (
	patienceDNS   = 20 * time.Second
	patienceLinks = 25 * time.Second
	patienceRelay = 30 * time.Second
	patienceSpam  = 45 * time.Second
	patienceBox   = 30 * time.Second
)

// check is one look at everything.
type check struct {
	*Checker
	extent Extent
}

// Look looks at everything a send depends on and sends nothing. Its findings
// are in the order a send would meet them, within a group the worst first. When
// ctx ends it gives what it has.
func (k *Checker) Look(ctx context.Context, e Extent) []finding.Finding {
	c := &check{k, e}
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
		c.one(finding.Returns, c.returns),
	)
}

// LookAtPlan looks at a planned issue and its mail, at nothing beyond this
// machine, and quickly: for a page that is shown again after each change.
func (k *Checker) LookAtPlan(p planner.Plan, draft planner.Draft) []finding.Finding {
	c := &check{Checker: k}
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
func (c *check) collect(ctx context.Context, parts ...part) []finding.Finding {
	done := make([]chan struct{}, len(parts))
	var running sync.WaitGroup
	for i, p := range parts {
		done[i] = make(chan struct{})
		running.Go(func() {
			defer close(done[i])
			p.look(ctx)
		})
	}
	var all []finding.Finding
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
				if c.extent.Found != nil {
					c.extent.Found(f)
				}
			}
		}
	}
	return all
}
