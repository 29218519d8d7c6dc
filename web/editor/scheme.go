package editor

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// A frame can't be told which colours its reader prefers: prefers-color-scheme
// always answers for the browser the editor sits at. So that dark can be looked
// at in a light browser and light in a dark one, the question is answered in the
// mail itself before it is shown:
//
//   - in media queries, in style sheets and in media attributes, the preference
//     asked for becomes (min-width: 0), which always holds, and the other one
//     (max-width: 0), which never does;
//   - color-scheme, as a declaration or in a meta element, names the one scheme.
//
// Besides, the mail's links are told to open beside the page and not inside the
// frame. Nothing else is touched, and only this copy for the frame is.
var (
	schemeQuestion = regexp.MustCompile(`(?i)\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)`)
	schemeProperty = regexp.MustCompile(`(?i)((?:^|[;{\s])color-scheme\s*:\s*)((?:(?:only|light|dark|normal)\s*)+)`)
)

// forFrame returns the mail as a client shows it to a reader who prefers the
// scheme: light or dark.
func forFrame(markup, scheme string) string {
	z := html.NewTokenizer(strings.NewReader(markup))
	var b bytes.Buffer
	inStyle := false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				return markup // not to be read to its end: shown as the browser likes
			}
			return b.String()
		}
		raw := bytes.Clone(z.Raw()) // reading the token changes it in place
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			inStyle = token.Data == "style"
			if answered, ok := answerTag(token, scheme); ok {
				raw = []byte(answered)
			}
			if token.Data == "head" {
				raw = append(raw, `<base target="_blank">`...)
			}
		case html.EndTagToken:
			inStyle = false
		case html.TextToken:
			if inStyle {
				raw = []byte(answerCSS(string(raw), scheme))
			}
		}
		b.Write(raw)
	}
}

// answerTag answers in the attributes of a tag; ok is false where it asks nothing.
func answerTag(token html.Token, scheme string) (answered string, ok bool) {
	named := ""
	for _, a := range token.Attr {
		if a.Key == "name" {
			named = strings.ToLower(a.Val)
		}
	}
	for i, a := range token.Attr {
		was := a.Val
		switch {
		case a.Key == "media" || a.Key == "style":
			a.Val = answerCSS(a.Val, scheme)
		case a.Key == "content" && token.Data == "meta" && (named == "color-scheme" || named == "supported-color-schemes"):
			a.Val = scheme
		}
		token.Attr[i] = a
		ok = ok || a.Val != was
	}
	return token.String(), ok
}

func answerCSS(css, scheme string) string {
	css = schemeQuestion.ReplaceAllStringFunc(css, func(asked string) string {
		if strings.EqualFold(schemeQuestion.FindStringSubmatch(asked)[1], scheme) {
			return "(min-width: 0)"
		}
		return "(max-width: 0)"
	})
	return schemeProperty.ReplaceAllString(css, "${1}"+scheme)
}
