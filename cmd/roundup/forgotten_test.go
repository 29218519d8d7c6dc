package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// feedAnew writes a feed of other articles than any before.
func (s *site) feedAnew(n int) {
	s.t.Helper()
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0"><channel><title>Magazine</title><link>https://magazine.example/</link>`)
	for i := range 4 {
		fmt.Fprintf(&feed, "<item><title>Article %[1]d %[2]d</title><link>https://magazine.example/%[1]d/%[2]d</link><guid>%[1]d-%[2]d</guid><description>Dek</description><category>Analysis</category><pubDate>%[3]s</pubDate></item>",
			n, i, time.Now().Add(-time.Minute).Format(time.RFC1123Z))
	}
	feed.WriteString("</channel></rss>")
	if err := os.WriteFile(filepath.Join(s.dir, "feed.xml"), []byte(feed.String()), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// TestForgottenLeavesNoBytes takes a reader through all that leaves traces: being asked to
// confirm, a welcome and an issue asked for, another address, an import, refusals that
// quote the address, an issue that waits and is held in words that quote it, of which the
// editor is told. Then the reader is erased on their own page, beside a daemon. No file
// that Roundup writes has a byte of them afterwards: the database, its write-ahead log,
// what is beside it, the daemon's log, a fresh backup.
func TestForgottenLeavesNoBytes(t *testing.T) {
	t.Parallel()
	const first, second = "zyzzyva@readers.example", "quuxley@readers.example"
	script := &rules{}
	s := newSite(t, 1, smtptest.Options{Script: script.act})
	s.env = append(s.env, "ROUNDUP_NOTIFY_EMAIL=editor@magazine.example", "ROUNDUP_DELIVERY_WAIT=0s")
	run := func(want int, args ...string) {
		t.Helper()
		if code, out := s.run(args...); code != want {
			t.Fatalf("roundup %q: exit %d: %s", args, code, out)
		}
	}
	issue := 0
	send := func(code int) {
		t.Helper()
		issue++
		s.feedAnew(issue)
		run(0, "fetch")
		run(code, "send", "--now", "--yes")
	}
	run(0, "subscribers", "add", "--confirm", "--name", "Zyzzyva Quuxley", first)
	run(0, "subscribers", "confirm", first)
	run(0, "subscribers", "change", first, "--email", second)
	if err := os.WriteFile(filepath.Join(s.dir, "list.csv"), []byte("email,name,status\n"+second+",Zyzzyva the Quuxley,active\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(0, "subscribers", "import", "list.csv")
	send(0)
	mails := s.mta.Mails()
	at := slices.IndexFunc(mails, func(m smtptest.Mail) bool { return m.To[0] == second })
	if at < 0 {
		t.Fatal("the reader got no issue")
	}
	text, _, _ := parts(t, mails[at].Data)
	leave := regexp.MustCompile(`/u/[\w-]+`).FindString(text)

	// Issues in whose way the relay's words about the reader are.
	for _, step := range []struct {
		rule smtptest.Script
		code int
	}{
		{smtptest.For(second, smtptest.RCPT, smtptest.Reply("550 5.1.1 <"+second+">: user unknown")), 0},
		{smtptest.For(second, smtptest.RCPT, smtptest.Reply("454 4.7.0 too many messages to "+second)), 3},
		{smtptest.On(smtptest.MAIL, smtptest.Reply("550 5.7.1 mail to <"+second+"> is not wanted")), 1},
	} {
		script.add(step.rule)
		send(step.code)
		script.clear()
	}
	if got := s.must("history", second); !strings.Contains(got, "user unknown") {
		t.Fatalf("the reader was not refused: %s", got)
	}
	if got := s.must("issues"); !strings.Contains(got, "held") {
		t.Fatalf("no issue is held: %s", got)
	}

	p := s.serve()
	_, body := p.get(leave)
	mine := regexp.MustCompile(`/me/[\w-]+`).FindString(body)
	if code, body := p.post(mine+"?erase", url.Values{"sure": {"yes"}}, "192.0.2.1", ""); code != http.StatusOK {
		t.Fatalf("erased by %q: %d %s", mine, code, body)
	}
	run(0, "backup", "copy.db")
	search := func(when string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(s.dir, "*"))
		if err != nil || len(files) < 5 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil || filepath.Base(file) == "list.csv" {
				continue
			}
			for _, word := range []string{"zyzzyva", "quuxley"} {
				if at := regexp.MustCompile(`(?i)` + word).FindIndex(content); at != nil {
					t.Errorf("%s: %s holds %q", when, filepath.Base(file), content[max(0, at[0]-60):min(len(content), at[1]+60)])
				}
			}
		}
	}
	search("beside the daemon")
	p.terminate()
	p.wait()
	search("after it")
}
