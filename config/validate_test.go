package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"roundup/config"
)

// A function is for the room to judge that has it.
func TestTemplateWithAFunction(t *testing.T) {
	t.Parallel()
	const subject = `{{ join ", " .Lead.Title "and more" }}`
	if c := mustLoad(t, "digest: {subject: '"+subject+"'}"); c.Digest.Subject != subject {
		t.Errorf("got %q", c.Digest.Subject)
	}
}

// A folder with parts of the readers' pages alone is not without templates.
func TestTemplatesOfPagesAlone(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]int{config.PagesFolder: 0, "other": 1} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "mine", folder), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "roundup.yaml"), "templates: mine", 0o600)
		c, err := config.Load(filepath.Join(dir, "roundup.yaml"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Warnings(); len(got) != want {
			t.Errorf("%s: warnings %v, want %d", folder, got, want)
		}
	}
}
