package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"roundup/cmd/roundup/app"
)

// TestEmptyFlags: a text flag of whatever command that is given nothing is a mistake, and
// nothing is done, but for those whose help says what "" does. A variable that was not set
// stood behind it: `send --test "$ME"` is no order to send to everybody.
func TestEmptyFlags(t *testing.T) {
	t.Chdir(t.TempDir()) // where a command that took it may work
	ended, end := context.WithCancel(t.Context())
	end()
	tried := 0
	eachCommand(t, func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if strings.Contains(f.Usage, `""`) || !strings.HasPrefix(f.Value.Type(), "string") {
				return
			}
			tried++
			args := append(strings.Fields(c.CommandPath())[1:], "--"+f.Name, "")
			var out bytes.Buffer
			code := run(ended, ended, args, app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, nil)
			if want := "error: --" + f.Name + " is empty\n"; code != app.ExitUsage || !strings.Contains(out.String(), want) {
				t.Errorf("%q: %d, %q", args, code, out.String())
			}
		})
	})
	if tried < 100 { // --config of each command alone is more
		t.Errorf("only %d flags were tried", tried)
	}
}

// eachCommand calls do for every command of the program.
func eachCommand(t *testing.T, do func(*cobra.Command)) {
	t.Helper()
	var out bytes.Buffer
	a, err := app.New(t.Context(), app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, nil, version)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.InheritedFlags() // merges the flags of all commands into its own
		if c.Runnable() {
			do(c)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(a))
}
