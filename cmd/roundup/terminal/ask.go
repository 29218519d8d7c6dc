package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Asker asks a person on the terminal, question by question.
type Asker struct {
	in  *bufio.Reader
	out io.Writer
}

// NewAsker makes one who asks until ctx ends: Ctrl-C is an answer too.
func NewAsker(ctx context.Context, in io.Reader, out io.Writer) *Asker {
	return &Asker{in: bufio.NewReader(Patient(ctx, in)), out: out}
}

// ErrNoAnswer says that the input ended where an answer was wanted.
var ErrNoAnswer = errors.New("the input ended before everything was answered")

// Ask returns an answer, trimmed; ErrNoAnswer at the end of the input, and
// ErrInterrupted.
func (q *Asker) Ask(question string) (string, error) {
	fmt.Fprint(q.out, question)
	line, err := q.in.ReadString('\n')
	switch {
	case err == nil || errors.Is(err, io.EOF) && line != "":
		return strings.TrimSpace(line), nil
	case errors.Is(err, io.EOF):
		fmt.Fprintln(q.out)
		return "", ErrNoAnswer
	}
	fmt.Fprintln(q.out)
	return "", err
}

// Yes asks for a yes: anything else is no, the end of the input too. It fails with
// ErrInterrupted.
func (q *Asker) Yes(question string) (bool, error) {
	answer, err := q.Ask(question)
	if errors.Is(err, ErrNoAnswer) {
		err = nil
	}
	return err == nil && IsYes(answer), err
}

// Sayf says something between two questions.
func (q *Asker) Sayf(format string, args ...any) { fmt.Fprintf(q.out, format, args...) }

// IsYes reports whether an answer is a yes.
func IsYes(answer string) bool {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	}
	return false
}
