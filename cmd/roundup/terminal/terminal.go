// Package terminal is how Roundup speaks with a person at a terminal: it asks,
// draws tables and a bar, opens a browser, and finds out what the terminal's own
// machine is set to.
//
// It must not decide what is asked or told: that is the command's. Start reading with
// table.go and ask.go.
package terminal

import (
	"os"

	"golang.org/x/term"
)

// Is reports whether a stream is a person's terminal.
func Is(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
