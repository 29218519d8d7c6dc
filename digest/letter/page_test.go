package letter_test

import (
	"strings"
	"testing"

	"roundup/digest"
	"roundup/digest/letter"
)

// The page is for everybody: what is one reader's own is not in it.
func TestPageIsNobodysOwn(t *testing.T) {
	t.Parallel()
	issue := compiled(t, sampleSections(), sampleNote)
	v := render(t, sampleSections(), letter.Options{})
	link := "https://news.meridian.example/issues/" + issue.Slug
	for _, article := range issue.Articles() {
		if !strings.Contains(v.Page, article.URL) {
			t.Errorf("the page lacks %s", article.URL)
		}
	}
	for _, personal := range []string{issue.UID, "This mail was sent", ">Unsubscribe<", "View in browser", `href=""`} {
		if strings.Contains(v.Page, personal) {
			t.Errorf("the page holds %q", personal)
		}
	}
	if !strings.Contains(v.HTML, `href="`+link+`"`) || !strings.Contains(v.Text, link) {
		t.Errorf("the mail does not lead to %s", link)
	}
}

// Where a link to the page is shared, its title, text and picture are shown; a
// mail needs none of that.
func TestPageCanBeShared(t *testing.T) {
	t.Parallel()
	issue, pub := compiled(t, sampleSections(), sampleNote), samplePublication(t)
	pub.AccentColor = "#0b6e4f"
	v, err := letter.Render(issue, pub, letter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	link := "https://news.meridian.example/issues/" + issue.Slug
	for _, want := range []string{
		`<link rel="canonical" href="` + link + `"/>`, `<meta property="og:url" content="` + link + `"/>`,
		`<meta property="og:title" content="The Quiet War Under the Baltic"/>`,
		`<meta property="og:description" content="Jakarta’s New Neutrality`,
		`<meta property="og:image" content="https://meridian.example/pictures/1600x900/baltic.jpg"/>`,
		`<meta property="og:site_name" content="The Meridian Review"/>`, `<meta name="theme-color" content="#0b6e4f"/>`,
	} {
		if !strings.Contains(strings.ReplaceAll(v.Page, "\n", " "), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(v.HTML, "og:") || strings.Contains(v.HTML, "canonical") {
		t.Error("the mail has what only the page needs")
	}
	pub.Logo = "https://meridian.example/logo.png"
	v, err = letter.Render(issue, pub, letter.Options{Images: letter.NoImages})
	if err != nil || strings.Contains(v.Page, "og:image") {
		t.Errorf("a picture is shared though there are to be none (%v)", err)
	}
}

func TestNoLinkWithoutAPage(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*digest.Publication){
		"no pages":   func(p *digest.Publication) { p.BaseURL = "" },
		"no archive": func(p *digest.Publication) { p.NoArchive = true },
	} {
		pub := samplePublication(t)
		change(&pub)
		v, err := letter.Render(compiled(t, sampleSections(), ""), pub, letter.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(v.HTML, "View in browser") || strings.Contains(v.Text, "View in browser") || strings.Contains(v.Page, "canonical") {
			t.Errorf("%s: the mail leads to a page that nobody serves", name)
		}
	}
}
