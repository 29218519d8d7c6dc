package desk_test

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/store/ledger"
	"roundup/store/storetest"
)

// keyFile is a file with a private key of a byte's making.
func keyFile(t *testing.T, seed byte) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(slices.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A setting has a fingerprint exactly where the mails of an issue under way, or how they are
// sent, depend on it.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	b := setup(t)
	always := []string{"ROUNDUP_DKIM_SELECTOR=nov", "ROUNDUP_DKIM_KEY_FILE=" + keyFile(t, 1), "ROUNDUP_MAIL_RETURN_PATH=bounces@magazine.example",
		"ROUNDUP_SMTP_USERNAME=one", "ROUNDUP_SMTP_PASSWORD=pass"}
	load := func(environ ...string) *config.Config {
		t.Helper()
		c, err := config.Load(b.cfg.Path, append(slices.Clone(always), environ...))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	made := func(c *config.Config) mail.Letter {
		t.Helper()
		b.open(t, func(o *desk.Options) { o.Config = c })
		return b.desk.Letter(digest.Issue{}, digest.Variant{})
	}
	as := load()
	own, letter := desk.Fingerprints(as), made(as)
	for _, tt := range []struct {
		environ string
		want    string // the settings that differ
		letter  bool   // the mail's part of an issue does
	}{
		{"NEWSLETTER_NAME=Another", "newsletter.name", true},
		{"NEWSLETTER_BASE_URL=http://127.0.0.1:1", "newsletter.base_url", true},
		{"MAIL_FROM=monthly@magazine.example", "mail.from", true},
		{"MAIL_FROM=A <weekly@magazine.example>", "mail.from", true},
		{"MAIL_REPLY_TO=a@magazine.example", "mail.reply_to", true},
		{"MAIL_RETURN_PATH=b@magazine.example", "mail.return_path mail.unsubscribe", true},
		{"MAIL_VERP=true", "mail.verp", true},
		{"MAIL_UNSUBSCRIBE=c@magazine.example", "mail.unsubscribe", true},
		{"MAIL_FEEDBACK_ID=another", "mail.feedback_id", true},
		{"WEB_ARCHIVE=off", "web.archive", true},
		{"BOUNCES_WEBHOOKS_POSTMARK_SECRET=0123456789abcdef0123456789abcdef", "bounces.webhooks", true},
		{"DKIM_DOMAIN=news.magazine.example", "dkim.domain", true},
		{"DKIM_SELECTOR=dec", "dkim.selector", true},
		{"DKIM_KEY_FILE=" + keyFile(t, 2), "dkim.key_file", true},
		{"SMTP_HOST=localhost", "smtp.host", false},
		{"SMTP_PORT=26", "smtp.port", false},
		{"SMTP_USERNAME=weekly", "smtp.username", false},
		{"SMTP_TLS=starttls", "smtp.tls", false},
		{"SMTP_RATE=0.5", "smtp.rate", false},
		{"SMTP_PER_HOUR=10", "smtp.per_hour", false},
		{"DELIVERY_UNKNOWN=hold", "delivery.unknown", false},
		{"DELIVERY_GIVE_UP_AFTER=1h", "delivery.give_up_after", false},

		{"DKIM_KEY_FILE=" + keyFile(t, 1), "", false}, // in another file
		{"SMTP_PASSWORD=secret", "", false},
		{"SMTP_CONNECTIONS=20", "", false},
		{"SMTP_MESSAGES_PER_CONNECTION=7", "", false},
		{"SMTP_LOCAL_NAME=mail-2.magazine.example", "", false},
		{"TEMPLATES=", "", false},
		{"DIGEST_SUBJECT=Another", "", false},
		{"DIGEST_LINK_PARAMS=utm_source=other", "", false},
		{"NEWSLETTER_TAGLINE=Another", "", false},
		{"NEWSLETTER_LANGUAGE=de", "", false},
		{"DATABASE=other.db", "", false},
	} {
		c := load("ROUNDUP_" + tt.environ)
		if got := strings.Join(own.Differing(desk.Fingerprints(c)), " "); got != tt.want {
			t.Errorf("%s: %q differ, want %q", tt.environ, got, tt.want)
		}
		if got := !reflect.DeepEqual(made(c), letter); got != tt.letter {
			t.Errorf("%s: the letter differs: %v, want %v", tt.environ, got, tt.letter)
		}
	}
	for key, hash := range desk.Fingerprints(load("ROUNDUP_SMTP_USERNAME=weekly")) {
		if len(hash) != 8 || strings.Contains(hash, "weekly") {
			t.Errorf("%s has the fingerprint %q", key, hash)
		}
	}
}

// enlist has a worker at work, on an issue or none.
func (b *bundle) enlist(t *testing.T, own ledger.Fingerprints, issue int64) (leave func()) {
	t.Helper()
	lease, err := b.store.Enlist(t.Context(), ledger.Worker{Name: "process 7 on mail-2", Connections: 1, Version: "1", Fingerprints: own}, storetest.Anna())
	if err == nil {
		err = b.store.Beat(t.Context(), lease, ledger.Doing{Issue: issue})
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := b.store.Discharge(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
	}
}

// The editor is told once of workers with other settings, at once where one is at work on an
// issue, and once that there are none any more; the log says at once which settings they are.
func TestWorkersWithOtherSettingsAreTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.leftToWorkers(t)
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	var said strings.Builder
	var told []desk.NewsKind
	b.open(t, func(o *desk.Options) {
		o.Workers, o.Log = true, slog.New(slog.NewTextHandler(&said, nil))
		o.Words = func(n desk.News) desk.Notice {
			told = append(told, n.Kind)
			return desk.Notice{Subject: "S", Text: "T"}
		}
	})
	look := func(after time.Duration, want, logged int) {
		t.Helper()
		b.now = b.now.Add(after)
		if err := b.desk.Tell(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(b.relay.Mails()); got != want {
			t.Fatalf("%d notices, want %d (%v)", got, want, told)
		}
		if got := strings.Count(said.String(), `worker 1" settings="mail.from, smtp.host"`) + strings.Count(said.String(), `worker 2" settings="mail.from, smtp.host"`); got != logged {
			t.Fatalf("logged %d times, want %d: %s", got, logged, said.String())
		}
	}
	own := desk.Fingerprints(b.cfg)
	other := desk.Fingerprints(b.cfg)
	other["mail.from"], other["smtp.host"], other["known.to_another_version"] = "1", "2", "3"
	defer b.enlist(t, own, 1)()
	look(0, 0, 0)
	leave := b.enlist(t, other, 0)
	look(0, 0, 1)
	look(5*time.Minute, 0, 1)
	look(5*time.Minute, 1, 1)
	look(time.Hour, 1, 1)
	leave()
	look(0, 2, 1)
	look(0, 2, 1)
	defer b.enlist(t, other, 1)()
	look(0, 3, 1)
}
