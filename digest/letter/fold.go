package letter

import (
	"strings"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/net/html"
)

// foldAt is where a line of HTML is broken, in octets. What can't be broken, a
// link, is at most MaxLink long, so that no line comes near the 998 octets of
// RFC 5322, section 2.1.1, even once a reader's address is filled in.
const foldAt = 480

// maxLine is how long a line may become where a word follows a link.
const maxLine = 860

// maxWord is how long a word of text may be, in octets, before it is broken
// inside: longer than a placeholder, which must stay whole.
const maxWord = 160

// foldHTML breaks long lines where a browser does not mind: between the
// attributes of a tag, at the spaces of text, and where text has none inside a
// comment. Indents and empty lines go.
func foldHTML(markup string) string {
	f := folder{}
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return strings.TrimSpace(f.out.String()) + "\n"
		}
		raw := string(tokens.Raw())
		switch kind {
		case html.TextToken:
			f.text(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			f.opaque = string(name) == "style" || string(name) == "title"
			f.tag(raw)
		case html.EndTagToken:
			f.opaque = false
			f.write(raw)
		default:
			f.write(raw)
		}
	}
}

type folder struct {
	out    strings.Builder
	column int
	opaque bool // in an element whose text holds no comments
}

func (f *folder) write(s string) {
	f.out.WriteString(s)
	if at := strings.LastIndexByte(s, '\n'); at >= 0 {
		f.column = len(s) - at - 1
	} else {
		f.column += len(s)
	}
}

// tag writes a start tag, with a new line before an attribute that goes too far.
func (f *folder) tag(raw string) {
	if f.column+len(raw) <= foldAt {
		f.write(raw)
		return
	}
	for i, part := range attributes(raw) {
		if i > 0 && f.column+1+len(part) > foldAt {
			f.write("\n")
		} else if i > 0 {
			f.write(" ")
		}
		f.attribute(part)
	}
}

// attribute writes one attribute; a style, or another that is long and has
// spaces, such as an alt text, is broken at them.
func (f *folder) attribute(part string) {
	if len(part) <= foldAt || strings.HasPrefix(part, "href=") || strings.HasPrefix(part, "src=") {
		f.write(part)
		return
	}
	if strings.HasPrefix(part, "style=") {
		part = strings.ReplaceAll(part, ";", "; ")
	}
	f.words(part, false)
}

// attributes cuts a start tag at the white space outside quotes.
func attributes(raw string) []string {
	var parts []string
	start, quote := 0, byte(0)
	for i := range len(raw) {
		switch c := raw[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ' ' || c == '\n' || c == '\t':
			if i > start {
				parts = append(parts, raw[start:i])
			}
			start = i + 1
		}
	}
	return append(parts, raw[start:])
}

// text writes a run of text, its lines without their indents.
func (f *folder) text(raw string) {
	lines := strings.Split(raw, "\n")
	for i, line := range lines {
		if i > 0 {
			line = strings.TrimLeft(line, " \t")
			if line == "" && i < len(lines)-1 {
				continue
			}
			f.newline()
		}
		f.words(line, !f.opaque)
	}
}

// newline begins a line, unless one has just begun.
func (f *folder) newline() {
	if f.column > 0 {
		f.write("\n")
	}
}

// words writes a line of text, broken at spaces; a word that is too long by
// itself is broken inside comments where those are allowed.
func (f *folder) words(line string, comments bool) {
	for i, word := range strings.Split(line, " ") {
		switch {
		case i == 0:
		case f.column+1+len(word) > foldAt && f.column > 0:
			f.write("\n")
		default:
			f.write(" ")
		}
		fits := f.column+len(word) <= foldAt || len(word) <= maxWord && f.column+len(word) <= maxLine
		if !comments || fits {
			f.write(word)
			continue
		}
		f.longWord(word)
	}
}

func (f *folder) longWord(word string) {
	entity := false
	for g := graphemes.FromString(word); g.Next(); {
		letter := g.Value()
		if !entity && f.column+len(letter) > foldAt {
			f.write("<!--\n-->")
		}
		if strings.HasPrefix(letter, "&") {
			entity = true
		} else if letter == ";" {
			entity = false
		}
		f.write(letter)
	}
}
