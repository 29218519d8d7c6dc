package letter

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// maxWays is how many ways through a template are told apart. One that is
// balanced has a handful.
const maxWays = 64

// balance finds the tags that a template leaves open, or closes without having
// opened them, on every way through its conditions. Each template is balanced by
// itself: what one opens no other closes.
type balance struct {
	trees  map[string]*parse.Tree
	called map[string]bool // by name
	done   map[string]bool // by name, and by what it is called in the middle of
	tree   *parse.Tree     // at hand
	flaw   error           // the first
}

// way is one way through a template, up to some point of it.
type way struct {
	markup

	// holds says of conditions whether they do on this way, so that what one
	// {{ if .Link }} opens, another may close.
	holds map[string]bool
}

// checkBalance goes through all that the layout of the HTML part calls, then
// through what is there to be called another day.
func (t templateSet) checkBalance() error {
	b := &balance{trees: t.trees(".html"), called: map[string]bool{}, done: map[string]bool{}}
	b.template("mail", markup{})
	for _, name := range slices.Sorted(maps.Keys(b.trees)) {
		if !b.called[name] {
			b.template(name, markup{})
		}
	}
	return b.flaw
}

// template looks at one that is called in the middle of other markup.
func (b *balance) template(name string, where markup) {
	where.open, where.floor = nil, 0
	key := name + " " + where.place()
	tree := b.trees[name]
	if tree == nil || tree.Root == nil || b.done[key] {
		return
	}
	b.called[name], b.done[key] = true, true
	caller := b.tree
	b.tree = tree
	for _, w := range b.list([]way{{markup: where}}, tree.Root, "") {
		if w.in != where.in || len(w.open) > 0 {
			b.report(w.unclosed())
		}
	}
	b.tree = caller
}

// report keeps the first flaw.
func (b *balance) report(f *flaw) {
	if f != nil && b.flaw == nil {
		b.flaw = &TemplateError{
			Name: b.tree.ParseName + ".html", Hint: f.hint,
			Message: fmt.Sprintf("line %d: %s", f.line, f.message),
		}
	}
}

// list goes through nodes, by all ways. Scope tells whose fields a condition
// is about.
func (b *balance) list(ways []way, list *parse.ListNode, scope string) []way {
	if list == nil {
		return ways
	}
	for _, n := range list.Nodes {
		var next []way
		for _, w := range ways {
			if b.flaw != nil {
				return nil
			}
			next = append(next, b.node(w, n, scope)...)
		}
		if ways = join(next); len(ways) > maxWays {
			for _, w := range ways {
				b.report(w.unclosed())
			}
		}
	}
	return ways
}

// node goes on from one way; no way goes on from a {{ break }}.
func (b *balance) node(w way, n parse.Node, scope string) []way {
	switch n := n.(type) {
	case *parse.TextNode:
		b.report(w.read(string(n.Text), b.line(n)))
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			w.print(n.String())
		}
	case *parse.TemplateNode:
		b.template(n.Name, w.markup)
		w.print(n.String())
	case *parse.IfNode:
		return b.branch(w, &n.BranchNode, scope, scope)
	case *parse.WithNode:
		return b.branch(w, &n.BranchNode, scope, scope+commands(n.Pipe)+" ")
	case *parse.RangeNode:
		inner := scope + "range " + strconv.Itoa(int(n.Pos)) + " "
		b.round(w, n.List, inner)
		b.round(w, n.ElseList, inner)
	case *parse.BreakNode, *parse.ContinueNode:
		b.report(w.unclosed())
		return nil
	}
	return []way{w}
}

// branch goes both ways, or the one that a condition met before leaves.
func (b *balance) branch(w way, n *parse.BranchNode, scope, inner string) []way {
	condition, positive := strings.CutPrefix(commands(n.Pipe), "not ")
	positive = !positive
	condition = scope + condition
	var after []way
	for _, truth := range []bool{true, false} {
		if held, known := w.holds[condition]; known && held != truth {
			continue
		}
		one := w
		one.holds = maps.Clone(w.holds)
		if one.holds == nil {
			one.holds = map[string]bool{}
		}
		one.holds[condition] = truth
		if truth == positive {
			after = append(after, b.list([]way{one}, n.List, inner)...)
		} else {
			after = append(after, b.list([]way{one}, n.ElseList, scope)...)
		}
	}
	return after
}

// round looks at a round of a loop, of which there may be none or many: it must
// leave things as they were.
func (b *balance) round(w way, list *parse.ListNode, scope string) {
	w.floor = len(w.open)
	for _, end := range b.list([]way{w}, list, scope) {
		if end.in != w.in || len(end.open) > w.floor {
			b.report(end.unclosed())
		}
	}
}

// join makes one way of those that have come to the same position, with the
// conditions they agree on.
func join(ways []way) []way {
	var joined []way
	at := map[string]int{}
	for _, w := range ways {
		position := w.position()
		i, met := at[position]
		if !met {
			at[position] = len(joined)
			joined = append(joined, w)
			continue
		}
		maps.DeleteFunc(joined[i].holds, func(condition string, held bool) bool {
			other, known := w.holds[condition]
			return !known || other != held
		})
	}
	return joined
}

// line is the line of its file on which a text begins.
func (b *balance) line(n parse.Node) int {
	location, _ := b.tree.ErrorContext(n) // name:line:column
	parts := strings.Split(location, ":")
	line, err := strconv.Atoi(parts[max(len(parts)-2, 0)])
	if err != nil {
		return 1
	}
	return line
}

// commands is what a condition asks, without the variables it sets.
func commands(pipe *parse.PipeNode) string {
	var all []string
	for _, c := range pipe.Cmds {
		all = append(all, c.String())
	}
	return strings.Join(all, " | ")
}
