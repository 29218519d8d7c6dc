package letter

import (
	"errors"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	text "text/template"
	"text/template/parse"
)

// templateSet is the parsed templates of a mail. A file article.html is the
// template "article" of the HTML part, article.txt that of the text part.
type templateSet struct {
	html   *template.Template
	text   *text.Template
	limits *limits
	places []place // of the tags in it, where some templates are one's own
}

// parseTemplates parses the templates of a theme, each replaced by the one of
// the same name among the own files where there is one, and the own files
// besides.
func parseTemplates(theme string, own fs.FS) (templateSet, error) {
	sources, err := ThemeFiles(theme)
	if err != nil {
		return templateSet{}, err
	}
	var files map[string]string
	var added []string
	if own != nil {
		if files, err = readTemplates(own); err != nil {
			return templateSet{}, err
		}
		for name, source := range files {
			if _, known := sources[name]; !known {
				added = append(added, name)
			}
			sources[name] = source
		}
	}
	set, err := newTemplateSet(sources)
	if err != nil {
		return templateSet{}, err
	}
	if err := set.link(sources, added); err != nil {
		return templateSet{}, err
	}
	if own == nil {
		return set, nil
	}
	if err := set.checkContexts(files); err != nil {
		return templateSet{}, err
	}
	set.places = set.mark()
	return set, nil
}

// checkContexts finds the file that leaves a tag or an attribute open. The
// engine names the place where that shows, which is in another one.
func (t templateSet) checkContexts(own map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		stem, ok := strings.CutSuffix(name, ".html")
		if !ok {
			continue
		}
		alone, err := t.html.Clone()
		if err != nil {
			return t.mistake(".html", err)
		}
		t.limits.reset()
		err = alone.ExecuteTemplate(&boundedWriter{}, stem, nil)
		if mistake := (*template.Error)(nil); errors.As(err, &mistake) {
			switch {
			case mistake.ErrorCode == template.ErrEndContext:
				return unfinishedTag(name, own[name], err)
			case mistake.Node == nil && mistake.Line == 0:
				mistake.Line = t.lineOfFlaw(stem, mistake)
			}
			return t.mistake(".html", err)
		}
	}
	return nil
}

// lineOfFlaw is the line of a flaw in a template's text, of which the engine tells
// the template alone: it is gone where the text ends before that line.
func (t templateSet) lineOfFlaw(stem string, flaw *template.Error) int {
	name, _, _ := strings.Cut(flaw.Name, "$htmltemplate")
	tree := t.html.Lookup(name).Tree
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
		set, err := t.html.Clone()
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

func newTemplateSet(sources map[string]string) (templateSet, error) {
	comments, limits := &keptComments{}, &limits{}
	set := templateSet{
		html:   template.New("").Funcs(functions(limits)).Funcs(template.FuncMap{"keptComment": comments.at}),
		text:   text.New("").Funcs(functions(limits)).Funcs(textFunctions(limits)),
		limits: limits,
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		stem := strings.TrimSuffix(name, path.Ext(name))
		source := strings.TrimSuffix(sources[name], "\n") // the file's last line end, not the template's
		var err error
		if path.Ext(name) == ".html" {
			if source, err = comments.keep(name, source); err != nil {
				return templateSet{}, err
			}
			_, err = set.html.New(stem).Parse(source)
		} else {
			_, err = set.text.New(stem).Parse(source)
		}
		if err != nil {
			if unclosed := unclosedBlock(name, source, err); unclosed != nil {
				return templateSet{}, unclosed
			}
			return templateSet{}, set.mistake(path.Ext(name), err)
		}
	}
	return set, nil
}

// trees are the templates of a part by name, ext being its files' ending.
func (t templateSet) trees(ext string) map[string]*parse.Tree {
	trees := map[string]*parse.Tree{}
	if ext == ".html" {
		for _, one := range t.html.Templates() {
			trees[one.Name()] = one.Tree
		}
		return trees
	}
	for _, one := range t.text.Templates() {
		trees[one.Name()] = one.Tree
	}
	return trees
}

// link makes sure that every template called is there, and that every file
// added is called: a typo in a file's name would go unnoticed. Then it sets the
// limits.
func (t templateSet) link(sources map[string]string, added []string) error {
	for _, ext := range []string{".html", ".txt"} {
		trees := t.trees(ext)
		called := map[string]bool{"mail": true}
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
			if err := t.limits.guard(tree, ext); err != nil {
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

// htmlOf fills a layout of the HTML part: mail, or message.
func (t templateSet) htmlOf(layout string, data any) (string, error) {
	var b boundedWriter
	t.limits.reset()
	if err := t.html.ExecuteTemplate(&b, layout, data); err != nil {
		return "", t.mistake(".html", err)
	}
	if t.places == nil {
		return b.String(), nil
	}
	return t.checked(b.String())
}

// textOf fills a layout of the text part.
func (t templateSet) textOf(layout string, data any) (string, error) {
	var b boundedWriter
	t.limits.reset()
	if err := t.text.ExecuteTemplate(&b, layout, data); err != nil {
		return "", t.mistake(".txt", err)
	}
	return b.String(), nil
}
