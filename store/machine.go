package store

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
)

// Machine is a stable name for the machine this program runs on, to notice
// that a database has moved to another: a hash of /etc/machine-id (which is
// not to be shown as it is, machine-id(5)), else of the host's name.
func Machine() string {
	id := ""
	if b, err := os.ReadFile("/etc/machine-id"); err == nil {
		id = strings.TrimSpace(string(b))
	}
	if id == "" || id == "uninitialized" {
		id, _ = os.Hostname()
	}
	sum := sha256.Sum256([]byte("roundup machine " + id))
	return hex.EncodeToString(sum[:8])
}
