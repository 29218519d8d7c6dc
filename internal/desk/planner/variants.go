package planner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/digest/schedule"
	words "roundup/internal/language"
	"roundup/subscribers"
)

// wishes are the choices of the readers an issue is for.
type wishes struct {
	of       map[string]digest.Wish // by subscribers.Choice.Text
	month    string                 // that the issue would be the first of; "" for another
	language func(string) string    // what Variant.Language is for one that a reader chose
}

// wishes are those for the issue of a slot, as things stand.
func (pl *Planner) wishes(ctx context.Context, slot time.Time) (w wishes, err error) {
	w.of, w.language = map[string]digest.Wish{}, pl.cfg.Newsletter.OtherLanguage
	if w.month, err = pl.monthsFirst(ctx, slot); err != nil {
		return w, err
	}
	chosen, err := pl.store.Choices(ctx)
	if err != nil || len(chosen) == 0 {
		w.of[subscribers.Choice{}.Text()] = digest.Wish{}
		return w, err
	}
	rest, err := pl.store.Mailable(ctx)
	for _, c := range chosen {
		wish := w.wish(c.Choice)
		wish.Readers = c.Readers
		w.of[c.Choice.Text()] = wish
		rest -= c.Readers
	}
	if rest > 0 {
		w.of[subscribers.Choice{}.Text()] = digest.Wish{Readers: rest}
	}
	return w, err
}

// wish is what a choice asks of the issue.
func (w wishes) wish(c subscribers.Choice) digest.Wish {
	wish := digest.Wish{Off: c.Off}
	if c.Language != "" {
		wish.Language = w.language(c.Language)
	}
	if c.Monthly && w.month == "" {
		wish.Unsent = digest.NotMonthsFirst
	}
	return wish
}

// texts are the choices in an order that is always the same.
func (w wishes) texts() []string { return slices.Sorted(maps.Keys(w.of)) }

// all are the wishes in that order.
func (w wishes) all() []digest.Wish {
	var all []digest.Wish
	for _, text := range w.texts() {
		all = append(all, w.of[text])
	}
	return all
}

// variants are those that an issue of these sections needs, and the number of each
// choice's.
func (w wishes) variants(sections []digest.IssueSection) ([]digest.Variant, map[string]int) {
	variants, numbers := digest.Variants(sections, w.all())
	of := map[string]int{}
	for i, text := range w.texts() {
		of[text] = numbers[i]
	}
	return variants, of
}

// monthsFirst is the month whose first issue one for this slot would be; "" for one of
// which the month has had it, or an issue outside the schedule.
func (pl *Planner) monthsFirst(ctx context.Context, slot time.Time) (string, error) {
	if slot.IsZero() {
		return "", nil
	}
	month := schedule.Month(slot, pl.cfg.Newsletter.Timezone)
	taken, err := pl.store.MonthTaken(ctx, month)
	if err != nil || taken {
		return "", err
	}
	return month, nil
}

// VariantFor is the variant of a planned issue that a reader of this choice gets.
func (p Plan) VariantFor(c subscribers.Choice) digest.Variant {
	all, of := digest.Variants(p.Issue.Sections, []digest.Wish{p.wishes.wish(c)})
	v := all[of[0]-1]
	if at := slices.IndexFunc(p.Variants, v.Same); at >= 0 {
		return p.Variants[at]
	}
	v.Readers = 0
	return v
}

// As is a plan as readers of one of its variants get the issue. Where they are
// skipped, there is no article in it.
func (pl *Planner) As(p Plan, v digest.Variant) (Plan, error) {
	p.Variant = v
	if v.Number == digest.Whole {
		return p, nil
	}
	in := p.input
	in.Slug = p.Issue.Slug
	in.Selection.Sections = digest.Only(in.Selection.Sections, v.Sections)
	in = pl.inputIn(v.Language, in)
	issue, err := letter.Compile(in)
	if err != nil {
		return p, fmt.Errorf("variant %d: %w", v.Number, err)
	}
	p.Issue = issue
	p.Selection.Sections = in.Selection.Sections
	p.Selection.Fates = slices.Clone(p.Selection.Fates)
	printed := map[int64]bool{}
	for _, a := range issue.Articles() {
		printed[a.ID] = true
	}
	for i := range p.Selection.Fates {
		f := &p.Selection.Fates[i]
		if f.Outcome == digest.In && !printed[f.Candidate.ID] {
			f.Outcome, f.Reason = digest.Off, turnedOff(f.Section, v)
		}
	}
	return p, nil
}

// inputIn is what an issue is made of for readers of a language, "" for the newsletter's own: a
// section without a title of its own has one in theirs.
func (pl *Planner) inputIn(language string, in letter.Input) letter.Input {
	own := in.Publication.Language
	if in.Publication = in.Publication.In(language); in.Publication.Language == own {
		return in
	}
	in.Selection.Sections = slices.Clone(in.Selection.Sections)
	for i, s := range in.Selection.Sections {
		at := slices.IndexFunc(pl.cfg.Digest.Sections, func(c config.Section) bool { return c.Key == s.Key })
		if at >= 0 && pl.cfg.Digest.Sections[at].Title == "" {
			in.Selection.Sections[i].Title = words.InBrief(language)
		}
	}
	return in
}

// turnedOff says why readers of a variant don't get a section.
func turnedOff(section string, v digest.Variant) string {
	if v.Unsent != "" && v.Unsent != digest.NothingChosen {
		return v.Unsent
	}
	return section + " is turned off"
}
