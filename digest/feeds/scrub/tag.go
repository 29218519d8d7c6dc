package scrub

import (
	"bytes"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxTag is the longest start tag read, in bytes; a longer one has lost a quote.
const maxTag = 256 << 10

// ReadTag returns the start tag that text begins with, up to its ">" outside of
// quotes, and the number of its attributes; ok is false when it has no end.
func ReadTag(text []byte) (raw []byte, attrs int, ok bool) {
	quote := byte(0)
	for i := 0; i < len(text) && i < maxTag; i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			if i > 0 && bytes.ContainsRune([]byte("= \t\r\n"), rune(text[i-1])) {
				quote = c
			}
		case c == '=':
			attrs++
		case c == '>':
			return text[:i+1], attrs, true
		}
	}
	if i := bytes.IndexByte(text, '>'); i >= 0 && i < maxTag {
		return text[:i+1], attrs, true
	}
	return text, attrs, false
}

// fixTag writes a start tag as XML wants it, since feeds hold HTML that nobody
// escaped: values quoted, "<" in them escaped, what is no attribute left out.
// And it turns xml:base into the folder that it means (RFC 3986 section 5.2.3):
// the parser would take the last segment of its path for one.
func fixTag(raw []byte) []byte {
	inner := bytes.TrimSuffix(bytes.TrimSuffix(raw[1:], []byte(">")), []byte("/"))
	name := TagName(inner)
	if rest := inner[len(name):]; len(bytes.TrimSpace(rest)) > 0 {
		out := append([]byte{'<'}, name...)
		for len(rest) > 0 {
			var attribute, value []byte
			if attribute, value, rest = readAttr(rest); len(attribute) > 0 {
				if string(attribute) == "xml:base" {
					value = []byte(html.EscapeString(folder(html.UnescapeString(string(value)))))
				}
				out = append(append(out, ' '), attribute...)
				out = append(append(append(out, `="`...), escapeValue(value)...), '"')
			}
		}
		return append(out, raw[1+len(inner):]...)
	}
	return raw
}

// readAttr reads one attribute off the front of what follows a tag's name. Its
// name is empty when there was none.
func readAttr(text []byte) (name, value, rest []byte) {
	text = bytes.TrimLeft(text, " \t\r\n")
	n := 0
	for n < len(text) && (nameStart(text[n]) || strings.IndexByte("0123456789-.:", text[n]) >= 0) {
		n++
	}
	if n == 0 {
		return nil, nil, text[min(1, len(text)):]
	}
	name, rest = text[:n], bytes.TrimLeft(text[n:], " \t\r\n")
	if !nameStart(name[0]) {
		name = nil
	}
	if len(rest) == 0 || rest[0] != '=' {
		return name, nil, rest
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
		if end := bytes.IndexByte(rest[1:], rest[0]); end >= 0 {
			return name, rest[1 : 1+end], rest[2+end:]
		}
		return name, rest[1:], nil
	}
	end := bytes.IndexAny(rest, " \t\r\n")
	if end < 0 {
		end = len(rest)
	}
	return name, rest[:end], rest[end:]
}

func escapeValue(value []byte) []byte {
	if bytes.ContainsAny(value, `<"`) {
		value = bytes.ReplaceAll(bytes.ReplaceAll(value, []byte("<"), []byte("&lt;")), []byte(`"`), []byte("&quot;"))
	}
	return value
}

// folder is what relative links resolve against, given the base's own address.
func folder(base string) string {
	u, err := url.Parse(strings.TrimSpace(base))
	if err != nil || u.Opaque != "" {
		return ""
	}
	u.RawQuery, u.Fragment, u.RawFragment = "", "", ""
	if i := strings.LastIndexByte(u.Path, '/'); i >= 0 {
		u.Path, u.RawPath = u.Path[:i+1], ""
	} else if u.Path = ""; u.Host != "" {
		u.Path = "/"
	}
	return u.String()
}

// declarationEnd returns the length of the declaration that text begins with,
// with the brackets and quotes of an internal subset; 0 where these never end.
func declarationEnd(text []byte) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case bytes.HasPrefix(text[i:], []byte("<!--")):
			end := bytes.Index(text[i:], []byte("-->"))
			if end < 0 {
				return len(text)
			}
			i += end + len("-->") - 1
		case c == '"' || c == '\'':
			quote = c
		case c == '<' || c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>':
			if depth--; depth <= 0 {
				return i + 1
			}
		}
	}
	return 0
}

// legal drops what XML does not allow: control characters and references to
// them. In a document that declares entities of its own, references to those
// go too, since the declarations did.
func (s *scrubber) legal(run []byte) []byte {
	if !bytes.ContainsFunc(run, func(r rune) bool { return r == '&' || !xmlChar(r) }) {
		return run
	}
	out := make([]byte, 0, len(run))
	for len(run) > 0 {
		r, size := utf8.DecodeRune(run)
		if r == '&' {
			n, drop, entity := reference(run, s.typed)
			if drop {
				if entity {
					s.doc.Entities++
				}
				run = run[n:]
				continue
			}
		}
		if xmlChar(r) {
			out = append(out, run[:size]...)
		}
		run = run[size:]
	}
	return out
}

// xmlChar reports the characters of XML 1.0 section 2.2.
func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r < 0xd800 || r >= 0xe000 && r < 0xfffe || r >= 0x10000 && r <= utf8.MaxRune
}

// reference returns the length of the reference that text begins with, whether
// it stands for nothing that may be shown, and whether it names an entity.
// HTML's entities are known to everybody; others only to a document that is typed.
func reference(text []byte, typed bool) (length int, drop, entity bool) {
	const longest = 40
	end := bytes.IndexByte(text[:min(len(text), longest)], ';')
	if end < 2 {
		return 0, false, false
	}
	name := string(text[1:end])
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		radix := 10
		if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
			digits, radix = hex, 16
		}
		n, err := strconv.ParseUint(digits, radix, 32)
		return end + 1, err == nil && (n > utf8.MaxRune || !xmlChar(rune(n))), false
	}
	if !typed || strings.ContainsAny(name, " \t\r\n&<>\"'=/?") {
		return 0, false, false
	}
	whole := string(text[:end+1])
	return end + 1, html.UnescapeString(whole) == whole, true
}
