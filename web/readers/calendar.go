package readers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"roundup/digest/schedule"
	"roundup/subscribers"
)

// Slot is a slot in the editor's calendar.
type Slot struct {
	schedule.Slot           // with no outcome while it is to come, or waits to be decided
	CutOff        time.Time // of the articles for it; zero where that is the slot itself
}

// CalendarAddress is where the editor's calendar is, below the base address. Whoever
// has it can read it, and nobody can guess it.
func CalendarAddress(base string, keys *subscribers.Keyring) string {
	return strings.TrimRight(base, "/") + "/calendar/" + keys.Token(subscribers.PurposeCalendar, subscribers.PublicID{}) + "/calendar.ics"
}

// calendar answers with slots, cut-offs and skips, for the editor's calendar.
func (r *pages) calendar(w http.ResponseWriter, req *http.Request) {
	if _, err := r.Keyring.Verify(req.PathValue("token"), subscribers.PurposeCalendar); err != nil || r.Slots == nil {
		r.notFound(w, req) // and not that a link is broken: no reader has one
		return
	}
	slots, err := r.Slots(req.Context())
	if err != nil {
		r.fail(w, req, err)
		return
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	if _, err := w.Write([]byte(r.writeCalendar(slots))); err != nil {
		r.Log.Debug("calendar not written whole", "error", err) // the program went away
	}
}

// Timetable gives the last slots and those to come. Others may keep the calendar that their
// reasons are written into.
type Timetable func(ctx context.Context) ([]Slot, error)

// slotLasts is how long a slot is in the calendar: one of no length is hardly seen.
const slotLasts = 15 * time.Minute

// writeCalendar is the calendar as RFC 5545 has it. Its words are for editors, in
// English as all that operators are told.
func (r *pages) writeCalendar(slots []Slot) string {
	var c ics
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//Roundup//Schedule//EN")
	c.line("METHOD:PUBLISH")
	c.line("X-WR-CALNAME:" + icsText(r.Name))
	c.line("REFRESH-INTERVAL;VALUE=DURATION:PT1H")
	host := "roundup.invalid"
	if u, err := url.Parse(r.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	next := slices.IndexFunc(slots, func(s Slot) bool { return s.Outcome == "" })
	for i, s := range slots {
		c.event("slot", host, s.At, r.Name+": "+slotWords(s.Slot, i == next), s.Why)
		if !s.CutOff.IsZero() && s.Outcome == "" {
			c.event("cut-off", host, s.CutOff, r.Name+": cut-off", "Articles published from now on wait for the issue after this one.")
		}
	}
	c.line("END:VCALENDAR")
	return c.String()
}

// slotWords say what becomes of a slot, or became; next is whether it is the first undecided.
func slotWords(s schedule.Slot, next bool) string {
	switch s.Outcome {
	case schedule.Taken:
		if s.Issue > 0 {
			return fmt.Sprintf("issue %d", s.Issue)
		}
		return "issue"
	case schedule.Skipped:
		return "no issue, skipped"
	case schedule.Missed:
		return "no issue, missed"
	}
	if next {
		return "next issue"
	}
	return "issue to come"
}

// ics is a calendar under way.
type ics struct{ strings.Builder }

func (c *ics) event(kind, host string, at time.Time, summary, description string) {
	const stamp = "20060102T150405Z"
	start := at.UTC().Format(stamp)
	c.line("BEGIN:VEVENT")
	c.line("UID:" + kind + "-" + start + "@" + host)
	c.line("DTSTAMP:" + start)
	c.line("DTSTART:" + start)
	c.line("DTEND:" + at.UTC().Add(slotLasts).Format(stamp))
	c.line("SUMMARY:" + icsText(summary))
	if description != "" {
		c.line("DESCRIPTION:" + icsText(description))
	}
	c.line("TRANSP:TRANSPARENT")
	c.line("END:VEVENT")
}

// line writes a line, folded where it is longer than 75 octets (RFC 5545, 3.1).
func (c *ics) line(text string) {
	room := 75
	for len(text) > room {
		at := room
		for at > 0 && !utf8.RuneStart(text[at]) {
			at--
		}
		c.WriteString(text[:at] + "\r\n ")
		text, room = text[at:], 74
	}
	c.WriteString(text + "\r\n")
}

// icsText is text as a value of RFC 5545, 3.3.11.
func icsText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}
