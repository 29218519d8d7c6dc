package editor_test

import (
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"roundup/web/editor"
)

// keyed is a preview with a key, and its address taken apart.
type keyed struct {
	h             http.Handler
	desk          *fakeDesk
	folder, token string
}

func newKeyed(t *testing.T) keyed {
	t.Helper()
	key := editor.NewKey()
	d := sampleDesk()
	h, err := editor.New(editor.Options{Desk: d, Checker: d, Fetcher: d, Host: editor.Loopback, Key: key, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(key.Address("localhost:8123", url.Values{"as": {"a+b@readers.example"}}))
	if err != nil || u.Host != "localhost:8123" || u.Query().Get("as") != "a+b@readers.example" {
		t.Fatalf("the address is %v, %v", u, err)
	}
	k := keyed{h: h, desk: d, folder: u.Path, token: u.Query().Get("token")}
	if len(k.folder) < 14 || len(k.token) < 26 {
		t.Fatalf("folder %q and token %q can be guessed", k.folder, k.token)
	}
	return k
}

const wholeAddress = "This preview needs its whole address"

func TestPreviewRefusesWithoutItsKey(t *testing.T) {
	t.Parallel()
	k, other := newKeyed(t), newKeyed(t)
	cookie := "roundup_preview_8123=" + k.token
	tests := []struct {
		name, path string // after the folder, unless it starts with a slash
		headers    []string
		want       int
	}{
		{"nothing", "", nil, 403},
		{"the cookie", "", []string{"Cookie", cookie}, 200},
		{"the cookie among others", "", []string{"Cookie", "roundup_preview_8123=old; a=b; " + cookie}, 200},
		{"the cookie outside the folder", "/", []string{"Cookie", cookie}, 403},
		{"the cookie in another's folder", other.folder, []string{"Cookie", cookie}, 403},
		{"another's cookie", "", []string{"Cookie", "roundup_preview_8123=" + other.token}, 403},
		{"an empty cookie", "", []string{"Cookie", "roundup_preview_8123="}, 403},
		{"half a cookie", "", []string{"Cookie", cookie[:len(cookie)-1]}, 403},
		{"the cookie of another port", "", []string{"Cookie", "roundup_preview_8124=" + k.token}, 403},
		{"the token", "?token=" + k.token, nil, 200},
		{"half a token", "?token=" + k.token[:13], nil, 403},
		{"no token", "?token=", nil, 403},
		{"another's token", "?token=" + other.token, nil, 403},
		{"two tokens, the first wrong", "?token=x&token=" + k.token, nil, 403},
		{"the token outside the folder", "/?token=" + k.token, nil, 403},
		{"the token on a file", "issue.eml?token=" + k.token, nil, 403},
		{"the token in a header", "", []string{"Authorization", "Bearer " + k.token}, 403},
		{"no folder's slash", strings.TrimSuffix(k.folder, "/"), []string{"Cookie", cookie}, 403},
		{"the key under a foreign name", "?token=" + k.token, []string{"Host", "evil.example:8123", "Cookie", cookie}, 403},
		{"the key from a foreign page", "", []string{"Origin", "http://evil.example", "Cookie", cookie}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := tt.path
			if !strings.HasPrefix(path, "/") {
				path = k.folder + path
			}
			rec := ask(t, k.h, path, "", tt.headers...)
			if rec.Code != tt.want {
				t.Errorf("got %d, want %d: %s", rec.Code, tt.want, rec.Body)
			}
			if rec.Code == 403 && (strings.Contains(rec.Body.String(), "peace") || rec.Header().Get("Set-Cookie") != "") {
				t.Errorf("a stranger got %v %s", rec.Header(), rec.Body)
			}
		})
	}
}

func TestPreviewKeyIsOnEveryRoute(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	for _, path := range []string{"", "stamp", "issue.html", "issue.txt", "issue.eml?as=r1@readers.example", "issue.json", "preview.css", "preview.js", "preview_keys.js", "nothing"} {
		rec := ask(t, k.h, k.folder+path, "")
		if rec.Code != 403 || !strings.Contains(rec.Body.String(), wholeAddress) {
			t.Errorf("%s: got %d %s", path, rec.Code, rec.Body)
		}
	}
	for _, path := range []string{"edit", "words", "test", "check", "fetch"} {
		rec := ask(t, k.h, k.folder+path, "do=pin&article=1&to=x@y.example&token="+k.token)
		if rec.Code != 403 || !strings.Contains(rec.Body.String(), wholeAddress) {
			t.Errorf("%s: got %d %s", path, rec.Code, rec.Body)
		}
	}
	if k.desk.made != 0 || len(k.desk.changes) != 0 || k.desk.to != "" {
		t.Errorf("a stranger had %d issues made, %d changes and a test to %q", k.desk.made, len(k.desk.changes), k.desk.to)
	}
}

func TestPreviewTokenBecomesACookie(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	rec := ask(t, k.h, k.folder+"?view=text&token="+k.token+"&as=a%2Bb@readers.example", "", "Sec-Fetch-Site", "cross-site")
	body := rec.Body.String()
	if !strings.Contains(body, `http-equiv="refresh" content="0; url=./?as=a%2Bb%40readers.example&amp;view=text"`) || strings.Contains(body, k.token) {
		t.Errorf("it does not lead on, or holds the token: %s", body)
	}
	if strings.Contains(rec.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Error("from a sandbox a browser leads on without the cookie")
	}
	res := rec.Result()
	defer res.Body.Close()
	cookies := res.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("got cookies %v", cookies)
	}
	c := cookies[0]
	if c.Name != "roundup_preview_8123" || c.Path != k.folder || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the cookie is %+v", c)
	}
	if got := ask(t, k.h, k.folder+"?as=x", "", "Cookie", c.Name+"="+c.Value).Code; got != 200 {
		t.Errorf("with it: got %d", got)
	}
	for from, want := range map[string]int{"none": 303, "same-origin": 303, "same-site": 200, "": 200} {
		rec := ask(t, k.h, k.folder+"?view=text&token="+k.token, "", "Sec-Fetch-Site", from)
		if rec.Code != want || want == 303 && rec.Header().Get("Location") != "./?view=text" || rec.Header().Get("Set-Cookie") == "" {
			t.Errorf("from %q: got %d %v", from, rec.Code, rec.Header())
		}
	}
	// The address opened once more, with the cookie there or a token of an earlier day.
	if rec := ask(t, k.h, k.folder+"?token=old", "", "Cookie", c.Name+"="+c.Value); rec.Code != 200 || !strings.Contains(rec.Body.String(), `url=./"`) {
		t.Errorf("got %d: %s", rec.Code, rec.Body)
	}
}

// A form's answer stays below the folder, as a browser sees it.
func TestPreviewWithItsKeyInABrowser(t *testing.T) {
	t.Parallel()
	k := newKeyed(t)
	server := httptest.NewServer(k.h)
	defer server.Close()
	client := server.Client()
	var err error
	if client.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	get := func(method, path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode, res.Request.URL.Path
	}
	if code, _ := get(http.MethodGet, k.folder); code != 403 {
		t.Errorf("without: got %d", code)
	}
	get(http.MethodGet, k.folder+"?token="+k.token)
	for _, path := range []string{"", "issue.html", "preview.js", "stamp"} {
		if code, _ := get(http.MethodGet, k.folder+path); code != 200 {
			t.Errorf("%s: got %d", path, code)
		}
	}
	if code, at := get(http.MethodPost, k.folder+"edit?do=pin&article=1"); code != 200 || at != k.folder || len(k.desk.changes) != 1 {
		t.Errorf("got %d at %s, %d changes", code, at, len(k.desk.changes))
	}
	if code, _ := get(http.MethodGet, "/"); code != 403 {
		t.Errorf("outside the folder: got %d", code)
	}
}
