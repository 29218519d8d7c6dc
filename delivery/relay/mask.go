package relay

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// masked stands where a secret was.
const masked = "***"

// mask takes what must not be repeated out of a relay's words: some relays answer
// AUTH with the line they were sent, and their words go into the database, reports
// and notices.
type mask struct {
	secrets []string
	answers bool // the words are about AUTH: what looks like an answer of ours goes too
}

// leastOfSecret is how many characters of a secret in a row give it away.
const leastOfSecret = 4

// longestWord is the most characters, a digit among them, that are still taken for
// a word of the relay's own: a digest that is made of the password (CRAM-MD5, SCRAM)
// is longer.
const longestWord = 19

// off is the text without the secrets: as they are, and as base64, hex or an
// address would write them, cut short or not.
func (m mask) off(text string) string {
	for _, secret := range m.secrets {
		text = without(text, secret)
		for _, form := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
			if form != secret {
				text = without(text, form)
			}
		}
	}
	return token.ReplaceAllStringFunc(text, func(word string) string {
		if m.tells(word) || m.answers && len(word) > longestWord && strings.ContainsFunc(word, unicode.IsDigit) {
			return masked
		}
		return word
	})
}

// token is a run of what base64, its form for addresses, and hex are written with.
var token = regexp.MustCompile(`[A-Za-z0-9+/_-]{4,}=*`)

// without takes a secret out, in capitals or not. One that is short enough to be part
// of many words is taken out where it is a word of its own.
func without(text, secret string) string {
	switch {
	case secret == "":
		return text
	case !utf8.ValidString(secret): // no pattern can be made of it
		return strings.ReplaceAll(text, secret, masked)
	case len(secret) > leastOfSecret:
		return regexp.MustCompile(`(?i)`+regexp.QuoteMeta(secret)).ReplaceAllString(text, masked)
	}
	word := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(secret) + `($|[^\pL\pN])`)
	return word.ReplaceAllString(text, "${1}"+masked+"${2}")
}

// tells reports whether a word, decoded, holds a part of a secret.
func (m mask) tells(word string) bool {
	for _, plain := range plainOf(word) {
		for _, secret := range m.secrets {
			if sharesRun(plain, []byte(secret)) {
				return true
			}
		}
	}
	return false
}

// plainOf is what a word may stand for: base64 that begins at any of its first four
// characters, since it may follow others without a space, and hex.
func plainOf(word string) [][]byte {
	var all [][]byte
	if plain, err := hex.DecodeString(word); err == nil {
		all = append(all, plain)
	}
	word = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(word, "="))
	for from := range min(4, len(word)) {
		part := word[from:]
		if len(part)%4 == 1 {
			part = part[:len(part)-1] // cut short within a byte
		}
		if plain, err := base64.RawStdEncoding.DecodeString(part); err == nil {
			all = append(all, plain)
		}
	}
	return all
}

// sharesRun reports whether the secret, or so much of it in a row that it is given
// away, is in the text.
func sharesRun(text, secret []byte) bool {
	n := min(leastOfSecret, len(secret))
	if n == 0 {
		return false
	}
	for i := range len(secret) - n + 1 {
		if bytes.Contains(text, secret[i:i+n]) {
			return true
		}
	}
	return false
}
