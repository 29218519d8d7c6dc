package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/loopback"
	"roundup/internal/oneline"
	"roundup/internal/sample"
	"roundup/internal/testing/smtptest"
)

// catcher is the demo's relay: what it takes becomes a file, and goes nowhere.
type catcher struct {
	*smtptest.Server
	said *says
}

// says tells of mails on the screen, once it is switched on.
type says struct {
	mu sync.Mutex
	of func(smtptest.Mail) // nil: nothing is said
}

func newCatcher(folder string, now func() time.Time) (*catcher, error) {
	said := &says{}
	keep := smtptest.Files(folder)
	server, err := smtptest.New(smtptest.Options{
		Sink: func(m smtptest.Mail) error {
			if err := keep(m); err != nil {
				return err
			}
			said.mail(m)
			return nil
		},
		// One reader's server no longer knows the address, as happens every week.
		Script: smtptest.For(sample.Departed, smtptest.RCPT, smtptest.Reply("550 5.1.1 no such user here")),
		Now:    now,
	})
	if err != nil {
		return nil, err
	}
	return &catcher{server, said}, nil
}

func (s *says) mail(m smtptest.Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of != nil {
		s.of(m)
	}
}

// keepCatcher leaves the mail catcher on its port until ctx ends, and says what
// it takes.
func (d *demo) keepCatcher(ctx context.Context) {
	a := d.app
	d.step("The mail catcher stays")
	a.Printf("It listens on %s until Ctrl-C. Try it in another terminal:\n", d.catcher.Addr())
	a.Printf("  %s -c %s send --test you@readers.example\n", ourName(), terminal.ShellWord(filepath.Join(d.given, "roundup.yaml")))
	a.Printf("Every mail is written to %s.\n", filepath.Join(d.given, "mail"))
	d.catcher.said.mu.Lock()
	d.catcher.said.of = func(m smtptest.Mail) {
		a.Printf("%s  a mail for %s\n", m.At.Format("15:04:05"), oneline.Plain(strings.Join(m.To, ", ")))
	}
	d.catcher.said.mu.Unlock()
	<-ctx.Done()
}

// catcherGone is the error for a send from the demo's folder when its catcher is
// not there any more; nil for any other newsletter.
func catcherGone(ctx context.Context, a *app.App) error {
	if !isDemo(a) || !loopback.Is(a.Settings.SMTP.Host) || !refused(ctx, net.JoinHostPort(a.Settings.SMTP.Host, strconv.Itoa(a.Settings.SMTP.Port))) {
		return nil
	}
	return &words.HintedError{
		Err:  fmt.Errorf("nothing listens on port %d: this is the demo's newsletter, and its mail catcher ended with the demo", a.Settings.SMTP.Port),
		Hint: "end what runs in this folder, then `roundup demo --serve` begins the demo anew and keeps the catcher until Ctrl-C",
	}
}

// isDemo reports whether the newsletter is one that `roundup demo` made.
func isDemo(a *app.App) bool {
	_, err := os.Stat(filepath.Join(filepath.Dir(a.Settings.Path), demoMark))
	return err == nil
}

// refused reports whether nothing listens at an address of this machine.
func refused(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	_ = conn.Close() // nothing was said on it
	return false
}
