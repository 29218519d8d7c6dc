package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"roundup/internal/check/finding"
	"roundup/internal/desk/planner"
)

// Points of SpamAssassin's, of which 5 are spam by default.
const (
	spamFine  = 1.0 // below it, a filter has little to say
	spamShown = 0.1 // a rule that gives less is not worth a word
)

// spam asks SpamAssassin, where it is installed, by the rules that need no network.
func (c *check) spam(ctx context.Context, l *finding.List, draft planner.Draft) {
	if c.extent.Spam == "" {
		return
	}
	program, err := exec.LookPath(c.extent.Spam)
	if err != nil {
		l.Skip("spam score", "SpamAssassin is not installed", "Debian: apt-get install spamassassin")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceSpam)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "--local", "--test-mode", "--nocreate-prefs")
	cmd.Stdin = bytes.NewReader(draft.Data)
	var said bytes.Buffer
	cmd.Stdout = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = errors.New("no answer in time")
		}
		l.Skip("spam score", "SpamAssassin: "+err.Error(), "")
		return
	}
	score, required, rules, ok := readSpamReport(said.String())
	if !ok {
		l.Skip("spam score", "SpamAssassin said nothing that can be read", "")
		return
	}
	detail := fmt.Sprintf("%.1f of %.1f points (SpamAssassin, rules without network)", score, required)
	if len(rules) > 0 {
		detail += ": " + strings.Join(rules, "; ")
	}
	switch {
	case score >= required:
		l.Fail("spam score", detail, "mend what the rules name")
	case score > spamFine:
		l.Warn("spam score", detail, "mend what the rules name")
	default:
		l.Pass("spam score", detail)
	}
}

var (
	spamTotal = regexp.MustCompile(`Content analysis details:\s+\((-?[0-9.]+) points?, (-?[0-9.]+) required\)`)
	spamRule  = regexp.MustCompile(`(?m)^ *(-?[0-9]+\.[0-9]+) +([A-Z0-9_]+) +(.*)$`)
)

// readSpamReport reads the report of SpamAssassin's test mode: the points, those
// that make spam, and each rule that gave some.
func readSpamReport(report string) (score, required float64, rules []string, ok bool) {
	at := spamTotal.FindStringSubmatchIndex(report)
	if at == nil {
		return 0, 0, nil, false
	}
	number := func(s string) float64 {
		n, _ := strconv.ParseFloat(s, 64) // the expressions let only numbers through
		return n
	}
	score, required = number(report[at[2]:at[3]]), number(report[at[4]:at[5]])
	for _, m := range spamRule.FindAllStringSubmatch(report[at[1]:], -1) {
		if points := number(m[1]); points >= spamShown {
			rules = append(rules, fmt.Sprintf("%s %s (%s)", m[1], m[2], strings.TrimSpace(m[3])))
		}
	}
	return score, required, rules, true
}
