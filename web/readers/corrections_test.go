package readers_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/feeds"
	"roundup/web/readers"
)

// correct puts two corrections on top of each issue of the archive.
func (b *bundle) correct() {
	b.archive.corrected = time.Date(2026, time.December, 2, 23, 30, 0, 0, time.UTC)
	b.archive.corrections = []digest.IssueCorrection{
		{At: b.archive.corrected.Add(-time.Hour), Text: "The harbour is in <Gdynia>.\nNot in Gdansk."},
		{At: b.archive.corrected, Text: "Nor in Sopot."},
	}
}

const correctedTop = `<p><strong>Correction, December 2, 2026:</strong> The harbour is in &lt;Gdynia&gt;.<br>
Not in Gdansk.</p>
<p><strong>Correction, December 2, 2026:</strong> Nor in Sopot.</p>`

// What was corrected stands on top of an issue's page, however much of the archive can be
// seen and whatever its page is like; of the frozen page nothing is changed.
func TestCorrectionsStandOnTop(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ mode, slug, before, after string }{
		{readers.Public, "12-a-headline", "</head><body><aside", "</aside><h1>Issue 12</h1><footer"},
		{readers.Unlisted, "12-a-headline", "</head><body><aside", "</aside><h1>Issue 12</h1></body></html>"},
		{readers.Public, "13-b", "<aside", "</aside><p>No head, no body</p>"},
	} {
		b := setup(t, "https://news.example", func(o *readers.Options) { o.ArchiveMode = tt.mode })
		b.correct()
		status, body, _ := do(t, http.MethodGet, b.url+"/issues/"+tt.slug, "", nil)
		want := tt.before + ` class="roundup-top" lang="en" dir="ltr">` + "\n" + correctedTop + "\n" + tt.after
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s, %s: got %d, no\n%s\nin\n%s", tt.mode, tt.slug, status, want, body)
		}
		if styled := strings.Contains(body, ".roundup-top {"); styled != (tt.slug == "12-a-headline") {
			t.Errorf("%s, %s: it has a style: %v", tt.mode, tt.slug, styled)
		}
	}
}

// A correction is dated in the newsletter's language and time zone, and reads from its side.
func TestCorrectionsAreInTheNewslettersLanguage(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"ar": `lang="ar" dir="rtl">` + "\n<p><strong>تصحيح بتاريخ 3 ديسمبر 2026:",
		"de": "<strong>Korrektur vom 3.\u00a0Dezember 2026:</strong>",
		"en": "<strong>Correction, December 3, 2026:</strong>",
		"es": "<strong>Corrección del 3 de diciembre de 2026:</strong>",
		"fr": "<strong>Rectificatif du 3\u00a0décembre 2026\u00a0:</strong>",
		"it": "<strong>Rettifica, 3\u00a0dicembre 2026:</strong>",
		"nl": "<strong>Correctie, 3\u00a0december 2026:</strong>",
		"pl": "<strong>Sprostowanie z\u00a03\u00a0grudnia 2026:</strong>",
		"pt": "<strong>Correção de 3 de dezembro de 2026:</strong>",
		"ru": "<strong>Исправление от 3\u00a0декабря 2026\u00a0г.:</strong>",
	} {
		b := setup(t, "https://news.example", func(o *readers.Options) {
			o.Language, o.Location = tag, time.FixedZone("", 3600)
		})
		b.correct()
		b.archive.corrections = b.archive.corrections[1:]
		_, body, _ := do(t, http.MethodGet, b.url+"/issues/12-a-headline", "", nil)
		if !strings.Contains(body, want) {
			_, top, _ := strings.Cut(body, "<aside")
			t.Errorf("%s: no %s in %.200s", tag, want, top)
		}
	}
}

// Who has the page or a feed already gets the corrected one, and another once the
// correction is taken away, by whichever of the two a program asks.
func TestCorrectionsAreSentToWhoHasThePage(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/issues/12-a-headline", "/issues/feed.atom", "/issues/feed.rss", "/issues/feed.json", "/issues/in/in-brief/feed.atom"} {
		b := setup(t, "https://news.example")
		ask := func(name, value string) (int, http.Header) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(name, value)
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			return res.StatusCode, res.Header
		}
		for step, change := range []func(){b.correct, func() { b.archive.corrections, b.archive.corrected = nil, b.archive.corrected.Add(time.Hour) }} {
			_, had := ask("Accept", "*/*")
			for name, value := range map[string]string{"If-None-Match": had.Get("ETag"), "If-Modified-Since": had.Get("Last-Modified")} {
				if status, _ := ask(name, value); status != http.StatusNotModified {
					t.Errorf("%s, %s, step %d: got %d before, want 304", path, name, step, status)
				}
			}
			change()
			for name, value := range map[string]string{"If-None-Match": had.Get("ETag"), "If-Modified-Since": had.Get("Last-Modified")} {
				if status, _ := ask(name, value); status != http.StatusOK {
					t.Errorf("%s, %s, step %d: got %d, want 200", path, name, step, status)
				}
			}
		}
	}
}

// Feeds have the corrections on top of an entry, and say when it changed.
func TestCorrectionsInFeeds(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example")
	b.correct()
	for form, moved := range map[string]string{"atom": "<updated>2026-12-02T23:30:00Z</updated>", "rss": "<lastBuildDate>Wed, 02 Dec 2026 23:30:00 +0000</lastBuildDate>", "json": `"date_modified": "2026-12-02T23:30:00Z"`} {
		for _, folder := range []string{"", "in/in-brief/"} {
			_, body, h := do(t, http.MethodGet, b.url+"/issues/"+folder+"feed."+form, "", nil)
			if !strings.Contains(body, moved) {
				t.Errorf("%s%s: no %s in %s", folder, form, moved, body)
			}
			feed, err := feeds.Parse([]byte(body), feeds.Meta{ContentType: h.Get("Content-Type"), URL: "https://news.example/issues/" + folder + "feed." + form})
			if err != nil || len(feed.Articles) != 3 || !feed.Articles[0].Published.Equal(noon()) {
				t.Errorf("%s%s: %v in %s", folder, form, err, body)
			}
		}
	}
	_, body, _ := do(t, http.MethodGet, b.url+"/issues/in/in-brief/feed.json", "", nil)
	var feed struct {
		Items []struct {
			HTML string `json:"content_html"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(feed.Items[0].HTML, correctedTop+"\n<h3>Rails</h3>") {
		t.Errorf("the entry is %s", feed.Items[0].HTML)
	}
}

// What search engines read of an issue has its corrections.
func TestCorrectionsForSearchEngines(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example")
	b.correct()
	_, body, _ := do(t, http.MethodGet, b.url+"/issues/12-a-headline", "", nil)
	_, script, _ := strings.Cut(body, `<script type="application/ld+json">`)
	script, _, _ = strings.Cut(script, "</script>")
	type correction struct {
		Type string `json:"@type"`
		Text string `json:"text"`
		At   string `json:"datePublished"`
	}
	var data struct {
		Modified   string       `json:"dateModified"`
		Correction []correction `json:"correction"`
	}
	if err := json.Unmarshal([]byte(script), &data); err != nil {
		t.Fatal(err)
	}
	want := []correction{
		{"CorrectionComment", "The harbour is in <Gdynia>.\nNot in Gdansk.", "2026-12-02T22:30:00Z"},
		{"CorrectionComment", "Nor in Sopot.", "2026-12-02T23:30:00Z"},
	}
	if data.Modified != "2026-12-02T23:30:00Z" || !slices.Equal(data.Correction, want) {
		t.Errorf("got %+v", data)
	}
}
