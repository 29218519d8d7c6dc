package readers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"roundup/digest/schedule"
	"roundup/internal/language"
	"roundup/web/readers"
)

func TestFace(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly", func(o *readers.Options) {
		o.Tagline, o.Logo, o.Home = "The world, once a week", "https://mag.example/logo.png?x=1", "https://www.mag.example/"
		o.Rhythm = schedule.Rhythm{Pace: schedule.Weekly, Day: time.Friday}
		o.NextIssue = func() time.Time { return time.Date(2026, time.November, 27, 12, 0, 0, 0, time.UTC) }
	})
	status, body, h := do(t, http.MethodGet, b.url+"/", "", nil)
	if status != http.StatusOK {
		t.Fatalf("got %d: %s", status, body)
	}
	for _, want := range []string{
		"<title>The &lt;Weekly&gt;</title>", "The world, once a week", "An issue every Friday", "The next issue comes on Friday, November 27, 2026.",
		`<img class="logo" src="https://mag.example/logo.png?x=1" alt="The &lt;Weekly&gt;"`, `<a href="/weekly/issues/12-a-headline"><bdi>A headline</bdi></a>`,
		`<a href="/weekly/issues/">All issues</a>`, `<a href="https://www.mag.example/">mag.example</a>`, `<link rel="canonical" href="https://news.example/weekly/">`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if got := h.Get("Content-Security-Policy"); !strings.Contains(got, "img-src https://mag.example; ") {
		t.Errorf("the logo may not be shown: %s", got)
	}
	if strings.Contains(body, "<script") || h.Get("Set-Cookie") != "" {
		t.Error("the page has a script, or sets a cookie")
	}
}

// A Russian date ends with a stop of its own.
func TestFaceSaysWhenInOneStop(t *testing.T) {
	t.Parallel()
	for _, tag := range language.Known() {
		b := setup(t, "", func(o *readers.Options) {
			o.Language, o.Rhythm = tag, schedule.Rhythm{Pace: schedule.Weekly, Day: time.Friday}
			o.NextIssue = func() time.Time { return time.Date(2026, time.November, 27, 12, 0, 0, 0, time.UTC) }
		})
		if _, body, _ := do(t, http.MethodGet, b.url+"/", "", nil); strings.Contains(body, "..") {
			t.Errorf("%s: two stops in a row in %s", tag, body)
		}
	}
}

func TestFaceSaysHowOften(t *testing.T) {
	t.Parallel()
	for _, tag := range append(language.Known(), "ar-EG") {
		words := language.WordsFor(tag)
		for rhythm, want := range map[schedule.Rhythm]string{
			{Pace: schedule.Daily}:                       words.Archive.Daily,
			{Pace: schedule.Weekly, Day: time.Wednesday}: words.Archive.Weekly[3],
			{Pace: schedule.Often}:                       words.Archive.Often,
			{Pace: schedule.Weeks, Weeks: 2}:             words.Count(words.Archive.Weeks, 2),
			{Pace: schedule.Monthly}:                     words.Archive.Monthly,
		} {
			b := setup(t, "", func(o *readers.Options) { o.Language, o.Rhythm = tag, rhythm })
			if _, body, _ := do(t, http.MethodGet, b.url+"/", "", nil); !strings.Contains(body, want) {
				t.Errorf("%s: no %q", tag, want)
			}
		}
	}
}
