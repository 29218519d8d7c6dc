package eml

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/net/html/charset"
)

// reader collects the parts of a message.
type reader struct {
	message *Message
	lenient bool // what is said of a part need not be so
}

// part reads a part and those in it; get is the fields of its header.
func (r *reader) part(get func(string) string, body []byte, depth int) {
	mediaType, params := contentType(get("Content-Type"))
	if strings.HasPrefix(mediaType, "multipart/") && depth < maxDepth {
		if boundary := r.boundary(body, params["boundary"]); boundary != "" {
			r.multipart(body, boundary, depth)
			return
		}
		if r.lenient {
			mediaType = "text/plain"
		}
	}
	if len(r.message.Parts) == maxParts {
		return
	}
	p := Part{Type: mediaType, Encoding: strings.ToLower(strings.TrimSpace(get("Content-Transfer-Encoding"))), Size: len(body)}
	if p.Encoding == "" {
		p.Encoding = "7bit"
	}
	switch {
	case strings.HasPrefix(mediaType, "text/"):
		p.Text = decode(body, p.Encoding, params["charset"])
	case strings.HasPrefix(mediaType, "message/"):
		p.Text = decode(body, p.Encoding, "")
	}
	r.message.Parts = append(r.message.Parts, p)
}

// contentType reads a Content-Type; where it has mistakes, as much of it as counts.
func contentType(value string) (mediaType string, params map[string]string) {
	mediaType, params, err := mime.ParseMediaType(value)
	if err == nil {
		return mediaType, params
	}
	mediaType, rest, _ := strings.Cut(value, ";")
	if mediaType = strings.ToLower(strings.TrimSpace(mediaType)); !strings.Contains(mediaType, "/") {
		return "text/plain", nil // RFC 2045, 5.2
	}
	params = map[string]string{}
	for param := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(param, "=")
		params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return mediaType, params
}

// boundary is what is between the parts of a body: what its header says or, where that
// is not so, the first line that looks like one.
func (r *reader) boundary(body []byte, said string) string {
	if !r.lenient || said != "" && bytes.Contains(body, []byte("--"+said)) {
		return said
	}
	var all []string
	times := map[string]int{}
	for line := range bytes.Lines(body) {
		rest, ok := bytes.CutPrefix(bytes.TrimRight(line, " \t\r\n"), []byte("--"))
		if !ok || len(rest) <= 8 || bytes.ContainsRune(rest, ' ') {
			continue
		}
		name := string(rest)
		if open, closes := strings.CutSuffix(name, "--"); closes {
			times[open]++
		}
		all = append(all, name)
		times[name]++
	}
	for _, name := range all {
		if times[name] > 1 {
			return name
		}
	}
	return ""
}

// multipart reads the parts between the lines of a boundary (RFC 2046, 5.1). Where the
// last of them is missing the mail is cut; a part without an end is read to the end.
func (r *reader) multipart(body []byte, boundary string, depth int) {
	delimiter := []byte("--" + boundary)
	start := -1 // of the part that is open
	for from := 0; from < len(body); {
		end := bytes.IndexByte(body[from:], '\n')
		next := from + end + 1
		if end < 0 {
			next = len(body)
		}
		rest, isDelimiter := bytes.CutPrefix(body[from:next], delimiter)
		rest = bytes.TrimRight(rest, " \t\r\n")
		if closes := isDelimiter && string(rest) == "--"; closes || isDelimiter && len(rest) == 0 {
			if start >= 0 {
				r.between(bytes.TrimSuffix(bytes.TrimSuffix(body[start:from], []byte("\n")), []byte("\r")), depth)
			}
			if start = next; closes {
				return
			}
		}
		from = next
	}
	r.message.Cut = true
	if start >= 0 {
		r.between(body[start:], depth)
	}
}

// between reads one part, from its header on.
func (r *reader) between(part []byte, depth int) {
	if len(r.message.Parts) == maxParts {
		return
	}
	body, headless := bytes.CutPrefix(part, []byte("\r\n"))
	var fields []Field
	if !headless {
		var header []byte
		header, body, _ = bytes.Cut(part, []byte("\r\n\r\n"))
		fields = Fields(string(header))
	}
	r.part((&Message{Fields: fields}).Get, body, depth+1)
}

// decode is a text part's text, as far as it can be read.
func decode(body []byte, encoding, label string) string {
	var text io.Reader = bytes.NewReader(body)
	switch encoding {
	case "quoted-printable":
		text = quotedprintable.NewReader(text)
	case "base64":
		text = base64.NewDecoder(base64.StdEncoding, text)
	}
	if label != "" && !strings.EqualFold(label, "utf-8") && !strings.EqualFold(label, "us-ascii") {
		if converted, err := charset.NewReaderLabel(label, text); err == nil {
			text = converted
		}
	}
	decoded, _ := io.ReadAll(io.LimitReader(text, maxText)) // what is broken off is shown as far as it goes
	return strings.ToValidUTF8(string(decoded), "\uFFFD")
}
