package main

import (
	"bytes"
	"context"
	"os"
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
	tried := 0
	eachCommand(t, func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if strings.Contains(f.Usage, `""`) || !strings.HasPrefix(f.Value.Type(), "string") {
				return
			}
			tried++
			args := append(strings.Fields(c.CommandPath())[1:], "--"+f.Name, "")
			if code, said := inProcess(t, args...); code != app.ExitUsage || !strings.Contains(said, "error: --"+f.Name+" is empty\n") {
				t.Errorf("%q: %d, %q", args, code, said)
			}
		})
	})
	if tried < 100 { // --config of each command alone is more
		t.Errorf("only %d flags were tried", tried)
	}
}

// TestNegativeNumbers: no flag counts what is less than nothing.
func TestNegativeNumbers(t *testing.T) {
	t.Chdir(t.TempDir()) // where a command that took it may work
	tried := 0
	eachCommand(t, func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() != "int" {
				return
			}
			tried++
			args := append(strings.Fields(c.CommandPath())[1:], "--"+f.Name, "-5")
			if code, said := inProcess(t, args...); code != app.ExitUsage || !strings.Contains(said, "error: --"+f.Name+" is below 0: -5\n") {
				t.Errorf("%q: %d, %q", args, code, said)
			}
		})
	})
	if tried < 8 {
		t.Errorf("only %d flags were tried", tried)
	}
}

// inProcess runs a command line that is to be refused: what it may do is interrupted.
func inProcess(t *testing.T, args ...string) (app.ExitCode, string) {
	t.Helper()
	ended, end := context.WithCancel(t.Context())
	end()
	nothing, err := os.Open(os.DevNull) // what is piped in may be a mail, which is kept whatever the mistake
	if err != nil {
		t.Fatal(err)
	}
	defer nothing.Close()
	var out strings.Builder
	code := run(ended, ended, args, app.Streams{In: nothing, Out: &out, Err: &out}, nil)
	return code, out.String()
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
