package smtptest_test

import (
	"net/smtp"
	"strings"
	"testing"

	"github.com/wneessen/go-mail"

	"roundup/internal/testing/smtptest"
)

// TestNetSMTP and TestGoMail hold the server against clients it was not
// written with.
func TestNetSMTP(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{
		Extensions:  []string{"STARTTLS", "AUTH PLAIN LOGIN", "SIZE 100000", "8BITMIME"},
		RequireTLS:  true,
		RequireAuth: true,
		Users:       map[string]string{"weekly": "s3cret"},
	})
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.StartTLS(trust(t, s)); err != nil {
		t.Fatal(err)
	}
	if err := c.Auth(smtp.PlainAuth("", "weekly", "s3cret", "127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	if err := c.Mail("a@example.org"); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"b@example.org", "c@example.org"} {
		if err := c.Rcpt(to); err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	body := "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nend\r\n"
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
	mails := s.Mails()
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want 1", len(mails))
	}
	m := mails[0]
	if string(m.Data) != body {
		t.Errorf("data: got %q, want %q", m.Data, body)
	}
	if m.From != "a@example.org" || strings.Join(m.To, " ") != "b@example.org c@example.org" {
		t.Errorf("envelope: %s -> %v", m.From, m.To)
	}
	if !m.TLS || m.User != "weekly" || m.Conn != 1 || m.Number != 1 {
		t.Errorf("TLS %v, user %q, connection %d, number %d", m.TLS, m.User, m.Conn, m.Number)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	if err := s.WaitIdle(patience(t)); err != nil {
		t.Error(err)
	}
}

func TestGoMail(t *testing.T) {
	t.Parallel()
	for _, implicit := range []bool{false, true} {
		o := smtptest.Options{
			Extensions: []string{"STARTTLS", "AUTH LOGIN", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"},
			RequireTLS: true, RequireAuth: true, ImplicitTLS: implicit,
			Users: map[string]string{"weekly": "s3cret"},
		}
		s := smtptest.Start(t, o)
		options := []mail.Option{
			mail.WithPort(s.Port()), mail.WithTLSConfig(trust(t, s)), mail.WithHELO("client.test"),
			mail.WithSMTPAuth(mail.SMTPAuthLogin), mail.WithUsername("weekly"), mail.WithPassword("s3cret"),
		}
		if implicit {
			options = append(options, mail.WithSSL())
		}
		c, err := mail.NewClient(s.Host(), options...)
		if err != nil {
			t.Fatal(err)
		}
		m := mail.NewMsg()
		if err := m.From("a@example.org"); err != nil {
			t.Fatal(err)
		}
		if err := m.To("b@example.org"); err != nil {
			t.Fatal(err)
		}
		m.Subject("Grüße")
		m.SetBodyString(mail.TypeTextPlain, "Guten Tag\n.\nfin")
		if err := c.DialAndSend(m); err != nil {
			t.Fatalf("implicit %v: %v", implicit, err)
		}
		got := s.Mails()
		if len(got) != 1 || !got[0].TLS || got[0].User != "weekly" || got[0].Hello != "client.test" {
			t.Fatalf("implicit %v: %+v", implicit, got)
		}
		if v := s.Violations(); len(v) > 0 {
			t.Errorf("violations: %q", v)
		}
	}
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{
		Extensions: []string{"AUTH PLAIN"},
		Users:      map[string]string{"weekly": "s3cret"},
	})
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	err = c.Auth(smtp.PlainAuth("", "weekly", "wrong", "127.0.0.1"))
	if err == nil || !strings.HasPrefix(err.Error(), "535") {
		t.Errorf("got %v, want 535", err)
	}
}
