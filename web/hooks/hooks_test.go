package hooks_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"roundup/delivery/reason"
	"roundup/web/hooks"
)

const (
	topic    = "arn:aws:sns:eu-west-1:123456789012:bounces"
	certURL  = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
	mgKey    = "key-0123456789"
	timeUnix = 1600112502
)

// SendGrid's own vector (sendgrid-nodejs, packages/eventwebhook): its key, and a body with
// its signature.
const (
	sgKey       = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
	sgSignature = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
	sgBody      = `[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]` + "\r\n"
)

// desk is a handler and what it handed on.
type desk struct {
	http.Handler
	mu      sync.Mutex
	got     []string
	reasons []reason.Reason
	words   []string
	soles   []bool
	fetched []string
	log     bytes.Buffer
	fails   error
	key     *rsa.PrivateKey
}

func (d *desk) Posted(_ context.Context, provider string, events []hooks.Event) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range events {
		d.soles = append(d.soles, e.Sole)
		for _, f := range e.Findings {
			d.reasons, d.words = append(d.reasons, f.Reason), append(d.words, f.Words)
			d.got = append(d.got, strings.TrimRight(fmt.Sprintf("%s %s %s %s %s", provider, f.Kind, f.Recipient, f.MessageID, e.Path), " "))
		}
	}
	return d.fails
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{}
	a := newAuthority(t)
	d.key = a.key
	answers := a.answers
	d.Handler = hooks.New(hooks.Options{
		Secrets:  map[string]string{"ses": "s1", "sendgrid": "s2", "mailgun": "s3", "postmark": "s4", "brevo": "s5"},
		SESTopic: topic, SendGrid: sgKey, Mailgun: mgKey, Returns: d, Roots: a.roots,
		Get: func(_ context.Context, url string) ([]byte, error) {
			d.fetched = append(d.fetched, url)
			if strings.HasSuffix(url, "Token=old") {
				return nil, errors.New("answered 403")
			}
			return answers[url], nil
		},
		Now: func() time.Time { return time.Unix(timeUnix, 0) }, Log: slog.New(slog.NewTextHandler(&d.log, nil)),
	})
	return d
}

// post posts and returns the status.
func (d *desk) post(path, body string, header ...string) int {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Code
}

// sns is a message of SNS, signed; change may spoil it after.
func (d *desk) sns(t testing.TB, version string, fields map[string]string, change func(map[string]string)) string {
	t.Helper()
	m := map[string]string{
		"Type": "Notification", "MessageId": "m1", "TopicArn": topic, "Timestamp": "2026-11-28T07:00:00.000Z",
		"SignatureVersion": version, "SigningCertURL": certURL,
	}
	for k, v := range fields {
		m[k] = v
	}
	names := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if m["Type"] != "Notification" {
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var text strings.Builder
	for _, name := range names {
		if v, ok := m[name]; ok {
			text.WriteString(name + "\n" + v + "\n")
		}
	}
	hash := crypto.SHA256
	var sum []byte
	if version == "1" {
		s := sha1.Sum([]byte(text.String()))
		hash, sum = crypto.SHA1, s[:]
	} else {
		s := sha256.Sum256([]byte(text.String()))
		sum = s[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, d.key, hash, sum)
	if err != nil {
		t.Fatal(err)
	}
	m["Signature"] = base64.StdEncoding.EncodeToString(signature)
	if change != nil {
		change(m)
	}
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// sesBounce is SES's published example of a bounce, shortened.
const sesBounce = `{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"status":"5.1.1","action":"failed","diagnosticCode":"smtp; 550 5.1.1 <jane@example.com>... User unknown","emailAddress":"jane@example.com"}],"timestamp":"2016-01-27T14:59:38.237Z"},"mail":{"source":"bounces+token@magazine.example","destination":["jane@example.com","mary@example.com"],"headers":[{"name":"Message-ID","value":"<a.b@magazine.example>"}]}}`

func TestSES(t *testing.T) {
	t.Parallel()
	bounce := map[string]string{"Message": sesBounce, "Subject": "Amazon SES"}
	tests := []struct {
		name    string
		version string
		fields  map[string]string
		change  func(map[string]string)
		status  int
		want    string
	}{
		{"version 1", "1", bounce, nil, 200, "ses hard jane@example.com a.b@magazine.example bounces+token@magazine.example"},
		{"version 2", "2", bounce, nil, 200, "ses hard jane@example.com a.b@magazine.example bounces+token@magazine.example"},
		{"a complaint", "2", map[string]string{"Message": strings.NewReplacer(`"notificationType":"Bounce"`, `"eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"jane@example.com"}]}`).Replace(sesBounce)}, nil, 200, "ses complaint jane@example.com a.b@magazine.example bounces+token@magazine.example"},
		{"prose", "2", map[string]string{"Message": "Successfully validated SNS topic"}, nil, 200, ""},
		{"wrong signature", "2", bounce, func(m map[string]string) { m["Message"] += " " }, 401, ""},
		{"another topic", "2", map[string]string{"Message": sesBounce, "TopicArn": topic + "2"}, nil, 401, ""},
		{"another's certificate", "2", bounce, func(m map[string]string) {
			m["SigningCertURL"] = "https://sns.evil.example/SimpleNotificationService-1.pem"
		}, 401, ""},
		{"a certificate of another service", "2", bounce, func(m map[string]string) {
			m["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem"
		}, 401, ""},
		{"to be confirmed elsewhere", "2", map[string]string{"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://evil.example/?Action=ConfirmSubscription"}, nil, 401, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if got := d.post("/hooks/ses/s1", d.sns(t, tt.version, tt.fields, tt.change)); got != tt.status || strings.Join(d.got, "; ") != tt.want {
				t.Errorf("got %d, %q; want %d, %q", got, d.got, tt.status, tt.want)
			}
		})
	}
	t.Run("confirmed", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		confirm := "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
		body := d.sns(t, "1", map[string]string{"Type": "SubscriptionConfirmation", "Token": "t", "Message": "m", "SubscribeURL": confirm}, nil)
		if got := d.post("/hooks/ses/s1", body); got != 200 || len(d.fetched) != 3 || d.fetched[2] != confirm {
			t.Errorf("got %d, fetched %q", got, d.fetched)
		}
		if want := `level=INFO msg="confirmed that SNS may post" provider=ses topic=` + topic; strings.Count(d.log.String(), want) != 1 {
			t.Errorf("the log has %s, want %s", d.log.String(), want)
		}
	})
	t.Run("not confirmed", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		body := d.sns(t, "1", map[string]string{"Type": "SubscriptionConfirmation", "Token": "old", "Message": "m", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=old"}, nil)
		if got, want := d.post("/hooks/ses/s1", body), `error="confirm the subscription: answered 403"`; got != 503 || !strings.Contains(d.log.String(), want) {
			t.Errorf("got %d, the log has %s, want %s", got, d.log.String(), want)
		}
	})
}

func TestSendGrid(t *testing.T) {
	t.Parallel()
	headers := []string{"X-Twilio-Email-Event-Webhook-Signature", sgSignature, "X-Twilio-Email-Event-Webhook-Timestamp", "1600112502"}
	d := newDesk(t)
	if got := d.post("/hooks/sendgrid/s2", sgBody, headers...); got != 200 || len(d.got) != 1 || !strings.HasPrefix(d.got[0], "sendgrid hard hello@world.com LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net") {
		t.Errorf("got %d, %q", got, d.got)
	}
	for name, status := range map[string]int{
		"another body":      d.post("/hooks/sendgrid/s2", strings.Replace(sgBody, "hello@", "mallory@", 1), headers...),
		"another timestamp": d.post("/hooks/sendgrid/s2", sgBody, headers[0], headers[1], headers[2], "1600112503"),
		"no signature":      d.post("/hooks/sendgrid/s2", sgBody),
	} {
		if status != 401 {
			t.Errorf("%s: %d", name, status)
		}
	}
}

// Of events that came late SendGrid posts what the mail said alone.
func TestSendGridNamesTheMail(t *testing.T) {
	t.Parallel()
	const body = `[{"email":"a@example.com","event":"spamreport","sg_event_id":"1","roundup":"a.b@magazine.example"},` +
		`{"email":"a@example.com","event":"unsubscribe","sg_event_id":"2","smtp-id":"<c.d@magazine.example>","roundup":"a.b@magazine.example"},` +
		`{"email":"a@example.com","event":"group_unsubscribe","sg_event_id":"3","smtp-id":"<c.d@magazine.example>"}]`
	d := &desk{}
	got := d.postSigned(t, body)
	want := []string{"sendgrid complaint a@example.com a.b@magazine.example", "sendgrid unsubscribe a@example.com a.b@magazine.example", "sendgrid unsubscribe a@example.com c.d@magazine.example"}
	if got != 200 || !slices.Equal(d.got, want) {
		t.Errorf("got %d, %q; want %q", got, d.got, want)
	}
}

// What is deferred has the server's words in its response, and no reason.
func TestSendGridDeferred(t *testing.T) {
	t.Parallel()
	d := &desk{}
	got := d.postSigned(t, `[{"email":"a@example.com","event":"deferred","sg_event_id":"1","response":"452 4.2.2 mailbox full"},`+
		`{"email":"b@example.com","event":"bounce","type":"bounce","sg_event_id":"2","reason":"550 5.1.1 user unknown","response":"452 4.2.2 mailbox full"}]`)
	if want := []reason.Reason{reason.MailboxFull, reason.UserUnknown}; got != 200 || !slices.Equal(d.reasons, want) {
		t.Errorf("got %d, %q; want %q", got, d.reasons, want)
	}
}

// A provider's own words are kept as a server's are: PostgreSQL takes no text with a NUL in it, and
// would refuse all that was posted with it, each time.
func TestProvidersOwnWords(t *testing.T) {
	t.Parallel()
	d := &desk{}
	got := d.postSigned(t, `[{"email":"a@example.com","event":"dropped","sg_event_id":"1","reason":"Bounced Address\u0000\nsince `+strings.Repeat("ever", 500)+`"},`+
		`{"email":"b@example.com","event":"spamreport","sg_event_id":"2","reason":"a\u0000b"}]`)
	if got != 200 || len(d.words) != 2 || !strings.HasPrefix(d.words[0], "Bounced Address since ever") || len(d.words[0]) > 500 || d.words[1] != "a b" {
		t.Errorf("got %d, %q", got, d.words)
	}
}

// Of a batch what can be read is taken, and the answer does not ask for all of it again.
func TestBatches(t *testing.T) {
	t.Parallel()
	sendgrid := `[{"email":"a@example.com","event":"spamreport","sg_event_id":"1"},{"email":["b@example.com"],"event":"bounce","sg_event_id":"2"},7,{"email":"c@example.com","event":"unsubscribe","sg_event_id":"3"}]`
	brevo := strings.ReplaceAll(strings.ReplaceAll(sendgrid, "spamreport", "spam"), "bounce", "hard_bounce")
	for provider, post := range map[string]func(*desk) int{
		"sendgrid": func(d *desk) int { return d.postSigned(t, sendgrid) },
		"brevo":    func(d *desk) int { return d.post("/hooks/brevo/s5", "\n "+brevo) },
	} {
		d := newDesk(t)
		want := []string{provider + " complaint a@example.com", provider + " unsubscribe c@example.com"}
		if got := post(d); got != 200 || !slices.Equal(d.got, want) {
			t.Errorf("got %d, %q; want 200, %q", got, d.got, want)
		}
		d = newDesk(t)
		d.fails = errors.New("the database is locked")
		if got := post(d); got != http.StatusServiceUnavailable {
			t.Errorf("%s, trouble of ours: %d", provider, got)
		}
	}
	for body, want := range map[string]int{`[`: 400, `[7,{"email":7}]`: 400, `[]`: 200} {
		if got := newDesk(t).post("/hooks/brevo/s5", body); got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
}

// postSigned posts as SendGrid does, signed with a key of its own.
func (d *desk) postSigned(t *testing.T, body string) int {
	t.Helper()
	const at = "1600112502"
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(at + body))
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	d.Handler = hooks.New(hooks.Options{
		Secrets: map[string]string{"sendgrid": "s2"}, SendGrid: base64.StdEncoding.EncodeToString(public), Returns: d,
		Now: func() time.Time { return time.Unix(timeUnix, 0) }, Log: slog.New(slog.DiscardHandler),
	})
	return d.post("/hooks/sendgrid/s2", body, "X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature), "X-Twilio-Email-Event-Webhook-Timestamp", at)
}

func TestMailgun(t *testing.T) {
	t.Parallel()
	body := func(at int64, event string) string {
		h := hmac.New(sha256.New, []byte(mgKey))
		fmt.Fprintf(h, "%dtoken", at)
		return fmt.Sprintf(`{"signature":{"timestamp":"%d","token":"token","signature":"%s"},"event-data":{%s,"recipient":"alice@example.com","message":{"headers":{"message-id":"a.b@magazine.example"}},"delivery-status":{"code":605,"message":"","description":"Not delivering to previously bounced address"}}}`, at, hex.EncodeToString(h.Sum(nil)), event)
	}
	const id = " alice@example.com a.b@magazine.example"
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"gone", body(timeUnix, `"event":"failed","severity":"permanent","reason":"suppress-bounce"`), 200, "mailgun hard" + id},
		{"for now", body(timeUnix, `"event":"failed","severity":"temporary","reason":"generic"`), 200, "mailgun soft" + id},
		{"complaint", body(timeUnix, `"event":"complained"`), 200, "mailgun complaint" + id},
		{"left", body(timeUnix, `"event":"unsubscribed"`), 200, "mailgun unsubscribe" + id},
		{"opened", body(timeUnix, `"event":"opened"`), 200, ""},
		{"a day old", body(timeUnix-86400, `"event":"complained"`), 401, ""},
		{"wrong signature", strings.Replace(body(timeUnix, `"event":"complained"`), `"token":"token"`, `"token":"other"`, 1), 401, ""},
		{"no JSON", "event=failed", 400, ""},
	}
	for _, tt := range tests {
		d := newDesk(t)
		if got := d.post("/hooks/mailgun/s3", tt.body); got != tt.status || strings.Join(d.got, "; ") != tt.want {
			t.Errorf("%s: got %d, %q; want %d, %q", tt.name, got, d.got, tt.status, tt.want)
		}
	}
	// A signature is of a token and says nothing of the event: one event each.
	d := newDesk(t)
	if d.post("/hooks/mailgun/s3", body(timeUnix, `"event":"complained"`)); len(d.soles) != 1 || !d.soles[0] {
		t.Errorf("a token is not said to be of one event: %v", d.soles)
	}
	complaint := body(timeUnix, `"event":"complained"`)
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"the same again":       {complaint, 200},
		"another reader":       {strings.Replace(complaint, "alice@", "bob@", 1), 401},
		"another mail":         {strings.Replace(complaint, "a.b@", "c.d@", 1), 401},
		"another event":        {body(timeUnix, `"event":"unsubscribed"`), 401},
		"written another way":  {strings.Replace(complaint, `{"signature"`, `{ "signature"`, 1), 200},
		"one that is no event": {body(timeUnix, `"event":"opened"`), 401},
	} {
		if got := d.post("/hooks/mailgun/s3", complaint); got != 200 {
			t.Errorf("first: %d", got)
		}
		if got := d.post("/hooks/mailgun/s3", tt.body); got != tt.status {
			t.Errorf("%s: got %d, want %d", name, got, tt.status)
		}
	}
}

func TestPostmarkAndBrevo(t *testing.T) {
	t.Parallel()
	const quoted = `"Content":"Return-Path: <>\nFrom: MAILER-DAEMON\nSubject: Undelivered\n\nSorry.\n\nReceived: by x\nReturn-Path: <bounces+token@magazine.example>\nFrom: w@magazine.example\nTo: john@example.com\nMessage-ID: <a.b@magazine.example>\n\nHi"`
	tests := []struct{ name, path, body, want string }{
		{"hard", "postmark/s4", `{"RecordType":"Bounce","ID":4323372036854775807,"Type":"HardBounce","Email":"john@example.com","Details":"smtp;550 5.1.1 unknown user",` + quoted + `}`, "postmark hard john@example.com a.b@magazine.example bounces+token@magazine.example"},
		{"soft", "postmark/s4", `{"RecordType":"Bounce","ID":2,"Type":"SoftBounce","Email":"john@example.com"}`, "postmark soft john@example.com"},
		{"spam", "postmark/s4", `{"RecordType":"SpamComplaint","ID":3,"Type":"SpamComplaint","Email":"john@example.com"}`, "postmark complaint john@example.com"},
		{"absent", "postmark/s4", `{"RecordType":"Bounce","ID":4,"Type":"AutoResponder","Email":"john@example.com"}`, ""},
		{"challenge", "postmark/s4", `{"RecordType":"Bounce","ID":5,"Type":"ChallengeVerification","Email":"john@example.com"}`, ""},
		{"hard, by what the mail said", "postmark/s4", `{"RecordType":"Bounce","ID":6,"Type":"HardBounce","Email":"john@example.com","Metadata":{"roundup":"c.d@magazine.example"},` + quoted + `}`, "postmark hard john@example.com c.d@magazine.example bounces+token@magazine.example"},
		{"spam, by what the mail said", "postmark/s4", `{"RecordType":"SpamComplaint","ID":7,"Type":"SpamComplaint","Email":"john@example.com","Content":"","Metadata":{"roundup":"c.d@magazine.example"}}`, "postmark complaint john@example.com c.d@magazine.example"},
		{"left", "postmark/s4", `{"RecordType":"SubscriptionChange","MessageID":"x","Recipient":"john@example.com","SuppressSending":true,"SuppressionReason":"ManualSuppression","Metadata":{"roundup":"c.d@magazine.example"}}`, "postmark unsubscribe john@example.com c.d@magazine.example"},
		{"taken off by hand", "postmark/s4", `{"RecordType":"SubscriptionChange","MessageID":null,"Recipient":"john@example.com","Origin":"Admin","SuppressSending":true,"SuppressionReason":"ManualSuppression","Metadata":null}`, "postmark unsubscribe john@example.com"},
		{"not mailed for a bounce", "postmark/s4", `{"RecordType":"SubscriptionChange","MessageID":"x","Recipient":"john@example.com","SuppressSending":true,"SuppressionReason":"HardBounce"}`, ""},
		{"not mailed for a complaint", "postmark/s4", `{"RecordType":"SubscriptionChange","MessageID":"x","Recipient":"john@example.com","SuppressSending":true,"SuppressionReason":"SpamComplaint"}`, ""},
		{"back", "postmark/s4", `{"RecordType":"SubscriptionChange","MessageID":"x","Recipient":"john@example.com","SuppressSending":false,"SuppressionReason":null}`, ""},
		{"hard", "brevo/s5", `{"event":"hard_bounce","email":"example@example.com","id":26224,"message-id":"<a.b@magazine.example>","ts_epoch":1534486682000,"reason":"550 5.1.1 unknown"}`, "brevo hard example@example.com a.b@magazine.example"},
		{"soft", "brevo/s5", `{"event":"soft_bounce","email":"example@example.com","message-id":"<a.b@magazine.example>","reason":"user unknown"}`, "brevo soft example@example.com a.b@magazine.example"},
		{"about us", "brevo/s5", `{"event":"hard_bounce","email":"example@example.com","message-id":"<a.b@magazine.example>","reason":"550 5.7.1 blocked using zen.spamhaus.org"}`, "brevo soft example@example.com a.b@magazine.example"},
		{"left, by what the mail said", "brevo/s5", `{"event":"unsubscribed","email":"example@example.com","message-id":"<1@smtp-relay.mailin.fr>","X-Mailin-custom":"a.b@magazine.example"}`, "brevo unsubscribe example@example.com a.b@magazine.example"},
		{"spam", "brevo/s5", `{"event":"spam","email":"example@example.com","message-id":"<a.b@magazine.example>"}`, "brevo complaint example@example.com a.b@magazine.example"},
		{"opened", "brevo/s5", `{"event":"opened","email":"example@example.com"}`, ""},
	}
	for _, tt := range tests {
		d := newDesk(t)
		if got := d.post("/hooks/"+tt.path, tt.body); got != 200 || strings.Join(d.got, "; ") != tt.want {
			t.Errorf("%s %s: got %d, %q; want %q", tt.path, tt.name, got, d.got, tt.want)
		}
	}
}

// TestAnswers: never 403, at which Postmark stops for good.
func TestAnswers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const spam = `{"event":"spam","email":"a@example.com"}`
	tests := []struct {
		name, path, body string
		want             int
	}{
		{"wrong secret", "/hooks/brevo/s4", spam, 401},
		{"no secret", "/hooks/brevo/", spam, 401},
		{"no provider", "/hooks/other/s5", spam, 401},
		{"rubbish", "/hooks/brevo/s5", "\x00\xff", 400},
		{"a megabyte of rubbish", "/hooks/brevo/s5", strings.Repeat("x", 1<<20+1), 413},
		{"twice", "/hooks/brevo/s5", spam, 200},
	}
	for _, tt := range tests {
		if got := d.post(tt.path, tt.body); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
	d.fails = errors.New("the database is locked")
	if got := d.post("/hooks/brevo/s5", spam); got != http.StatusServiceUnavailable {
		t.Errorf("trouble of ours: %d", got)
	}
}

// TestRefusalsInTheLog: what is refused is told in words, without the secret, and a wrong
// secret once an hour and provider.
func TestRefusalsInTheLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	now := time.Unix(timeUnix, 0)
	d := &desk{}
	d.Handler = hooks.New(hooks.Options{
		Secrets: map[string]string{"mailgun": "s3", "brevo": "s5"}, Mailgun: mgKey, Returns: d,
		Now: func() time.Time { return now },
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})),
	})
	wrong := func(provider string) string {
		return `level=WARN msg="refused what a provider posted" provider=` + provider + ` why="the secret in its address is not bounces.webhooks.` + provider + `.secret"` + "\n"
	}
	for _, tt := range []struct {
		path, body string
		later      time.Duration
		want       string
	}{
		{"brevo/s5", `[{"event":"spam","email":"a@example.com"},{"event":5}]`, 0, `level=WARN msg="left out some of what a provider posted: it is not what brevo posts" provider=brevo left_out=1 of=2` + "\n"},
		{"brevo/s5", `{"event":5}`, 0, `level=WARN msg="could not read what a provider posted: it is not what brevo posts" provider=brevo` + "\n"},
		{"mailgun/s3", `x`, 0, `level=WARN msg="could not read what a provider posted: it is not what mailgun posts" provider=mailgun` + "\n"},
		{"brevo/s5", strings.Repeat("x", 1<<20+1), 0, `level=WARN msg="refused what a provider posted: it is more than 1 MiB" provider=brevo` + "\n"},
		{"brevo/guessed", `{}`, 0, wrong("brevo")},
		{"brevo/guessed", `{}`, 0, ""},
		{"mailgun/guessed", `{}`, 0, wrong("mailgun")},
		{"postmark/guessed", `{}`, 0, `level=WARN msg="refused what a provider posted" provider=postmark why="bounces.webhooks.postmark.secret is not set"` + "\n"},
		{"other/guessed", `{}`, 0, ""},
		{"brevo/guessed", `{}`, time.Hour, wrong("brevo")},
	} {
		now = now.Add(tt.later)
		log.Reset()
		d.post("/hooks/"+tt.path, tt.body)
		if log.String() != tt.want {
			t.Errorf("%s %.100s: got %q, want %q", tt.path, tt.body, log.String(), tt.want)
		}
	}
}

func FuzzHooks(f *testing.F) {
	f.Add("/hooks/brevo/s5", `{"event":"spam"}`)
	f.Add("/hooks/ses/s1", `{"Type":"Notification","Message":"{}"}`)
	f.Add("/hooks/mailgun/s3", `{"event-data":{}}`)
	f.Fuzz(func(t *testing.T, path, body string) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " \x00\r\n\t%?#\x7f") {
			return
		}
		d := &desk{}
		d.Handler = hooks.New(hooks.Options{Secrets: map[string]string{"ses": "s1", "mailgun": "s3", "postmark": "s4", "brevo": "s5"}, SESTopic: topic, Mailgun: mgKey, Returns: d, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		if got := d.post(path, body); got == http.StatusForbidden || got >= 500 {
			t.Errorf("got %d", got)
		}
	})
}

// TestBodyThatBreaksOff: what did not come whole is asked for again.
func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/hooks/brevo/s5", io.MultiReader(strings.NewReader(`{"event":`), iotest.ErrReader(io.ErrUnexpectedEOF)))
	w := httptest.NewRecorder()
	newDesk(t).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("answered %d", w.Code)
	}
}
