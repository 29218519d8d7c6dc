package readers_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"roundup/digest/feeds"
)

// The tree's own reader of feeds reads all three forms, and finds the same in each.
func TestFeeds(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly")
	for form, kind := range map[string]string{"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"} {
		for _, folder := range []string{"", "in/in-brief/"} {
			status, body, h := do(t, http.MethodGet, b.url+"/issues/"+folder+"feed."+form, "", nil)
			if status != http.StatusOK || h.Get("Content-Type") != kind+"; charset=utf-8" || h.Get("ETag") == "" || h.Get("Cache-Control") != "public, max-age=300" {
				t.Fatalf("%s%s: got %d %v", folder, form, status, h)
			}
			feed, err := feeds.Parse([]byte(body), feeds.Meta{ContentType: h.Get("Content-Type"), URL: "https://news.example/weekly/issues/" + folder + "feed." + form})
			if err != nil || len(feed.Warnings) > 0 || !feed.Whole || len(feed.Articles) != 3 {
				t.Fatalf("%s%s: %v %v: %d entries in %s", folder, form, err, feed.Warnings, len(feed.Articles), body)
			}
			title := "The <Weekly>"
			if folder != "" {
				title += ": In brief"
			}
			if feed.Title != title {
				t.Errorf("%s%s: the title is %q", folder, form, feed.Title)
			}
			a, want := feed.Articles[0], issues()[0]
			if address := "https://news.example/weekly/issues/13-b"; a.GUID != address || a.URL != address || a.Title != want.Subject || !a.Published.Equal(want.Started) {
				t.Errorf("%s%s: the first entry is %+v", folder, form, a)
			}
			if has := strings.Contains(body, "mag.example/ports"); has != (folder == "") {
				t.Errorf("%s%s: it has articles of other sections: %v", folder, form, has)
			}
			if strings.Contains(body, "javascript:") || strings.Contains(body, "<trade>") {
				t.Errorf("%s%s: %s", folder, form, body)
			}
		}
	}
	if b.archive.asked.Limit != 20 || !b.archive.asked.Articles {
		t.Errorf("asks for %+v", b.archive.asked)
	}
}

func TestJSONFeedIsOfVersion11(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example")
	_, body, _ := do(t, http.MethodGet, b.url+"/issues/feed.json", "", nil)
	var feed struct {
		Version string `json:"version"`
		Self    string `json:"feed_url"`
		Items   []struct {
			HTML string `json:"content_html"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Version != "https://jsonfeed.org/version/1.1" || feed.Self != "https://news.example/issues/feed.json" {
		t.Errorf("got %+v", feed)
	}
	if want := `<h3><a href="https://mag.example/ports">Ports &amp; &lt;trade&gt;</a></h3>`; !strings.Contains(feed.Items[0].HTML, want) || !strings.Contains(feed.Items[0].HTML, "By Ann and Bo") {
		t.Errorf("no %s in %s", want, feed.Items[0].HTML)
	}
}

// Without a base address nobody knows what to call an entry; and no section is made up.
func TestNoFeed(t *testing.T) {
	t.Parallel()
	for base, path := range map[string]string{"": "/issues/feed.atom", "https://news.example": "/issues/in/opinion/feed.atom"} {
		if status, _, _ := do(t, http.MethodGet, setup(t, base).url+path, "", nil); status != http.StatusNotFound {
			t.Errorf("%s at %q: got %d", path, base, status)
		}
	}
}
