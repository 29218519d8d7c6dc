package feeds_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"roundup/digest/feeds"
	"roundup/internal/outbound"
)

// noon is when every test reader lives.
var noon = time.Date(2024, 3, 5, 12, 0, 0, 0, time.UTC)

func reader(t *testing.T, opts feeds.Options) *feeds.Reader {
	t.Helper()
	opts.Now = func() time.Time { return noon }
	client := outbound.New(outbound.Options{AllowPrivate: true, UserAgent: "Roundup/test", Timeout: time.Minute, MaxRedirects: 3})
	return feeds.NewReader(client, opts)
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// read reads one URL.
func read(t *testing.T, url string) feeds.Result {
	t.Helper()
	return reader(t, feeds.Options{}).ReadAll(t.Context(), []feeds.Source{{Name: "s", URL: url}})[0]
}

var good = rss(`<item><title>A</title><link>/a</link><category>Europe</category></item><item><title>B</title></item>`)

func TestOneBadSourceStopsNoOther(t *testing.T) {
	t.Parallel()
	var all []feeds.Source
	for i := range 20 {
		h := says(good)
		if i == 7 {
			h = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
		}
		all = append(all, feeds.Source{Name: fmt.Sprint("source ", i), URL: serve(t, h), Labels: []string{"World", "europe"}})
	}
	for i, r := range reader(t, feeds.Options{Concurrency: 3}).ReadAll(t.Context(), all) {
		if r.Source != all[i].Name {
			t.Errorf("result %d is of %s", i, r.Source)
		}
		if (r.Err != nil) != (i == 7) {
			t.Errorf("%s: %v", r.Source, r.Err)
		}
		if i == 7 {
			continue
		}
		if len(r.Articles) != 2 || r.Title != "The Magazine" || r.Bytes != int64(len(good)) {
			t.Fatalf("%s: %+v", r.Source, r)
		}
		if a := r.Articles[0]; a.Source != r.Source || !slices.Equal(a.Labels, []string{"Europe", "World"}) {
			t.Errorf("%s: article %+v", r.Source, a)
		}
	}
}

func TestSourcesAreReadSideBySideWithinBounds(t *testing.T) {
	t.Parallel()
	const most = 3
	var now, peak atomic.Int32
	var arrived sync.WaitGroup // every handler waits for the others of its turn
	arrived.Add(most)
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n := now.Add(1); n > peak.Load() {
			peak.Store(n)
		}
		arrived.Done()
		arrived.Wait()
		now.Add(-1)
		_, _ = io.WriteString(w, good)
	})
	for _, r := range reader(t, feeds.Options{Concurrency: most}).ReadAll(t.Context(), []feeds.Source{{URL: url + "/1"}, {URL: url + "/2"}, {URL: url + "/3"}}) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	if peak.Load() != most {
		t.Errorf("%d read at a time, want %d", peak.Load(), most)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	in := func(d time.Duration) time.Time { return noon.Add(d) }
	tests := []struct {
		name       string
		status     int
		retryAfter string
		want       error
		words      string
		until      time.Time
	}{
		{"gone", 410, "", feeds.ErrGone, "take it out", time.Time{}},
		{"not found", 404, "", feeds.ErrStatus, "404", time.Time{}},
		{"forbidden", 403, "", feeds.ErrStatus, "does not let us", time.Time{}},
		{"too many, seconds", 429, "3600", feeds.ErrStatus, "too often", in(time.Hour)},
		{"too many, date", 429, "Tue, 05 Mar 2024 14:00:00 GMT", feeds.ErrStatus, "429", in(2 * time.Hour)},
		{"too many, for ever", 429, "999999999", feeds.ErrStatus, "429", in(48 * time.Hour)},
		{"too many, past", 429, "Tue, 05 Mar 2024 11:00:00 GMT", feeds.ErrStatus, "429", time.Time{}},
		{"too many, nonsense", 429, "soon", feeds.ErrStatus, "429", time.Time{}},
		{"too many, unsaid", 429, "", feeds.ErrStatus, "429", time.Time{}},
		{"unavailable", 503, "120", feeds.ErrStatus, "in trouble", in(2 * time.Minute)},
		{"error", 500, "120", feeds.ErrStatus, "500", time.Time{}},
		{"no content", 204, "", feeds.ErrEmpty, "", time.Time{}},
		{"empty", 200, "", feeds.ErrEmpty, "", time.Time{}},
		{"not modified, unasked", 304, "", feeds.ErrStatus, "304", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := read(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("ETag", `"x"`)
				if tt.retryAfter != "" {
					w.Header().Set("Retry-After", tt.retryAfter)
				}
				w.WriteHeader(tt.status)
			}))
			if !errors.Is(r.Err, tt.want) || !strings.Contains(r.Err.Error(), tt.words) {
				t.Errorf("error = %v, want %v that says %q", r.Err, tt.want, tt.words)
			}
			if !r.RetryAfter.Equal(tt.until) || r.ETag != "" {
				t.Errorf("retry after %s, ETag %q; want %s and none", r.RetryAfter, r.ETag, tt.until)
			}
		})
	}
}

// TestDateOfTheSameSecond: what is as new as the answer itself may change once
// more and keep its date.
func TestDateOfTheSameSecond(t *testing.T) {
	t.Parallel()
	const date = "Mon, 04 Mar 2024 10:00:00 GMT"
	for _, tt := range []struct {
		name, modified, etag string
		kept                 bool
	}{
		{"the same second", date, "", false},
		{"later than the answer", "Mon, 04 Mar 2024 10:00:05 GMT", "", false},
		{"a second before", "Mon, 04 Mar 2024 09:59:59 GMT", "", true},
		{"the same second, and an ETag", date, `"v1"`, true},
		{"no date at all", "yesterday", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", date)
				w.Header().Set("Last-Modified", tt.modified)
				if tt.etag != "" {
					w.Header().Set("ETag", tt.etag)
				}
				_, _ = io.WriteString(w, good)
			})
			got := reader(t, feeds.Options{}).ReadAll(t.Context(), []feeds.Source{{URL: url}})[0]
			want := ""
			if tt.kept {
				want = tt.modified
			}
			if got.Err != nil || got.LastModified != want || got.ETag != tt.etag {
				t.Errorf("kept Last-Modified %q and ETag %q, %v; want %q and %q", got.LastModified, got.ETag, got.Err, want, tt.etag)
			}
		})
	}
}

func TestValidatorsAreASCII(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", "\"caf\xe9\"")
		w.Header().Set("Last-Modified", "Mo, 4. M\xe4rz 2024")
		_, _ = io.WriteString(w, good)
	})
	got := reader(t, feeds.Options{}).ReadAll(t.Context(), []feeds.Source{{URL: url}})[0]
	if got.Err != nil || len(got.Articles) == 0 || got.LastModified != "" || got.ETag != "" {
		t.Errorf("kept Last-Modified %q and ETag %q, %v; want neither", got.LastModified, got.ETag, got.Err)
	}
}

func TestValidators(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 04 Mar 2024 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, good)
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		_, _ = io.WriteString(w, good[:strings.Index(good, "<title>B")])
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/always", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, good)
	})
	url := serve(t, mux.ServeHTTP)
	rd := reader(t, feeds.Options{})
	get := func(s feeds.Source) feeds.Result { return rd.ReadAll(t.Context(), []feeds.Source{s})[0] }

	first := get(feeds.Source{URL: url + "/feed"})
	if first.Err != nil || first.ETag != `"v1"` || first.LastModified == "" || first.ValidatorsOf != url+"/feed" {
		t.Fatalf("first reading = %+v", first)
	}
	known := feeds.Source{URL: url + "/feed", ETag: first.ETag, LastModified: first.LastModified, ValidatorsOf: first.ValidatorsOf}
	if again := get(known); again.Err != nil || !again.NotModified || again.ETag != first.ETag || again.LastModified != first.LastModified || again.ValidatorsOf != first.ValidatorsOf {
		t.Errorf("second reading = %+v", again)
	}
	known.URL = url + "/moved"
	if moved := get(known); moved.Err != nil || !moved.NotModified {
		t.Errorf("by way of a redirect = %+v", moved)
	}
	known.URL = url + "/always"
	if other := get(known); other.Err != nil || other.NotModified || len(other.Articles) != 2 {
		t.Errorf("validators of another address were taken for this one's: %+v", other)
	}
	if cut := get(feeds.Source{URL: url + "/cut"}); cut.Err != nil || len(cut.Articles) != 1 || cut.ETag != "" || len(cut.Warnings) == 0 {
		t.Errorf("a damaged feed = %+v: want its article, a warning and no validators", cut)
	}
	if moved := get(feeds.Source{URL: url + "/moved"}); len(moved.Warnings) != 1 || !strings.Contains(moved.Warnings[0], url+"/feed") || moved.ValidatorsOf != url+"/feed" {
		t.Errorf("moved for good = %+v", moved)
	}
	before := asked.Load()
	late := get(feeds.Source{URL: url + "/feed", ETag: "x", NotBefore: noon.Add(time.Hour)})
	if !errors.Is(late.Err, feeds.ErrAskedToWait) || !late.RetryAfter.Equal(noon.Add(time.Hour)) || late.ETag != "x" || asked.Load() != before {
		t.Errorf("before its time = %+v, asked %d times", late, asked.Load()-before)
	}
	if due := get(feeds.Source{URL: url + "/feed", NotBefore: noon}); due.Err != nil {
		t.Errorf("at its time = %v", due.Err)
	}
}

func TestTroubleOnTheWay(t *testing.T) {
	t.Parallel()
	seven := gzipped(t, strings.Repeat("<item/>", 1<<20))
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, seven)
	}
	short := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(good)))
		_, _ = io.WriteString(w, good[:strings.Index(good, "<title>B")])
	}
	hang := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	for name, tt := range map[string]struct {
		h    http.HandlerFunc
		want error
	}{
		"bomb": {bomb, outbound.ErrTooLarge},
		"hang": {hang, outbound.ErrTimeout},
		"loop": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, outbound.ErrTooManyRedirects},
		"metadata": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, outbound.ErrPrivateAddress},
		"other scheme": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, outbound.ErrScheme},
		"page, hostile": {says(`<!doctype html><link rel="alternate" type="application/rss+xml" href="http://169.254.169.254/feed">`), outbound.ErrPrivateAddress},
		"page to page":  {says(`<!doctype html><link rel="alternate" type="application/rss+xml" href="/again">`), feeds.ErrNotFeed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := feeds.Options{MaxBytes: 1 << 20}
			if name == "hang" {
				opts.Timeout = 2 * time.Second // far below the client's minute, which would end it, too
			}
			start := time.Now()
			r := reader(t, opts).ReadAll(t.Context(), []feeds.Source{{URL: serve(t, tt.h)}})[0]
			if !errors.Is(r.Err, tt.want) || len(r.Articles) > 0 {
				t.Errorf("%d articles, %v; want %v", len(r.Articles), r.Err, tt.want)
			}
			if took := time.Since(start); took > 50*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
	r := read(t, serve(t, short))
	if r.Err != nil || len(r.Articles) != 1 || len(r.Warnings) != 2 || r.ETag != "" {
		t.Errorf("a body shorter than announced = %+v: want what is whole, and warnings", r)
	}
}

func TestPageLeadsToItsFeed(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed.xml" {
			w.Header().Set("ETag", `"f"`)
			if r.Header.Get("If-None-Match") == `"f"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = io.WriteString(w, good)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("ETag", `"page"`)
		_, _ = io.WriteString(w, `<html><head><link rel="alternate" type="application/rss+xml" href="feed.xml"></head></html>`)
	})
	r := read(t, url+"/")
	if r.Err != nil || len(r.Articles) != 2 || r.ETag != `"f"` || r.ValidatorsOf != url+"/feed.xml" || len(r.Warnings) != 1 {
		t.Fatalf("result = %+v", r)
	}
	again := reader(t, feeds.Options{}).ReadAll(t.Context(), []feeds.Source{{URL: url + "/", ETag: r.ETag, ValidatorsOf: r.ValidatorsOf}})[0]
	if again.Err != nil || !again.NotModified || again.ValidatorsOf != r.ValidatorsOf {
		t.Errorf("again = %+v", again)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one, odd := write("b.xml", rss("<item><title>B</title></item>")), write("odd[1].xml", rss("<item><title>O</title></item>"))
	write("a.xml", rss("<item><title>A</title></item>"))
	write("c.txt", "no feed")
	large := write("large.bin", strings.Repeat("x", 2<<20))
	page := write("page.html", `<!doctype html><link rel="alternate" type="application/rss+xml" href="https://mag.example/feed">`)
	squeezed := write("z.gz", gzipped(t, rss("<item><title>Z</title></item>")))
	whole := gzipped(t, rss("<item><title>Z</title></item>"))
	cut := write("cut.gz", whole[:len(whole)-6])
	bomb := write("bomb.gz", gzipped(t, strings.Repeat("x", 2<<20)))
	tests := []struct {
		name, path, titles string
		warnings           int
		want               error
		words              string
	}{
		{"file", one, "B", 0, nil, ""},
		{"glob, sorted", filepath.Join(dir, "?.xml"), "A B", 0, nil, ""},
		{"glob, one of them bad", filepath.Join(dir, "[abc].*"), "A B", 1, nil, ""},
		{"signs of a glob in a name", odd, "O", 0, nil, ""},
		{"glob without a match", filepath.Join(dir, "*.rss"), "", 0, feeds.ErrNoFile, filepath.Join(dir, "*.rss")},
		{"no such file", filepath.Join(dir, "none.xml"), "", 0, feeds.ErrNoFile, "none.xml"},
		{"malformed glob", filepath.Join(dir, "[a"), "", 0, filepath.ErrBadPattern, "pattern"},
		{"folder", dir, "", 0, nil, "*.xml"},
		{"device", "/dev/zero", "", 0, nil, "plain file"},
		{"too large", large, "", 0, outbound.ErrTooLarge, "1 MB"},
		{"compressed", squeezed, "Z", 0, nil, ""},
		{"compressed, cut off", cut, "Z", 1, nil, ""},
		{"compressed, too large", bomb, "", 0, outbound.ErrTooLarge, "1 MB"},
		{"page", page, "", 0, feeds.ErrNotFeed, "https://mag.example/feed"},
		{"a glob of one", filepath.Join(dir, "large.*"), "", 0, outbound.ErrTooLarge, "large.bin: "},
		{"only bad ones", filepath.Join(dir, "[cp]*.[th]*"), "", 0, feeds.ErrNotFeed, "c.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := reader(t, feeds.Options{MaxBytes: 1 << 20}).ReadAll(t.Context(), []feeds.Source{{Name: tt.path, Path: tt.path}})[0]
			if tt.titles == "" {
				if r.Err == nil || tt.want != nil && !errors.Is(r.Err, tt.want) || !strings.Contains(r.Err.Error(), tt.words) {
					t.Errorf("error = %v, want %v that says %q", r.Err, tt.want, tt.words)
				}
				if strings.HasPrefix(r.Err.Error(), tt.path+": ") {
					t.Errorf("error = %v, which names the source; whoever tells of it does that", r.Err)
				}
				return
			}
			if got := titles(feeds.Feed{Articles: r.Articles}); r.Err != nil || got != tt.titles || len(r.Warnings) != tt.warnings {
				t.Errorf("articles %q, warnings %q, %v; want %q", got, r.Warnings, r.Err, tt.titles)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := contextOf(t)
	cancel()
	for _, r := range reader(t, feeds.Options{}).ReadAll(ctx, []feeds.Source{{URL: "http://127.0.0.1:1/"}, {Path: "x"}}) {
		if r.Err == nil {
			t.Errorf("%+v: want the cancellation", r)
		}
	}
}

func gzipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
