package main

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// TestJoining is how somebody becomes a reader from the web: fifty ask for one address
// from fifty networks at the same moment, one mail asks it to confirm, and its owner
// does, twice. What a program sends, or another site, is not handed on.
func TestJoining(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a form is not sent within two seconds")
	}
	s := newSite(t, 1, smtptest.Options{})
	s.must("send", "--now", "--yes") // an issue that goes out before anybody joins
	p := s.serve("ROUNDUP_WEB_TRUSTED_PROXIES=127.0.0.1")
	_, form := p.get("/subscribe")
	moment := regexp.MustCompile(`name="moment" value="([^"]+)"`).FindStringSubmatch(form)[1]
	ask := url.Values{"email": {"new@readers.example"}, "name": {"BUY PILLS http://pills.example"}, "moment": {moment}}
	if code, _ := p.post("/subscribe", ask, "192.0.2.1", ""); code != http.StatusUnprocessableEntity {
		t.Errorf("at once: %d", code)
	}
	time.Sleep(2 * time.Second) // what is tested
	if code, _ := p.post("/subscribe", ask, "192.0.2.1", "https://evil.example"); code != http.StatusForbidden {
		t.Errorf("from another site: %d", code)
	}
	var all sync.WaitGroup
	bodies := make([]string, 51)
	for i := range bodies {
		all.Go(func() {
			sent := url.Values{"email": {"New@Readers.example"}, "name": ask["name"], "moment": {moment}}
			if i == 50 { // who is a reader gets the same page
				sent.Set("email", "r1@readers.example")
			}
			code, body := p.post("/subscribe", sent, fmt.Sprintf("192.0.%d.1", i), "")
			if bodies[i] = strings.Replace(body, sent.Get("email"), "ADDRESS", 1); code != http.StatusOK {
				t.Errorf("%d: %d", i, code)
			}
		})
	}
	all.Wait()
	for i, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, "to ADDRESS") {
			t.Errorf("%d: another page:\n%s", i, body)
		}
	}
	if err := s.mta.WaitMails(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	m := s.mta.Mails()[1]
	text, html, header := parts(t, m.Data)
	if to := strings.Join(m.To, " "); to != "New@Readers.example" && to != "New@readers.example" || header.Get("Auto-Submitted") != "auto-generated" || header.Get("List-Unsubscribe") != "" {
		t.Errorf("to %s, header %v", to, header)
	}
	if strings.Contains(text+html, "PILLS") || strings.Contains(text+html, "readers.example") {
		t.Errorf("what somebody typed is in the mail: %s", text)
	}
	confirm := regexp.MustCompile(`https://[^/\s]+(/confirm/\S+)`).FindStringSubmatch(text)
	never := regexp.MustCompile(`https://[^/\s]+(/never/\S+)`).FindStringSubmatch(text)
	if confirm == nil || never == nil || !strings.Contains(html, confirm[0]) || !strings.Contains(html, never[0]) {
		t.Fatalf("no links in both parts: %s", text)
	}
	for _, path := range []string{confirm[1], never[1]} {
		if code, page := p.get(path); code != http.StatusOK || strings.Contains(strings.ToLower(page), "new@") {
			t.Errorf("%s: %d %s", path, code, page)
		}
	}
	if got := s.must("subscribers", "list", "--status", "pending", "--json"); !strings.Contains(got, `New@`) {
		t.Errorf("after looking: %s", got)
	}
	for range 2 {
		if code, page := p.post(confirm[1], nil, "192.0.2.1", ""); code != http.StatusOK || !strings.Contains(page, "Send me No. 1 now") {
			t.Errorf("confirmed: %d %s", code, page)
		}
	}
	if got := s.must("subscribers", "show", "new@readers.example", "--json"); !strings.Contains(got, `"active"`) || !strings.Contains(got, `"confirmation"`) {
		t.Errorf("after confirming: %s", got)
	}
	if err := s.mta.WaitMails(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	text, _, _ = parts(t, s.mta.Mails()[2].Data)
	own := regexp.MustCompile(`https://[^/\s]+(/me/\S+)`).FindStringSubmatch(text)
	if own == nil || !strings.Contains(text, "/u/") {
		t.Fatalf("no way to their own page, or out, in the welcome: %s", text)
	}
	if code, page := p.get(own[1]); code != http.StatusOK || !strings.Contains(page, "Your subscription to") {
		t.Errorf("their own page: %d %s", code, page)
	}
	for range 3 {
		if code, page := p.post(confirm[1]+"?issue", nil, "192.0.2.1", ""); code != http.StatusOK || !strings.Contains(page, "No. 1 is on its way") && !strings.Contains(page, "No. 1 was sent to") {
			t.Errorf("asked for the issue: %d %s", code, page)
		}
	}
	if err := s.mta.WaitMails(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	_, first, of := parts(t, s.mta.Mails()[0].Data)
	_, same, header := parts(t, s.mta.Mails()[3].Data)
	link := regexp.MustCompile(`https://[^/"]+/u/[^"?]+|\S+@[Rr]eaders\.example`)
	if header.Get("Subject") != of.Get("Subject") || header.Get("List-Unsubscribe") == "" || link.ReplaceAllString(same, "") != link.ReplaceAllString(first, "") {
		t.Errorf("not the issue as it was frozen: %v\n%s\nthan\n%s", header, same, first)
	}
	if got := s.must("history", "new@readers.example"); !strings.Contains(got, "asked for by the reader") || !strings.Contains(got, "asked for an issue") {
		t.Errorf("history: %s", got)
	}
	if got := s.must("report"); !strings.Contains(got, "Besides, 1 reader asked for it who joined later: 1 sent.") {
		t.Errorf("report: %s", got)
	}
	if code, _ := p.post(never[1], nil, "192.0.2.1", ""); code != http.StatusOK {
		t.Errorf("never again: %d", code)
	}
	if got := s.must("subscribers", "show", "new@readers.example", "--json"); !strings.Contains(got, `"unsubscribed"`) {
		t.Errorf("after never again: %s", got)
	}
	p.terminate()
	p.wait()
	if n := s.mta.Kept(); n != 4 {
		t.Errorf("%d mails, want the issue, the confirmation, the welcome, and the issue once more", n)
	}
	for _, personal := range []string{"new@", "New@", "192.0.", "PILLS"} {
		if log := p.said(); strings.Contains(log, personal) {
			t.Errorf("the log has %q: %s", personal, log)
		}
	}
}

// parts are the text and the HTML of a mail.
func parts(t testing.TB, data []byte) (text, html string, header mail.Header) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	var all [2]string
	for i := range all {
		part, err := r.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		all[i] = string(body)
	}
	return all[0], all[1], m.Header
}

// TestSignUpCode: of twenty who signed up none has confirmed, so the next has to type a
// code, whoever it is; the mail goes out to who does. Once most confirm, nobody has to.
func TestSignUpCode(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a form is not sent within two seconds")
	}
	s := newSite(t, 1, smtptest.Options{})
	serve := func(clock string) *daemon {
		return s.serve("ROUNDUP_WEB_TRUSTED_PROXIES=127.0.0.1", "ROUNDUP_WEB_SIGN_UP_CODE=auto", "ROUNDUP_CLOCK="+clock)
	}
	p := serve("2026-11-21T12:00:00Z")
	_, form := p.get("/subscribe")
	moment := regexp.MustCompile(`name="moment" value="([^"]+)"`).FindStringSubmatch(form)[1]
	ask := func(email string) (int, string) {
		return p.post("/subscribe", url.Values{"email": {email}, "moment": {moment}}, "192.0.2.1", "")
	}
	time.Sleep(2 * time.Second) // what is tested
	for i := range 20 {
		if code, page := ask(fmt.Sprintf("new%d@readers.example", i)); code != http.StatusOK {
			t.Fatalf("sign-up %d: %d %s", i, code, page)
		}
	}
	if err := s.mta.WaitMails(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	p.terminate()
	p.wait()

	p = serve("2026-11-21T12:20:00Z")
	var pages []string
	differ := regexp.MustCompile(`\d \d \d \d|\w+@readers\.example|name="code" value="[^"]*"`)
	for _, email := range []string{"r1@readers.example", "new1@readers.example", "late@readers.example"} {
		code, page := ask(email)
		if code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", email, code, page)
		}
		pages = append(pages, page)
	}
	if differ.ReplaceAllString(pages[0], "") != differ.ReplaceAllString(pages[1], "") || differ.ReplaceAllString(pages[0], "") != differ.ReplaceAllString(pages[2], "") {
		t.Errorf("who is a reader gets another page:\n%s", strings.Join(pages, "\n"))
	}
	typed := url.Values{"digits": {regexp.MustCompile(`\d \d \d \d`).FindString(pages[2])}, "email": {"late@readers.example"}, "moment": {moment},
		"code": {regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(pages[2])[1]}}
	for range 3 {
		if code, page := p.post("/subscribe", typed, "192.0.2.1", ""); code != http.StatusOK {
			t.Errorf("with the code: %d %s", code, page)
		}
	}
	if err := s.mta.WaitMails(t.Context(), 21); err != nil {
		t.Fatal(err)
	}
	p.terminate()
	p.wait()
	if n := s.mta.Kept(); n != 21 {
		t.Errorf("%d mails, want one to each of 21", n)
	}
	if log := p.said(); strings.Count(log, "has to type a code") != 1 || strings.Contains(log, "late@") {
		t.Errorf("the log: %s", log)
	}

	s.env = append(s.env, "ROUNDUP_CLOCK=2026-11-21T12:30:00Z")
	for i := range 11 { // of 21
		s.must("subscribers", "confirm", fmt.Sprintf("new%d@readers.example", i))
	}
	p = serve("2026-11-21T12:31:00Z")
	if code, page := ask("later@readers.example"); code != http.StatusOK {
		t.Errorf("once half have confirmed: %d %s", code, page)
	}
	p.terminate()
	p.wait()
}
