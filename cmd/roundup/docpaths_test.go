package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocsNameWhatIsThere looks for every file and folder that a document names
// in back-quotes: whoever moves one moves its name. <noun> stands for any.
func TestDocsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	there := everyPath(t, root)
	quoted, placeholder := regexp.MustCompile("`([^`\\s]+)`"), regexp.MustCompile(`<[^>]*>`)
	var docs []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md", "docs/gallery/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, found...)
	}
	for _, doc := range docs {
		if filepath.Base(doc) == "CHANGELOG.md" {
			continue // it says what was
		}
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
			name := placeholder.ReplaceAllString(strings.TrimSuffix(m[1], "/"), "*")
			if name == "internal/language/xx.go" {
				continue // of a language that is to be added
			}
			if ours(root, name) && !slices.ContainsFunc(there, func(p string) bool { return means(name, p) }) {
				t.Errorf("%s names %s, which is not there", filepath.Base(doc), m[1])
			}
		}
	}
}

// TestDocsNameWhatAFileHas looks for what a document says is in a file, as in "`Judge` in
// `internal/list/policy.go`" and "`delivery/delivery.go` (`Transitions`)": whoever renames a
// function renames it there.
func TestDocsNameWhatAFileHas(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	there := everyPath(t, root)
	word, file := "`[A-Za-z][\\w.]*`", "`([^`\\s]+\\.(?:go|html|txt|yaml|sql))`"
	in := regexp.MustCompile("((?:" + word + ",? (?:and )?)*" + word + ") in " + file)
	named := regexp.MustCompile(word)
	// What is in brackets behind a file may name others, and settings.
	of, simple := regexp.MustCompile(file+` \(([^()]*)\)`), regexp.MustCompile("`[A-Za-z]\\w*`")
	for _, doc := range []string{"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/flow.md"} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(doc)))
		if err != nil {
			t.Fatal(err)
		}
		had := func(names []string, file string) {
			for _, name := range names {
				name = strings.Trim(name, "`")
				if ext := path.Ext(name); ext != ".go" && ext != ".html" && !hasWord(t, root, there, file, name) {
					t.Errorf("%s: %s is not in %s", doc, name, file)
				}
			}
		}
		for _, m := range in.FindAllStringSubmatch(string(text), -1) {
			had(named.FindAllString(m[1], -1), m[2])
		}
		for _, m := range of.FindAllStringSubmatch(string(text), -1) {
			had(simple.FindAllString(m[2], -1), m[1])
		}
	}
}

// hasWord reports whether a file that a name stands for has a word, or what is behind its dot.
func hasWord(t *testing.T, root string, there []string, name, word string) bool {
	last := word[strings.LastIndexByte(word, '.')+1:]
	whole := regexp.MustCompile(`\b` + regexp.QuoteMeta(last) + `\b`)
	name = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(name, "*")
	return slices.ContainsFunc(there, func(p string) bool {
		if !means(name, p) {
			return false
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p)))
		if err != nil {
			t.Fatal(err)
		}
		return whole.Match(text)
	})
}

// TestRowsNameFilesFromTheirFolder looks whether a file that a row of CONTRIBUTING.md names without
// its folder is in that of the one named before it, and has what the row says is in it: two rooms
// have files of one name. A path with a folder starts at the top.
func TestRowsNameFilesFromTheirFolder(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	there := everyPath(t, root)
	quoted, isFile := regexp.MustCompile("`([^`\\s]+)`"), regexp.MustCompile(`\.(go|html|txt|yaml|css|js|sql)$`)
	// `Names` and `Others` in the file that follows, or in brackets behind it.
	before := regexp.MustCompile("((?:`[A-Za-z]\\w*`,? (?:and )?)*`[A-Za-z]\\w*`) in $")
	behind := regexp.MustCompile(`^ \(([^()]*)\)`)
	word := regexp.MustCompile("`([A-Za-z]\\w*)`")
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	for row := range strings.SplitSeq(string(text), "\n") {
		what, open, is := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		if !is || !strings.HasPrefix(row, "| ") {
			continue
		}
		folder := ""
		for _, m := range quoted.FindAllStringSubmatchIndex(open, -1) {
			name := open[m[2]:m[3]]
			if !isFile.MatchString(name) {
				if strings.HasSuffix(name, "/") && slices.Contains(there, path.Clean(name)) {
					folder = path.Clean(name)
				}
				continue
			}
			file := name
			if !strings.Contains(name, "/") {
				file = path.Join(folder, name)
			}
			if strings.Contains(file, "<") { // one of several
				folder = path.Dir(file)
				continue
			}
			if !slices.Contains(there, file) {
				t.Errorf("%q: %s is not there (%s)", what, file, name)
				continue
			}
			folder = path.Dir(file)
			said := strings.Join(before.FindStringSubmatch(open[:m[0]]), " ") + strings.Join(behind.FindStringSubmatch(open[m[1]:]), " ")
			for _, named := range word.FindAllStringSubmatch(said, -1) {
				if !hasWord(t, root, []string{file}, file, named[1]) {
					t.Errorf("%q: %s has no %s", what, file, named[1])
				}
			}
		}
	}
}

// TestCommentsNameWhatIsThere looks for every file of Go that a comment names, such
// as those where a package's comment says to start reading: one without a folder is beside
// the file that names it.
func TestCommentsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	there := everyPath(t, root)
	file := regexp.MustCompile(`[\w*/]+\.go\b`)
	for _, name := range there {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(name)), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, comment := range parsed.Comments {
			for _, named := range file.FindAllString(comment.Text(), -1) {
				wanted := named
				if !strings.Contains(named, "/") {
					wanted = path.Join(path.Dir(name), named)
				}
				if named != "xx.go" && !slices.ContainsFunc(there, func(p string) bool { return means(wanted, p) || strings.HasSuffix(p, "/"+wanted) }) {
					t.Errorf("%s names %s, which is not there", name, named)
				}
			}
		}
	}
}

// ours reports whether a word in back-quotes is meant as a path of this
// repository, or as a file of Go.
func ours(root, name string) bool {
	first, _, deep := strings.Cut(name, "/")
	if deep && (first == "" || first == ".") {
		return false // a route, or a file of somebody else
	}
	if !deep || strings.HasSuffix(name, ".go") {
		return strings.HasSuffix(name, ".go")
	}
	info, err := os.Stat(filepath.Join(root, first))
	return err == nil && info.IsDir()
}

// means reports whether a name is that of a path: all of it, or its last parts.
func means(name, p string) bool {
	parts, named := strings.Split(p, "/"), strings.Count(name, "/")+1
	yes, err := path.Match(name, strings.Join(parts[max(len(parts)-named, 0):], "/"))
	return yes && err == nil
}

// everyPath lists the files and folders, but for those that tools install.
func everyPath(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && slices.Contains([]string{".git", "node_modules", "bin"}, e.Name()) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, p)
		all = append(all, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
