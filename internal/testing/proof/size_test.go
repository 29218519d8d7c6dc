package proof_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/emersion/go-message/mail"

	"roundup/internal/testing/proof"
)

const (
	maxHTML    = 100_000 // octets, decoded and encoded: Gmail cuts a mail off at about 102 kB
	maxFifteen = 60_000  // octets of a mail with fifteen articles
	maxLine    = 998     // octets without CRLF (RFC 5322, section 2.1.1)
)

// TestSizes: no client cuts a sample off, and no relay breaks its lines.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, s := range proof.Samples(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			m := s.Mail(t)
			limit := maxHTML
			if len(s.Issue.Articles()) == 15 {
				limit = maxFifteen
			}
			if len(m.HTML) > limit {
				t.Errorf("HTML has %d octets, want at most %d", len(m.HTML), limit)
			}
			// The whole mail holds the encoded HTML and more.
			if len(m.Data) > maxHTML {
				t.Errorf("the mail has %d octets as it is sent, want at most %d", len(m.Data), maxHTML)
			}
			for name, text := range map[string][]byte{"mail": m.Data, "text": []byte(m.Text)} {
				for line := range bytes.Lines(text) {
					if line = bytes.TrimRight(line, "\r\n"); len(line) > maxLine {
						t.Errorf("%s: a line of %d octets: %.60s…", name, len(line), line)
					}
				}
			}
			if html := decodedHTML(t, m.Data); html != m.HTML {
				t.Errorf("the HTML is not what was rendered once it is decoded: %d octets of %d", len(html), len(m.HTML))
			}
		})
	}
}

// decodedHTML is the HTML part of a mail, read by a parser that is not ours.
func decodedHTML(t *testing.T, data []byte) string {
	t.Helper()
	reader, err := mail.CreateReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for {
		part, err := reader.NextPart()
		if err != nil {
			t.Fatalf("no HTML part: %v", err)
		}
		if header, ok := part.Header.(*mail.InlineHeader); ok {
			if kind, _, _ := header.ContentType(); kind == "text/html" {
				body, err := io.ReadAll(part.Body)
				if err != nil {
					t.Fatal(err)
				}
				return string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")))
			}
		}
	}
}
