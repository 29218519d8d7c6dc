package letter

import (
	"fmt"
	"regexp"
	"strings"
	"text/template/parse"
)

// maxBlocks is how many blocks may stand within each other in one template.
const maxBlocks = 100

// unclosedBlock names the {{ if }}, {{ range }}, {{ with }}, {{ block }} or
// {{ define }} of a file that has no {{ end }}; the engine names the file's last
// line. nil where something else is wrong.
func unclosedBlock(file, source string, err error) error {
	if !strings.HasSuffix(err.Error(), ": unexpected EOF") {
		return nil
	}
	// Whatever a mark at the very end stands in was not closed before it.
	const mark = "\x00here\x00"
	for missing := 1; missing <= maxBlocks; missing++ {
		trees, tree := map[string]*parse.Tree{}, parse.New(file)
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(source+mark+strings.Repeat("{{end}}", missing), "", "", trees); err != nil {
			continue
		}
		for name, one := range trees {
			block, line, found := enclosing(one.Root, mark)
			if !found {
				continue
			}
			if name != file { // it is within a definition, the outermost of all
				block, line = definition(source, name)
			}
			return &TemplateError{
				Name: file, Message: fmt.Sprintf("line %d: %s has no {{ end }}", line, block),
				Hint: "write {{ end }} where it ends; or one within it lacks its own, and took this one's", Err: err,
			}
		}
	}
	return nil
}

// enclosing is the outermost block around a text.
func enclosing(list *parse.ListNode, text string) (block string, line int, found bool) {
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			if strings.Contains(string(n.Text), text) {
				return "", 0, true
			}
		case *parse.IfNode:
			block, line, found = enclosingBranch(&n.BranchNode, "if", text)
		case *parse.RangeNode:
			block, line, found = enclosingBranch(&n.BranchNode, "range", text)
		case *parse.WithNode:
			block, line, found = enclosingBranch(&n.BranchNode, "with", text)
		}
		if found {
			return block, line, true
		}
	}
	return "", 0, false
}

func enclosingBranch(n *parse.BranchNode, word, text string) (block string, line int, found bool) {
	for _, list := range []*parse.ListNode{n.List, n.ElseList} {
		if list == nil {
			continue
		}
		if _, _, found := enclosing(list, text); found {
			return fmt.Sprintf("{{ %s %s }}", word, n.Pipe), n.Line, true
		}
	}
	return "", 0, false
}

// definition finds where a template is defined within a file.
func definition(source, name string) (block string, line int) {
	begin := regexp.MustCompile(`\{\{-?\s*(define|block)\s+["` + "`" + `]` + regexp.QuoteMeta(name) + `["` + "`" + `]`)
	at := begin.FindStringSubmatchIndex(source)
	if at == nil {
		return fmt.Sprintf("{{ define %q }}", name), 1
	}
	return fmt.Sprintf("{{ %s %q }}", source[at[2]:at[3]], name), 1 + strings.Count(source[:at[0]], "\n")
}

// nestedTooDeep says that a block stands within too many others.
func nestedTooDeep(file string, tree *parse.Tree, block parse.Node) error {
	place, _ := tree.ErrorContext(block) // file:line:column
	line := ""
	if parts := strings.Split(place, ":"); len(parts) > 1 {
		line = "line " + parts[len(parts)-2] + ": "
	}
	return &TemplateError{
		Name: file, Message: fmt.Sprintf("%smore than %d loops, or %d blocks, stand within each other", line, maxLoops, maxBlocks),
		Hint: "is an {{ end }} at the wrong place? else put the inner part into a template of its own",
	}
}
