package words

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"roundup/config"
	"roundup/delivery"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
)

// NoStart says why no issue would start.
func NoStart(step desk.Step) string {
	switch {
	case step.Why.Code != "":
		return Why(step.Why)
	case step.Err != nil:
		return step.Err.Error()
	}
	return fmt.Sprintf("issue %d is under way, and is carried on instead", step.Instead)
}

// Foreseen says what one step of a run would do, a line or more.
func Foreseen(cfg *config.Config, f desk.Foresight, step desk.Step) string {
	number := step.Issue.Number
	switch step.Do {
	case desk.Leave:
		return fmt.Sprintf("Issue %d is held and would stay so: %s.\n", number, oneline.Plain(step.Issue.Why))
	case desk.Hold:
		return fmt.Sprintf("Issue %d would be held: %s.\n", number, Why(step.Why))
	case desk.CarryOn:
		tally := f.Tallies[number]
		return fmt.Sprintf("Issue %d, %q, would be carried on: %d of %s are still owed it.\n",
			number, step.Issue.Subject, tally.Owed(delivery.UnknownPolicy(cfg.Delivery.Unknown)), wording.Count(tally.Audience(), "reader"))
	case desk.Miss:
		return fmt.Sprintf("The slot of %s would be put on record as missed.\n", f.Label(step.Slot))
	case desk.Skip:
		return fmt.Sprintf("The slot of %s would be skipped: %s.\n", f.Label(step.Slot), Why(step.Why))
	case desk.Start:
		return foreseenStart(cfg, f)
	case desk.Refuse:
		return fmt.Sprintf("No issue would start: %s.\n", NoStart(step))
	case desk.End:
		return foreseenEnd(f, step)
	}
	return ""
}

func foreseenStart(cfg *config.Config, f desk.Foresight) string {
	p := f.Plan
	var b strings.Builder
	fmt.Fprintf(&b, "Issue %d would start, %s: %q. Articles: %d. Readers: %d. Relay: %s:%d.\n",
		p.Issue.Number, cmp.Or(p.SlotLabel, "outside the schedule"), p.Issue.Subject,
		f.Facts.Prospect.Articles, f.Facts.Prospect.Readers, cfg.SMTP.Host, cfg.SMTP.Port)
	if n := p.Mails(); n > 1 {
		fmt.Fprintf(&b, "Variants, by what readers chose: %s%s.\n", wording.Thousands(n), renderedIn(f.Renders))
	}
	for _, article := range p.Issue.Articles() {
		fmt.Fprintf(&b, "  %s\n", oneline.Plain(article.Headline))
	}
	for _, r := range p.Remarks {
		fmt.Fprintf(&b, "%s.\n", oneline.Plain(r.Text))
	}
	return b.String()
}

// renderedIn says how long readers wait for all variants; nothing where they would not notice.
func renderedIn(t time.Duration) string {
	if t < time.Second {
		return ""
	}
	return ", rendered before the first mail in about " + wording.Span(t)
}

func foreseenEnd(f desk.Foresight, step desk.Step) string {
	switch {
	case step.Instead > 0:
		return fmt.Sprintf("No extra issue would start: %s. `roundup send --now` starts one after that.\n", NoStart(step))
	case f.Next.IsZero():
		return "No issue would start: no schedule is configured.\n"
	}
	return fmt.Sprintf("No issue would start: %s. The next slot is %s.\n", Why(step.Why), f.Label(f.Next))
}
