package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	netmail "net/mail"
	"slices"
	"strings"

	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/subscribers"
)

// template is an issue's mail, encoded once: runs of octets that are the same
// for all readers, and between them what is not. Its header and the structure
// around the parts are go-mail's own, cut where readers differ.
type template struct {
	pieces []piece
	size   int  // octets of all that is the same
	dots   bool // a line of it begins with a dot
}

// piece is a run of octets and the hole after it.
type piece struct {
	fixed []byte
	hole  hole
	place digest.Placeholder // with holeText and holeHTML
}

// hole is what readers' mails differ in.
type hole int

const (
	holeNone        hole = iota // the end
	holeMessageID               // without brackets
	holeUnsubscribe             // the value of List-Unsubscribe
	holeTo                      // the whole field, which is folded by its length
	holeText                    // a placeholder of the text
	holeHTML                    // a placeholder of the HTML, where values are escaped
)

// filling is what fills the holes of one reader's mail.
type filling struct {
	to          netmail.Address
	messageID   string
	unsubscribe string
	values      map[digest.Placeholder]string
}

// newTemplate encodes the mail of an issue. It is composed once with stand-ins
// where readers differ; they are made of the issue's uid, which nobody can guess, so
// that no feed or setting can hold one.
func (c *Composer) newTemplate() (*template, error) {
	uid := c.letter.Issue.UID
	to := netmail.Address{Address: standIn(uid, "to") + "@to.invalid"}
	unsubscribe, text := standIn(uid, "unsubscribe"), standIn(uid, "text")
	h := c.header(to, "")
	h.messageID, h.unsubscribe = c.id(subscribers.PublicID{}), unsubscribe
	echoed := c.echo(h)
	htmlBody := ""
	if c.letter.Variant.HTML != "" {
		htmlBody = standIn(uid, "html") + "\n"
	}
	data, err := h.compose(text+"\n", htmlBody)
	if err != nil {
		return nil, err
	}
	t := &template{pieces: []piece{{fixed: data}}}
	cuts := []struct {
		standIn string
		pieces  []piece
	}{
		{h.messageID, []piece{{hole: holeMessageID}}},
		{unsubscribe, []piece{{hole: holeUnsubscribe}}},
		{"To: " + to.String() + "\r\n", []piece{{hole: holeTo}}},
		{text + "\r\n", encoded(c.text, holeText)},
	}
	for _, standIn := range echoed {
		if err := t.cut(standIn, []piece{{hole: holeMessageID}}); err != nil {
			return nil, err
		}
	}
	for _, cut := range cuts {
		if err := t.cut(cut.standIn, cut.pieces); err != nil {
			return nil, err
		}
	}
	if htmlBody != "" {
		if err := t.cut(strings.TrimSuffix(htmlBody, "\n")+"\r\n", encoded(c.html, holeHTML)); err != nil {
			return nil, err
		}
	}
	for _, p := range t.pieces {
		t.size += len(p.fixed)
		t.dots = t.dots || bytes.HasPrefix(p.fixed, []byte(".")) || bytes.Contains(p.fixed, []byte("\n."))
	}
	return t, nil
}

// standIn is what stands in a hole while the mail is composed.
func standIn(uid, what string) string {
	sum := sha256.Sum256([]byte("stand-in for " + what + " in " + uid))
	return "standin" + hex.EncodeToString(sum[:12])
}

// cut replaces a stand-in by pieces: those with holes, and a last one without,
// which what followed the stand-in is joined to.
func (t *template) cut(standIn string, with []piece) error {
	for i, p := range t.pieces {
		before, after, found := bytes.Cut(p.fixed, []byte(standIn))
		if !found {
			continue
		}
		if bytes.Contains(after, []byte(standIn)) {
			break
		}
		rest := piece{fixed: after, hole: p.hole, place: p.place}
		if last := with[len(with)-1]; last.hole == holeNone {
			rest.fixed = append(bytes.Clone(last.fixed), after...)
			with = with[:len(with)-1]
		}
		pieces := append([]piece{}, t.pieces[:i]...)
		if len(with) == 0 {
			rest.fixed = append(bytes.Clone(before), rest.fixed...)
		} else {
			with[0].fixed = append(bytes.Clone(before), with[0].fixed...)
		}
		pieces = append(append(pieces, with...), rest)
		t.pieces = append(pieces, t.pieces[i+1:]...)
		return nil
	}
	return errors.New("compose: the mail can't be cut where readers differ")
}

// encoded encodes a part, its placeholders on lines of their own between soft
// breaks, so that no value makes a line too long.
func encoded(segments []digest.Segment, in hole) []piece {
	var pieces []piece
	begin := ""
	for _, s := range segments {
		p := piece{fixed: appendQuoted([]byte(begin), s.Literal)}
		if s.Then != "" {
			p.fixed = append(p.fixed, softBreak...)
			p.hole, p.place = in, s.Then
		}
		pieces = append(pieces, p)
		begin = softBreak
	}
	return pieces
}

// fill appends one reader's mail. The body needs no look: what it is made of is
// quoted-printable. The header's lines hold what a reader's name and address make
// of them.
func (t *template) fill(out []byte, f filling) ([]byte, relay.Traits, error) {
	if !isPrintable(f.unsubscribe) {
		return nil, relay.Traits{}, errNotPlain
	}
	begin := len(out)
	out = slices.Grow(out, t.size+1024)
	for _, p := range t.pieces {
		out = append(out, p.fixed...)
		switch p.hole {
		case holeNone:
		case holeMessageID:
			out = append(out, f.messageID...)
		case holeUnsubscribe:
			out = append(out, f.unsubscribe...)
		case holeTo:
			out = appendField(out, "To", f.to.String())
		case holeText:
			out = appendQuotedValue(out, f.values[p.place])
		case holeHTML:
			out = appendQuotedValue(out, html.EscapeString(f.values[p.place]))
		}
	}
	whole := out[begin:]
	found := relay.Inspect(whole[:bytes.Index(whole, []byte("\r\n\r\n"))+2])
	if found.Flaw != "" {
		return nil, relay.Traits{}, fmt.Errorf("compose: %s", found.Flaw)
	}
	found.Dots = found.Dots || t.dots
	return out, found, nil
}

// appendField appends a field whose words are folded where the line would become
// long, exactly as go-mail does.
func appendField(out []byte, name, value string) []byte {
	const most = 76
	out = append(append(out, name...), ": "...)
	left := most - 2 - len(name) - 2
	for i, word := range strings.Split(value, " ") {
		if i > 0 {
			out = append(out, ' ')
			left--
		}
		if left-len(word) <= 1 {
			out = append(bytes.TrimSuffix(out, []byte(" ")), "\r\n "...)
			left = most - 3
		}
		out = append(out, word...)
		left -= len(word)
	}
	return append(out, "\r\n"...)
}
