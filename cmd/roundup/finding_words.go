package main

import (
	"roundup/internal/check/finding"
	"roundup/internal/remedy"
)

// worded is a finding with everything in words: what a check leaves to be worded
// by those who show it names commands.
func worded(f finding.Finding) finding.Finding {
	f.Detail += remedyWords(f.Aside)
	f.Hint = joinHints(f.Hint, remedyWords(f.Do))
	f.Aside, f.Do = remedy.Remedy{}, remedy.Remedy{}
	return f
}
