package feeds

import (
	"strings"
	"unicode/utf8"

	"roundup/digest/feeds/plain"
	"roundup/internal/language"
	"roundup/internal/lazy"
)

// dekLimit is the longest text taken for a dek, in characters; a longer
// description is an article's beginning.
const dekLimit = 400

// excerptStart is how much of a text that was cut off must stand in the body,
// in characters: software that cuts also drops what it can't show.
const excerptStart = 60

// truncated is how software ends an excerpt it cut anywhere.
var truncated = lazy.Regexp(`(?i)\s*(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]|…|\.\.\.|\(more…?\))?\s*(?:(?:continue|keep) reading\b.{0,200}|read (?:more|on|the (?:full|rest|whole|entire)\b.{0,60})[^\pL\pN]*|more\s*[»›→>]+|\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)[^\pL\pN]*$`)

// blurb decides what is printed under the headline. A description beside a body
// is the dek, unless software cut it from the body; one that stands alone is
// the dek when it is short and whole, else it is as much of the body as there is.
// words is the length of the body, 0 when the feed holds none.
func blurb(content, description article, title string) (dek, summary string, words int) {
	dek, cutOff := dekOf(description, title)
	words = content.words()
	if words > 0 {
		summary = summarise(content, title)
		if excerpt(dek, plain.Head(content.text(), 4*maxProse), cutOff) {
			return "", summary, words
		}
		if utf8.RuneCountInString(dek) > dekLimit || cutOff {
			dek = whole(summarise(description, title))
		}
		return dek, summary, words
	}
	if standfirst, rest := description.standfirst(title); standfirst != "" {
		return standfirst, whole(summarise(rest, title)), 0
	}
	if dek == "" || utf8.RuneCountInString(dek) <= dekLimit && !cutOff {
		return dek, "", 0
	}
	summary = summarise(description, title)
	if cutOff {
		return "", whole(summary), 0
	}
	return "", summary, description.words()
}

// standfirst parts a description that begins with a line set like a title, a
// paragraph without a stop, from the article behind it.
func (a article) standfirst(title string) (line string, rest article) {
	for i, p := range a.paragraphs {
		if p.kind != prose || p.text == title {
			continue
		}
		rest.paragraphs = a.paragraphs[i+1:]
		if p.marked && p.own() && !p.linked && titular(p.text) && plain.Words(p.text) >= 5 && len(rest.prose(title)) > 0 {
			return p.text, rest
		}
		return "", a
	}
	return "", a
}

// dekOf returns a description as one line, without what sites add to it, and
// whether it was cut off.
func dekOf(description article, title string) (dek string, cutOff bool) {
	dek = strings.Join(description.prose(title), " ")
	if len(dek) > maxProse {
		return dek[:maxProse], false // no dek, whatever it ends with
	}
	if language.Same(dek, title) {
		return "", false
	}
	at := truncated().FindStringIndex(dek)
	if at == nil {
		return dek, false
	}
	rest, tail := strings.TrimSpace(dek[:at[0]]), dek[at[0]:]
	last, _ := utf8.DecodeLastRuneInString(rest)
	switch {
	case !plain.EndMark(last):
		return rest + "…", true
	case strings.Contains(tail, "…") || strings.Contains(tail, "..."):
		return rest, true
	default:
		return rest, false // "Read more" behind a text that is whole
	}
}

// excerpt reports a description that software took from the body: it stands in
// the body word for word, and ends where no sentence does.
func excerpt(dek, body string, cutOff bool) bool {
	start := language.Fold(strings.TrimSuffix(dek, "…"))
	if runes := []rune(start); cutOff && len(runes) > excerptStart {
		start = string(runes[:excerptStart])
	}
	if start == "" || !strings.Contains(language.Fold(body), start) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(start, `"'”’»)`))
	return cutOff || !plain.EndMark(last)
}

// whole drops a last sentence that was cut off, if there is one before it.
func whole(s string) string {
	if !strings.HasSuffix(s, "…") {
		if at := truncated().FindStringIndex(s); at == nil {
			return s
		}
	}
	all := plain.Sentences(truncated().ReplaceAllString(s, "…"))
	if len(all) < 2 {
		return strings.Join(all, " ")
	}
	return strings.Join(all[:len(all)-1], " ")
}
