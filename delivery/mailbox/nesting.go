package mailbox

import (
	"slices"
	"strings"
)

// nesting counts how deep the lists of an answer are, and looks into neither a literal, such
// as a mail, nor a quoted string. It takes octets for what the client's parser takes them
// for: a literal, a quote or a list is none in the text of a status (RFC 9051, 7.1), of a
// tagged answer or of a continuation, and a parser that sees one elsewhere gives up.
type nesting struct {
	place    place
	word     []byte // of a line's beginning, its front
	tagged   bool   // the line answers a command
	numbered bool   // a number came before the kind of answer
	quoted   bool
	escaped  bool // the octet before was a backslash in quotes
	literal  literal
	size     int64 // of a literal that is being announced
	skip     int64 // octets of a literal that are to come
	depth    int
}

// place is where in a line an octet stands.
type place int

const (
	atTag  place = iota // "*", "+" or the tag of a command
	atType              // what follows it: a kind of answer, or a number and then the kind
	atText              // the first octet of a status' text
	inText
	inCode // a status' code in brackets, which the parser reads to its end, over lines
	inData // all else: lists, quotes and literals
)

// literal is how much of an announcement, such as "{12}", was read.
type literal int

const (
	noLiteral literal = iota
	braceRead
	inSize
	sizeRead  // "}"
	spaceRead // and a space, which the parser lets pass
	crRead    // and CR
)

// read looks at more of what a server sends.
func (n *nesting) read(b []byte) error {
	for i := 0; i < len(b); i++ {
		if n.skip > 0 {
			part := min(n.skip, int64(len(b)-i))
			n.skip -= part
			i += int(part) - 1
			continue
		}
		if n.octet(b[i]); n.depth > maxDepth {
			return errTooDeep
		}
		if n.place == inCode && b[i] == '\n' {
			return errOpen
		}
	}
	return nil
}

func (n *nesting) octet(c byte) {
	switch {
	case n.place == inData:
		n.data(c)
	case n.place == inCode:
		if c == ']' {
			n.place = inText
		}
	case c == '\n':
		n.place, n.word = atTag, nil
	case n.place == atText && c == '[':
		n.place = inCode
	case n.place == atText:
		n.place = inText
	case n.place == atTag, n.place == atType:
		n.head(c)
	}
}

// longest is how much of a word is kept: more than the words that count have.
const longest = 16

// head looks at the beginning of a line.
func (n *nesting) head(c byte) {
	switch {
	case n.place == atTag && c == '+' && len(n.word) == 0:
		n.place = inText
	case n.place == atTag && c == ' ':
		n.place, n.tagged, n.numbered = atType, string(n.word) != "*", false
		n.word = n.word[:0]
	case n.place == atType && (c == ' ' || c == '(' || c == '\r'):
		n.kind(c)
	case len(n.word) < longest:
		n.word = append(n.word, c)
	}
}

// kind looks at what follows the word that says what an answer is.
func (n *nesting) kind(c byte) {
	word := strings.ToUpper(string(n.word))
	n.word = n.word[:0]
	switch {
	case n.tagged, slices.Contains([]string{"OK", "NO", "BAD", "BYE", "PREAUTH"}, word):
		n.place = inText
		if c == ' ' {
			n.place = atText
		}
	case !n.numbered && word != "" && word[0] >= '0' && word[0] <= '9':
		n.numbered = true // the kind is to come
	default:
		n.place = inData
		n.data(c)
	}
}

func (n *nesting) data(c byte) {
	switch {
	case n.escaped:
		n.escaped = false
	case n.quoted:
		n.escaped, n.quoted = c == '\\', c != '"'
	case n.announces(c):
	case c == '"':
		n.quoted = true
	case c == '(':
		n.depth++
	case c == ')':
		n.depth = max(n.depth-1, 0)
	case c == '\n':
		n.place, n.depth = atTag, 0
	}
}

// announces reports whether an octet belongs to the announcement of a literal.
func (n *nesting) announces(c byte) bool {
	was := n.literal
	n.literal = noLiteral
	switch {
	case c == '{':
		n.literal, n.size = braceRead, 0
	case (was == braceRead || was == inSize) && c >= '0' && c <= '9' && n.size < 1<<50:
		n.literal, n.size = inSize, n.size*10+int64(c-'0')
	case was == inSize && c == '}':
		n.literal = sizeRead
	case was == sizeRead && c == ' ':
		n.literal = spaceRead
	case (was == sizeRead || was == spaceRead) && c == '\r':
		n.literal = crRead
	case was >= sizeRead && c == '\n':
		n.skip = n.size
	default:
		return false
	}
	return true
}
