package letter

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"roundup/internal/language"
)

// typedAddress is a link's address that stands in a text, without what ends the
// sentence around it.
var typedAddress = regexp.MustCompile(`\pL+://[^\s"<>]*[^\s"'<>.,;:!?)]`)

// curlNote curls the quotes of a note's texts. Code, addresses and markup that was
// typed stay as they are.
func curlNote(w language.Words, root ast.Node, source []byte) {
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if first := n.FirstChild(); first != nil && first.Type() == ast.TypeInline {
			curlBlock(w, n, source)
			continue
		}
		curlNote(w, n, source)
	}
}

// curlBlock curls the texts of a paragraph as one: a quotation may begin before
// emphasis or a link and end within it.
func curlBlock(w language.Words, block ast.Node, source []byte) {
	paragraph := paragraphOf(block, source)
	line := paragraph.line.String()
	if !strings.ContainsAny(line, `"'`) {
		return
	}
	masked := typedAddress.ReplaceAllStringFunc(line, func(address string) string {
		return strings.Repeat(standIn, len([]rune(address)))
	})
	marks, whole := w.Marks([]rune(masked)), []rune(line)
	if len(marks) == 0 {
		return
	}
	for _, part := range paragraph.parts {
		curled := ast.NewString([]byte(marks.In(whole, part.begin, part.end)))
		parent := part.text.Parent()
		parent.InsertBefore(parent, part.text, curled)
		part.text.Segment = part.text.Segment.WithStop(part.text.Segment.Start) // what is left is the line break behind it
	}
}

// standIn is a letter in place of what is not curled, so that quotes around it
// find their partners.
const standIn = "o"

// paragraph is the text of a paragraph as one line.
type paragraph struct {
	line  strings.Builder
	runes int
	parts []paragraphPart
}

// paragraphPart is where one of the paragraph's nodes stands in the line, in runes.
type paragraphPart struct {
	text       *ast.Text
	begin, end int
}

func (s *paragraph) add(text string) {
	s.line.WriteString(text)
	s.runes += len([]rune(text))
}

func paragraphOf(block ast.Node, source []byte) *paragraph {
	s := &paragraph{}
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan, *ast.AutoLink, *ast.RawHTML:
			s.add(standIn)
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			begin := s.runes
			s.add(unescapeMarkdown(n.Segment.Value(source)))
			s.parts = append(s.parts, paragraphPart{n, begin, s.runes})
			if n.SoftLineBreak() || n.HardLineBreak() {
				s.add(" ")
			}
		}
		return ast.WalkContinue, nil
	})
	return s
}
