package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/smtptest"
)

// TestEveryCommandSpeaksJSON: whatever a command did, it says so in JSON, one object or more.
func TestEveryCommandSpeaksJSON(t *testing.T) {
	t.Parallel()
	s := newSite(t, 4, smtptest.Options{})
	s.write("mail.eml", "Return-Path: <>\nSubject: Undelivered\n\nTo r1@readers.example: user unknown\n")
	s.write("more.txt", "more@readers.example\n")
	done := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(`
init
report
edit
edit subject Hello
edit preheader Hello
edit note Hello
fetch
sources
sources list
sources accept feed.xml
sources ignore feed.xml
articles
articles list
articles pin 1
articles unpin 1
articles skip 1
articles restore 1
articles drop 1
articles headline 2 Hello
articles blurb 2 Hello
articles move 2 --place 1
explain
preview --out shown
schedule
schedule calendar
send --test me@editors.example
send --now --dry-run
send --now
send
articles again 2
issues
issues list
issues correct 1 Hello
issues show 1
issues unpublish 1
issues publish 1
report 1
deliveries 1
history r1@readers.example
subscribers add new@readers.example
subscribers change new@readers.example --name New
subscribers remove new@readers.example
subscribers confirm new@readers.example
subscribers list
subscribers show new@readers.example
subscribers data new@readers.example
subscribers stats
subscribers import --status active more.txt
subscribers export all.csv
subscribers label add vip status:active
subscribers label remove vip status:active
subscribers forget --yes new@readers.example
suppressions add r4@readers.example --reason hard_bounce
suppressions
suppressions list
suppressions review
suppressions lift r4@readers.example
bounces read mail.eml
bounces explain mail.eml
config
templates
templates list
templates export own
embed
dkim-key
keys
keys list
keys rotate
backup copy.db
adopt
check --offline
move --to there.db --dry-run
move --to there.db
version
demo`), "\n") {
		args := strings.Fields(line)
		cmd := s.command(append(args, "--json")...)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.Output()
		if cmd.ProcessState.ExitCode() > int(app.ExitFailed) {
			t.Errorf("%s: %v: %s", line, err, said.String())
		}
		if len(out) == 0 {
			t.Errorf("%s says nothing", line)
		}
		for object := range strings.Lines(string(out)) {
			if err := json.Unmarshal([]byte(object), &map[string]any{}); err != nil {
				t.Errorf("%s: %v: %s", line, err, object)
			}
		}
		for n := range args {
			done[strings.Join(args[:n+1], " ")] = true
		}
	}
	others := []string{
		"", "bounces", "subscribers", "subscribers label", // print their help
		"serve", "work", "workers", "bounces fetch", // run on, or have nothing to say
		"articles add", "subscribers undo", "subscribers send-issue", "deliveries resolve", "issues hold", "issues release", "issues cancel", "issues restore", // have scripts of their own
	}
	eachCommand(t, func(c *cobra.Command) {
		_, name, _ := strings.Cut(c.CommandPath(), " ")
		if !done[name] && !slices.Contains(others, name) {
			t.Errorf("%q is not tried", name)
		}
	})
}
