package inbox

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ofHTML is the words of HTML, a line for each block, at most maxNotes octets of them. It
// goes through it once, whatever is not closed in it.
func ofHTML(source string) string {
	var words strings.Builder
	shown := true
	for tokens := html.NewTokenizer(strings.NewReader(source)); words.Len() < maxNotes; {
		kind := tokens.Next()
		switch kind {
		case html.ErrorToken: // the end
			return words.String()
		case html.TextToken:
			if shown {
				words.Write(bytes.ReplaceAll(tokens.Text(), []byte("\u00a0"), []byte(" ")))
			}
			continue
		}
		name, _ := tokens.TagName()
		tag := atom.Lookup(name)
		shown = kind != html.StartTagToken || tag != atom.Style && tag != atom.Script && tag != atom.Title
		words.WriteString(gap(tag, kind == html.EndTagToken))
	}
	return words.String()
}

// gap is what stands for a tag among words.
func gap(tag atom.Atom, end bool) string {
	switch tag {
	case atom.Br, atom.Hr:
		return "\n"
	case atom.P, atom.Div, atom.Tr, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if end {
			return "\n"
		}
	}
	return " "
}
