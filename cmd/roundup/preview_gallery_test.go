package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/internal/sample"
	"roundup/internal/testing/proof"
	"roundup/internal/testing/smtptest"
)

// TestPreviewGallery writes the editor's page in docs/gallery, of the sample
// magazine on a Thursday, with -update. What the page does is tested in preview_page_test.go.
func TestPreviewGallery(t *testing.T) {
	if !*update {
		t.Skip("only writes docs/gallery: -update")
	}
	thursday := time.Date(2025, time.November, 20, 15, 0, 0, 0, time.UTC)
	t.Setenv("ROUNDUP_CLOCK", thursday.Format(time.RFC3339))
	p := magazine(t, thursday)
	browser := proof.NewBrowser(t)
	for name, look := range map[string]struct {
		view  proof.View
		query string
	}{
		"preview":      {proof.View{Width: 1280, Height: 960, Scale: 2}, "view=desktop"},
		"preview-dark": {proof.View{Width: 1280, Height: 960, Scale: 2, Dark: true}, "view=phone&scheme=dark"},
	} {
		e := p.open(browser, look.view, look.query)
		e.until(`document.getElementById("frame").contentDocument.images[0].naturalWidth > 1`)
		e.tab.Settle(t)
		shot := filepath.Join(proof.Root(t), "docs", "gallery", name+".png")
		proof.Compare(t, shot, e.tab.Screen(t), true)
	}
}

// magazine is the sample magazine with an editor at work.
func magazine(t *testing.T, now time.Time) *pageSite {
	t.Helper()
	drawn, err := sample.Pictures()
	if err != nil {
		t.Fatal(err)
	}
	www := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, picture := range drawn {
			if picture.Name == path.Base(r.URL.Path) {
				w.Header().Set("Content-Type", "image/jpeg")
				_, _ = w.Write(picture.JPEG)
			}
		}
	}))
	t.Cleanup(www.Close)
	feed, err := sample.Feed(now)
	if err != nil {
		t.Fatal(err)
	}
	p := &pageSite{site: newSite(t, 0, smtptest.Options{}), www: www}
	p.write("feed.xml", strings.ReplaceAll(string(feed), sample.Site+"/pictures", www.URL+"/pictures"))
	p.write("roundup.yaml", fmt.Sprintf(demoConfig, "path: feed.xml", p.port, "127.0.0.1:8080"))
	p.write("readers.csv", string(sample.Readers))
	p.must("subscribers", "import", "readers.csv")
	p.must("fetch")
	p.must("articles", "pin", "3")
	p.must("edit", "note", "The strait has been our story for a year. This week it became everybody’s.")
	p.preview()
	return p
}
