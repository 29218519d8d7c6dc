package desk

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"os"
	"time"

	"roundup/digest"
)

// fatesKept is how long ago a settled article may have been first seen to be
// listed with the candidates of an issue.
const fatesKept = 35 * 24 * time.Hour

// Plan is the next issue as it would be sent now: chosen and compiled, with
// nothing changed in the database but what a fetch added.
type Plan struct {
	Issue     digest.Issue
	Selection digest.Selection
	Edits     digest.Edits
	Enough    bool
	Why       string            // why it is not enough: "only 2 articles (minimum 3)"
	Example   bool              // nothing is owed: made of the most recent articles, for a preview
	SlotLabel string            // local time of the slot; "" for an extra issue
	Pictures  []digest.Embedded // that its mail embeds
	Remarks   []Remark          // what a person should know of it
}

// Plan chooses and compiles the issue for slot; a zero slot gives an extra
// issue. It fails on a database error or a template that can't be run.
func (d *Desk) Plan(ctx context.Context, slot time.Time) (Plan, error) {
	selection, edits, rules, err := d.choose(ctx, slot)
	if err != nil {
		return Plan{}, err
	}
	if selection, err = d.enrich(ctx, selection); err != nil {
		return Plan{}, err
	}
	p := Plan{Selection: selection, Edits: edits}
	p.Enough, p.Why = rules.Enough(selection)
	if !slot.IsZero() {
		p.SlotLabel = d.calendar.Label(slot)
	}
	err = d.compile(ctx, &p, selection, slot)
	return p, err
}

// choose makes the choice for the issue of a slot as things stand.
func (d *Desk) choose(ctx context.Context, slot time.Time) (digest.Selection, digest.Edits, digest.Rules, error) {
	candidates, err := d.candidates(ctx)
	if err != nil {
		return digest.Selection{}, digest.Edits{}, digest.Rules{}, err
	}
	edits, err := d.store.Edits(ctx)
	if err != nil {
		return digest.Selection{}, digest.Edits{}, digest.Rules{}, err
	}
	rules := d.rulesFor(candidates)
	return digest.Choose(rules, edits, candidates, digest.Moment{Slot: slot, Now: d.now()}), edits, rules, nil
}

// candidates are the articles an issue is chosen from, and those settled not long ago.
func (d *Desk) candidates(ctx context.Context) ([]digest.Candidate, error) {
	return d.store.Candidates(ctx, d.now().Add(-fatesKept))
}

// Preview is Plan for the next slot or, where nothing is owed, an example made
// of the most recent articles; with all that its mail is made of. at, unless
// zero, stands for the slot.
func (d *Desk) Preview(ctx context.Context, at time.Time) (Plan, error) {
	p, err := d.PreviewOffline(ctx, at)
	if err != nil {
		return p, err
	}
	err = d.illustrate(ctx, &p)
	return p, err
}

// PreviewOffline is Preview that fetches no picture: all are linked.
func (d *Desk) PreviewOffline(ctx context.Context, at time.Time) (Plan, error) {
	slot := at
	if slot.IsZero() {
		slot = d.nextSlot(ctx)
	}
	p, err := d.Plan(ctx, slot)
	if err != nil || p.Selection.Count() > 0 {
		return p, err
	}
	recent, err := d.store.RecentArticles(ctx, max(d.cfg.Digest.MaxArticles, 1))
	if err != nil {
		return p, err
	}
	for i := range recent {
		recent[i].State, recent[i].PassedOver = digest.Owed, 0
	}
	rules := d.rulesFor(recent)
	rules.CutOff, rules.MaxAge = 0, 0
	example := digest.Choose(rules, digest.Edits{}, recent, digest.Moment{Now: d.now()})
	if example.Count() == 0 {
		return p, nil
	}
	p.Example = true
	err = d.compile(ctx, &p, example, slot)
	return p, err
}

// nextSlot is the slot the next issue belongs to: the one that is due, else the
// next of the calendar; zero without a schedule.
func (d *Desk) nextSlot(ctx context.Context) time.Time {
	if d.cfg.Schedule.Cron == "" {
		return time.Time{}
	}
	if slot, due, _, err := d.lookForSlot(ctx); err == nil && due {
		return slot
	}
	return d.calendar.Next(d.now())
}

// compile makes the plan's issue of the articles chosen.
func (d *Desk) compile(ctx context.Context, p *Plan, s digest.Selection, slot time.Time) error {
	number, err := d.store.NextNumber(ctx)
	if err != nil {
		return err
	}
	uid := newUID()
	if !slot.IsZero() {
		uid = d.keyring.IssueUID(slot)
	}
	note, remarks, err := d.noteFile(ctx, p.Edits)
	if err != nil {
		return err
	}
	p.Remarks = remarks
	kind := digest.Regular
	if slot.IsZero() {
		kind = digest.Extra
	}
	p.Issue, err = digest.Compile(digest.CompileInput{
		Selection:         s,
		Edits:             p.Edits,
		NoteFile:          note,
		Publication:       d.Publication(),
		Number:            number,
		Kind:              kind,
		Slot:              slot,
		Now:               d.now(),
		UID:               uid,
		SubjectTemplate:   d.cfg.Digest.Subject,
		PreheaderTemplate: d.cfg.Digest.Preheader,
	})
	return err
}

// look is how mails are rendered.
func (d *Desk) look() digest.RenderOptions {
	c := d.cfg.Digest
	o := digest.RenderOptions{
		Theme:      c.Theme,
		Images:     digest.Images(c.Images),
		LinkParams: linkParams(c.LinkParams),
		AllDates:   c.Dates == "all",
		MaxLabels:  cmp.Or(c.Labels.Max, digest.AllLabels),
	}
	if d.cfg.Templates != "" {
		o.Templates = os.DirFS(d.cfg.Templates)
	}
	return o
}

// TryTemplates tries the templates on examples that have all an issue can have,
// or next to nothing. The error is a *digest.TemplateError.
func (d *Desk) TryTemplates() error {
	look := d.look()
	return digest.CheckTemplates(look.Theme, look.Templates)
}

// Render renders a plan's issue as its readers will get it.
func (d *Desk) Render(p Plan) (digest.Variant, error) {
	o := d.look()
	o.Embedded = p.Pictures
	return digest.Render(p.Issue, d.Publication(), o)
}

// enrich fills a missing picture or dek of the chosen articles from their own
// pages, when fetch.enrich says so. A page that can't be read changes nothing.
func (d *Desk) enrich(ctx context.Context, s digest.Selection) (digest.Selection, error) {
	if !d.cfg.Fetch.Enrich {
		return s, nil
	}
	for i := range s.Sections {
		for j := range s.Sections[i].Articles {
			p := &s.Sections[i].Articles[j]
			if p.URL == "" || (p.Image.URL != "" && p.Dek != "") {
				continue
			}
			full, err := d.reader.Enrich(ctx, p.Article)
			if err != nil {
				d.log.Warn("article page not read", "article", p.ID, "error", err)
				continue
			}
			if err := d.store.FillArticle(ctx, full); err != nil {
				return s, err
			}
			if p.Text == p.Blurb() {
				p.Text = full.Blurb()
			}
			p.Article = full
		}
	}
	return s, nil
}

// newUID is that of an issue outside the schedule.
func newUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
