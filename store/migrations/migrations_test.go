package migrations

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"
)

// foldedDigest is the digest of both 0001_init.sql as they were when Folded was raised last.
const foldedDigest = "5b58265253e39c3319d1ff9f2bd1acc780b99ab83f08f836aa9203a6c96fdfd0"

// A first step that is changed in place has Folded raised, or a database of before would
// be taken for one of today.
func TestFoldedIsRaised(t *testing.T) {
	t.Parallel()
	digest := sha256.New()
	for _, name := range []string{"sqlite/0001_init.sql", "postgres/0001_init.sql"} {
		text, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		digest.Write(text)
	}
	if got := hex.EncodeToString(digest.Sum(nil)); got != foldedDigest {
		t.Errorf("0001_init.sql has changed: raise Folded by one, and write %q here", got)
	}
}
