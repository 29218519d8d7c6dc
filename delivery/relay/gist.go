package relay

import (
	"regexp"
	"strings"
)

// Gist is the reply less what differs from reader to reader: addresses, and
// words with a digit in them (ids, times, IP addresses). Two refusals with the
// same gist say the same thing.
func (r Reply) Gist() string {
	gist := Gist(r.Text)
	bare := Reply{Code: r.Code, Enhanced: r.Enhanced, Text: gist}
	if r.Code == 0 {
		return gist
	}
	return bare.String()
}

// Gist drops addresses and ids from words; each run of them becomes "…".
func Gist(text string) string {
	var kept []string
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if strings.ContainsAny(word, "@0123456789") {
			if len(kept) == 0 || kept[len(kept)-1] != "…" {
				kept = append(kept, "…")
			}
			continue
		}
		kept = append(kept, word)
	}
	return strings.Join(kept, " ")
}

// Nameless is a text without mail addresses: what an issue, a notice or the log keeps of
// a server's words outlives the reader whom they quote.
func Nameless(text string) string { return quoted.ReplaceAllString(text, "…") }

// quoted is an address as servers quote one.
var quoted = regexp.MustCompile(`[^\s<>()\[\]"',;:]+@[^\s<>()\[\]"',;:]+`)
