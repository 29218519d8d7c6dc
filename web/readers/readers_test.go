package readers_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"roundup/digest/letter"
	"roundup/subscribers"
	"roundup/web/readers"
)

// list is a list of one reader.
type list struct {
	id        subscribers.PublicID
	left      bool
	late      bool // to undo
	why       subscribers.WhyLeft
	name, did string // did is what was done last of what Own does
	until     time.Time
	by        subscribers.Actor
	err       error
	choice    subscribers.Choice
	failsOnce string // what does, of what an undoing does after the first step: "reader", "pause" or "choose"
}

// failed reports a failure that comes once.
func (l *list) failed(what string) error {
	if l.failsOnce != what {
		return nil
	}
	l.failsOnce = ""
	return errors.New("the database is busy")
}

func (l *list) Leave(_ context.Context, id subscribers.PublicID, by subscribers.Actor) error {
	if l.err != nil {
		return l.err
	}
	if id == l.id {
		l.left, l.by = true, by
	}
	return nil
}

func (l *list) Reader(_ context.Context, id subscribers.PublicID) (sub subscribers.Subscriber, undoable bool, err error) {
	if err := cmp.Or(l.err, l.failed("reader")); err != nil || id != l.id {
		return sub, false, err
	}
	sub = subscribers.Subscriber{PublicID: id, Email: "ann@readers.example", Status: subscribers.Active, WhyLeft: l.why, Name: l.name, Paused: l.until, Choice: l.choice}
	if l.left {
		sub.Status = subscribers.Unsubscribed
	}
	return sub, l.left && !l.late, nil
}

func (l *list) Undo(_ context.Context, id subscribers.PublicID, by subscribers.Actor) (bool, error) {
	if l.err != nil || id != l.id || !l.left || l.late {
		return false, l.err
	}
	l.left, l.by = false, by
	return true, nil
}

func (l *list) SayWhy(_ context.Context, id subscribers.PublicID, why subscribers.WhyLeft, by subscribers.Actor) error {
	if l.err == nil && id == l.id {
		l.why, l.by = why, by
	}
	return l.err
}

func (l *list) Rename(_ context.Context, _ subscribers.Subscriber, name string, by subscribers.Actor) error {
	l.name, l.did, l.by = name, "rename", by
	return l.err
}

func (l *list) Pause(_ context.Context, _ subscribers.Subscriber, until time.Time, by subscribers.Actor) error {
	if err := l.failed("pause"); err != nil {
		return err
	}
	l.until, l.did, l.by = until, "pause", by
	return l.err
}

func (l *list) Choose(_ context.Context, _ subscribers.Subscriber, c subscribers.Choice, by subscribers.Actor) error {
	if err := l.failed("choose"); err != nil {
		return err
	}
	l.choice, l.did, l.by = c, "choose", by
	return l.err
}

func (l *list) Erase(_ context.Context, r subscribers.Subscriber, by subscribers.Actor) error {
	l.did, l.by = "erase "+r.Email, by
	return l.err
}

type bundle struct {
	readers *list
	archive *archive
	keys    *subscribers.Keyring
	url     string
	log     *bytes.Buffer
	pages   *readers.Pages
}

func setup(t *testing.T, base string, change ...func(*readers.Options)) *bundle {
	t.Helper()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte{7}, 32)}}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	b := &bundle{readers: &list{id: subscribers.PublicID{1, 2, 3}}, keys: keys, archive: &archive{}, log: &bytes.Buffer{}}
	o := readers.Options{
		Name: "The <Weekly>", BaseURL: base, Keyring: keys, Readers: b.readers, Own: b.readers, Now: noon,
		Data: func(_ context.Context, sub subscribers.Subscriber) ([]byte, error) {
			return []byte(`{"email":"` + sub.Email + `"}`), nil
		},
		Archive:  b.archive,
		Sections: []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "In brief", Key: "in-brief"}},
		Health:   func() readers.Health { return readers.Health{OK: true} },
		Log:      slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&o)
	}
	h, err := readers.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	b.url, b.pages = s.URL, h
	return b
}

// noon is when everything happens.
func noon() time.Time { return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC) }

func (b *bundle) token(p subscribers.Purpose) string { return b.keys.Token(p, b.readers.id) }

func do(t *testing.T, method, url, contentType string, body io.Reader) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultTransport.RoundTrip(req) // follows no redirect
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(got), res.Header
}

func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "")
			_, body, h := do(t, method, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
			if b.readers.left {
				t.Errorf("%s unsubscribed the reader", method)
			}
			if method == http.MethodGet && (!strings.Contains(body, `<form method="post" action="?page">`) || strings.Contains(body, "<script")) {
				t.Errorf("the page has no plain button: %s", body)
			}
			for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
				if got := h.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestPostUnsubscribes(t *testing.T) {
	t.Parallel()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	if err := errors.Join(m.WriteField("List-Unsubscribe", "One-Click"), m.Close()); err != nil {
		t.Fatal(err)
	}
	const button = "?page"
	oneClick := subscribers.Actor{Kind: subscribers.OneClick}
	onThePage := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	tests := []struct {
		name, query, kind, body string
		by                      subscribers.Actor
	}{
		{"one-click urlencoded", "", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click", oneClick},
		{"one-click multipart", "", m.FormDataContentType(), form.String(), oneClick},
		{"the button", button, "application/x-www-form-urlencoded", "", onThePage},
		{"no type at all", "", "", "", oneClick},
		{"an odd body", "", "application/json", `{"a":1}`, oneClick},
		{"a body over the limit", "", "application/x-www-form-urlencoded", "x=" + strings.Repeat("y", 1<<20), oneClick},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "https://news.example/weekly")
			for _, prefix := range []string{"/u/", "/weekly/u/"} {
				status, body, h := do(t, http.MethodPost, b.url+prefix+b.token(subscribers.PurposeUnsubscribe)+tt.query, tt.kind, strings.NewReader(tt.body))
				want, leads := http.StatusOK, "" // no redirect: RFC 8058, section 3.1
				if tt.query == button {
					want, leads = http.StatusSeeOther, "?done=left"
				}
				if status != want || h.Get("Location") != leads {
					t.Fatalf("%s: got %d, Location %q, want %d and %q: %s", prefix, status, h.Get("Location"), want, leads, body)
				}
			}
			if !b.readers.left || b.readers.by != tt.by {
				t.Errorf("left %v by %v, want true by %v", b.readers.left, b.readers.by, tt.by)
			}
		})
	}
}

func TestForeignTokensGetOneAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	good := b.token(subscribers.PurposeUnsubscribe)
	flipped := []byte(good)
	flipped[10] ^= 1
	var first string
	for name, token := range map[string]string{
		"flipped": string(flipped), "cut": good[:20], "longer": good + "A",
		"another purpose": b.token(subscribers.PurposeConfirm), "no token": "x", "traversal": "..%2f..%2fetc",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			status, body, _ := do(t, method, b.url+"/u/"+token, "", nil)
			if status != http.StatusNotFound {
				t.Errorf("%s %s: got %d, want 404", method, name, status)
			}
			if first == "" {
				first = body
			}
			if body != first {
				t.Errorf("%s %s: another answer than the others", method, name)
			}
		}
	}
	if b.readers.left {
		t.Error("a foreign token unsubscribed the reader")
	}
}

func TestTestMailLinkOnlySaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		status, body, _ := do(t, method, b.url+"/u/"+b.token(subscribers.PurposeTest), "", nil)
		if status != http.StatusOK || !strings.Contains(body, "test mail") || b.readers.left {
			t.Errorf("%s: got %d, left %v: %s", method, status, b.readers.left, body)
		}
	}
}

func TestFailureTellsReaderNothing(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	b.readers.err = errors.New("disk on fire at /var/lib")
	token := b.token(subscribers.PurposeUnsubscribe)
	status, body, _ := do(t, http.MethodPost, b.url+"/u/"+token, "", nil)
	if status != http.StatusInternalServerError || strings.Contains(body, "fire") {
		t.Errorf("got %d: %s", status, body)
	}
	if got := b.log.String(); !strings.Contains(got, "disk on fire") || strings.Contains(got, token) {
		t.Errorf("the log must hold the cause and no token: %s", got)
	}
	if !strings.Contains(body, "The &lt;Weekly&gt;") {
		t.Errorf("the name is not escaped: %s", body)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	for _, ok := range []bool{true, false} {
		h, err := readers.New(readers.Options{Health: func() readers.Health { return readers.Health{OK: ok, Detail: "x"} }, Log: slog.Default()})
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil))
		want := map[bool]int{true: 200, false: 503}[ok]
		if rec.Code != want {
			t.Errorf("ok %v: got %d, want %d", ok, rec.Code, want)
		}
	}
}

// The pages are in the publication's colour, made readable on light and dark, as
// its mails are.
func TestPagesHaveTheColourOfThePublication(t *testing.T) {
	t.Parallel()
	for accent, want := range map[string]letter.Palette{"#0b6e4f": letter.NewPalette("#0b6e4f"), "": letter.NewPalette("")} {
		pages, err := readers.New(readers.Options{Name: "The Weekly", Accent: accent, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/nothing", nil))
		for _, rule := range []string{"--accent: " + want.Light.Accent + "; --onaccent: " + want.Light.OnAccent, "--accent: " + want.Dark.Accent} {
			if !strings.Contains(w.Body.String(), rule) {
				t.Errorf("accent %q: no %q in %s", accent, rule, w.Body)
			}
		}
	}
}
