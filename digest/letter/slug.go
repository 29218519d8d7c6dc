package letter

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is how long the headline's part of a slug may be, in octets.
const maxSlug = 60

// slug names an issue in the archive: its number and the words of its lead
// headline in lower-case ASCII, "12-the-quiet-war". A headline in another
// script leaves the number alone.
func slug(number int, headline string) string {
	text := strconv.Itoa(number)
	for _, word := range slugWords(headline) {
		if len(text)+1+len(word) > maxSlug {
			break
		}
		text += "-" + word
	}
	return text
}

func slugWords(headline string) []string {
	// Letters that do not decompose into a base letter, and apostrophes.
	latin := strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l",
		"ı", "i", "’", "", "'", "", "‘", "")
	var b strings.Builder
	for _, r := range norm.NFKD.String(latin.Replace(strings.ToLower(headline))) {
		switch {
		case unicode.Is(unicode.Mn, r): // the accent of the letter before
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}
