package listfile

import (
	"strings"
	"time"
	"unicode"

	"roundup/internal/wording"
)

// UnreadDates are the dates in a file that are not understood. What they are of is without
// a date, and its line is taken all the same.
type UnreadDates struct {
	Lines  int    // with one or more of them
	Line   int    // the first
	Column string // where it stands there, as a person calls it
	Text   string // what stands there, its beginning
}

// unreadDate is one of a line.
type unreadDate struct {
	place int
	text  string // "" for none
}

// UnreadDates counts them among the lines that were read and are to be taken. They are known
// at the end of Rows.
func (c *CSV) UnreadDates() UnreadDates { return c.file.unread }

// noteUnread counts the line read last where it has a date that is not understood.
func (f *fileReader) noteUnread(line int) {
	if f.date.text == "" {
		return
	}
	if f.unread.Lines == 0 {
		f.unread = UnreadDates{Line: line, Column: f.column(f.date.place), Text: strings.Clone(wording.Cut(f.date.text, 40))}
	}
	f.unread.Lines++
}

// time is the time in the first cell with something in it among those under the folded
// headers; zero for none, and for one that is not understood, which is noted.
func (r record) time(headers ...string) time.Time {
	for _, header := range headers {
		place, ok := r.columns[header]
		if !ok || r.at(place) == "" {
			continue
		}
		text := r.at(place)
		t, ok := parseTime(text)
		if !ok && isDate(text) && r.unread.text == "" {
			*r.unread = unreadDate{place, text}
		}
		return t
	}
	return time.Time{}
}

// isDate reports whether a cell is to hold a date. Tools write "never" or "-" for none, and
// MySQL a date of noughts.
func isDate(cell string) bool {
	return strings.ContainsFunc(cell, unicode.IsDigit) && !strings.HasPrefix(cell, "0000-00-00")
}

// timeLayouts are those of the known exports. Times without a zone are UTC. No other zone's
// letters are read: they have no fixed offset.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05.999999999 -0700 MST",
	"2006-01-02 15:04:05 -0700", // Curated
	"2006-01-02 15:04:05 UTC",   // beehiiv
	"2006-01-02 15:04:05 GMT",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04",
	time.DateOnly,
}

// parseTime reads a time in UTC. One in a form whose day and month could be confused is
// none.
func parseTime(s string) (t time.Time, ok bool) {
	likely := "" // the most frequent are spared the others
	switch {
	case len(s) == len(time.DateOnly):
		likely = time.DateOnly
	case len(s) == len(time.DateTime) && s[10] == ' ':
		likely = time.DateTime
	}
	if likely != "" {
		if t, err := time.Parse(likely, s); err == nil {
			return t, true
		}
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
