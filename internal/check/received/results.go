package received

import (
	"fmt"
	"strings"

	"roundup/internal/check/maildns"
	"roundup/internal/eml"
)

// Limits on what is read of a stranger's fields.
const (
	maxResultField  = 16 << 10 // octets
	maxResultFields = 50
	maxResults      = 100 // of one field
)

// Result is what a server found by one method (RFC 8601, 2.2).
type Result struct {
	Method     string            // "spf", "dkim", "dmarc", in lower case
	Value      string            // "pass", in lower case
	Properties map[string]string // "smtp.mailfrom", "header.d", "reason"; in lower case
}

// Domain is that of a property, which may be an address.
func (r Result) Domain(property string) string {
	value := strings.TrimPrefix(strings.ToLower(r.Properties[property]), "@")
	return strings.TrimSuffix(value[strings.LastIndexByte(value, '@')+1:], ".")
}

// ParseResults reads the value of an Authentication-Results field: who says it,
// "" where that is left out, as some servers do, and what was found. Comments
// are passed over; what can't be read of it is left out.
func ParseResults(value string) (server string, results []Result, err error) {
	if len(value) > maxResultField {
		return "", nil, fmt.Errorf("it has more than %d KB", maxResultField>>10)
	}
	sections := split(value)
	if len(sections) > 0 && len(sections[0]) > 0 && !strings.Contains(sections[0][0], "=") {
		server = strings.ToLower(sections[0][0]) // its version, where there is one, is 1
		sections = sections[1:]
	}
	for _, words := range sections {
		if len(results) == maxResults {
			break
		}
		if r, ok := parseResult(words); ok {
			results = append(results, r)
		}
	}
	return server, results, nil
}

func parseResult(words []string) (Result, bool) {
	if len(words) == 0 {
		return Result{}, false
	}
	method, value, ok := strings.Cut(words[0], "=")
	method, _, _ = strings.Cut(method, "/") // a version
	if !ok || method == "" || value == "" {
		return Result{}, false
	}
	r := Result{Method: strings.ToLower(method), Value: strings.ToLower(value), Properties: map[string]string{}}
	for _, word := range words[1:] {
		if name, value, ok := strings.Cut(word, "="); ok {
			r.Properties[strings.ToLower(name)] = value
		}
	}
	return r, true
}

// split cuts a field at its semicolons, and each section into its words: without
// comments, which nest, and with what is quoted as one word. White space around
// an equals sign does not part words.
func split(value string) [][]string {
	var sections [][]string
	var words []string
	var word strings.Builder
	depth, quoted, spaced := 0, false, false
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && (quoted || depth > 0) && i+1 < len(value):
			if i++; quoted {
				word.WriteByte(value[i])
			}
		case quoted && c == '"':
			quoted = false
		case quoted:
			word.WriteByte(c)
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			spaced = true
		case depth > 0:
		case c == '"':
			quoted = true
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			spaced = true
			continue
		case c == ';':
			end()
			sections, words = append(sections, words), nil
		default:
			if spaced && c != '=' && !strings.HasSuffix(word.String(), "=") {
				end()
			}
			word.WriteByte(c)
		}
		if depth == 0 && c != ')' {
			spaced = false
		}
	}
	end()
	return append(sections, words)
}

// verdicts are the results of the server that received a mail: those in the
// topmost field, and in others of the same organization, since some large ones
// have a server, and a field, for each method. What stands further down may have
// been in the mail when it came.
func verdicts(m *eml.Message) (server string, results []Result) {
	for i, value := range m.All("Authentication-Results") {
		if i == maxResultFields {
			break
		}
		who, found, err := ParseResults(value)
		if err != nil {
			continue
		}
		if i == 0 {
			server = who
		}
		if who == server || maildns.Aligned(who, server, false) {
			results = append(results, found...)
		}
	}
	return server, results
}
