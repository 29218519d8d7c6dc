package letter

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// noteBlocks writes the blocks of a note as plain text, with an empty line
// between them. Every line begins with the indent.
func noteBlocks(parent ast.Node, source []byte, indent string) string {
	var blocks []string
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		var block string
		switch n := n.(type) {
		case *ast.List:
			block = noteList(n, source, indent)
		case *ast.Blockquote:
			block = noteBlocks(n, source, indent+"  ")
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
			block = indentLines(blockLines(n, source), indent)
		case *ast.ThematicBreak:
			block = indent + "* * *"
		default:
			block = indentLines(noteInline(n, source), indent)
		}
		if strings.TrimSpace(block) != "" {
			blocks = append(blocks, block)
		}
	}
	return strings.Join(blocks, "\n\n")
}

func noteList(list *ast.List, source []byte, indent string) string {
	var items []string
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if showsNothing(item, source) {
			continue
		}
		bullet := "- "
		if list.IsOrdered() {
			bullet = strconv.Itoa(number) + ". "
			number++
		}
		hanging := indent + strings.Repeat(" ", len(bullet))
		block := strings.TrimPrefix(noteBlocks(item, source, hanging), hanging)
		items = append(items, indent+bullet+block)
	}
	return strings.Join(items, "\n")
}

func indentLines(s, indent string) string {
	if s == "" {
		return ""
	}
	return indent + strings.ReplaceAll(s, "\n", "\n"+indent)
}

// noteInline writes the text of a paragraph, a link's address behind its text.
func noteInline(parent ast.Node, source []byte) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Link:
			said := noteInline(n, source)
			b.WriteString(said)
			switch target := noteLink(string(n.Destination)); {
			case target == "" || target == said:
			case said == "":
				b.WriteString(strings.TrimPrefix(target, "mailto:"))
			default:
				b.WriteString(" (" + strings.TrimPrefix(target, "mailto:") + ")")
			}
		case *ast.AutoLink:
			b.Write(n.Label(source))
		default:
			b.WriteString(strings.ReplaceAll(inlineText(n, source), "\n", " "))
			if t, ok := n.(*ast.Text); ok && t.HardLineBreak() {
				b.WriteString("\n")
			}
			b.WriteString(noteInline(n, source))
		}
	}
	return b.String()
}
