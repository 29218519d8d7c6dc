package templating

import (
	"strconv"
	"strings"
	"text/template/parse"
)

// walkNodes visits every node of a template that holds others or calls one.
func walkNodes(list *parse.ListNode, visit func(parse.Node)) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		visit(n)
		for _, inner := range lists(n) {
			walkNodes(inner, visit)
		}
	}
}

// lists are what stands within a block; an else may be nil.
func lists(n parse.Node) []*parse.ListNode {
	switch n := n.(type) {
	case *parse.IfNode:
		return []*parse.ListNode{n.List, n.ElseList}
	case *parse.RangeNode:
		return []*parse.ListNode{n.List, n.ElseList}
	case *parse.WithNode:
		return []*parse.ListNode{n.List, n.ElseList}
	}
	return nil
}

// tooDeep is the first block that stands within more others than it may; nil for
// none. html/template reads a loop twice, and so a loop within a loop four times.
func tooDeep(list *parse.ListNode, loops, blocks int) parse.Node {
	if list == nil {
		return nil
	}
	for _, n := range list.Nodes {
		inner := lists(n)
		if inner == nil {
			continue
		}
		loopsNow := loops
		if _, ok := n.(*parse.RangeNode); ok {
			loopsNow++
		}
		if loopsNow > maxLoops || blocks+1 > maxBlocks {
			return n
		}
		for _, one := range inner {
			if deep := tooDeep(one, loopsNow, blocks+1); deep != nil {
				return deep
			}
		}
	}
	return nil
}

// pipes are the pipelines of a node, with those in parentheses.
func pipes(n parse.Node) []*parse.PipeNode {
	var pipe *parse.PipeNode
	switch n := n.(type) {
	case *parse.ActionNode:
		pipe = n.Pipe
	case *parse.IfNode:
		pipe = n.Pipe
	case *parse.RangeNode:
		pipe = n.Pipe
	case *parse.WithNode:
		pipe = n.Pipe
	case *parse.TemplateNode:
		pipe = n.Pipe
	case *parse.PipeNode:
		pipe = n
	case *parse.ChainNode: // (index .Sections 0).Title
		return pipes(n.Node)
	}
	if pipe == nil {
		return nil
	}
	found := []*parse.PipeNode{pipe}
	for _, command := range pipe.Cmds {
		for _, arg := range command.Args {
			found = append(found, pipes(arg)...)
		}
	}
	return found
}

// lineOfNode is the line of its file on which a node begins.
func lineOfNode(tree *parse.Tree, n parse.Node) int {
	location, _ := tree.ErrorContext(n) // name:line:column
	parts := strings.Split(location, ":")
	line, err := strconv.Atoi(parts[max(len(parts)-2, 0)])
	if err != nil {
		return 1
	}
	return line
}
