package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// How long a command that prints a token may take, and how long a token may be.
const (
	tokenPatience = time.Minute
	maxToken      = 16 << 10
)

// Token runs a command in a shell and takes what it prints for an access token. What it says
// of a failure is the last line of its standard error.
func Token(command string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, tokenPatience)
		defer cancel()
		run := exec.CommandContext(ctx, "/bin/sh", "-c", command) //nolint:gosec // it is the operator's
		run.WaitDelay = time.Second
		var said bytes.Buffer
		run.Stderr = &said
		out, err := run.Output()
		token := strings.TrimSpace(string(out[:min(len(out), maxToken)]))
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		switch last := lines[len(lines)-1]; {
		case err != nil && last != "":
			return "", fmt.Errorf("%w: %s", err, last)
		case err != nil:
			return "", err
		case token == "" || strings.ContainsAny(token, " \t\r\n\x01"):
			return "", errors.New("it printed no token")
		}
		return token, nil
	}
}
