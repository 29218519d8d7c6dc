// Package plain owns the step from the HTML of strangers to plain text: one line
// (Line), white space and marks (Tidy), a text cut short (Cut), its sentences and
// the number of its words.
//
// It must not know feeds or articles, and trusts nothing it is given.
//
// Start reading with Line, which a headline, a name and a caption go through.
package plain

import (
	"html"
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"roundup/internal/lazy"
)

// MaxText is how much of a text that becomes one line is read, in bytes.
const MaxText = 32 << 10

// maxMarks is how many marks one letter may carry: no script stacks more, and
// text that does is drawn over its neighbours.
const maxMarks = 6

var (
	// EscapedTag is markup that was escaped once too often.
	EscapedTag = lazy.Regexp(`(?i)</(?:p|b|i|u|em|strong|a|span|div|h[1-6]|sub|sup|font|cite|q|small|li|ul)>|<br ?/?>|<p>`)
	// escapedText is a reference that was.
	escapedText = lazy.Regexp(`&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z]{2,8});`)
)

// Line returns one line of plain text for a headline, a name or a caption given
// as HTML: tags removed with words kept apart where a block ends, entities
// decoded, tidied. A tag that HTML does not know ("Map<K, V>") is text. What
// was escaped twice is decoded twice.
func Line(s string) string {
	s = Strip(Head(s, MaxText))
	if EscapedTag().MatchString(s) {
		s = Strip(s)
	}
	return Settle(s)
}

// Settle decodes the references left in a text that was escaped twice.
func Settle(s string) string {
	if !escapedText().MatchString(s) {
		return s
	}
	return Tidy(html.UnescapeString(s))
}

// Strip returns HTML as a line of plain text: tags removed, entities decoded, tidied.
func Strip(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return Tidy(s)
	}
	markup, rest := s, ""
	if i := strings.LastIndexByte(s, '>'); strings.LastIndexByte(s, '<') > i {
		markup, rest = s[:i+1], s[i+1:] // "a < b": no tag begins there
	}
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(markup))
	hidden := atom.Atom(0)
	for {
		switch tt := z.Next(); tt {
		case xhtml.ErrorToken:
			b.WriteString(html.UnescapeString(rest))
			return Tidy(b.String())
		case xhtml.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case xhtml.StartTagToken, xhtml.EndTagToken, xhtml.SelfClosingTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if tt == xhtml.SelfClosingTagToken {
				z.NextIsNotRawText()
			}
			switch {
			case hidden != 0:
				if tt == xhtml.EndTagToken && tag == hidden {
					hidden = 0
				}
			case tt == xhtml.StartTagToken && Unread(tag):
				hidden = tag
			case tag == 0 && !strings.ContainsAny(string(name), ":-"):
				b.WriteString(raw)
			case IsBlock(tag):
				b.WriteByte(' ')
			}
		}
	}
}

// Unread reports elements whose content is never article text.
func Unread(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Object, atom.Noembed, atom.Noframes, atom.Svg, atom.Math,
		atom.Canvas, atom.Audio, atom.Video, atom.Button, atom.Select, atom.Textarea, atom.Nav, atom.Form, atom.Head:
		return true
	}
	return false
}

// IsBlock reports elements that begin on a line of their own, and <br>.
func IsBlock(tag atom.Atom) bool {
	switch tag {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Br, atom.Body, atom.Caption, atom.Center, atom.Dd, atom.Details,
		atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2,
		atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Li, atom.Main, atom.Nav, atom.Ol,
		atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead,
		atom.Tr, atom.Ul:
		return true
	}
	return false
}

// Tidy makes text safe to print anywhere: composed (NFC), white space collapsed,
// without control characters, invisible marks or anything that turns the
// direction of the text around it. Single no-break spaces stay, since French
// and figures need them, and so do the joiners of emoji and of Persian.
func Tidy(s string) string {
	var b strings.Builder
	space := rune(0) // the white space waiting to be written
	marks := 0
	for _, r := range norm.NFC.String(s) {
		if marks++; !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks > maxMarks {
			continue
		}
		if r >= 0x80 && r < 0xa0 {
			r = charmap.Windows1252.DecodeByte(byte(r)) // a Windows character taken for Unicode
		}
		switch {
		case unicode.IsSpace(r):
			if space == 0 && (r == '\u00a0' || r == '\u202f' || r == '\u3000') {
				space = r
			} else {
				space = ' '
			}
		case inert(r):
			if space != 0 && b.Len() > 0 {
				b.WriteRune(space)
			}
			space = 0
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inert reports whether a character may be printed. What it refuses are control
// characters, overrides, embeddings and isolates of direction, and marks that
// show nothing.
func inert(r rune) bool {
	switch {
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x206f:
		return false
	case r == 0x00ad, r == 0x061c, r == 0x180e, r == 0x200b, r == 0x2060, r == 0xfeff, r >= 0xfff9 && r <= 0xfffc:
		return false
	case r&0xfffe == 0xfffe: // not characters, in any plane
		return false
	default:
		return true
	}
}

// Cut shortens a line to at most limit characters as a reader counts them, at
// the end of a word where there is one, and marks that it did.
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end, word, n := 0, 0, 0
	for g := graphemes.FromString(s); g.Next(); n++ {
		if n == limit-1 {
			end = g.Start()
		}
		if n == limit {
			break
		}
		if n < limit && strings.TrimSpace(g.Value()) == "" {
			word = g.Start()
		}
	}
	if n < limit {
		return s
	}
	if word > end/2 && word <= end {
		end = word
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:-–—", r) }) + "…"
}

// Words counts the words of a text. Scripts that write none apart count two
// characters as one.
func Words(s string) int {
	n, dense := 0, 0
	inWord := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao, unicode.Myanmar):
			dense++
			inWord = false
		case unicode.IsSpace(r):
			inWord = false
		case !inWord && (unicode.IsLetter(r) || unicode.IsNumber(r)):
			n++
			inWord = true
		}
	}
	return n + (dense+1)/2
}

// Head returns the first characters of a text, at most limit bytes.
func Head(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
