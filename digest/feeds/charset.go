package feeds

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"roundup/internal/lazy"
	"roundup/internal/wording"
)

// sniffBytes is how far into a document its own word on its encoding is looked for.
const sniffBytes = 1024

// fewer is how many times fewer characters must be broken under a declared
// encoding than there are bytes that are not UTF-8.
const fewer = 10

var (
	xmlEncoding = lazy.Regexp(`^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']+)["']`)
	metaCharset = lazy.Regexp(`(?i)<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)`)
)

// decode returns a document as valid UTF-8 without a byte order mark, whatever
// its labels say: feeds lie about their encoding more often than not. A byte
// order mark decides; then, whatever is valid UTF-8 is UTF-8; then the label of
// the XML declaration, of the HTTP header or of the page, if the bytes fit it;
// then UTF-8 with its broken bytes read as Windows-1252, which is what feeds
// hold that are cut and pasted from many sources, unless far fewer characters
// are broken under a label: one fault is no reason to lose all Japanese of a feed.
func decode(body []byte, contentType string) (text []byte, warnings []string) {
	if enc, mark := marked(body); enc != nil {
		return decodeAs(enc, body[mark:]), nil
	}
	if enc := unmarkedUTF16(body); enc != nil {
		return decodeAs(enc, body), nil
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	labels := declared(body, contentType)
	if utf8.Valid(body) && !stateful(body, labels) {
		return body, nil
	}
	var nearly []byte // with the fewest characters lost
	fewest := 0
	for _, label := range labels {
		enc, name := charset.Lookup(label)
		if enc == nil || name == "utf-8" || name == "replacement" || strings.HasPrefix(name, "utf-16") {
			continue
		}
		if name == "gbk" {
			enc = simplifiedchinese.GB18030 // what says GB2312 or GBK often holds a character of its successor
		}
		text := decodeAs(enc, body)
		missing := lost(text)
		if missing == 0 {
			return text, nil
		}
		if nearly == nil || missing < fewest {
			nearly, fewest = text, missing
		}
	}
	text, broken := mend(body)
	if nearly != nil && fewest < broken/fewer {
		return nearly, []string{wording.Agree(fewest, "character is", "characters are") + " not in the encoding declared and can't be read"}
	}
	if broken > 0 {
		warnings = append(warnings, fmt.Sprintf("%s not in the encoding declared and were read as Windows-1252", wording.Agree(broken, "byte is", "bytes are")))
	}
	return text, warnings
}

// lost counts the characters that could not be decoded.
func lost(text []byte) int { return bytes.Count(text, []byte("\uFFFD")) }

// marked returns the encoding a byte order mark stands for and the mark's
// length; nil for UTF-8 and for none. UTF-32 comes first: its little-endian
// mark begins with that of UTF-16.
func marked(body []byte) (enc encoding.Encoding, mark int) {
	switch {
	case bytes.HasPrefix(body, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(body, []byte("\x00\x00\xfe\xff")):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	default:
		return nil, 0
	}
}

// unmarkedUTF16 knows UTF-16 by the zeros beside the ASCII that every feed
// begins with (XML 1.0, appendix F).
func unmarkedUTF16(body []byte) encoding.Encoding {
	head := body[:min(len(body), 64)]
	var even, odd int
	for i, c := range head {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	switch most := len(head) * 2 / 5; {
	case len(head) < 4:
		return nil
	case odd >= most && even == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case even >= most && odd == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	default:
		return nil
	}
}

// declared lists what the document and the HTTP header say of the encoding. The
// document comes first, against RFC 7303: servers add the header by default.
func declared(body []byte, contentType string) []string {
	var labels []string
	head := body[:min(len(body), sniffBytes)]
	if m := xmlEncoding().FindSubmatch(head); m != nil {
		labels = append(labels, string(m[1]))
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		labels = append(labels, params["charset"])
	}
	if m := metaCharset().FindSubmatch(head); m != nil {
		labels = append(labels, string(m[1]))
	}
	return labels
}

// stateful reports an encoding that is all ASCII bytes and yet is not ASCII:
// the Japanese of old mail software switches by escape sequences.
func stateful(body []byte, labels []string) bool {
	for _, label := range labels {
		if _, name := charset.Lookup(label); name == "iso-2022-jp" {
			return bytes.Contains(body, []byte("\x1b$"))
		}
	}
	return false
}

// decodeAs decodes with replacement characters for what can't be; these
// decoders report nothing else.
func decodeAs(enc encoding.Encoding, body []byte) []byte {
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	return bytes.TrimPrefix(text, []byte("\uFEFF"))
}

// mend reads as UTF-8 what is UTF-8 and the other bytes as Windows-1252. A
// character cut short by the end of the document is dropped.
func mend(body []byte) (text []byte, broken int) {
	text = make([]byte, 0, len(body)+len(body)/8)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		if r != utf8.RuneError || size > 1 {
			text = append(text, body[:size]...)
			body = body[size:]
			continue
		}
		if !utf8.FullRune(body) {
			return text, broken
		}
		text = utf8.AppendRune(text, charmap.Windows1252.DecodeByte(body[0]))
		broken++
		body = body[1:]
	}
	return text, broken
}
