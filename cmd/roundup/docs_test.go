package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"roundup/cmd/roundup/app"
	"roundup/config"
)

var update = flag.Bool("update", false, "write the generated docs instead of comparing them")

// TestGeneratedDocs keeps man pages, completions and the configuration
// reference as the commands and the configuration say. `make docs` writes them.
func TestGeneratedDocs(t *testing.T) {
	made := t.TempDir()
	generate(t, made)
	root := filepath.Join("..", "..", "docs")
	if *update {
		for _, dir := range []string{"man", "completions"} {
			if err := os.RemoveAll(filepath.Join(root, dir)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.CopyFS(root, overwriting{t, os.DirFS(made), root}); err != nil {
			t.Fatal(err)
		}
		return
	}
	err := filepath.WalkDir(made, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(made, path)
		if err != nil {
			return err
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is not up to date: run `make docs`", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// overwriting removes each file of the target before it is copied: CopyFS
// refuses to replace one.
type overwriting struct {
	t *testing.T
	fs.FS
	target string
}

func (o overwriting) Open(name string) (fs.File, error) {
	if target := filepath.Join(o.target, name); !isDir(target) {
		if err := os.Remove(target); err != nil && !os.IsNotExist(err) {
			o.t.Fatal(err)
		}
	}
	return o.FS.Open(name)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func generate(t *testing.T, dir string) {
	t.Helper()
	var out bytes.Buffer
	a, err := app.New(t.Context(), app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, nil, version)
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(a)
	root.DisableAutoGenTag = true
	for _, sub := range []string{"man", "completions"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	released := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // fixed, so that pages change with their words only
	header := &doc.GenManHeader{Section: "1", Source: "Roundup", Manual: "Roundup", Date: &released}
	if err := doc.GenManTree(root, header, filepath.Join(dir, "man")); err != nil {
		t.Fatal(err)
	}
	completions(t, root, filepath.Join(dir, "completions"))
	if err := os.WriteFile(filepath.Join(dir, "configuration.md"), []byte(config.Reference()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func completions(t *testing.T, root *cobra.Command, dir string) {
	t.Helper()
	for _, err := range []error{
		root.GenBashCompletionFileV2(filepath.Join(dir, "roundup.bash"), true),
		root.GenZshCompletionFile(filepath.Join(dir, "_roundup")),
		root.GenFishCompletionFile(filepath.Join(dir, "roundup.fish"), true),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}
