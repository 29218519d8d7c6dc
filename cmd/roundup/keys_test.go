package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// TestKeysRotate makes a new key beside a daemon: the link of a mail that is out works as
// before, the daemon knows what others sign with the new one, and a backup has both.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	s := newSite(t, 1, smtptest.Options{})
	s.must("send", "--now", "--yes")
	p := s.serve()
	link := func(mail int, pattern string) string {
		t.Helper()
		if err := s.mta.WaitMails(t.Context(), mail+1); err != nil {
			t.Fatal(err)
		}
		text, _, _ := parts(t, s.mta.Mails()[mail].Data)
		found := regexp.MustCompile(`https://[^/\s]+(` + pattern + `[\w-]+)`).FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("no link: %s", text)
		}
		return found[1]
	}
	old := link(0, "/u/")

	before := s.must("schedule", "calendar")
	if said := s.must("keys", "rotate"); !strings.Contains(said, "work as before") || !strings.Contains(said, "backup") {
		t.Errorf("said %q", said)
	}
	if after := s.must("schedule", "calendar"); after == before {
		t.Error("links are made with the key of before")
	}
	s.must("subscribers", "add", "--confirm", "new@readers.example")
	confirm := link(1, "/confirm/")
	for deadline := time.Now().Add(time.Minute); ; {
		if code, _ := p.get(confirm); code == http.StatusOK {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the daemon does not know the new key")
		}
		time.Sleep(100 * time.Millisecond) // it looks every few seconds
	}
	if code, _ := p.post(old, nil, "192.0.2.1", ""); code != http.StatusOK || !strings.Contains(s.must("subscribers", "stats", "--json"), `"unsubscribed":1`) {
		t.Errorf("by the link of before: %d", code)
	}
	p.terminate()
	p.wait()

	file := filepath.Join(t.TempDir(), "backup.db")
	s.must("backup", file)
	backup := s.command("keys", "--json")
	backup.Env = append(os.Environ(), "ROUNDUP_DATABASE="+file)
	out, err := backup.Output()
	if err != nil {
		t.Fatal(err)
	}
	current := map[string][]bool{}
	for line := range strings.Lines(string(out)) {
		var key struct {
			For     string
			Current bool
		}
		if err := json.Unmarshal([]byte(line), &key); err != nil {
			t.Fatal(err)
		}
		current[key.For] = append(current[key.For], key.Current)
	}
	if links := current["links"]; len(links) != 2 || links[0] || !links[1] || len(current["addresses"]) != 1 {
		t.Errorf("keys of the backup: %s", out)
	}
}
