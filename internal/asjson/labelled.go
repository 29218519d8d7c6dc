package asjson

import "roundup/store"

// Labelled is `subscribers label`.
type Labelled struct {
	Label   string `json:"label"`
	Removed bool   `json:"removed,omitempty"` // it was taken, not given
	Found   int    `json:"found"`
	Changed int    `json:"changed"`
	Full    int    `json:"full,omitempty"` // have as many labels as anybody may have
	DryRun  bool   `json:"dry_run,omitempty"`
}

// LabelledOf is what became of readers who were to be given a label, or to lose it.
func LabelledOf(l store.Labelling, done store.Labelled) Labelled {
	return Labelled{Label: l.Label, Removed: l.Take, Found: done.Found, Changed: done.Changed, Full: done.Full, DryRun: l.Rehearse}
}
