package proof_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"roundup/internal/testing/proof"
)

// brokenMail is a mail with errors, to see that they are found.
const brokenMail = "broken.html"

// TestMarkup: html-validate, with a mail's profile, finds no error in any sample.
func TestMarkup(t *testing.T) {
	t.Parallel()
	program := filepath.Join(proof.NodeModule(t, "html-validate"), "bin", "html-validate.mjs")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, brokenMail), []byte("<p><div align=center></p></table>"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, s := range proof.Some(t) {
		if err := os.WriteFile(filepath.Join(dir, s.Name+".html"), []byte(s.Mail(t).HTML), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	profile := filepath.Join(proof.Root(t), "internal", "testing", "proof", "tools", "htmlvalidate.cjs")
	found := filepath.Join(dir, "found.json")
	_, err := exec.CommandContext(t.Context(), "node", program, "--config", profile, "--formatter", "json="+found, filepath.Join(dir, "*.html")).Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || len(exit.Stderr) > 0) {
		t.Fatalf("html-validate: %v: %s", err, exit.Stderr)
	}
	var files []struct {
		FilePath string
		Messages []struct {
			RuleID, Message, Selector string
			Line                      int
		}
	}
	out, err := os.ReadFile(found)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &files); err != nil {
		t.Fatal(err)
	}
	var broken int
	for _, file := range files {
		name := strings.TrimPrefix(file.FilePath, dir+"/")
		for _, m := range file.Messages {
			if name == brokenMail {
				broken++
				continue
			}
			t.Errorf("%s:%d: %s (%s)", name, m.Line, m.Message, m.RuleID)
		}
	}
	if broken == 0 {
		t.Error("no error is found in a mail that has some: nothing is looked at")
	}
}
