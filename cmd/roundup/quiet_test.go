package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/smtptest"
)

// TestQuietShows: --quiet silences no command that is for what it prints, and no dry run.
func TestQuietShows(t *testing.T) {
	t.Parallel()
	s := newSite(t, 3, smtptest.Options{})
	s.must("send", "--now", "--yes")
	s.must("suppressions", "add", "--reason", "hard_bounce", "r3@readers.example")
	s.write("mail.eml", "Return-Path: <>\nSubject: Undelivered\n\nTo r1@readers.example: user unknown\n")
	args := map[string]string{
		"bounces explain": filepath.Join(s.dir, "mail.eml"), "explain": "--no-fetch", "history": "r1@readers.example", "issues show": "1",
		"subscribers show": "r1@readers.example", "subscribers data": "r1@readers.example",

		"bounces read --dry-run": filepath.Join(s.dir, "mail.eml"), "send --dry-run": "--no-fetch", "subscribers import --dry-run": "--status active " + filepath.Join(s.dir, "readers.txt"),
		"move --dry-run": "--to " + filepath.Join(s.dir, "elsewhere.db"), "subscribers label add --dry-run": "vip status:active", "subscribers label remove --dry-run": "vip status:active",
	}
	s.write("readers.txt", "new@readers.example\n")
	shown := func(command string, quiet ...string) string {
		t.Helper()
		var out strings.Builder
		args := slices.Concat(strings.Fields(command), strings.Fields(args[command]), []string{"--config", filepath.Join(s.dir, "roundup.yaml")}, quiet)
		code := run(t.Context(), t.Context(), args, app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, s.environ())
		if code > app.ExitFailed && command != "workers" { // those of a server
			t.Errorf("%q: exit %d: %s", command, code, out.String())
		}
		return out.String()
	}
	for _, command := range append(dryRuns(t), asked...) {
		if command == "check" { // which asks the relay and the pages, and waits for them
			continue
		}
		out, quiet := shown(command), shown(command, "--quiet")
		if out == "" || strings.Count(out, "\n") != strings.Count(quiet, "\n") {
			t.Errorf("%q prints\n%sand with --quiet\n%s", command, out, quiet)
		}
	}
}

// TestEveryCommandIsAskedOrNot: whoever adds a command says whether it is for what it prints.
func TestEveryCommandIsAskedOrNot(t *testing.T) {
	t.Parallel()
	others := strings.Split(`adopt|articles add|articles again|articles blurb|articles drop|articles headline|articles move|articles pin|articles restore|`+
		`articles skip|articles unpin|backup|bounces fetch|bounces read|deliveries resolve|demo|edit note|edit preheader|edit subject|fetch|init|`+
		`issues cancel|issues correct|issues hold|issues publish|issues release|issues restore|issues unpublish|keys rotate|move|send|serve|sources accept|`+
		`sources ignore|subscribers add|subscribers change|subscribers confirm|subscribers forget|subscribers import|subscribers label add|`+
		`subscribers label remove|subscribers remove|subscribers send-issue|subscribers undo|suppressions add|suppressions lift|templates export|work|`+
		`preview|`+ // its address is asked for, its files are not
		`dkim-key|subscribers export|`+ // what they print is no words for people, and --quiet is not asked about it
		`|bounces|subscribers|subscribers label`, `|`) // these print their help
	eachCommand(t, func(c *cobra.Command) {
		_, name, _ := strings.Cut(c.CommandPath(), " ")
		if slices.Contains(others, name) == slices.Contains(asked, name) {
			t.Errorf("is %q for what it prints? then --quiet does not silence it (asked in root.go)", name)
		}
	})
}

// dryRuns are the commands that can be rehearsed, with the flag.
func dryRuns(t *testing.T) (all []string) {
	t.Helper()
	eachCommand(t, func(c *cobra.Command) {
		if c.Flags().Lookup("dry-run") != nil {
			_, name, _ := strings.Cut(c.CommandPath(), " ")
			all = append(all, name+" --dry-run")
		}
	})
	return all
}
