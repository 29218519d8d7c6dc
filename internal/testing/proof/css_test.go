package proof_test

import (
	"strings"
	"testing"

	"github.com/gorilla/css/scanner"
)

// declaration is one "property: value" of CSS.
type declaration struct {
	property  string
	value     []*scanner.Token
	important bool
}

// rule is a style rule of a sheet, or what stands in a style attribute.
type rule struct {
	at           []string // the at-rules around it, each as written: "@media (max-width: 600px)"
	selector     []*scanner.Token
	declarations []declaration
}

// css reads the tokens of a style sheet.
type css struct {
	t      testing.TB
	tokens []*scanner.Token
}

// newCSS splits a sheet or a style attribute into tokens, without comments.
func newCSS(t testing.TB, text string) *css {
	t.Helper()
	c := &css{t: t}
	tokens := scanner.New(text)
	for {
		token := tokens.Next()
		switch token.Type {
		case scanner.TokenEOF:
			return c
		case scanner.TokenError:
			t.Fatalf("CSS that can't be read: %s in %.200q", token, text)
		case scanner.TokenComment:
		default:
			c.tokens = append(c.tokens, token)
		}
	}
}

func (c *css) next() *scanner.Token {
	if len(c.tokens) == 0 {
		return nil
	}
	token := c.tokens[0]
	c.tokens = c.tokens[1:]
	return token
}

// until takes the tokens before one of these characters, and that character.
func (c *css) until(ends string) (taken []*scanner.Token, end string) {
	depth := 0
	for token := c.next(); token != nil; token = c.next() {
		if token.Type == scanner.TokenChar && depth == 0 && strings.Contains(ends, token.Value) {
			return taken, token.Value
		}
		switch {
		case token.Type == scanner.TokenFunction, token.Value == "(":
			depth++
		case token.Value == ")":
			depth--
		}
		taken = append(taken, token)
	}
	return taken, ""
}

// rules reads a sheet to its end, or to the end of the block it is in.
func (c *css) rules(at []string) []rule {
	var found []rule
	for {
		prelude, end := c.until("{};")
		words := written(prelude)
		switch {
		case end == "" && words == "", end == "}":
			return found
		case end == "":
			c.t.Fatalf("CSS that ends after %q", words)
		case end == ";":
			found = append(found, rule{at: append(at[:len(at):len(at)], words)}) // @import and the like
		case strings.HasPrefix(words, "@media"), strings.HasPrefix(words, "@supports"):
			found = append(found, c.rules(append(at[:len(at):len(at)], words))...)
		case strings.HasPrefix(words, "@"):
			found = append(found, rule{at: append(at[:len(at):len(at)], words), declarations: c.declarations()})
		default:
			found = append(found, rule{at: at, selector: prelude, declarations: c.declarations()})
		}
	}
}

// declarations reads a block or a style attribute to its end.
func (c *css) declarations() []declaration {
	var found []declaration
	for {
		tokens, end := c.until(";}")
		if text := written(tokens); text != "" {
			property, value, ok := strings.Cut(text, ":")
			if !ok {
				c.t.Fatalf("CSS that is no declaration: %q", text)
			}
			d := declaration{property: strings.ToLower(strings.TrimSpace(property))}
			for i, token := range tokens {
				if token.Value == ":" {
					d.value = tokens[i+1:]
					break
				}
			}
			d.important = strings.HasSuffix(strings.ReplaceAll(value, " ", ""), "!important")
			found = append(found, d)
		}
		if end != ";" {
			return found
		}
	}
}

// written is how tokens were written.
func written(tokens []*scanner.Token) string {
	var b strings.Builder
	for _, token := range tokens {
		b.WriteString(token.Value)
	}
	return strings.TrimSpace(b.String())
}
