package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/check"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/subscribers"
	"roundup/web/editor"
)

var (
	_ editor.Desk    = (*editorDesk)(nil)
	_ editor.Checker = (*editorDesk)(nil)
	_ editor.Fetcher = (*editorDesk)(nil)
)

// editorDesk is the desk behind the editor's page. It follows the configuration's
// file: whoever edits it sees on the page what comes of it.
type editorDesk struct {
	app *app
	at  time.Time // the slot looked at; zero for the next

	mu     sync.Mutex
	desk   *desk.Desk
	source []byte // the configuration's file the desk was made from
	broken error  // why it could not be made from the file as it is now
	tried  []byte // that file
}

func (a *app) newEditor(ctx context.Context, noFetch bool, at time.Time) (*editorDesk, error) {
	d, err := a.freshDesk(ctx, noFetch)
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(a.cfg.Path)
	return &editorDesk{app: a, desk: d, at: at, source: source}, err
}

// now returns the desk as the configuration stands at this moment, and its settings.
func (e *editorDesk) now(ctx context.Context) (*desk.Desk, *config.Config, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	source, err := os.ReadFile(e.app.cfg.Path)
	switch {
	case err != nil:
		return e.desk, e.app.cfg, err
	case bytes.Equal(source, e.source):
		e.broken = nil
	case e.broken == nil || !bytes.Equal(source, e.tried):
		e.tried = source
		if e.broken = e.reload(ctx); e.broken == nil {
			e.source = source
		}
	}
	return e.desk, e.app.cfg, e.broken
}

// reload makes the desk anew from the configuration as it is now.
func (e *editorDesk) reload(ctx context.Context) error {
	cfg, err := e.app.readConfig()
	if err != nil {
		return err
	}
	if cfg.Database != e.app.cfg.Database {
		return &hintedError{err: errors.New("database: the preview has another one open"), hint: "end it and start `roundup preview` again"}
	}
	was := e.app.cfg
	e.app.cfg = cfg
	d, err := e.app.desk(ctx)
	if err != nil {
		e.app.cfg = was
		return err
	}
	e.desk = d
	return nil
}

// Stamp differs whenever the page may look different.
func (e *editorDesk) Stamp(ctx context.Context) (string, error) {
	d, _, broken := e.now(ctx)
	stamp, err := d.Stamp(ctx)
	if broken != nil {
		stamp += " " + broken.Error()
	}
	return stamp, forPage(err)
}

// Preview puts the next issue together anew. An address nobody has is no
// mistake: the page says so and shows the stand-in's mail.
func (e *editorDesk) Preview(ctx context.Context, as string) (editor.Preview, error) {
	d, cfg, err := e.now(ctx)
	if err != nil {
		return editor.Preview{}, forPage(err)
	}
	var reader *subscribers.Subscriber
	var notes []string
	if as != "" {
		r, err := e.app.reader(ctx, as)
		if err != nil {
			notes = append(notes, "Shown as a stand-in gets it: "+pageWords(err))
		} else {
			reader = &r.Subscriber
		}
	}
	plan, err := d.Preview(ctx, e.at)
	if err != nil {
		return editor.Preview{}, forPage(err)
	}
	p, m, err := draftOf(d, cfg, plan, reader)
	if err != nil {
		return p, forPage(err)
	}
	p.Notes = append(notes, notesOf(plan)...)
	p.Checks = checkResults(e.app.checker(d, cfg).LookAtPlan(plan, m))
	p.Notices, err = e.notices(ctx, d, cfg, plan)
	return p, forPage(err)
}

// notices say at the top of the page what the editor must know first.
func (e *editorDesk) notices(ctx context.Context, d *desk.Desk, cfg *config.Config, p desk.Plan) ([]editor.Notice, error) {
	obstacles, err := d.Obstacles(ctx, p)
	if err != nil {
		return nil, err
	}
	notices := noticesOf(obstacles, p.Issue.Number)
	records, err := d.Sources(ctx)
	if err != nil {
		return nil, err
	}
	if n, ok := sourceNotice(records, cfg.Newsletter.Timezone); ok {
		notices = append(notices, n)
	}
	return notices, nil
}

// Edit makes a change to the next issue.
func (e *editorDesk) Edit(ctx context.Context, c digest.Change) (editor.Edited, error) {
	d, _, err := e.now(ctx)
	if err != nil {
		return editor.Edited{}, forPage(err)
	}
	done, err := d.Edit(ctx, c)
	if err != nil {
		return editor.Edited{}, forPage(err)
	}
	return editor.Edited{Said: done.Said, Undo: func(ctx context.Context) error {
		d, _, err := e.now(ctx)
		if err == nil {
			err = d.Undo(ctx, done)
		}
		return forPage(err)
	}}, nil
}

// SendTest mails the issue to one address.
func (e *editorDesk) SendTest(ctx context.Context, to string) (string, error) {
	d, cfg, err := e.now(ctx)
	if err != nil {
		return "", forPage(err)
	}
	addr, err := parseAddress(to)
	if err != nil {
		return "", forPage(err)
	}
	if err := d.Ready(ctx); err != nil {
		return "", forPage(err)
	}
	p, err := d.Preview(ctx, e.at)
	if err == nil && len(p.Issue.Articles()) == 0 {
		err = desk.ErrNothingToSend
	}
	if err == nil {
		err = d.Test(ctx, p, []string{addr.Given})
	}
	if err != nil {
		return "", forPage(err)
	}
	return fmt.Sprintf("A test was handed to %s for %s.", cfg.SMTP.Host, addr.Given), nil
}

// Fetch reads the sources now.
func (e *editorDesk) Fetch(ctx context.Context) (string, error) {
	d, _, err := e.now(ctx)
	if err != nil {
		return "", forPage(err)
	}
	fetched, err := d.Fetch(ctx)
	if err != nil {
		return "", forPage(err)
	}
	return readWords(fetched)
}

// Check looks at everything a send depends on.
func (e *editorDesk) Check(ctx context.Context) ([]editor.CheckResult, error) {
	d, cfg, err := e.now(ctx)
	if err != nil {
		return nil, forPage(err)
	}
	return checkResults(e.app.checker(d, cfg).Look(ctx, check.Extent{Spam: "spamassassin"})), nil
}

// checkResults are findings for the page.
func checkResults(found []finding.Finding) []editor.CheckResult {
	results := make([]editor.CheckResult, len(found))
	for i, f := range found {
		results[i] = editor.CheckResult{
			State: editor.CheckState(f.Outcome), Group: f.Group.Title(), What: f.What, Detail: withoutSockets(f.Detail), Hint: pageHint(f),
			Articles: f.Articles, System: !f.Group.OfIssue(),
		}
		for _, r := range f.Publish {
			results[i].Publish = append(results[i].Publish, fmt.Sprintf("%s. IN %s %s", r.Name, r.Type, zoneText(r)))
		}
	}
	return results
}

// pageError is an error with what to do about it, as the page prints it.
type pageError struct{ err error }

func (e *pageError) Error() string { return pageWords(e.err) }
func (e *pageError) Unwrap() error { return e.err }

func forPage(err error) error {
	if err == nil {
		return nil
	}
	return &pageError{err}
}
