package digest_test

import (
	"strings"
	"testing"

	"roundup/digest"
)

// The page is for everybody: what is one reader's own is not in it.
func TestPageIsNobodysOwn(t *testing.T) {
	t.Parallel()
	issue := compiled(t, sampleSections(), sampleNote)
	v := render(t, sampleSections(), digest.RenderOptions{})
	link := "https://news.meridian.example/issues/" + issue.Slug
	for _, article := range issue.Articles() {
		if !strings.Contains(v.Page, article.URL) {
			t.Errorf("the page lacks %s", article.URL)
		}
	}
	for _, personal := range []string{issue.UID, "This mail was sent", ">Unsubscribe<", link, `href=""`} {
		if strings.Contains(v.Page, personal) {
			t.Errorf("the page holds %q", personal)
		}
	}
	if !strings.Contains(v.HTML, `href="`+link+`"`) || !strings.Contains(v.Text, link) {
		t.Errorf("the mail does not lead to %s", link)
	}
}

func TestNoLinkWithoutAPage(t *testing.T) {
	t.Parallel()
	pub := samplePublication(t)
	pub.BaseURL = ""
	v, err := digest.Render(compiled(t, sampleSections(), ""), pub, digest.RenderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(v.HTML, "View in browser") || strings.Contains(v.Text, "View in browser") {
		t.Error("the mail leads to a page that nobody serves")
	}
}
