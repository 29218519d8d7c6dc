package config

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"roundup/internal/remedy"
)

// ErrNoFile is returned by Load when there is no configuration file where it
// was said to be, or in any of the usual places.
var ErrNoFile = errors.New("no configuration file")

// ErrUnreadable is returned by Load for a file that is there and can't be read, or is none.
var ErrUnreadable = errors.New("the configuration can't be read")

// Problem is one mistake in the configuration.
type Problem struct {
	Key     string        // "smtp.host", "digest.sections[2].title", "ROUNDUP_SMTP_HSOT"; "" for the file as a whole
	File    string        // as the file was named, or "environment"
	Line    int           // from 1; 0 for none
	Message string        // what is wrong and what is allowed
	Hint    string        // what to do, where that is not said yet; or ""
	Do      remedy.Remedy // more of it, which whoever shows the problem words
}

// String is the problem in one line: "roundup.yaml:12: smtp.hsot: unknown key;
// did you mean smtp.host?".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		b.WriteString(":" + strconv.Itoa(p.Line))
	}
	if p.Key != "" {
		b.WriteString(": " + p.Key)
	}
	b.WriteString(": " + p.Message)
	return b.String()
}

// Problems is every mistake found in one go, in the order of the file's lines.
type Problems []Problem //nolint:errname // it is a list to print before it is an error

// Error gives a line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// sorted returns the problems by line, those without one last.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if (a.Line == 0) != (b.Line == 0) {
			return cmp.Compare(b.Line, a.Line)
		}
		return cmp.Compare(a.Line, b.Line)
	})
	return ps
}

// advise says what to do about the problem with a key that was added last.
func (ps Problems) advise(key string, do remedy.Remedy) {
	for i, p := range slices.Backward(ps) {
		if p.Key == key {
			ps[i].Do = do
			return
		}
	}
}

// about reports whether there is a problem with a key already, so that what
// follows from it is not told as another.
func (ps Problems) about(key string) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Key == key })
}
