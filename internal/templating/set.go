// Package templating owns filling templates of which an operator may have written
// some: a file each, one's own in place of the built-in one of its name, within
// limits, and every mistake told with its file, its line and what was meant.
//
// It must not know what is printed, or which template calls which.
//
// Start reading with Parse in set.go; limits.go has what a template may take.
package templating

import (
	"errors"
	"html/template"
	"io"
	"maps"
	"path"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	text "text/template"
	"text/template/parse"
)

// Kind is what a set of templates is for.
type Kind struct {
	Folder string                     // before the name of a file in an error: "web/"; "" for nothing
	Data   []reflect.Type             // what the templates are filled with
	Places []Place                    // where they meet what is within that, for hints
	Text   func(*Limits) text.FuncMap // what text templates can call besides; nil for nothing
}

// Place is where a template meets a type of the data.
type Place struct {
	Type    string // its name
	What    string // "an article"
	Example string // of a template, with %s for a field
}

// Set is parsed templates. A file article.html is the template "article" of HTML,
// article.txt that of text. Those who fill it at the same time wait for each other.
type Set struct {
	kind    Kind
	filling sync.Mutex
	html    *template.Template
	text    *text.Template
	limits  *Limits
	places  []place // of the tags, where they are followed
}

// Parse parses templates by their files' names: the built-in ones, each replaced by
// one's own of the same name where there is one, and those of one's own besides; nil
// for none. A mistake is an *Error.
func Parse(kind Kind, builtIn, own map[string]string) (*Set, error) {
	sources := maps.Clone(builtIn)
	maps.Copy(sources, own)
	var added []string
	for name := range own {
		if _, known := builtIn[name]; !known {
			added = append(added, name)
		}
	}
	set, err := newSet(kind, sources)
	if err == nil {
		err = set.link(sources, added)
	}
	if err == nil {
		err = set.checkContexts(own)
	}
	return set, kind.in(err)
}

// FollowTags has HTML look for a tag that a template leaves open, or closes without
// having opened it. It is called before anything is filled.
func (s *Set) FollowTags() { s.places = s.mark() }

// HTML fills a template of HTML.
func (s *Set) HTML(name string, data any) (string, error) {
	s.filling.Lock()
	defer s.filling.Unlock()
	printed, err := s.fill(s.html.ExecuteTemplate, name, ".html", data)
	if err == nil && s.places != nil {
		printed, err = s.checked(printed)
	}
	return printed, s.kind.in(err)
}

// Text fills a template of text.
func (s *Set) Text(name string, data any) (string, error) {
	s.filling.Lock()
	defer s.filling.Unlock()
	printed, err := s.fill(s.text.ExecuteTemplate, name, ".txt", data)
	return printed, s.kind.in(err)
}

func (s *Set) fill(execute func(io.Writer, string, any) error, name, ext string, data any) (string, error) {
	var b boundedWriter
	s.limits.reset()
	err := execute(&b, name, data)
	switch {
	case errors.Is(err, ErrTooLong): // which the engine hands on without a place
		return "", &Error{Name: name + ext, Message: errTooLong.message, Hint: errTooLong.hint, Err: err}
	case err != nil:
		return "", s.mistake(ext, err)
	}
	return b.String(), nil
}

// in puts the folder before the name of the file with a mistake.
func (k Kind) in(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		e.Name = k.Folder + e.Name
	}
	return err
}

func newSet(kind Kind, sources map[string]string) (*Set, error) {
	comments, limits := &keptComments{}, &Limits{}
	s := &Set{
		kind:   kind,
		html:   template.New("").Funcs(functions(limits)).Funcs(template.FuncMap{"keptComment": comments.at}),
		text:   text.New("").Funcs(functions(limits)),
		limits: limits,
	}
	if kind.Text != nil {
		s.text.Funcs(kind.Text(limits))
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		stem := strings.TrimSuffix(name, path.Ext(name))
		source := strings.TrimSuffix(sources[name], "\n") // the file's last line end, not the template's
		var err error
		if path.Ext(name) == ".html" {
			if source, err = comments.keep(name, source); err != nil {
				return nil, err
			}
			_, err = s.html.New(stem).Parse(source)
		} else {
			_, err = s.text.New(stem).Parse(source)
		}
		if err != nil {
			if unclosed := unclosedBlock(name, source, err); unclosed != nil {
				return nil, unclosed
			}
			return nil, s.mistake(path.Ext(name), err)
		}
	}
	return s, nil
}

// checkContexts finds the file that leaves a tag or an attribute open. The
// engine names the place where that shows, which is in another one.
func (s *Set) checkContexts(own map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		stem, ok := strings.CutSuffix(name, ".html")
		if !ok {
			continue
		}
		alone, err := s.html.Clone()
		if err != nil {
			return s.mistake(".html", err)
		}
		s.limits.reset()
		err = alone.ExecuteTemplate(&boundedWriter{}, stem, nil)
		if mistake := (*template.Error)(nil); errors.As(err, &mistake) {
			switch {
			case mistake.ErrorCode == template.ErrEndContext:
				return unfinishedTag(name, own[name], err)
			case mistake.Node == nil && mistake.Line == 0:
				mistake.Line = s.lineOfFlaw(stem, mistake)
			}
			return s.mistake(".html", err)
		}
	}
	return nil
}

// lineOfFlaw is the line of a flaw in a template's text, of which the engine tells
// the template alone: it is gone where the text ends before that line.
func (s *Set) lineOfFlaw(stem string, flaw *template.Error) int {
	name, _, _ := strings.Cut(flaw.Name, "$htmltemplate")
	tree := s.html.Lookup(name).Tree
	type end struct{ text, at, line int }
	var ends []end // of the lines of each text
	for i, text := range textsOf(tree) {
		at, line := 0, lineOfNode(tree, text)
		for part := range strings.SplitAfterSeq(string(text.Text), "\n") {
			at += len(part)
			ends = append(ends, end{i, at, line})
			line++
		}
	}
	if len(ends) == 0 {
		return 0
	}
	first := sort.Search(len(ends)-1, func(i int) bool {
		set, err := s.html.Clone()
		if err != nil {
			return false
		}
		for j, text := range textsOf(set.Lookup(name).Tree) {
			if j == ends[i].text {
				text.Text = text.Text[:ends[i].at]
			} else if j > ends[i].text {
				text.Text = nil
			}
		}
		again := (*template.Error)(nil)
		return errors.As(set.ExecuteTemplate(io.Discard, stem, nil), &again) && again.ErrorCode == flaw.ErrorCode
	})
	return ends[first].line
}

func textsOf(tree *parse.Tree) (texts []*parse.TextNode) {
	walkNodes(tree.Root, func(n parse.Node) {
		if text, ok := n.(*parse.TextNode); ok {
			texts = append(texts, text)
		}
	})
	return texts
}

// trees are the templates of a part by name, ext being its files' ending.
func (s *Set) trees(ext string) map[string]*parse.Tree {
	trees := map[string]*parse.Tree{}
	if ext == ".html" {
		for _, one := range s.html.Templates() {
			trees[one.Name()] = one.Tree
		}
		return trees
	}
	for _, one := range s.text.Templates() {
		trees[one.Name()] = one.Tree
	}
	return trees
}

// link makes sure that every template called is there, and that every file
// added is called: a typo in a file's name would go unnoticed. Then it sets the
// limits.
func (s *Set) link(sources map[string]string, added []string) error {
	for _, ext := range []string{".html", ".txt"} {
		trees := s.trees(ext)
		called := map[string]bool{}
		for _, name := range slices.Sorted(maps.Keys(trees)) {
			tree := trees[name]
			if tree == nil {
				continue
			}
			var missing *parse.TemplateNode
			walkNodes(tree.Root, func(n parse.Node) {
				if call, ok := n.(*parse.TemplateNode); ok {
					called[call.Name] = true
					if trees[call.Name] == nil && missing == nil {
						missing = call
					}
				}
			})
			if missing != nil {
				return noTemplate(tree.ParseName+ext, missing, slices.Collect(maps.Keys(trees)))
			}
		}
		for _, name := range added {
			if stem := strings.TrimSuffix(name, ext); stem != name && !called[stem] && !defines(trees, stem, called) {
				return unusedFile(name, slices.Collect(maps.Keys(sources)))
			}
		}
		for _, tree := range trees {
			if err := s.limits.guard(tree, ext); err != nil {
				return err
			}
		}
	}
	return nil
}

// defines reports whether a file defines a template that is called.
func defines(trees map[string]*parse.Tree, file string, called map[string]bool) bool {
	for name, tree := range trees {
		if tree != nil && tree.ParseName == file && called[name] {
			return true
		}
	}
	return false
}
