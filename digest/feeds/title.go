package feeds

import (
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/internal/language"
)

// entitle gives an article without a title its first sentence for one, which
// then need not be printed again below it.
func entitle(a digest.Article) digest.Article {
	opening := firstOf(plain.Sentences(a.Blurb()))
	if opening == "" {
		a.Title = slugTitle(a.URL)
		return a
	}
	if a.Title = plain.Cut(opening, labelLimit); a.Title == opening {
		a.Dek = strings.TrimSpace(strings.TrimPrefix(a.Dek, opening))
		a.Summary = strings.TrimSpace(strings.TrimPrefix(a.Summary, opening))
	}
	return a
}

// slugTitle reads a headline out of an address that holds one:
// "/2024/the-road-to-khartoum". An address of fewer words names nothing.
func slugTitle(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	slug := strings.TrimSuffix(path.Base(strings.TrimSuffix(u.Path, "/")), path.Ext(u.Path))
	title := strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' || r == '_' || r == '+' }), " ")
	if plain.Words(title) < 3 {
		return ""
	}
	first, size := utf8.DecodeRuneInString(title)
	return plain.Cut(plain.Tidy(string(unicode.ToUpper(first))+title[size:]), titleLimit)
}

// withoutSite takes the publication's name off the end of a headline.
func withoutSite(title, site string) string {
	for _, dash := range []string{" | ", " - ", " – ", " — ", " :: ", " » "} {
		if head, tail, ok := cutLast(title, dash); ok && site != "" && head != "" && language.Same(tail, site) {
			return head
		}
	}
	return title
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+len(sep):]), true
	}
	return s, "", false
}
