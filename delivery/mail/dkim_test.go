package mail_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"
	"pgregory.net/rapid"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
)

// Keys for tests only, made once: RSA keys take their time.
var testKeys = sync.OnceValue(func() map[string]crypto.Signer {
	keys := map[string]crypto.Signer{}
	for name, bits := range map[string]int{"rsa 1024": 1024, "rsa 2048": 2048} {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		keys[name] = key
	}
	key, err := mail.NewEd25519Key()
	if err != nil {
		panic(err)
	}
	keys["ed25519"] = key
	return keys
})

func signer(tb testing.TB, key string) *mail.Signer {
	tb.Helper()
	s, err := mail.NewSigner("magazine.example", "nov", testKeys()[key])
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// recordOf is the DNS record of a test key, and where it stands.
func recordOf(tb testing.TB, key string) (name, record string) {
	tb.Helper()
	record, err := mail.DKIMRecord(testKeys()[key].Public())
	if err != nil {
		tb.Fatal(err)
	}
	return mail.DKIMName("magazine.example", "nov"), record
}

// Two implementations that are not the signer take every kind of mail.
//
//nolint:tparallel // what the subtests make is gathered for the last of them
func TestSignedMailsVerify(t *testing.T) {
	t.Parallel()
	mails := map[string]func(*mail.Signer) (relay.Message, error){
		"issue": func(s *mail.Signer) (relay.Message, error) {
			return composer(t, func(l *mail.Letter) { l.Signer = s }).Compose(readerOf("r@b.example", "Jürgen Müller-Lüdenscheidt, who has a long name"))
		},
		"long subject": func(s *mail.Signer) (relay.Message, error) {
			return composer(t, func(l *mail.Letter) {
				l.Signer = s
				l.Variant.Subject = strings.Repeat("A long   subject: ", 30) + strings.Repeat("grüße ", 30)
			}).Compose(readerOf("r@b.example", ""))
		},
		"text alone, no answers": func(s *mail.Signer) (relay.Message, error) {
			return composer(t, func(l *mail.Letter) {
				l.Signer, l.Variant.HTML, l.ReplyTo, l.BaseURL = s, "", netmail.Address{}, ""
				l.Variant.Text += "\n\t two  words \n.\n..\n\n\n\n"
			}).Compose(readerOf("r@b.example", ""))
		},
		"address that needs SMTPUTF8": func(s *mail.Signer) (relay.Message, error) {
			return composer(t, func(l *mail.Letter) { l.Signer = s }).Compose(readerOf("jürgen@grüße.example", "Jürgen"))
		},
		"pictures": func(s *mail.Signer) (relay.Message, error) {
			return composer(t, withPictures, func(l *mail.Letter) { l.Signer = s }).Compose(readerOf("r@b.example", "Ada"))
		},
		"test": func(s *mail.Signer) (relay.Message, error) {
			return composer(t, func(l *mail.Letter) { l.Signer = s }).Test("editor@magazine.example")
		},
		"notice": func(s *mail.Signer) (relay.Message, error) {
			date := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
			c, err := mail.NewNoticeComposer(letter().From, netmail.Address{}, "", func() time.Time { return date })
			if err != nil {
				return relay.Message{}, err
			}
			c.SignWith(s)
			return c.Compose(mail.Notice{Kind: "notice", Dedupe: "1", Recipient: "editor@magazine.example", Subject: "Sent", Text: "All sent."})
		},
	}
	signed := map[string][][]byte{}
	for name, compose := range mails {
		for key := range testKeys() {
			t.Run(name+", "+key, func(t *testing.T) {
				m, err := compose(signer(t, key))
				if err != nil {
					t.Fatal(err)
				}
				wellFormed(t, m.Data)
				mustVerify(t, key, m.Data)
				plain, err := compose(nil)
				if err != nil || !bytes.HasSuffix(m.Data, append([]byte("\r\n"), plain.Data...)) {
					t.Errorf("%v: the signature changed the mail", err)
				}
				signed[key] = append(signed[key], m.Data)
			})
		}
	}
	t.Run("dkimpy", func(t *testing.T) { mustVerifyByDkimpy(t, signed) })
}

// What a signature covers can't be changed, and what it says is absent can't be
// put in.
func TestSignatureCovers(t *testing.T) {
	t.Parallel()
	m, err := composer(t, func(l *mail.Letter) { l.Signer = signer(t, "ed25519") }).Compose(readerOf("r@b.example", "Ada"))
	if err != nil {
		t.Fatal(err)
	}
	data := string(m.Data)
	for _, name := range []string{
		"From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type",
		"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "Feedback-ID",
	} {
		end := strings.Index(data, "\r\n\r\n")
		at := strings.Index(strings.ToLower(data[:end]), "\r\n"+strings.ToLower(name)+":") + len(name) + 3
		if at < len(name)+3 {
			t.Errorf("no %s in\n%s", name, data)
			continue
		}
		if err := verify(t, "ed25519", []byte(data[:at]+"x"+data[at:])); err == nil {
			t.Errorf("%s can be changed", name)
		}
	}
	for _, name := range []string{"From", "To", "Subject"} {
		for what, changed := range map[string]string{
			"first": name + ": x@y.example\r\n" + data,
			"last":  strings.Replace(data, "\r\n\r\n", "\r\n"+name+": x@y.example\r\n\r\n", 1),
		} {
			if err := verify(t, "ed25519", []byte(changed)); err == nil {
				t.Errorf("a second %s can be put in %s", name, what)
			}
		}
	}
	quiet, err := composer(t, func(l *mail.Letter) {
		l.Signer, l.ReplyTo, l.BaseURL, l.FeedbackID = signer(t, "ed25519"), netmail.Address{}, "", ""
	}).Compose(readerOf("r@b.example", "Ada"))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"Reply-To: x@y.example", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"} {
		if err := verify(t, "ed25519", append([]byte(field+"\r\n"), quiet.Data...)); err == nil {
			t.Errorf("%s can be put in", field)
		}
	}
	if err := verify(t, "ed25519", append([]byte("Feedback-ID: 1.eu-west-1.x:AmazonSES\r\n"), quiet.Data...)); err != nil {
		t.Errorf("a relay's own Feedback-ID breaks the signature: %v", err)
	}
	for what, changed := range map[string]string{
		"added to the body": data + "more\r\n", "taken from the body": data[:len(data)-20] + "\r\n", "changed in the body": strings.Replace(data, "Leave:", "Stay:", 1),
	} {
		if err := verify(t, "ed25519", []byte(changed)); changed == data || err == nil {
			t.Errorf("something can be %s", what)
		}
	}
	if strings.Contains(data, " l=") {
		t.Error("the signature says how long the body is")
	}
}

// What relays do to mail does not break a signature in relaxed form.
func TestSignatureOutlivesRelays(t *testing.T) {
	t.Parallel()
	m, err := composer(t, func(l *mail.Letter) { l.Signer = signer(t, "rsa 2048") }).Compose(readerOf("r@b.example", "Ada"))
	if err != nil {
		t.Fatal(err)
	}
	data := string(m.Data)
	for name, changed := range map[string]string{
		"Received":              "Received: from a by b; Fri, 20 Nov 2026 12:00:00 +0000\r\n" + data,
		"folded":                strings.Replace(data, "\r\nList-Unsubscribe-Post: ", "\r\nList-Unsubscribe-Post:\r\n\t  ", 1),
		"names in another case": strings.Replace(strings.Replace(data, "\r\nSubject: ", "\r\nSUBJECT : ", 1), "\r\nDKIM-Signature", "\r\ndkim-signature", 1),
		"blank ends of lines":   strings.Replace(strings.Replace(data, "MIME-Version: 1.0\r\n", "MIME-Version: 1.0 \t\r\n", 1), "quoted-printable\r\n", "quoted-printable \t\r\n", 1),
		"empty lines at end":    data + "\r\n\r\n",
	} {
		if changed == data {
			t.Errorf("%s: nothing was changed", name)
		}
		if err := verify(t, "rsa 2048", []byte(changed)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignatureIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	for key := range testKeys() {
		c := composer(t, func(l *mail.Letter) { l.Signer = signer(t, key) })
		first, err := c.Compose(readerOf("r@b.example", "Ada"))
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if again, err := c.Compose(readerOf("r@b.example", "Ada")); err != nil || !bytes.Equal(first.Data, again.Data) {
					t.Errorf("%s: %v, got\n%s\nwant\n%s", key, err, again.Data, first.Data)
				}
			})
		}
		wg.Wait()
	}
}

// A header may be folded and spaced in any way, and hold a field twice.
func TestOddHeaders(t *testing.T) {
	t.Parallel()
	s := signer(t, "ed25519")
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.SliceOf(rapid.SampledFrom([]string{" ", "  ", "\t", "\r\n ", "\r\n\t ", "a", "b:c", "é", ";", "="}))
		var header strings.Builder
		for _, name := range rapid.SliceOf(rapid.SampledFrom([]string{"Subject", "SUBJECT ", "to", "To", "From", "X-Other", "Date\t", "List-Unsubscribe"})).Draw(rt, "names") {
			header.WriteString(name + ":" + strings.Join(value.Draw(rt, "value"), "") + "x\r\n")
		}
		message := header.String() + "From: a@magazine.example\r\n\r\nbody\r\n"
		signed, err := s.Sign([]byte(message), time.Unix(1, 0))
		if err != nil {
			rt.Fatal(err)
		}
		if err := verify(t, "ed25519", signed); err != nil {
			rt.Fatalf("%v in\n%q", err, signed)
		}
	})
}

// The signer hashes a body as go-mail does, however odd it is.
func TestBodyHash(t *testing.T) {
	t.Parallel()
	s := signer(t, "ed25519")
	reference := gomail.NewDKIMSigner("magazine.example", "nov", testKeys()["ed25519"])
	for _, body := range []string{
		"", "\r\n", "\r\n\r\n", " \r\n", "\t \r\n \r\n", "a", "a\r\n", "a\r\n\r\n\r\n", " a", "  a  b \t c  \r\n\r\n\r\n d \r\n ", "\r\n\r\na \r\n",
	} {
		compareBodyHash(t, s, reference, body)
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{" ", "  ", "\t", "\r\n", "\r\n\r\n", "a", "bc=20=\r\n", ".", "é", "\x00", "\x0b"})).Draw(t, "body")
		compareBodyHash(t, s, reference, strings.Join(parts, ""))
	})
}

// compareBodyHash holds the bh= of two signers together.
func compareBodyHash(t rapid.TB, s *mail.Signer, reference *gomail.DKIMSigner, body string) {
	header := "From: a@magazine.example\r\nSubject: x\r\n"
	signed, err := s.Sign([]byte(header+"\r\n"+body), time.Unix(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	field, err := reference.Sign([]byte(header), []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tag(string(signed), "bh"), tag(field, "bh"); got == "" || got != want {
		t.Fatalf("%q: got %s, want %s", body, got, want)
	}
}

// tag is the value of a tag of the first signature in a text.
func tag(text, name string) string {
	m := regexp.MustCompile(`[;\s]` + name + `=([^;]*);`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(m[1]), "")
}

func BenchmarkSign(b *testing.B) {
	body := bytes.Repeat([]byte("Zw=C3=B6lf Boxk=C3=A4mpfer jagen Viktor quer =C3=BCber den gro=C3=9Fen=\r\n"), 560)
	header := []byte("From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\nDate: Fri, 20 Nov 2026 07:00:00 -0500\r\n")
	message := slices.Concat(header, []byte("\r\n"), body)
	for key := range testKeys() {
		b.Run(key, func(b *testing.B) {
			s := signer(b, key)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Sign(message, time.Unix(1, 0)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(key+" by go-mail", func(b *testing.B) {
			s := gomail.NewDKIMSigner("magazine.example", "nov", testKeys()[key])
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Sign(header, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
