package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Under ProtectSystem=strict a process writes only where its unit says: the database or what is
// kept beside one on a server, and the socket of docs/bounces.md. A worker writes no file.
func TestUnitsLetWriteWhatIsWritten(t *testing.T) {
	t.Parallel()
	for unit, want := range map[string][]string{
		"roundup.service":      {"StateDirectory=roundup", "RuntimeDirectory=roundup"},
		"roundup-send.service": {"StateDirectory=roundup"},
		"roundup-work.service": nil,
	} {
		text, err := os.ReadFile(filepath.Join("../../docs/systemd", unit))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range append(want, "ProtectSystem=strict") {
			if !strings.Contains(string(text), "\n"+line+"\n") {
				t.Errorf("%s has no %s", unit, line)
			}
		}
	}
}
