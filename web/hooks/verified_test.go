package hooks_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"roundup/web/hooks"
)

// signers is a handler and the keys of every provider, so that what is behind the
// signatures can be reached.
type signers struct {
	*desk
	sendgrid *ecdsa.PrivateKey
	posted   int
}

func newSigners(f testing.TB) *signers {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		f.Fatal(err)
	}
	a := newAuthority(f)
	s := &signers{desk: &desk{key: a.key}, sendgrid: key}
	s.Handler = hooks.New(hooks.Options{
		Secrets:  map[string]string{"ses": "s1", "sendgrid": "s2", "mailgun": "s3", "postmark": "s4", "brevo": "s5"},
		SESTopic: topic, SendGrid: base64.StdEncoding.EncodeToString(public), Mailgun: mgKey, Returns: s.desk, Roots: a.roots,
		Get: func(_ context.Context, url string) ([]byte, error) { return a.answers[url], nil },
		Now: func() time.Time { return time.Unix(timeUnix, 0) }, Log: slog.New(slog.DiscardHandler),
	})
	return s
}

// say posts what is said in a provider's form, signed as it signs.
func (s *signers) say(t testing.TB, provider, said string) int {
	t.Helper()
	s.posted++
	switch provider {
	case "ses":
		return s.post("/hooks/ses/s1", s.sns(t, "2", map[string]string{"Message": strings.ToValidUTF8(said, "?")}, nil))
	case "sendgrid":
		sum := sha256.Sum256([]byte("1" + said))
		signature, err := ecdsa.SignASN1(rand.Reader, s.sendgrid, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return s.post("/hooks/sendgrid/s2", said, "X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature),
			"X-Twilio-Email-Event-Webhook-Timestamp", "1")
	case "mailgun":
		token := fmt.Sprint("token", s.posted)
		h := hmac.New(sha256.New, []byte(mgKey))
		fmt.Fprintf(h, "%d%s", timeUnix, token)
		return s.post("/hooks/mailgun/s3", fmt.Sprintf(`{"signature":{"timestamp":"%d","token":%q,"signature":%q},"event-data":%s}`,
			timeUnix, token, hex.EncodeToString(h.Sum(nil)), said))
	case "postmark":
		return s.post("/hooks/postmark/s4", said)
	}
	return s.post("/hooks/brevo/s5", said)
}

// samples are what each provider says of a reader who is gone.
func samples() map[string]string {
	return map[string]string{
		"ses":      sesBounce,
		"sendgrid": `[{"email":"a@b.example","event":"bounce","type":"bounce","status":"5.1.1","reason":"550 5.1.1 user unknown","sg_event_id":"e1","smtp-id":"<a.b@magazine.example>"}]`,
		"mailgun":  `{"event":"failed","severity":"permanent","reason":"bounce","recipient":"a@b.example","message":{"headers":{"message-id":"a.b@magazine.example"}},"delivery-status":{"code":550,"message":"5.1.1 user unknown"}}`,
		"postmark": `{"ID":42,"RecordType":"Bounce","Type":"HardBounce","Email":"a@b.example","Details":"smtp;550 5.1.1 user unknown","Content":"Return-Path: <>\n\nbody"}`,
		"brevo":    `{"event":"hard_bounce","email":"a@b.example","message-id":"<a.b@magazine.example>","ts_epoch":1764380000000,"reason":"550 5.1.1 user unknown"}`,
	}
}

// TestOneFaultOfProviders: what a provider says with one octet left out or changed is read
// as what it says or refused as no form of its, never taken for trouble of ours; nothing
// in it becomes a leaving or a complaint.
func TestOneFaultOfProviders(t *testing.T) {
	t.Parallel()
	for provider, said := range samples() {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			s := newSigners(t)
			if got := s.say(t, provider, said); got != http.StatusOK || len(s.got) != 1 || !strings.Contains(s.got[0], " hard ") {
				t.Fatalf("whole: %d, %q", got, s.got)
			}
			step := 1
			if provider == "ses" {
				step = 5 // signing takes long
			}
			for i := 0; i < len(said); i += step {
				for _, faulty := range []string{said[:i], said[:i] + said[i+1:], said[:i] + string(rune(said[i]^1)) + said[i+1:], said[:i] + "\x00" + said[i+1:]} {
					if got := s.say(t, provider, faulty); got != http.StatusOK && got != http.StatusBadRequest {
						t.Errorf("octet %d: %d: %q", i, got, faulty)
					}
				}
			}
			for _, got := range s.got {
				if strings.Contains(got, " complaint ") || strings.Contains(got, " unsubscribe ") {
					t.Errorf("became %q", got)
				}
			}
		})
	}
}

// FuzzVerified reads what has the right signature.
func FuzzVerified(f *testing.F) {
	for provider, said := range samples() {
		f.Add(provider, said)
	}
	f.Add("ses", `{"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@b.example"}]},"mail":{"headers":[{"name":"Message-ID"}]}}`)
	f.Add("sendgrid", `[{"event":"spamreport"},null,{}]`)
	f.Add("mailgun", `{"event":"unsubscribed","message":null}`)
	s := newSigners(f)
	f.Fuzz(func(t *testing.T, provider, said string) {
		if provider == "mailgun" && !json.Valid([]byte(said)) {
			return // the signature is in the same JSON
		}
		switch got := s.say(t, provider, said); got {
		case http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("got %d", got)
		}
	})
}
