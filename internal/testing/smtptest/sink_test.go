package smtptest_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/internal/testing/smtptest"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "0001-b@example.org.eml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := smtptest.Start(t, smtptest.Options{Sink: smtptest.Files(folder), Forget: true})
	c := hello(t, s)
	deliver(c, "b@example.org")
	deliver(c, "../x@example.org")
	got, err := os.ReadFile(filepath.Join(folder, "0002-b@example.org.eml"))
	if err != nil || string(got) != "Subject: x\r\n\r\nhello\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "0003-.._x@example.org.eml")); err != nil {
		t.Error(err)
	}
	if len(s.Mails()) != 0 || len(s.Commands()) != 0 || s.Kept() != 2 || s.Count("rcpt") != 0 || s.Count("RCPT") != 2 {
		t.Errorf("with Forget: %d mails, %d commands, %d kept", len(s.Mails()), len(s.Commands()), s.Kept())
	}
}

func TestMaildir(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "box")
	sink, err := smtptest.Maildir(folder)
	if err != nil {
		t.Fatal(err)
	}
	s := smtptest.Start(t, smtptest.Options{Sink: sink})
	c := hello(t, s)
	deliver(c, "b@example.org")
	deliver(c, "b@example.org")
	files, err := filepath.Glob(filepath.Join(folder, "new", "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files %q, %v", files, err)
	}
	got, err := os.ReadFile(files[0])
	want := "Return-Path: <a@example.org>\r\nDelivered-To: b@example.org\r\nSubject: x\r\n\r\nhello\r\n"
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSinkThatFailsIsAnswered451(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Sink: func(smtptest.Mail) error { return errors.New("disk\r\nfull") }})
	c := hello(t, s)
	c.talk(
		[2]string{"MAIL FROM:<a@example.org>", "250"},
		[2]string{"RCPT TO:<b@example.org>", "250"},
		[2]string{"DATA", "354"},
	)
	if got := c.say("x\r\n."); !strings.HasPrefix(got, "451 4.3.0 disk full") {
		t.Errorf("got %q", got)
	}
	if s.Kept() != 0 {
		t.Error("kept all the same")
	}
}
