package templating

import (
	"fmt"
	"slices"
	"strings"
	"text/template/parse"
)

// What one filling of a template may take: one whose loops feed each other
// must end in an error and not in a machine without memory.
const (
	maxSteps  = 50_000    // rounds of loops and calls of templates
	maxWork   = 5_000_000 // actions in all of them
	maxDepth  = 200       // templates that call each other, one within the other
	maxLoops  = 6         // loops within each other in one template
	maxBlocks = 100       // blocks within each other in one template
	maxValue  = 100_000   // octets of what one function returns
	maxMade   = 20 << 20  // octets of what all of them return, printed or not
)

// MaxOutput is how much a template may print, in octets: ten times what Gmail shows of a
// mail.
const MaxOutput = 1_000_000

// limitError says what a template takes too much of, and what to do.
type limitError struct{ message, hint string }

func (e *limitError) Error() string { return e.message }

var errTooLong = &limitError{"grows beyond 1 MB", "does a loop in it, or in what it calls, print too much?"}

// ErrTooLong is in the error of a template that prints more than MaxOutput.
var ErrTooLong error = errTooLong

// Limits counts what a template does.
type Limits struct{ steps, work, depth, made int }

// reset begins to count anew.
func (l *Limits) reset() { *l = Limits{} }

// step is called at the head of every loop's round and of every template, with
// how much stands there to be done. Its result is not used: a condition must
// have one.
func (l *Limits) step(work int) (bool, error) {
	l.steps++
	l.work += work
	if l.steps > maxSteps || l.work > maxWork {
		return false, &limitError{
			"goes on for ever: stopped after 50,000 rounds of loops and calls of templates, or too much within them",
			"is the number of a range too large, or does a template call itself?",
		}
	}
	return false, nil
}

// enter is called at the head of every template, and leave at its end: each one
// within another takes memory until it is left.
func (l *Limits) enter() (bool, error) {
	if l.depth++; l.depth > maxDepth {
		return false, &limitError{fmt.Sprintf("goes on for ever: stopped %d templates deep", maxDepth), "does a template call itself?"}
	}
	return false, nil
}

func (l *Limits) leave() bool {
	l.depth--
	return false
}

// guard puts calls of enter, step and leave where a template could go on for
// ever. They stand in a condition, which no escaper looks at, on the line of what
// they guard. ext is the ending of the template's file.
func (l *Limits) guard(tree *parse.Tree, ext string) error {
	if tree == nil || tree.Root == nil {
		return nil
	}
	if deep := tooDeep(tree.Root, 0, 0); deep != nil {
		return nestedTooDeep(tree.ParseName+ext, tree, deep)
	}
	var problem error
	call := func(at parse.Pos, condition string) parse.Node {
		parsed, err := parse.Parse(tree.ParseName, "{{ if "+condition+" }}{{ end }}", "", "", functions(l))
		if err != nil {
			problem = fmt.Errorf("guard template %s: %w", tree.ParseName, err)
			return nil
		}
		guard := parsed[tree.ParseName].Root.Nodes[0]
		for _, p := range pipes(guard) { // what an error names the line of
			p.Cmds[0].Args[0].(*parse.IdentifierNode).SetPos(at).SetTree(tree)
		}
		return guard
	}
	step := func(at parse.Pos, list *parse.ListNode) parse.Node {
		return call(at, fmt.Sprintf("step %d", weight(list)))
	}
	walkNodes(tree.Root, func(n parse.Node) {
		for _, p := range pipes(n) {
			splitEscapers(p)
		}
		if loop, ok := n.(*parse.RangeNode); ok {
			loop.List.Nodes = append([]parse.Node{step(loop.Pos, loop.List)}, loop.List.Nodes...)
		}
	})
	start := tree.Root.Pos
	tree.Root.Nodes = slices.Concat([]parse.Node{call(start, "enter"), step(start, tree.Root)}, tree.Root.Nodes, []parse.Node{call(start, "leave")})
	return problem
}

// nestedTooDeep says that a block stands within too many others.
func nestedTooDeep(file string, tree *parse.Tree, block parse.Node) error {
	return place{file, lineOfNode(tree, block)}.flaw(
		"is an {{ end }} at the wrong place? else put the inner part into a template of its own",
		"more than %d loops, or %d blocks, stand within each other", maxLoops, maxBlocks)
}

// weight is how much stands in a list to be done, loops within it once: its
// actions, and the values they name.
func weight(list *parse.ListNode) int {
	sum := 0
	walkNodes(list, func(n parse.Node) {
		sum++
		for _, p := range pipes(n) {
			for _, command := range p.Cmds {
				sum += len(command.Args)
			}
		}
	})
	return sum
}

// boundedWriter takes what a template prints.
type boundedWriter struct{ strings.Builder }

func (w *boundedWriter) Write(p []byte) (int, error) {
	if w.Len()+len(p) > MaxOutput {
		return 0, ErrTooLong
	}
	return w.Builder.Write(p)
}

// take takes what a function made into account.
func (l *Limits) take(octets int) error {
	if l.made += octets; l.made > maxMade {
		return &limitError{"makes more than 20 MB of texts in all", "take what is the same in each round, or never printed, out of the loop"}
	}
	return nil
}
