package desk_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/internal/desk"
)

func TestFollower(t *testing.T) {
	t.Parallel()
	b := setup(t)
	was, err := os.ReadFile(b.cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	loads := 0
	f, err := desk.Follow(b.desk, desk.Options{
		Config: b.cfg, Store: b.store, Now: b.clock, Version: "test", Log: slog.New(slog.DiscardHandler),
	}, func() (*config.Config, error) { loads++; return config.Load(b.cfg.Path, nil) })
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name, text string
		desk       string // the newsletter's name there
		err        error
		wrong      bool
		loads      int // in all
	}{
		{name: "nothing has changed", text: string(was), desk: "The Weekly"},
		{name: "another name", text: strings.Replace(string(was), "The Weekly", "The Daily", 1), desk: "The Daily", loads: 1},
		{name: "a mistake leaves the last", text: "newsletter: {nom: X}\n", desk: "The Daily", wrong: true, loads: 2},
		{name: "which is read once", text: "newsletter: {nom: X}\n", desk: "The Daily", wrong: true, loads: 2},
		{name: "mended as it was", text: strings.Replace(string(was), "The Weekly", "The Daily", 1), desk: "The Daily", loads: 2},
		{name: "another database", text: string(was) + "database: other.db\n", desk: "The Daily", wrong: true, err: desk.ErrOtherDatabase, loads: 3},
		{name: "the first again", text: string(was), desk: "The Weekly", loads: 4},
	}
	for _, step := range steps {
		if err := os.WriteFile(b.cfg.Path, []byte(step.text), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := f.Now(t.Context())
		if got := d.Config().Newsletter.Name; got != step.desk || (err != nil) != step.wrong || loads != step.loads {
			t.Errorf("%s: got %q, %v, read %d times", step.name, got, err, loads)
		}
		if step.err != nil && !errors.Is(err, step.err) {
			t.Errorf("%s: got %v, want %v", step.name, err, step.err)
		}
	}
	if b.cfg.Newsletter.Name != "The Weekly" {
		t.Error("the settings handed in were changed")
	}
}

// A mistake that lies in another file, such as one that is not there, is over when it is mended there.
func TestFollowerSeesOtherFiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	f, err := desk.Follow(b.desk, desk.Options{
		Config: b.cfg, Store: b.store, Now: b.clock, Version: "test", Log: slog.New(slog.DiscardHandler),
	}, func() (*config.Config, error) { return config.Load(b.cfg.Path, nil) })
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(b.cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.cfg.Path, append(was, "notify: {url_file: hook.txt}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Now(t.Context()); err == nil {
		t.Error("the file is not there, and nothing is wrong")
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(b.cfg.Path), "hook.txt"), []byte("https://hooks.example/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(5 * time.Second)
	if d, err := f.Now(t.Context()); err != nil || d.Config().Notify.URL != "https://hooks.example/x" {
		t.Errorf("the file is there, and: %v", err)
	}
}
