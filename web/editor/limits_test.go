package editor_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/web"
	"roundup/web/editor"
)

func TestPreviewTakesALongNote(t *testing.T) {
	t.Parallel()
	note := strings.TrimSpace(strings.Repeat("Длинное ", 875)) // 7000 characters
	form := url.Values{"issue": {"7"}, "note": {note + "!"}, "note-was": {note}}.Encode()
	if len(form) <= 64<<10 {
		t.Fatalf("the form has %d octets, too few to tell", len(form))
	}
	d := sampleDesk()
	if page, _ := after(t, handler(t, d), "/words", form); !strings.Contains(page, "did note.") {
		t.Errorf("it is not said: %s", page)
	}
	if len(d.changes) != 1 || d.changes[0] != (digest.Change{Do: digest.DoNote, Issue: 7, Text: note + "!"}) {
		t.Errorf("%d changes, or another note", len(d.changes))
	}
}

func TestPreviewSaysWhyAFormIsNotTaken(t *testing.T) {
	t.Parallel()
	const part = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"
	large := strings.Repeat("a", 1<<20)
	tests := []struct{ name, path, kind, form, want string }{
		{"too large", "/words", "", "issue=7&note=" + large, "too large (more than 1024 KB): nothing was changed"},
		{"too large, in parts", "/words", "multipart/form-data; boundary=x", part + large + "\r\n--x--\r\n", "too large"},
		{"cut short, in parts", "/words", "multipart/form-data; boundary=x", part + "a", "could not be read: nothing was changed"},
		{"bad escape", "/words", "", "issue=7&note=new&note-was=old&subject=%zz", "could not be read: nothing was changed"},
		{"bad escape of a button", "/edit", "", "do=pin&article=1&section=%zz", "could not be read: nothing was changed"},
		{"bad escape of an address", "/test", "", "to=me@example.org&display=%zz", "could not be read: nothing was changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDesk()
			h := handler(t, d)
			var headers []string
			if tt.kind != "" {
				headers = []string{"Content-Type", tt.kind}
			}
			rec := ask(t, h, tt.path, tt.form, headers...)
			page := ask(t, h, "/"+strings.TrimPrefix(rec.Header().Get("Location"), "./"), "").Body.String()
			if !strings.Contains(page, "Not done.") || !strings.Contains(page, tt.want) || strings.Contains(page, "Nothing was changed.") {
				t.Errorf("got %d, want %q said: %.2000s", rec.Code, tt.want, page)
			}
			if len(d.changes) > 0 || d.to != "" {
				t.Errorf("it was done: %+v, a test to %q", d.changes, d.to)
			}
		})
	}
}

// Pictures that a mail embeds are waited for longer than an answer usually may
// take: the page comes all the same.
func TestPreviewWaitsForPictures(t *testing.T) {
	t.Parallel()
	const usual = 100 * time.Millisecond
	d := sampleDesk()
	d.stamp = "" // put together anew for each look
	d.slow = func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(3 * usual): // a picture's server, past both deadlines
			return nil
		}
	}
	server := web.NewServer(handler(t, d))
	server.ReadTimeout, server.WriteTimeout = usual, usual
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }() // until it is closed
	t.Cleanup(func() { _ = server.Close() })
	for _, tt := range []struct{ path, form, want string }{
		{"/", "", "<title>Issue 7"},
		{"/issue.html", "", "<p>mail"},
		{"/issue.eml", "", "From: x"},
		{"/edit", "do=pin&article=1&issue=7", "is pinned."},
		{"/words", "issue=7&subject=New&subject-was=Old", "did subject."},
	} {
		path, want, method := tt.path, tt.want, http.MethodGet
		if tt.form != "" {
			method = http.MethodPost
		}
		req, err := http.NewRequestWithContext(t.Context(), method, "http://"+listener.Addr().String()+path, strings.NewReader(tt.form))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %v, got %d %.200s", path, err, res.StatusCode, body)
		}
	}
}

func TestPreviewKeepsTheWordsWhereTheyAreWrong(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	d.err = errors.New("render issue 7: its HTML is 110983 bytes: shorten the note")
	d.p.Issue.Note, d.p.Edits.Note = "<far> too long", "<far> too long"
	h := handler(t, d)
	page := ask(t, h, "/", "").Body.String()
	for _, want := range []string{
		"shorten the note", `action="words"`, "&lt;far&gt; too long</textarea>", `name="issue" value="7"`,
		`value="War &amp; &#34;peace&#34;"`, `name="do" value="note">Take the note back`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q: %s", want, page)
		}
	}
	ask(t, h, "/words", "issue=7&note=short&note-was=far")
	ask(t, h, "/edit", "do=note&issue=7&text=")
	if len(d.changes) != 2 || d.changes[0].Text != "short" || d.changes[1] != (digest.Change{Do: digest.DoNote, Issue: 7}) {
		t.Errorf("got %+v", d.changes)
	}
	d.p = editor.Preview{} // it did not get that far
	if page := ask(t, h, "/", "").Body.String(); strings.Contains(page, `action="words"`) {
		t.Error("there are words of no issue")
	}
}
