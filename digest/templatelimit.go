package digest

import (
	"errors"
	"fmt"
	"strings"
	"text/template/parse"
)

// What one rendering of a mail may take: a template whose loops feed each other
// must end in an error and not in a machine without memory.
const (
	maxSteps  = 50_000    // rounds of loops and calls of templates
	maxOutput = 1_000_000 // octets, ten times what Gmail shows
	maxValue  = 100_000   // octets of what one function returns
	maxMade   = 20 << 20  // octets of what all of them return, printed or not
)

var errTooLong = errors.New("the mail grows beyond 1 MB")

// limits counts what a template does.
type limits struct{ steps, made int }

// reset begins to count anew.
func (l *limits) reset() { *l = limits{} }

// step is called at the head of every loop's round and of every template. Its
// result is not used: a condition must have one.
func (l *limits) step() (bool, error) {
	if l.steps++; l.steps > maxSteps {
		return false, errors.New("goes on for ever: stopped after 50,000 rounds of loops and calls of templates")
	}
	return false, nil
}

// guard puts a call of step where a template could go on for ever. It stands in
// a condition, which no escaper looks at, on the line of what it guards.
func (l *limits) guard(tree *parse.Tree) error {
	if tree == nil || tree.Root == nil {
		return nil
	}
	var problem error
	call := func(line int) parse.Node {
		source := strings.Repeat("\n", max(line-1, 0)) + "{{ if step }}{{ end }}"
		parsed, err := parse.Parse(tree.ParseName, source, "", "", map[string]any{"step": l.step})
		if err != nil {
			problem = fmt.Errorf("guard template %s: %w", tree.ParseName, err)
			return nil
		}
		nodes := parsed[tree.ParseName].Root.Nodes
		return nodes[len(nodes)-1]
	}
	walkNodes(tree.Root, func(n parse.Node) {
		if loop, ok := n.(*parse.RangeNode); ok {
			loop.List.Nodes = append([]parse.Node{call(loop.Line)}, loop.List.Nodes...)
		}
	})
	tree.Root.Nodes = append([]parse.Node{call(1)}, tree.Root.Nodes...)
	return problem
}

// walkNodes visits every node of a template that holds others or calls one.
func walkNodes(list *parse.ListNode, visit func(parse.Node)) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		visit(n)
		switch n := n.(type) {
		case *parse.IfNode:
			walkNodes(n.List, visit)
			walkNodes(n.ElseList, visit)
		case *parse.RangeNode:
			walkNodes(n.List, visit)
			walkNodes(n.ElseList, visit)
		case *parse.WithNode:
			walkNodes(n.List, visit)
			walkNodes(n.ElseList, visit)
		}
	}
}

// boundedWriter takes what a template prints.
type boundedWriter struct{ strings.Builder }

func (w *boundedWriter) Write(p []byte) (int, error) {
	if w.Len()+len(p) > maxOutput {
		return 0, errTooLong
	}
	return w.Builder.Write(p)
}

// bounded is a value of a function, unless it is too long.
func (l *limits) bounded(s string) (string, error) {
	if len(s) > maxValue {
		return "", fmt.Errorf("makes a text of %d octets; a value may have %d", len(s), maxValue)
	}
	if l.made += len(s); l.made > maxMade {
		return "", errors.New("makes more than 20 MB of texts in all")
	}
	return s, nil
}
