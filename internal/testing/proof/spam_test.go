package proof_test

import (
	"bytes"
	"fmt"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"roundup/delivery/inbox"
	"roundup/internal/testing/proof"
)

const (
	spamRules = "/usr/share/spamassassin" // as Debian packages them, never what sa-update fetched
	spamParts = "/etc/spamassassin/*.pre" // which plugins there are; the machine's own settings are left out
	spamLimit = 0.5                       // points, of what speaks against a mail
	spamField = "X-Spam-Result"           // spamConf adds it
	spamConf  = "use_bayes 0\nskip_rbl_checks 1\nclear_headers\nadd_header all Result _TESTSSCORES(,)_\n"
)

// toleratedRules are what SpamAssassin may say of our mail, each with the reason
// why nothing is to be mended.
var toleratedRules = map[string]string{
	"HTML_IMAGE_RATIO_04": "weighs words against the area of pictures; no points",
	"HTML_IMAGE_RATIO_06": "the same",
	"HTML_IMAGE_RATIO_08": "the same",
	"HTML_MESSAGE":        "says that there is an HTML part; no points",
	"MAILING_LIST_MULTI":  "says that the header is a mailing list's; points in our favour",
}

// received is what a reader's server puts above a mail; it knows it by the
// sample's name.
const received = "Received: from mail.meridian.example (mail.meridian.example [IPv6:2001:db8::25])\r\n" +
	"\tby mx.readers.example (Postfix) with ESMTPS id %s\r\n" +
	"\tfor <ada@readers.example>; %s\r\n"

var receivedAs = regexp.MustCompile(`ESMTPS id (\S+)`)

// TestSpam: SpamAssassin, with the rules that need no network, has next to
// nothing against any sample as it is sent.
func TestSpam(t *testing.T) {
	t.Parallel()
	samples := proof.Some(t)
	var box bytes.Buffer
	for _, s := range samples {
		box.WriteString("From bounces@meridian.example Fri Nov 21 12:00:00 2025\n")
		box.WriteString(strings.ReplaceAll(fmt.Sprintf(received, s.Name, proof.Moment().Format("Mon, 02 Jan 2006 15:04:05 -0700"))+
			string(s.Mail(t).Data), "\r\n", "\n") + "\n\n")
	}
	results := spamResults(t, &box)
	if len(results) != len(samples) {
		t.Fatalf("SpamAssassin returned %d mails of %d", len(results), len(samples))
	}
	for _, s := range samples {
		points := 0.0
		for rule := range strings.SplitSeq(results[s.Name], ",") {
			name, score, _ := strings.Cut(strings.TrimSpace(rule), "=")
			value, err := strconv.ParseFloat(score, 64)
			if err != nil {
				t.Fatalf("%s: SpamAssassin says %q", s.Name, results[s.Name])
			}
			points += max(value, 0)
			if toleratedRules[name] == "" {
				t.Errorf("%s: %s, %s points", s.Name, name, score)
			}
		}
		if points > spamLimit {
			t.Errorf("%s: %.1f points speak against it, want at most %.1f: %s", s.Name, points, spamLimit, results[s.Name])
		}
	}
}

// spamResults are the rules that each mail of an mbox hits, with their points.
// SpamAssassin returns the mails in an order of its own.
func spamResults(t *testing.T, box io.Reader) map[string]string {
	t.Helper()
	program, err := exec.LookPath("spamassassin")
	if err != nil {
		proof.Lack(t, "spamassassin", "apt-get install spamassassin")
	}
	parts, err := filepath.Glob(spamParts)
	if err != nil || len(parts) == 0 {
		proof.Lack(t, "spamassassin", "none of its plugins is named in "+spamParts)
	}
	dir := t.TempDir()
	for _, part := range parts {
		if err := os.Symlink(part, filepath.Join(dir, filepath.Base(part))); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "local.cf"), []byte(spamConf), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, "--local", "--nocreate-prefs", "--mbox",
		"--configpath="+spamRules, "--siteconfigpath="+dir, "--prefspath="+filepath.Join(dir, "none"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = box, &out, &complaints
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if err := cmd.Run(); err != nil {
		t.Fatalf("spamassassin: %v: %s", err, complaints.String())
	}
	results := map[string]string{}
	err = inbox.EachMail(&out, func(r io.Reader, _ inbox.Envelope) error {
		message, err := mail.ReadMessage(r)
		if err != nil {
			return err
		}
		if id := receivedAs.FindStringSubmatch(message.Header.Get("Received")); id != nil {
			results[id[1]] = message.Header.Get(spamField)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return results
}
