package main

import (
	"bytes"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	leaveLink   = regexp.MustCompile(`<(https?://[^>]+)>`)
	leaveMailto = regexp.MustCompile(`<mailto:([^>]+)>`)
)

// cmdLeave is `leave FILE`: it reads the List-Unsubscribe of a mail and sets
// $LEAVE_PATH, the path of its link, $LEAVE_TO, the address of its mailto, and
// $LEAVE_SUBJECT, the subject that asks for.
func cmdLeave(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: leave FILE")
	}
	m, err := mail.ReadMessage(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	header := m.Header.Get("List-Unsubscribe")
	if found := leaveLink.FindStringSubmatch(header); found != nil {
		u, err := url.Parse(found[1])
		ts.Check(err)
		ts.Setenv("LEAVE_PATH", u.Path)
	}
	found := leaveMailto.FindStringSubmatch(header)
	if found == nil {
		ts.Fatalf("%s has no mailto: in List-Unsubscribe: %q", args[0], header)
	}
	to, query, _ := strings.Cut(found[1], "?")
	values, err := url.ParseQuery(query)
	ts.Check(err)
	ts.Setenv("LEAVE_TO", to)
	ts.Setenv("LEAVE_SUBJECT", values.Get("subject"))
}

// cmdPost is `post KIND URL STATUS [N]`: N requests at once (1 without) to leave,
// with a body as it comes from the page's button, a mail provider (one-click,
// multipart), or nobody in particular (junk, huge).
func cmdPost(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: post KIND URL STATUS [N]")
	}
	n := 1
	if len(args) > 3 {
		var err error
		n, err = strconv.Atoi(args[3])
		ts.Check(err)
	}
	kind, body := leaveBody(ts, args[0])
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections() // else the server waits for them when it ends
	answers := make(chan string, n)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { answers <- postOnce(ctx, client, args[1], kind, body) })
	}
	wg.Wait()
	close(answers)
	for got := range answers {
		if got != args[2] {
			ts.Fatalf("POST %s: got %s, want %s", args[1], got, args[2])
		}
	}
}

func postOnce(ctx context.Context, client *http.Client, to, kind string, body []byte) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	req.Header.Set("Content-Type", kind)
	res, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err.Error()
	}
	return strconv.Itoa(res.StatusCode)
}

func leaveBody(ts *testscript.TestScript, kind string) (contentType string, body []byte) {
	const form = "application/x-www-form-urlencoded"
	switch kind {
	case "button":
		return form, nil
	case "one-click":
		return form, []byte("List-Unsubscribe=One-Click")
	case "junk":
		return "image/png", []byte("\x00\xff{{.}}")
	case "huge":
		return form, bytes.Repeat([]byte("a"), 10<<20)
	case "multipart":
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		ts.Check(w.WriteField("List-Unsubscribe", "One-Click"))
		ts.Check(w.Close())
		return w.FormDataContentType(), b.Bytes()
	}
	if strings.Contains(kind, "=") { // the fields of a form
		return form, []byte(kind)
	}
	ts.Fatalf("post: unknown %q", kind)
	return "", nil
}

// cmdOwnPage is `ownpage FILE`: set ME_PATH from the link of a page to a reader's own.
func cmdOwnPage(ts *testscript.TestScript, _ bool, args []string) {
	_, rest, found := strings.Cut(ts.ReadFile(args[0]), `<a href="/me/`)
	token, _, whole := strings.Cut(rest, `"`)
	if !found || !whole {
		ts.Fatalf("%s has no link to the reader's own page", args[0])
	}
	ts.Setenv("ME_PATH", "/me/"+token)
}

// cmdWriteMail is `writemail FILE SUBJECT [BODY]`: a mail as a reader's program
// sends it, the subject encoded where it must be.
func cmdWriteMail(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: writemail FILE SUBJECT [BODY]")
	}
	body := ""
	if len(args) > 2 {
		body = strings.ReplaceAll(args[2], `\n`, "\n")
	}
	write(ts, args[0], "From: Somebody <somebody@elsewhere.example>\nTo: "+ts.Getenv("LEAVE_TO")+
		"\nSubject: "+mime.QEncoding.Encode("utf-8", args[1])+"\nDate: Fri, 20 Nov 2026 08:00:00 +0000\n\n"+body+"\n")
}

// cmdMbox is `mbox FILE FROM...`: write mails one after the other, each after a
// line as an mbox file begins its mails with.
func cmdMbox(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: mbox FILE FROM...")
	}
	var b strings.Builder
	for _, from := range args[1:] {
		text, err := os.ReadFile(ts.MkAbs(from))
		ts.Check(err)
		b.WriteString("From somebody@elsewhere.example Fri Nov 20 08:00:00 2026\n" + string(text) + "\n")
	}
	write(ts, args[0], b.String())
}

// cmdLongFile is `longfile FILE`: a list of two readers with a line of 10 MB
// between them.
func cmdLongFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: longfile FILE")
	}
	write(ts, args[0], "first@long.example\n"+strings.Repeat("long", 10<<18)+"\nlast@long.example\n")
}
