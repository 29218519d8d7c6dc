package feeds

import (
	"html"
	"strings"

	xhtml "golang.org/x/net/html"

	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// kind says what a run of text in a body is.
type kind int

const (
	prose   kind = iota // a paragraph
	heading             // a title within the text
	caption             // below a picture
	credit              // of a picture
	other               // lists, tables, code: counted, never summarised
)

// paragraph is a run of text that stands on its own.
type paragraph struct {
	text   string
	kind   kind
	marked bool // it stands in a <p>
	linked bool // all of it is a link
	note   bool // it says where the article first appeared
}

// article is the body of an item, read once for everything that is wanted of it.
type article struct {
	paragraphs []paragraph
	pictures   []picture
}

// words counts the words of the body, captions aside.
func (a article) words() int {
	n := 0
	for _, p := range a.paragraphs {
		if p.kind != caption && p.kind != credit {
			n += plain.Words(p.text)
		}
	}
	return n
}

// text returns the paragraphs of prose on one line.
func (a article) text() string {
	texts := make([]string, 0, len(a.paragraphs))
	for _, p := range a.paragraphs {
		if p.kind == prose {
			texts = append(texts, p.text)
		}
	}
	return strings.Join(texts, " ")
}

// pressCaption is a picture with its caption in a shortcode that WordPress did not
// fill in, as where its posts were moved.
var pressCaption = lazy.Regexp(`(?s)\[caption\b[^\[\]]*\]((?:\s*<a\b[^<>]*>)?\s*<img\b[^<>]*>(?:\s*</a>)?)([^\[\]]*)\[/caption\]`)

// readBody reads HTML as an article. Text without any markup is read as plain
// text, where a blank line parts paragraphs.
func readBody(s string) article {
	if !strings.ContainsRune(s, '<') {
		s = unescapeMarkup(s)
	}
	if !strings.ContainsRune(s, '<') {
		return readPlain(func(block string) string { return plain.Settle(plain.Strip(block)) }, s)
	}
	s = pressCaption().ReplaceAllString(s, "<figure>$1<figcaption>$2</figcaption></figure>")
	w := walker{tokens: xhtml.NewTokenizer(strings.NewReader(s)), figure: none}
	w.walk()
	return w.article
}

// readPlain reads text in which blank lines part paragraphs; clean makes each
// one a line.
func readPlain(clean func(string) string, s string) article {
	var a article
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, block := range strings.Split(s, "\n\n") {
		if text := clean(block); text != "" {
			a.paragraphs = append(a.paragraphs, paragraph{text: text})
		}
	}
	return a
}

// unescapeMarkup decodes HTML that was escaped once too often.
func unescapeMarkup(s string) string {
	if decoded := html.UnescapeString(s); plain.EscapedTag().MatchString(decoded) {
		return decoded
	}
	return s
}
