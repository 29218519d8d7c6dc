package listfile

import (
	"cmp"
	"encoding/csv"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"roundup/subscribers"
)

// record is one line of a file with a header.
type record struct {
	columns map[string]int
	cells   []string
	defused bool        // Roundup wrote the file: what DefuseCell did is undone
	file    string      // the file's name
	unread  *unreadDate // the first date of the line that is not understood
}

func (r record) has(column string) bool {
	_, ok := r.columns[column]
	return ok
}

func (r record) hasAny(columns []string) bool { return slices.ContainsFunc(columns, r.has) }

// at is the cell at a place, trimmed; "" where the row is too short.
func (r record) at(place int) string {
	if place >= len(r.cells) {
		return ""
	}
	cell := strings.TrimSpace(r.cells[place])
	if r.defused {
		cell = restore(cell)
	}
	return cell
}

// get is the first cell with something in it among those under the folded headers.
func (r record) get(headers ...string) string {
	for _, header := range headers {
		if place, ok := r.columns[header]; ok && r.at(place) != "" {
			return r.at(place)
		}
	}
	return ""
}

func (r record) holdsNUL() bool {
	for _, cell := range r.cells {
		if strings.IndexByte(cell, 0) >= 0 {
			return true
		}
	}
	return false
}

func (r record) fullName() string {
	if name := r.get(nameHeaders...); name != "" {
		return name
	}
	return strings.TrimSpace(r.get(firstNameHeaders...) + " " + r.get(lastNameHeaders...))
}

// common reads what many tools have under one name or another.
func (r record) common(row *subscribers.Row) {
	row.Labels = splitLabels(r.get(labelHeaders...))
	row.Joined = r.time(joinedHeaders...)
	r.evidence(row, subscribers.ConsentImport, "signed up",
		r.time("optin time", "opt in time", "subscription time", "subscribed at"),
		r.get("optin ip", "opt in ip", "subscription ip"))
	// A time alone is no evidence of a confirmation: tools set it for addresses
	// they imported themselves.
	if ip := r.get("confirm ip", "confirmation ip"); isIP(ip) {
		r.evidence(row, subscribers.ConsentConfirmation, "confirmed",
			r.time("confirm time", "confirmation time", "confirmed at"), ip)
	}
}

// evidence records when, and from which network address, consent was given. An
// ip that is none is dropped: tools fill that column with anything.
func (r record) evidence(row *subscribers.Row, how, did string, when time.Time, ip string) {
	if when.IsZero() {
		return
	}
	from := cmp.Or(row.Consent.From, r.file) // what was evidence before stays evidence
	if isIP(ip) {
		from = strings.TrimPrefix(from+"; "+did+" from "+ip, "; ")
	}
	row.Consent = subscribers.Consent{How: how, At: when, From: from}
}

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// splitLabels reads a list of labels in one cell: separated by commas, those
// with a comma in them quoted as a CSV is.
func splitLabels(cell string) []string {
	if cell == "" {
		return nil
	}
	if !strings.ContainsAny(cell, "\"\r\n") { // nearly always: a reader would take 4 KB each time
		return subscribers.CleanLabels(strings.Split(cell, ","))
	}
	reader := csv.NewReader(strings.NewReader(cell))
	reader.LazyQuotes = true
	reader.TrimLeadingSpace = true
	labels, err := reader.Read()
	if err != nil {
		labels = strings.Split(cell, ",")
	}
	return subscribers.CleanLabels(labels)
}

// joinLabels writes what splitLabels reads.
func joinLabels(labels []string) string {
	plain := func(label string) bool {
		return label != "" && label[0] > ' ' && label[0] < utf8.RuneSelf && !strings.ContainsAny(label, ",\"\r\n") && label != `\.`
	}
	if !slices.ContainsFunc(labels, func(label string) bool { return !plain(label) }) { // a writer would take 4 KB each time
		return strings.Join(labels, ",")
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(labels); err != nil || len(labels) == 0 {
		return ""
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
