package proof_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/css/scanner"
	"golang.org/x/net/html"
)

// use is a feature of HTML or CSS in a mail. It is named as caniemail's file
// ("css-border-radius"), or as it is written where caniemail has none ("css mso-hide").
type use struct {
	feature string
	within  string // features without which a client never reads it: "css-at-media"; many are joined by spaces
	word    bool   // only Outlook's Word engine reads it
}

// uses collects the features of a mail.
type uses struct {
	t     testing.TB
	known func(feature string) bool // to caniemail
	found map[use]bool
}

// featuresOf finds every feature that a mail's HTML and CSS use.
func featuresOf(t testing.TB, root *html.Node, known func(string) bool) map[use]bool {
	t.Helper()
	u := &uses{t: t, known: known, found: map[use]bool{}}
	u.tree(root, use{})
	return u.found
}

func (u *uses) add(in use, feature string) {
	in.feature = feature
	u.found[in] = true
}

func (u *uses) tree(n *html.Node, in use) {
	switch n.Type {
	case html.DoctypeNode:
		u.add(in, "html-doctype")
	case html.ElementNode:
		u.element(n, in)
	case html.CommentNode:
		u.comment(n.Data, in)
	}
	for child := range n.ChildNodes() {
		u.tree(child, in)
	}
}

// comment reads what a conditional comment holds for Outlook.
func (u *uses) comment(text string, in use) {
	u.add(in, "html-comments")
	body, ok := strings.CutPrefix(text, "[if mso]>")
	if !ok {
		return
	}
	body = strings.TrimSuffix(body, "<![endif]")
	root, err := html.ParseFragment(strings.NewReader(body), nil)
	if err != nil {
		u.t.Fatal(err)
	}
	in.word = true
	for _, n := range root {
		u.tree(n, in)
	}
}

// groups are elements that caniemail has in one file.
var groups = map[string]string{
	"h1": "html-h1-h6", "h2": "html-h1-h6", "h3": "html-h1-h6", "h4": "html-h1-h6", "h5": "html-h1-h6", "h6": "html-h1-h6",
	"ul": "html-lists", "ol": "html-lists", "li": "html-lists", "dl": "html-lists", "dt": "html-lists", "dd": "html-lists",
	"tbody": "html-table", "tr": "html-table", "td": "html-table", "th": "html-table", "thead": "html-table",
	"article": "html-semantics", "aside": "html-semantics", "details": "html-semantics", "figcaption": "html-semantics",
	"figure": "html-semantics", "footer": "html-semantics", "header": "html-semantics", "main": "html-semantics",
	"mark": "html-semantics", "nav": "html-semantics", "section": "html-semantics", "summary": "html-semantics", "time": "html-semantics",
	"loading": "html-loading-attribute", "srcset": "html-srcset", "sizes": "html-srcset",
}

// plainElements and plainAttributes are what HTML had from its beginnings:
// caniemail has no file on them, as every client reads them.
var (
	plainElements   = []string{"html", "head", "title", "meta", "a", "br", "em", "xml"}
	plainAttributes = []string{"href", "src", "alt", "class", "id", "name", "style", "charset", "content", "bgcolor", "border", "start"}
)

func (u *uses) element(n *html.Node, in use) {
	if in.word && strings.Contains(n.Data, ":") {
		return // Word's own: <o:OfficeDocumentSettings>
	}
	u.named(n.Data, plainElements, in)
	for _, a := range n.Attr {
		if in.word && strings.HasPrefix(a.Key, "xmlns") {
			continue
		}
		u.named(a.Key, plainAttributes, in)
		u.attribute(n, a, in)
	}
	if n.Data == "style" && n.FirstChild != nil {
		in.within = "html-style"
		u.sheet(n.FirstChild.Data, in)
	}
}

// named adds the feature of an element's or an attribute's name.
func (u *uses) named(name string, plain []string, in use) {
	switch feature := "html-" + name; {
	case groups[name] != "":
		u.add(in, groups[name])
	case slices.Contains(plain, name):
	case u.known(feature):
		u.add(in, feature)
	default:
		u.add(in, "html "+name)
	}
}

// imageEnding is the format of a picture by its name; hostile ones go on behind it.
var imageEnding = regexp.MustCompile(`\.(jpe?g|png|gif|webp|avif|svg|bmp|tiff|ico|heif|hdr|apng)\b`)

func (u *uses) attribute(n *html.Node, a html.Attribute, in use) {
	switch {
	case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
		u.add(in, "html-anchor-links")
	case a.Key == "href" && strings.HasPrefix(a.Val, "mailto:"):
		u.add(in, "html-mailto-links")
	case a.Key == "name" && n.Data == "meta" && strings.HasSuffix(a.Val, "color-scheme"):
		u.add(in, "html-meta-color-scheme")
	case a.Key == "src" && strings.HasPrefix(a.Val, "data:"):
		u.add(in, "image-base64")
	case a.Key == "src":
		if ending := imageEnding.FindStringSubmatch(a.Val); ending != nil {
			u.add(in, "image-"+strings.Replace(ending[1], "jpeg", "jpg", 1))
		}
	case a.Key == "style":
		for _, d := range newCSS(u.t, a.Val).declarations() {
			u.declaration(d, in)
		}
	}
}

func (u *uses) sheet(text string, in use) {
	if strings.Contains(text, "/*") {
		u.add(in, "css-comments")
	}
	for _, rule := range newCSS(u.t, text).rules(nil) {
		in := in
		for _, at := range rule.at {
			for _, feature := range atRule(at) {
				u.add(in, feature)
				if !strings.Contains(in.within, feature) {
					in.within += " " + feature
				}
			}
		}
		u.selector(rule.selector, in)
		for _, d := range rule.declarations {
			u.declaration(d, in)
		}
	}
}

// atRule is an at-rule's features: "@media (prefers-color-scheme: dark)".
func atRule(text string) []string {
	tokens := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ():,", r) })
	features := []string{"css-at-" + strings.TrimPrefix(tokens[0], "@")}
	for _, token := range tokens[1:] {
		switch token {
		case "prefers-color-scheme", "prefers-reduced-motion", "orientation", "hover":
			features = append(features, "css-at-media-"+token)
		case "-webkit-min-device-pixel-ratio", "-webkit-max-device-pixel-ratio":
			features = append(features, "css-at-media-device-pixel-ratio")
		}
	}
	return features
}

var combinators = map[string]string{
	">": "css-selector-child", "+": "css-selector-adjacent-sibling", "~": "css-selector-general-sibling",
	",": "css-selector-grouping", "*": "css-selector-universal", "[": "css-selector-attribute",
}

func (u *uses) selector(tokens []*scanner.Token, in use) {
	text := written(tokens)
	for i, token := range tokens {
		before := ""
		if i > 0 {
			before = tokens[i-1].Value
		}
		switch {
		case combinators[token.Value] != "":
			u.add(in, combinators[token.Value])
		case token.Type == scanner.TokenHash:
			u.add(in, "css-selector-id")
		case token.Type == scanner.TokenIdent && before == ".":
			u.add(in, "css-selector-class")
		case (token.Type == scanner.TokenIdent || token.Type == scanner.TokenFunction) && before == ":":
			kind := "css-pseudo-class-"
			if i > 1 && tokens[i-2].Value == ":" {
				kind = "css-pseudo-element-"
			}
			u.add(in, kind+strings.TrimSuffix(token.Value, "("))
		case token.Type == scanner.TokenIdent:
			u.add(in, "css-selector-type")
		}
	}
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); strings.ContainsAny(one, " ") && !strings.ContainsAny(one, ">+~") {
			u.add(in, "css-selector-descendant")
		}
		for part := range strings.FieldsSeq(one) {
			if strings.Count(part, ".") > 1 || strings.IndexByte(part, '.') > 0 {
				u.add(in, "css-selector-chaining")
			}
		}
	}
}

// basics are properties of CSS 1 that caniemail has no file on.
var basics = []string{"color", "font-family", "font-style"}

func (u *uses) declaration(d declaration, in use) {
	if d.important {
		u.add(in, "css-important")
	}
	u.property(d.property, in)
	for _, token := range d.value {
		u.value(d.property, token, in)
	}
}

// property adds the feature of a property, or of the one it is a part of:
// css-border for border-top-color.
func (u *uses) property(name string, in use) {
	if slices.Contains(basics, name) {
		return
	}
	switch name {
	case "left", "right", "top", "bottom":
		u.add(in, "css-left-right-top-bottom")
		return
	}
	for part := name; ; {
		if u.known("css-" + part) {
			u.add(in, "css-"+part)
			return
		}
		cut := strings.LastIndexByte(part, '-')
		if cut <= 0 || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "mso-") {
			u.add(in, "css "+name)
			return
		}
		part = part[:cut]
	}
}

func (u *uses) value(property string, token *scanner.Token, in use) {
	switch token.Type {
	case scanner.TokenPercentage:
		u.add(in, "css-unit-percent")
	case scanner.TokenDimension:
		u.add(in, "css-unit-"+strings.ToLower(strings.TrimLeft(token.Value, "+-.0123456789")))
	case scanner.TokenURI:
		u.add(in, "css-background-image")
	case scanner.TokenFunction:
		switch name := strings.ToLower(strings.TrimSuffix(token.Value, "(")); {
		case name == "var":
			u.add(in, "css-variables")
		case u.known("css-" + name):
			u.add(in, "css-"+name)
		case u.known("css-function-" + name):
			u.add(in, "css-function-"+name)
		case u.known("css-unit-" + name):
			u.add(in, "css-unit-"+name)
		default:
			u.add(in, "css "+name+"()")
		}
	case scanner.TokenIdent:
		word := strings.ToLower(token.Value)
		if property == "display" && u.known("css-display-"+word) {
			u.add(in, "css-display-"+word)
		}
		if slices.Contains([]string{"initial", "inherit", "unset", "revert"}, word) {
			u.add(in, "css-unit-initial")
		}
	}
}
