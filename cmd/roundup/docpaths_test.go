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
	if !deep {
		return strings.HasSuffix(name, ".go")
	}
	if first == "" || first == "." {
		return false // a route, or a file of somebody else
	}
	info, err := os.Stat(filepath.Join(root, first))
	return err == nil && info.IsDir()
}

// means reports whether a name is that of a path: all of it, or its last part.
func means(name, p string) bool {
	if !strings.Contains(name, "/") {
		p = path.Base(p)
	}
	yes, err := path.Match(name, p)
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
