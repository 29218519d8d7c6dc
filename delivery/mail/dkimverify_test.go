package mail_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"roundup/delivery/mail"
)

// verifications are what go-msgauth says of a message's signatures.
func verifications(tb testing.TB, key string, message []byte) ([]*dkim.Verification, error) {
	tb.Helper()
	name, record := recordOf(tb, key)
	return dkim.VerifyWithOptions(bytes.NewReader(message), &dkim.VerifyOptions{
		LookupTXT: func(asked string) ([]string, error) {
			if asked != name {
				return nil, fmt.Errorf("no record at %s", asked)
			}
			return []string{record}, nil
		},
	})
}

// verify says whether a message has one signature, a good one.
func verify(tb testing.TB, key string, message []byte) error {
	tb.Helper()
	all, err := verifications(tb, key, message)
	switch {
	case err != nil:
		return err
	case len(all) != 1:
		return fmt.Errorf("%d signatures", len(all))
	}
	return all[0].Err
}

// mustVerify fails the test where verify does.
func mustVerify(tb testing.TB, key string, message []byte) {
	tb.Helper()
	if err := verify(tb, key, message); err != nil {
		tb.Errorf("go-msgauth: %v in\n%s", err, message)
	}
}

// dkimpyScript verifies messages against the record that comes with each, and
// prints the numbers of those that are not good.
const dkimpyScript = `
import base64, dkim, json, sys
for i, (name, record, message) in enumerate(json.load(sys.stdin)):
    def look(asked, timeout=5):
        return record.encode() if asked.decode().rstrip(".") == name else None
    if not dkim.verify(base64.b64decode(message), dnsfunc=look):
        print(i)
`

// mustVerifyByDkimpy asks dkimpy, where it is installed, about messages by the
// name of their key.
func mustVerifyByDkimpy(t *testing.T, signed map[string][][]byte) {
	t.Helper()
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if python == "" && exec.CommandContext(t.Context(), p, "-c", "import dkim, nacl").Run() == nil {
			python = p
		}
	}
	if python == "" {
		if strings.Contains(os.Getenv("ROUNDUP_REQUIRE"), "dkim") {
			t.Fatal("dkimpy is required here")
		}
		t.Skip("no dkimpy to verify with (apt-get install python3-dkim)")
	}
	var cases [][]any
	for key, messages := range signed {
		name, record := recordOf(t, key)
		for _, m := range messages {
			cases = append(cases, []any{name, record, m})
		}
	}
	input, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", dkimpyScript)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.CombinedOutput()
	if err != nil || len(cases) == 0 || len(out) > 0 {
		t.Errorf("dkimpy on %d messages: %v, not good: %s", len(cases), err, out)
	}
}

// Messages of others, signed by us, verify; and what the RFCs say of a body's
// hash is what we say.
func TestSignOthersMessages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../shared/data/dkimpy/*.m*")
	if err != nil || len(files) == 0 {
		t.Skip("no messages of others beside the repository")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			message := bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
			for _, key := range []string{"rsa 2048", "ed25519"} {
				signed, err := signer(t, key).Sign(message, time.Unix(1_700_000_000, 0))
				if err != nil {
					t.Fatal(err)
				}
				err = verifyOurs(t, key, signed)
				if noFrom := !bytes.Contains(bytes.ToLower(message), []byte("from:")); err != nil && !noFrom {
					t.Errorf("%s: %v in\n%s", key, err, signed)
				}
			}
		})
	}
}

// verifyOurs is verify for a message that may have signatures of others besides.
func verifyOurs(tb testing.TB, key string, message []byte) error {
	tb.Helper()
	all, err := verifications(tb, key, message)
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.Domain == "magazine.example" {
			return v.Err
		}
	}
	return errors.New("no signature of ours")
}

// The hash that RFC 8463, A.3, gives for the body of its example.
func TestBodyHashOfTheStandard(t *testing.T) {
	t.Parallel()
	message := "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n" +
		"Subject: Is dinner ready?\r\n\r\nHi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
	signed, err := signer(t, "ed25519").Sign([]byte(message), time.Unix(1_528_637_909, 0))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tag(string(signed), "bh"), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := tag(string(signed), "t"); got != "1528637909" {
		t.Errorf("t=%s", got)
	}
}

func TestNewKeys(t *testing.T) {
	t.Parallel()
	key, err := mail.NewRSAKey()
	if err != nil {
		t.Fatal(err)
	}
	if bits := key.Public().(*rsa.PublicKey).N.BitLen(); bits != 2048 {
		t.Errorf("%d bits", bits)
	}
	if got := mail.DescribeKey(key.Public()); got != "RSA, 2048 bits" {
		t.Errorf("got %q", got)
	}
	if got := mail.DescribeKey(testKeys()["ed25519"].Public()); got != "Ed25519" {
		t.Errorf("got %q", got)
	}
}
