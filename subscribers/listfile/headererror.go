package listfile

import (
	"fmt"
	"strings"
)

// HeaderError says why no column of a file can be taken for the addresses.
type HeaderError struct {
	Line    int      // the line that would be the header; 0 for none
	Columns []string // what that line holds
	Fault   error    // of the first thing that would be an address, where the file holds nothing nearer; its line is Line
	Taken   string   // the column that is named as addresses' and holds none; "" for none
	Like    string   // the column whose name is most like email; "" for none
	Holds   string   // the column that does hold addresses; "" for none
	Found   int      // in how many lines it does,
	Looked  int      // of how many that were looked at
}

// Column is the one that was most likely meant; "" where none is likely.
func (e *HeaderError) Column() string {
	if e.Holds != "" {
		return e.Holds
	}
	return e.Like
}

func (e *HeaderError) Error() string {
	holds := ""
	switch {
	case e.Holds != "" && e.Holds == e.Like:
		holds = fmt.Sprintf("; %q, which is nearest to email, holds addresses in %d of the %d lines looked at", e.Holds, e.Found, e.Looked)
	case e.Holds != "":
		holds = fmt.Sprintf("; addresses are in the column %q, in %d of the %d lines looked at", e.Holds, e.Found, e.Looked)
	}
	switch {
	case e.Taken != "":
		return fmt.Sprintf("the column %q is named as the one of addresses and holds none%s", e.Taken, holds)
	case e.Fault != nil:
		return fmt.Sprintf("no line holds an address (%d looked at); the first that nearly does is line %d: %v", e.Looked, e.Line, e.Fault)
	case e.Line == 0:
		return fmt.Sprintf("no line holds an address (%d looked at), and none names a column of them", e.Looked)
	case e.Holds == "" && e.Like != "":
		return fmt.Sprintf("line %d names no column of addresses: %s; %q is nearest to email", e.Line, e.columns(), e.Like)
	case e.Holds == "":
		return fmt.Sprintf("line %d names no column of addresses, and none holds any: %s", e.Line, e.columns())
	}
	return fmt.Sprintf("line %d names no column of addresses: %s%s", e.Line, e.columns(), holds)
}

func (e *HeaderError) columns() string { return strings.Join(quoteAll(e.Columns), ", ") }

// ActiveWhenOption is NoColumnError's Option where the column is ActiveWhen's.
const ActiveWhenOption = "active when"

// NoColumnError says that the operator named a column which is not there.
type NoColumnError struct {
	Option  string   // what it was named for: a field, or ActiveWhenOption
	Called  string   // as it was named
	Columns []string // those there; empty where the file names none
	Count   int      // how many columns there are
	Near    string   // which was meant, most likely; "" for none
}

func (e *NoColumnError) Error() string {
	switch {
	case len(e.Columns) == 0:
		return fmt.Sprintf("there is no column %q: the file does not name its columns, they are 1 to %d", e.Called, e.Count)
	case e.Near != "":
		return fmt.Sprintf("there is no column %q; did you mean %q?", e.Called, e.Near)
	}
	return fmt.Sprintf("there is no column %q; there are %s", e.Called, strings.Join(quoteAll(e.Columns), ", "))
}

func quoteAll(cells []string) []string {
	quoted := make([]string, 0, len(cells))
	for _, cell := range shorten(cells) {
		quoted = append(quoted, fmt.Sprintf("%q", strings.TrimSpace(cell)))
	}
	return quoted
}
