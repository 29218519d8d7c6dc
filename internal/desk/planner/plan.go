package planner

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"time"

	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/wording"
	"roundup/store/content"
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
	Lacks     digest.Shortage        // why it is not enough
	Example   bool                   // nothing is owed: made of the most recent articles, for a preview
	SlotLabel string                 // local time of the slot; "" for an extra issue
	Pictures  []digest.Embedded      // that its mail embeds
	Remarks   []Remark               // what a person should know of it
	Without   []content.SourceRecord // sources that could not be read for it; of one that starts
	Variants  []digest.Variant       // those that its readers' choices need, the whole issue first; none of them is rendered
	Variant   digest.Variant         // the one it is of, see As; the zero value for the whole issue

	input    letter.Input // that Issue was compiled of
	wishes   wishes
	tooLarge *letter.TooLargeError // see TooLarge
}

// TooLarge is why the issue's mail can't be made, whatever articles are in it; nil
// where it can.
func (p Plan) TooLarge() error {
	if p.tooLarge == nil {
		return nil // as an error, a nil pointer is not nil
	}
	return p.tooLarge
}

// Mails is how many mails the issue is rendered as, one for each variant that is sent.
func (p Plan) Mails() (n int) {
	for _, v := range p.Variants {
		if v.Unsent == "" {
			n++
		}
	}
	return n
}

// Plan chooses and compiles the issue for slot; a zero slot gives an extra
// issue. It fails on a database error or a template that can't be run. Where not
// even one article fits into the mail, rendering it does, and a remark says so.
func (pl *Planner) Plan(ctx context.Context, slot time.Time) (Plan, error) {
	c, err := pl.choice(ctx, slot)
	if err != nil {
		return Plan{}, err
	}
	selection := c.make()
	if err := pl.enrich(ctx, &selection, c.candidates); err != nil {
		return Plan{}, err
	}
	p := Plan{Edits: c.edits}
	p.Enough, p.Lacks = c.rules.Enough(selection) // before it is known how many fit: the others are there all the same
	if !slot.IsZero() {
		p.SlotLabel = pl.calendar.Label(slot)
	}
	p.Selection, err = pl.compile(ctx, &p, c, selection, slot)
	return p, err
}

// choice is what an issue is chosen from, and by which rules.
type choice struct {
	candidates []digest.Candidate
	edits      digest.Edits
	rules      digest.Rules
	at         digest.Moment
	wishes     wishes
}

// make makes the choice.
func (c choice) make() digest.Selection {
	return digest.Choose(c.rules, c.edits, c.candidates, c.at)
}

// choice is that for the issue of a slot as things stand.
func (pl *Planner) choice(ctx context.Context, slot time.Time) (choice, error) {
	c, err := pl.choiceOfAll(ctx, slot)
	if err != nil {
		return c, err
	}
	c.wishes, err = pl.wishes(ctx, slot)
	c.rules.Unwanted = digest.Unwanted(c.rules.Sections, c.wishes.all())
	return c, err
}

// choiceOfAll is that for a reader who wants every section.
func (pl *Planner) choiceOfAll(ctx context.Context, slot time.Time) (c choice, err error) {
	c.at = digest.Moment{Slot: slot, Now: pl.now()}
	if c.candidates, err = pl.candidates(ctx); err != nil {
		return c, err
	}
	if c.edits, err = pl.store.Edits(ctx); err != nil {
		return c, err
	}
	c.rules, err = pl.rules(ctx)
	return c, err
}

// printed is what the next issue prints, as a person sees it who changes it: at a slot,
// zero for the next.
func (pl *Planner) printed(ctx context.Context, slot time.Time) ([]digest.IssueSection, error) {
	if slot.IsZero() {
		slot = pl.nextSlot(ctx)
	}
	c, err := pl.choice(ctx, slot)
	if err != nil {
		return nil, err
	}
	selection, err := pl.compile(ctx, &Plan{Edits: c.edits}, c, c.make(), slot)
	return selection.Sections, err
}

// candidates are the articles an issue is chosen from, and those settled not long ago.
func (pl *Planner) candidates(ctx context.Context) ([]digest.Candidate, error) {
	return pl.store.Candidates(ctx, pl.now().Add(-fatesKept))
}

// Preview is Plan for the next slot or, where nothing is owed, an example made
// of the most recent articles; with all that its mail is made of. at, unless
// zero, stands for the slot.
func (pl *Planner) Preview(ctx context.Context, at time.Time) (Plan, error) {
	p, err := pl.PreviewOffline(ctx, at)
	if err != nil {
		return p, err
	}
	err = pl.Illustrate(ctx, &p)
	return p, err
}

// PreviewOffline is Preview that fetches no picture: all are linked.
func (pl *Planner) PreviewOffline(ctx context.Context, at time.Time) (Plan, error) {
	slot := at
	if slot.IsZero() {
		slot = pl.nextSlot(ctx)
	}
	p, err := pl.Plan(ctx, slot)
	if err != nil || p.Selection.Count() > 0 {
		return p, err
	}
	recent, err := pl.store.RecentArticles(ctx, max(pl.cfg.Digest.MaxArticles, 1))
	if err != nil {
		return p, err
	}
	for i := range recent {
		recent[i].State, recent[i].PassedOver = digest.Owed, 0
	}
	rules, err := pl.rules(ctx)
	if err != nil {
		return p, err
	}
	rules.CutOff, rules.MaxAge = 0, 0
	c := choice{candidates: recent, rules: rules, at: digest.Moment{Now: pl.now()}, wishes: wishes{language: pl.cfg.Newsletter.OtherLanguage}}
	example := c.make()
	if example.Count() == 0 {
		return p, nil
	}
	p.Example = true
	_, err = pl.compile(ctx, &p, c, example, slot)
	return p, err
}

// compile makes the plan's issue of the articles chosen, or of as many as fit
// into its mail, and returns which.
func (pl *Planner) compile(ctx context.Context, p *Plan, c choice, s digest.Selection, slot time.Time) (digest.Selection, error) {
	in, err := pl.compileInput(ctx, p, slot)
	if err != nil {
		return s, err
	}
	f := fitting{planner: pl, choice: c, input: in}
	p.Issue, s, err = f.fit(s)
	p.input, p.input.Selection = in, s
	p.wishes = c.wishes
	p.Variants, _ = p.wishes.variants(p.Issue.Sections)
	if err != nil {
		if !errors.As(err, &p.tooLarge) {
			return s, err
		}
		p.Remarks = append(p.Remarks, Remark{What: "room", Text: err.Error() + ": " + p.tooLarge.Hint, Warning: true})
		return s, nil
	}
	for _, mistake := range letter.LineMistakes(in, p.Issue) {
		p.Remarks = append(p.Remarks, Remark{What: "template", Text: mistake.Error() + ": this issue has the line that one without a template has", Warning: true})
	}
	if f.left > 0 {
		p.Remarks = append(p.Remarks, Remark{What: "room", Warning: true,
			Text: wording.Count(f.left, "article") + " more would make the mail larger than Gmail shows whole: what does not fit waits for the next issue"})
	}
	return s, nil
}

// compileInput is what the plan's issue is made of besides the articles.
func (pl *Planner) compileInput(ctx context.Context, p *Plan, slot time.Time) (letter.Input, error) {
	number, err := pl.store.NextNumber(ctx)
	if err != nil {
		return letter.Input{}, err
	}
	uid := newUID()
	if !slot.IsZero() {
		uid = pl.keyring.IssueUID(slot)
	}
	note, remarks, err := pl.noteFile(ctx, p.Edits)
	if err != nil {
		return letter.Input{}, err
	}
	p.Remarks = remarks
	kind := digest.Regular
	if slot.IsZero() {
		kind = digest.Extra
	}
	return letter.Input{
		Edits:             p.Edits,
		NoteFile:          note,
		Publication:       pl.Publication(),
		Number:            number,
		Kind:              kind,
		Slot:              slot,
		Now:               pl.now(),
		UID:               uid,
		SubjectTemplate:   pl.cfg.Digest.Subject,
		PreheaderTemplate: pl.cfg.Digest.Preheader,
	}, nil
}

// RenderOptions are how mails are rendered.
func (pl *Planner) RenderOptions() letter.Options {
	c := pl.cfg.Digest
	o := letter.Options{
		Theme:      c.Theme,
		Images:     letter.Images(c.Images),
		LinkParams: linkParams(c.LinkParams),
		AllDates:   c.Dates == "all",
		MaxLabels:  cmp.Or(c.Labels.Max, letter.AllLabels),
		Sent:       mail.EncodedSize,
	}
	if pl.cfg.Templates != "" {
		o.Templates = os.DirFS(pl.cfg.Templates)
	}
	return o
}

// TryTemplates tries the templates on examples that have all an issue can have,
// or next to nothing. The error is a *letter.TemplateError.
func (pl *Planner) TryTemplates() error {
	options := pl.RenderOptions()
	return letter.CheckTemplates(options.Theme, options.Templates)
}

// Render renders a plan's issue as its readers, or those of its variant, will get it.
func (pl *Planner) Render(p Plan) (digest.Variant, error) {
	render, err := pl.Renderer()
	if err != nil {
		return digest.Variant{}, err
	}
	return render(p)
}

// Renderer returns what renders one variant after the other as Render does.
func (pl *Planner) Renderer() (func(Plan) (digest.Variant, error), error) {
	render, err := letter.Renderer(pl.RenderOptions())
	if err != nil {
		return nil, err
	}
	return func(p Plan) (digest.Variant, error) {
		if err := p.TooLarge(); err != nil {
			return digest.Variant{}, err
		}
		o := pl.RenderOptions()
		o.Embedded, o.NoPage = p.Pictures, p.Variant.Number > digest.Whole
		return render(p.Issue, pl.Publication().In(p.Variant.Language), o)
	}, nil
}

// enrich fills a missing picture or dek of the chosen articles from their own
// pages, when fetch.enrich says so, and among the candidates. A page that can't
// be read changes nothing.
func (pl *Planner) enrich(ctx context.Context, s *digest.Selection, candidates []digest.Candidate) error {
	if !pl.cfg.Fetch.Enrich {
		return nil
	}
	for i := range s.Sections {
		for j := range s.Sections[i].Articles {
			p := &s.Sections[i].Articles[j]
			if p.URL == "" || (p.Image.URL != "" && p.Dek != "") {
				continue
			}
			full, err := pl.reader.Enrich(ctx, p.Article)
			if err != nil {
				pl.log.Warn("article page not read", "article", p.ID, "error", err)
				continue
			}
			if err := pl.store.FillArticle(ctx, full); err != nil {
				return err
			}
			if p.Text == p.Blurb() {
				p.Text = full.Blurb()
			}
			p.Article = full
			at := slices.IndexFunc(candidates, func(c digest.Candidate) bool { return c.ID == p.ID })
			full.Labels = candidates[at].Labels // not as they are printed
			candidates[at].Article = full
		}
	}
	return nil
}

// newUID is that of an issue outside the schedule.
func newUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// Remark is something a person should know of an issue, which stops nothing.
type Remark struct {
	What    string // "note", "pictures"
	Text    string
	Warning bool // something is not as it was meant to be
}

// Notes are what a person should know of a plan: edits that could not be followed,
// and what is in the issue or not for another reason.
func (p Plan) Notes() []string {
	notes := slices.Clone(p.Selection.Problems)
	for _, r := range p.Remarks {
		notes = append(notes, r.Text)
	}
	return append(notes, sharedPictures(p.Selection.Fates)...)
}

// SharedPicture is the picture that an article goes without, since most of its
// source have it; "" for none.
func SharedPicture(f digest.Fate) string {
	if f.Candidate.Image.URL != "" {
		return ""
	}
	return f.Candidate.Image.Shared
}

// sharedPictures says, a line for each picture, how many of the issue's articles
// go without one that most articles of their source have.
func sharedPictures(fates []digest.Fate) []string {
	var order []string
	uses := map[string]int{}
	for _, f := range fates {
		if picture := SharedPicture(f); picture != "" && f.Outcome == digest.In {
			if uses[picture]++; uses[picture] == 1 {
				order = append(order, picture)
			}
		}
	}
	for i, picture := range order {
		order[i] = wording.Count(uses[picture], "article") + " without a picture: most of the source have this one, so it is taken for the publication's: " + picture
	}
	return order
}
