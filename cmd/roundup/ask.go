package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// asker asks a person on the terminal, question by question.
type asker struct {
	in  *bufio.Reader
	out io.Writer
}

// asker asks until ctx ends: Ctrl-C is an answer too.
func (a *app) asker(ctx context.Context) *asker {
	return &asker{in: bufio.NewReader(patient{ctx, a.std.In}), out: a.std.Err}
}

// errNoAnswer says that the input ended where an answer was wanted.
var errNoAnswer = errors.New("the input ended before everything was answered")

// ask returns an answer, trimmed; errNoAnswer at the end of the input, and
// errInterrupted.
func (q *asker) ask(question string) (string, error) {
	fmt.Fprint(q.out, question)
	line, err := q.in.ReadString('\n')
	switch {
	case err == nil || errors.Is(err, io.EOF) && line != "":
		return strings.TrimSpace(line), nil
	case errors.Is(err, io.EOF):
		fmt.Fprintln(q.out)
		return "", errNoAnswer
	}
	fmt.Fprintln(q.out)
	return "", err
}

func (q *asker) sayf(format string, args ...any) { fmt.Fprintf(q.out, format, args...) }
