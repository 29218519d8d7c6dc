package inbox

import (
	"strings"
	"unicode/utf8"

	"roundup/internal/eml"
	"roundup/internal/lazy"
)

// returned is the mail that came back, as far as the mail that brings it has it.
type returned struct {
	found      bool
	to         []string // the addresses it was for
	own        []string // the addresses it was from
	subject    string   // its own
	messageIDs []string
	paths      []string // envelope senders, which may hold a token
	all        string   // its text
	notes      string   // what is said before it, in plain text: where a bounce explains itself; without its subject
}

// returnedIn looks for the mail that came back: a part of its own, or a header in the
// midst of the text.
func returnedIn(m *eml.Message) returned {
	var back returned
	var notes []string
	for _, part := range m.Parts {
		switch {
		case back.found && isHeaderPart(part.Type):
		case isHeaderPart(part.Type):
			back.read(eml.Salvage([]byte(part.Text)).Fields)
		case part.Type == "text/plain":
			notes = append(notes, part.Text)
		case part.Type == "text/html" && !hasText(m):
			notes = append(notes, ofHTML(part.Text))
		}
	}
	text := straight(strings.Join(notes, "\n"))
	if len(text) > maxNotes {
		text = text[:maxNotes]
	}
	before, header, ok := splitReturned(text)
	if ok && !failed(before, 0) && failed(header, 0) && !messageIDField().MatchString(header) { // a description that looks like one
		before, header, ok = text, "", false
	}
	back.all, back.notes = text, before
	if ok && !back.found {
		back.read(eml.Fields(header))
	}
	if utf8.RuneCountInString(back.subject) >= leastSubject {
		back.notes = strings.ReplaceAll(back.notes, back.subject, "…")
	}
	return back
}

// leastSubject is how long a subject is that is taken out of what quotes it, in characters: a
// shorter one may be a word of the bounce's own.
const leastSubject = 8

// maxNotes is how much of what a mail says is looked at, in octets.
const maxNotes = 256 << 10

func isHeaderPart(mediaType string) bool {
	switch mediaType {
	case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "text/rfc822", "message/global", "message/global-headers":
		return true
	}
	return false
}

func hasText(m *eml.Message) bool {
	p, ok := m.Part("text/plain")
	return ok && strings.TrimSpace(p.Text) != ""
}

// read takes what matters of a header.
func (r *returned) read(fields []eml.Field) {
	if len(fields) == 0 {
		return
	}
	r.found = true
	r.subject = strings.Join(strings.Fields((&eml.Message{Fields: fields}).Decoded("Subject")), " ")
	for _, f := range fields {
		switch strings.ToLower(f.Name) {
		case "to":
			r.to = append(r.to, addressesIn(f.Value)...)
		case "x-hmxmroriginalrecipient", "x-envelope-to":
			r.to = append(addressesIn(f.Value), r.to...)
		case "from", "sender", "reply-to", "errors-to":
			r.own = append(r.own, addressesIn(f.Value)...)
		case "return-path", "x-envelope-from":
			r.paths = append(r.paths, addressesIn(f.Value)...)
		case "message-id", "x-message-id", "original-message-id":
			r.messageIDs = append(r.messageIDs, strings.Trim(f.Value, "<> "))
		}
	}
	r.to, r.own = unique(r.to), unique(append(r.own, r.paths...))
}

// subjectOf is a mail's subject without that of the mail that came back, which mail systems
// and absence notes put behind their own words: a headline may say that something failed.
func subjectOf(m *eml.Message, back returned) string {
	subject := strings.Join(strings.Fields(m.Decoded("Subject")), " ")
	if back.subject == "" {
		return subject
	}
	before, after, _ := strings.Cut(subject, back.subject)
	return strings.TrimSpace(before + " " + after)
}

// headerField is a line that begins a field of a mail's header.
var headerField = lazy.Regexp(`(?i)^(received|return-path|from|to|subject|date|message-id|mime-version|content-type|reply-to|sender|x-[a-z-]+|dkim-signature|delivered-to|cc):`)

var messageIDField = lazy.Regexp(`(?im)^message-id:`)

// boundaryLine announces that the mail follows.
var boundaryLine = lazy.Regexp(`(?i)^[-=*_ >\[]*(-+ *)?(this is a copy of|the (full |complete )?(original|returned|header)|(original|returned|undelivered|unsent) (message|mail)|` +
	`(below|following) (this line )?is (a|the) (copy|header)|message headers? follow|(original )?message (header|text|contents?|details?)s?\b.{0,20}(follow|:|-)|below this line is|` +
	`a copy of (the|your) (original )?message|copy of (the |your )?message|headers? of (the )?(original )?message|-+ ?original message|included is a copy|` +
	`(the )?(body|headers?) of (your|the) (message|mail)|returned (content|message|text))`)

// splitReturned divides a text where the mail begins that it returns: at a header of
// three fields or more, or at the words that announce one.
func splitReturned(text string) (notes, header string, found bool) {
	lines := strings.SplitAfter(text, "\n")
	offset := 0
	for i, line := range lines {
		trimmed := strings.TrimRight(line, "\r\n")
		if headerField().MatchString(trimmed) && isHeader(lines[i:]) {
			return text[:offset], text[offset:], true
		}
		if boundaryLine().MatchString(trimmed) {
			if start, ok := headerAfter(lines[i+1:]); ok {
				at := offset + len(line) + start
				return text[:offset], text[at:], true
			}
		}
		offset += len(line)
	}
	return text, "", false
}

// headerAfter finds a header in the next few lines.
func headerAfter(lines []string) (offset int, ok bool) {
	for i, line := range lines[:min(len(lines), 8)] {
		if trimmed := strings.TrimRight(line, "\r\n"); headerField().MatchString(strings.TrimLeft(trimmed, " \t|>")) {
			return offset, i < len(lines)
		}
		offset += len(line)
	}
	return 0, false
}

// isHeader reports whether lines begin with a mail's header: fields, two of them of
// those that every mail has, one after the other.
func isHeader(lines []string) bool {
	known, received, fields := map[string]bool{}, false, 0
	for _, line := range lines[:min(len(lines), 60)] {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		name, _, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(name, " \t") {
			break
		}
		fields++
		switch name = strings.ToLower(name); name {
		case "received", "return-path":
			received = true
		case "from", "to", "subject", "date", "message-id":
			known[name] = true
		}
	}
	return len(known) >= 3 || received && fields >= 2 && len(known) >= 1 || received && fields >= 3
}

// Quoted is the return path and the Message-ID of the mail that a bounce, given as text,
// returns; "" for none.
func Quoted(bounce string) (path, messageID string) {
	back := returnedIn(eml.Salvage([]byte(bounce)))
	if len(back.paths) > 0 {
		path = back.paths[0]
	}
	if len(back.messageIDs) > 0 {
		messageID = back.messageIDs[0]
	}
	return path, messageID
}
