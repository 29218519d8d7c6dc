package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"roundup/digest"
	"roundup/internal/language"
)

// Note is the editor's words above the articles, written in Markdown.
type Note struct {
	HTML template.HTML // paragraphs, lists, quotations, emphasis and links; nothing else can come out of it
	Text string        // the same as a person would type it
}

// newNote reads Markdown (CommonMark). Headings become strong paragraphs, so
// that the mail keeps its order of headings; pictures become their alt text;
// raw HTML is printed as it was typed; only http, https and mailto are linked.
// Marks around no words ("#", "- ", "---") are no note. Straight quotes become the language's own, as in headlines.
func newNote(markdown string, words language.Words) Note {
	root, source := parseNote(markdown)
	if showsNothing(root, source) {
		return Note{}
	}
	curlNote(words, root, source)
	return Note{
		HTML: template.HTML(noteMarkup(root, source)), //nolint:gosec // built from escaped text and fixed tags only
		Text: strings.Trim(noteBlocks(root, source, ""), "\n"),
	}
}

// noteSays reports whether a note in Markdown has words.
func noteSays(markdown string) bool { return !showsNothing(parseNote(markdown)) }

func parseNote(markdown string) (root ast.Node, source []byte) {
	source = []byte(language.PlainLines(markdown))
	return goldmark.DefaultParser().Parse(text.NewReader(source)), source
}

// showsNothing reports whether a reader sees nothing of a node by itself.
func showsNothing(n ast.Node, source []byte) bool {
	var said string
	switch n := n.(type) {
	case *ast.Link:
		said = noteLink(string(n.Destination))
	case *ast.AutoLink:
		said = string(n.Label(source))
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		said = blockLines(n, source)
	default:
		said = inlineText(n, source)
	}
	if strings.ContainsFunc(said, language.Visible) {
		return false
	}
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if !showsNothing(child, source) {
			return false
		}
	}
	return true
}

// noteMarkup writes the children of a node as HTML.
func noteMarkup(parent ast.Node, source []byte) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Type() == ast.TypeBlock && showsNothing(n, source) {
			continue
		}
		inner := func() string { return noteMarkup(n, source) }
		switch n := n.(type) {
		case *ast.Paragraph:
			b.WriteString("<p>" + inner() + "</p>\n")
		case *ast.Heading:
			b.WriteString("<p><strong>" + inner() + "</strong></p>\n")
		case *ast.List:
			tag, start := "ul", ""
			if n.IsOrdered() {
				tag = "ol"
			}
			if n.IsOrdered() && n.Start != 1 {
				start = fmt.Sprintf(` start="%d"`, n.Start)
			}
			b.WriteString("<" + tag + start + ">\n" + inner() + "</" + tag + ">\n")
		case *ast.ListItem:
			b.WriteString("<li>" + inner() + "</li>\n")
		case *ast.Blockquote:
			b.WriteString("<blockquote>\n" + inner() + "</blockquote>\n")
		case *ast.Emphasis:
			tag := "em"
			if n.Level == 2 {
				tag = "strong"
			}
			b.WriteString("<" + tag + ">" + inner() + "</" + tag + ">")
		case *ast.Link:
			b.WriteString(noteAnchor(string(n.Destination), inner()))
		case *ast.AutoLink:
			b.WriteString(noteAnchor(string(n.URL(source)), template.HTMLEscapeString(string(n.Label(source)))))
		case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
			b.WriteString("<p>" + template.HTMLEscapeString(blockLines(n, source)) + "</p>\n")
		default:
			b.WriteString(template.HTMLEscapeString(inlineText(n, source)))
			if t, ok := n.(*ast.Text); ok && t.HardLineBreak() {
				b.WriteString("<br>")
			}
			b.WriteString(inner())
		}
	}
	return b.String()
}

func noteAnchor(target, markup string) string {
	if target = noteLink(target); target == "" {
		return markup
	}
	if markup == "" { // a link that nobody could see
		markup = template.HTMLEscapeString(strings.TrimPrefix(target, "mailto:"))
	}
	return `<a href="` + template.HTMLEscapeString(target) + `">` + markup + `</a>`
}

func noteLink(target string) string {
	if address, ok := strings.CutPrefix(target, "mailto:"); ok && !strings.ContainsAny(address, " \"<>\n") {
		return target
	}
	return digest.SafeLink(target)
}

// inlineText is what a node without markup of its own says.
func inlineText(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.Text:
		said := unescapeMarkdown(n.Segment.Value(source))
		if n.SoftLineBreak() || n.HardLineBreak() {
			said += "\n"
		}
		return said
	case *ast.String:
		return string(n.Value)
	case *ast.RawHTML:
		var b strings.Builder
		for i := range n.Segments.Len() {
			segment := n.Segments.At(i)
			b.Write(segment.Value(source))
		}
		return b.String()
	}
	return ""
}

// unescapeMarkdown removes the backslashes before punctuation and resolves
// character references, of which none may bring back what language.PlainLines removed.
func unescapeMarkdown(s []byte) string {
	return language.Printable(string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))))
}

func blockLines(n ast.Node, source []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(source))
	}
	if markup, ok := n.(*ast.HTMLBlock); ok && markup.HasClosure() {
		b.Write(markup.ClosureLine.Value(source))
	}
	return strings.TrimSpace(b.String())
}

// NoteFile is the file an editor keeps the note in, as it was read.
type NoteFile struct {
	Text   string // Markdown; "" where there is none
	Digest string // tells one text from another; "" where there is none
}

// NewNoteFile reads the content of a note file. How lines end, and white space
// at the end of them, make no other note of it. The error says in words for the
// editor why the content can't be printed.
func NewNoteFile(content []byte) (NoteFile, error) {
	if !language.IsText(string(content)) {
		return NoteFile{}, errors.New("is not text in UTF-8")
	}
	text := language.PlainLines(string(content))
	if n := utf8.RuneCountInString(text); n > digest.MaxNote {
		return NoteFile{}, fmt.Errorf("has %d characters; a note has at most %d", n, digest.MaxNote)
	}
	if !noteSays(text) {
		return NoteFile{}, nil
	}
	sum := sha256.Sum256([]byte(text))
	return NoteFile{Text: text, Digest: hex.EncodeToString(sum[:])}, nil
}
