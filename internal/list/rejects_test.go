package list_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/internal/list"
	"roundup/subscribers/listfile"
)

func TestRejectsFile(t *testing.T) {
	t.Parallel()
	const holds = "rejected_line,rejected_because,email\n3,has no @,bob\n"
	taken := map[string]string{"r.csv": "mine"}
	for n := 2; n <= 9; n++ {
		taken["r-"+strconv.Itoa(n)+".csv"] = "mine too"
	}
	tests := []struct {
		name   string
		there  map[string]string
		wanted string
		path   string
		err    error
		files  map[string]string // after it, besides those that were there
	}{
		{name: "the first", wanted: "r.csv", path: "r.csv", files: map[string]string{"r.csv": holds}},
		{
			name: "it replaces nothing", there: map[string]string{"r.csv": "an hour of mending"},
			wanted: "r.csv", path: "r-2.csv", files: map[string]string{"r-2.csv": holds},
		},
		{name: "the same is there", there: map[string]string{"r.csv": holds}, wanted: "r.csv", path: "r.csv"},
		{
			name: "the same is there under another number", there: map[string]string{"r.csv": "mended", "r-2.csv": holds},
			wanted: "r.csv", path: "r-2.csv",
		},
		{name: "too many of them", there: taken, wanted: "r.csv"},
		{name: "no such folder", wanted: "nowhere/r.csv", err: fs.ErrNotExist},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			want := map[string]string{}
			for name, text := range tt.there {
				want[name] = text
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for name, text := range tt.files {
				want[name] = text
			}
			r := list.NewRejectsFile(filepath.Join(dir, tt.wanted), []string{"email"})
			err := r.Write(listfile.Reject{Line: 3, Raw: []string{"bob"}, Reason: "has no @"})
			var cant *list.RejectsError
			switch {
			case tt.path != "" && err != nil:
				t.Fatal(err)
			case tt.path == "" && !errors.As(err, &cant), tt.err != nil && !errors.Is(err, tt.err):
				t.Errorf("error = %v, want that there can be no file", err)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			path := ""
			if tt.path != "" {
				path = filepath.Join(dir, tt.path)
			}
			if r.Path() != path {
				t.Errorf("it is at %q, want %q", r.Path(), path)
			}
			if diff := cmp.Diff(want, filesIn(t, dir)); diff != "" {
				t.Errorf("files: %s", diff)
			}
		})
	}
}

func TestRejectsFileIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	r := list.NewRejectsFile(filepath.Join(t.TempDir(), "r.csv"), nil)
	if err := errors.Join(r.Write(listfile.Reject{Line: 1}), r.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(r.Path())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v: it holds addresses", info.Mode())
	}
}

// A file that is written, or whose process was killed, has another name than the whole one. What
// came to be there meanwhile is not replaced.
func TestRejectsFileIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := list.NewRejectsFile(filepath.Join(dir, "r.csv"), nil)
	if err := r.Write(listfile.Reject{Line: 1}); err != nil {
		t.Fatal(err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, "r.csv.*.part"))
	if n := len(filesIn(t, dir)); err != nil || len(parts) != 1 || n != 1 {
		t.Errorf("while it is written: %q of %d files, %v", parts, n, err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "r.csv")); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil || r.Path() != filepath.Join(dir, "r-2.csv") {
		t.Errorf("it is at %q, %v", r.Path(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v; want the link and the file", entries, err)
	}
}

// A new file replaces nothing, and may be put elsewhere then.
func TestPartReplacesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	there, free := filepath.Join(dir, "there"), filepath.Join(dir, "free")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := list.NewPart(there)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.WriteString("whole"); err != nil {
		t.Fatal(err)
	}
	if err := p.Put(there); !errors.Is(err, fs.ErrExist) {
		t.Errorf("put where something is: %v", err)
	}
	if err := p.Put(free); err != nil {
		t.Errorf("put where nothing is: %v", err)
	}
	if diff := cmp.Diff(map[string]string{"there": "mine", "free": "whole"}, filesIn(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// Nobody reads on: that is an error, and not that of our own output, which ends a command quietly.
func TestRejectsToAPipeNobodyReads(t *testing.T) {
	t.Parallel()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	r := list.NewRejectsFile(fmt.Sprintf("/proc/self/fd/%d", out.Fd()), nil)
	if err := r.Write(listfile.Reject{Line: 1}); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	var cant *list.RejectsError
	var ours *fs.PathError
	if err := r.Close(); !errors.As(err, &cant) || !errors.Is(err, syscall.EPIPE) || errors.As(err, &ours) {
		t.Errorf("error = %v, want a broken pipe with no path", err)
	}
}

// Of an import that broke off nothing is left.
func TestRejectsFileDropped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := list.NewRejectsFile(filepath.Join(dir, "r.csv"), nil)
	if err := errors.Join(r.Write(listfile.Reject{Line: 1}), r.Drop()); err != nil || len(filesIn(t, dir)) != 0 {
		t.Errorf("%v; files %v", err, filesIn(t, dir))
	}
	if err := list.NewRejectsFile(filepath.Join(dir, "r.csv"), nil).Drop(); err != nil {
		t.Errorf("without a line: %v", err)
	}
}

// Without a line there is no file.
func TestNoRejectsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := list.NewRejectsFile(filepath.Join(dir, "r.csv"), nil)
	if err := r.Close(); err != nil || r.Path() != "" || len(filesIn(t, dir)) != 0 {
		t.Errorf("file %q, %v; want none", r.Path(), err)
	}
}

func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}
