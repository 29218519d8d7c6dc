package editor_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/digest"
	"roundup/web/editor"
)

// fakeDesk is a desk that keeps what it is told.
type fakeDesk struct {
	mu      sync.Mutex
	p       editor.Preview
	err     error // of Preview
	refuse  error // of Edit and SendTest
	stamp   string
	changes []digest.Change
	undone  []digest.Verb
	undoing func() // called while something is undone; nil for nothing
	made    int    // previews put together
	as, to  string
	slow    func(context.Context) error // what Preview waits for; nil for nothing
	now     time.Time
}

func (d *fakeDesk) Preview(ctx context.Context, as string) (editor.Preview, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.as = as
	d.made++
	if d.slow != nil {
		d.err = d.slow(ctx)
	}
	return d.p, d.err
}

func (d *fakeDesk) Stamp(context.Context) (string, error) { return d.stamp, nil }

func (d *fakeDesk) Edit(_ context.Context, c digest.Change) (editor.Edited, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.Was != nil {
		now := d.p.Edits
		now.Articles = maps.Clone(now.Articles)
		if err := c.Apply(&now, nil, nil); err != nil {
			return editor.Edited{}, err
		}
	}
	d.changes = append(d.changes, c)
	undo := func(context.Context) error {
		if d.undoing != nil {
			d.undoing()
		}
		d.undone = append(d.undone, c.Do)
		return d.refuse
	}
	return editor.Edited{Said: "did " + string(c.Do) + ".", Undo: undo}, d.refuse
}

func (d *fakeDesk) SendTest(_ context.Context, to string) (string, error) {
	d.to = to
	return "A test was sent.", d.refuse
}

func (d *fakeDesk) Check(context.Context) ([]editor.CheckResult, error) {
	return []editor.CheckResult{
		{State: editor.CheckPassed, Group: "The database", What: "database", Detail: "fine"},
		{State: editor.CheckFailed, What: "relay", Publish: []string{"x. IN TXT y"}, Detail: "does not answer", Hint: "start it"},
	}, nil
}

func (d *fakeDesk) Fetch(context.Context) (string, error) { return "1 source read.", nil }

// article is number id of the sample issue.
func article(id int64, title string) digest.Article {
	return digest.Article{
		ID: id, Title: title, Dek: "What it says.", URL: "https://magazine.example/" + title, Source: "feed.xml",
		Labels: []string{"Analysis"}, Published: time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC),
	}
}

func sampleDesk() *fakeDesk {
	one, two, three, four := article(1, "One"), article(2, "Two"), article(3, "Three"), article(4, "Four")
	printed := func(a digest.Article, lead bool) digest.Printed {
		return digest.Printed{Article: a, Headline: a.Title, Text: a.Dek, Lead: lead}
	}
	owed := func(a digest.Article) digest.Candidate { return digest.Candidate{Article: a, State: digest.Owed} }
	return &fakeDesk{stamp: "s1", p: editor.Preview{
		Name: "The Weekly", When: "Friday 20 November 2026, 07:00 EST", From: "The <Weekly>", Language: "en", Sections: []string{"Analysis", "Opinion"},
		Issue: digest.Issue{
			Number: 7, Subject: `War & "peace"`, Preheader: "And more", Date: time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC),
			Sections: []digest.IssueSection{{Title: "Analysis", Articles: []digest.Printed{printed(one, true), printed(two, false)}}},
		},
		Fates: []digest.Fate{
			{Candidate: owed(one), Outcome: digest.In, Section: "Analysis", Reason: "new, label Analysis"},
			{Candidate: owed(two), Outcome: digest.In, Section: "Analysis", Reason: "pinned by hand"},
			{Candidate: owed(three), Outcome: digest.Next, Section: "Opinion", Reason: "over Opinion's cap of 3: waits"},
			{Candidate: digest.Candidate{Article: four, State: digest.Dropped}, Outcome: digest.Out, Reason: "dropped by hand"},
		},
		Edits: digest.Edits{Subject: "mine", Articles: map[int64]digest.ArticleEdit{2: {Pin: true}}},
		HTML:  `<html><head><meta name="color-scheme" content="light dark"></head><body><p>mail<script>alert(1)</script></p></body></html>`,
		Text:  "text", Mail: []byte("From: x\r\n\r\nbody"), JSON: []byte(`{}`),
	}}
}

func handler(t *testing.T, d *fakeDesk) http.Handler {
	t.Helper()
	h, err := editor.New(editor.Options{Desk: d, Checker: d, Fetcher: d, Host: editor.Loopback, Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask makes one request; a body makes it a form.
func ask(t *testing.T, h http.Handler, path, form string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != "" {
		method, body = http.MethodPost, strings.NewReader(form)
	}
	req := httptest.NewRequestWithContext(t.Context(), method, path, body)
	req.Host = "localhost:8123"
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

// TestCounted: what the head of the page says of an issue's size.
func TestCounted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		preview editor.Preview
		want    string
	}{
		"nothing was ever read": {editor.Preview{}, "no articles yet"},
		"an example":            {editor.Preview{Example: true, Fates: make([]digest.Fate, 2)}, "no articles yet"},
		"none of two is in":     {editor.Preview{Fates: make([]digest.Fate, 2)}, "0 articles of 2 candidates"},
	} {
		if got := tt.preview.Counted(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
