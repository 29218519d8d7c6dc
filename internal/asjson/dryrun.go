package asjson

import "roundup/internal/desk"

// DryRun is `send --dry-run`.
type DryRun struct {
	UnderWay []int  `json:"under_way"`       // numbers of issues it would carry on with, or leave held
	Issue    int    `json:"issue,omitempty"` // the number it would start
	Slot     string `json:"slot,omitempty"`  // the slot it would take, skip or miss
	Would    string `json:"would"`           // "send", "skip", "miss" or "nothing"
	Subject  string `json:"subject,omitempty"`
	Articles int    `json:"articles,omitempty"`
	Audience int    `json:"audience,omitempty"`
	Variants int    `json:"variants,omitempty"` // that would be rendered, by what readers chose
	Reason   string `json:"reason,omitempty"`
}

// DryRunOf is a foresight's line; why words the step that starts no issue.
func DryRunOf(f desk.Foresight, why func(desk.Step) string) DryRun {
	line := DryRun{UnderWay: []int{}, Would: "nothing"}
	if p := f.Facts.Prospect; p != nil {
		line.Articles, line.Audience = p.Articles, p.Readers
		if short := p.Short(); short.Code != "" {
			line.Reason = why(desk.Step{Why: short})
		}
	}
	for _, step := range f.Steps {
		if !step.Slot.IsZero() {
			line.Slot = stamp(step.Slot)
		}
		switch step.Do {
		case desk.Leave, desk.Hold, desk.CarryOn:
			line.UnderWay = append(line.UnderWay, step.Issue.Number)
		case desk.Miss:
			line.Would = "miss"
		case desk.Start:
			line.Would, line.Issue, line.Subject = "send", f.Plan.Issue.Number, f.Plan.Issue.Subject
			line.Variants = f.Plan.Mails()
		case desk.Skip:
			line.Would, line.Reason = "skip", why(step)
		case desk.Refuse, desk.End:
			line.Reason = why(step)
		}
	}
	return line
}
