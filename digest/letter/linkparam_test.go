package letter_test

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"roundup/digest"
	"roundup/digest/letter"
)

func TestLinkParams(t *testing.T) {
	t.Parallel()
	params := []letter.LinkParam{{Name: "utm_source", Value: "newsletter"}, {Name: "utm_campaign", Value: "Été & co=1#x"}}
	const both = "utm_source=newsletter&utm_campaign=%C3%89t%C3%A9+%26+co%3D1%23x"
	long := "https://m.example/" + strings.Repeat("x", 700)
	tests := []struct{ name, link, want string }{
		{"plain", "https://m.example/a", "https://m.example/a?" + both},
		{"only a host", "https://m.example", "https://m.example?" + both},
		{"with a query", "https://m.example/?p=12", "https://m.example/?p=12&" + both},
		{"an empty query", "https://m.example/a?", "https://m.example/a?" + both},
		{"a query that ends in &", "https://m.example/a?p=1&", "https://m.example/a?p=1&" + both},
		{"a fragment", "https://m.example/a#part", "https://m.example/a?" + both + "#part"},
		{"query and fragment", "https://m.example/a?p=1#part?x", "https://m.example/a?p=1&" + both + "#part?x"},
		{"one is there", "https://m.example/?utm_source=feed", "https://m.example/?utm_source=feed&utm_campaign=%C3%89t%C3%A9+%26+co%3D1%23x"},
		{"one is there, escaped", "https://m.example/?utm%5Fsource", "https://m.example/?utm%5Fsource&utm_campaign=%C3%89t%C3%A9+%26+co%3D1%23x"},
		{"what is there stays as written", "https://m.example/a%20b?q=%C3%A9;x=~", "https://m.example/a%20b?q=%C3%A9;x=~&" + both},
		{"too long", long, long},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			article := sampleArticle(18, "A headline", "", "Analysis")
			article.URL = tt.link
			v := render(t, []digest.IssueSection{{Title: "Analysis", Articles: []digest.Printed{article}}}, letter.Options{LinkParams: params})
			for part, text := range map[string]string{"text": v.Text, "HTML": html.UnescapeString(v.HTML), "page": html.UnescapeString(v.Page)} {
				link := tt.want
				if part != "text" {
					link = `href="` + link + `"`
				}
				if !strings.Contains(text, link) {
					t.Errorf("the %s lacks %s:\n%s", part, link, text)
				}
			}
			if u, err := url.Parse(tt.want); err != nil || u.Host != "m.example" {
				t.Errorf("%q is no link: %v", tt.want, err)
			}
		})
	}
}

// No link but those to articles gets a parameter.
func TestLinkParamsOfOtherLinks(t *testing.T) {
	t.Parallel()
	issue := compiled(t, sampleSections(), sampleNote)
	v := render(t, sampleSections(), letter.Options{LinkParams: []letter.LinkParam{{Name: "mark", Value: "1"}}})
	want := len(issue.Articles())
	if got := strings.Count(v.Text, "mark=1"); got != want {
		t.Errorf("%d links of the text have the parameter, want %d: those to articles", got, want)
	}
	for _, other := range []string{issue.Mark(digest.PlaceUnsubscribe), "/issues/" + issue.Slug, "https://meridian.example/", "https://social.example/@meridian"} {
		if strings.Contains(v.HTML, other+"?mark=1") || strings.Contains(v.Text, other+"?mark=1") {
			t.Errorf("%s has the parameter", other)
		}
	}
}

func render(t *testing.T, sections []digest.IssueSection, opts letter.Options) digest.Variant {
	t.Helper()
	v, err := letter.Render(compiled(t, sections, sampleNote), samplePublication(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A link as a mail shows it compares equal to the article's own.
func TestPrintedCanonical(t *testing.T) {
	t.Parallel()
	params := []letter.LinkParam{{Name: "utm_source", Value: "newsletter"}, {Name: "ref", Value: "Été & co=1#x"}}
	for _, link := range []string{
		"https://m.example/a", "https://m.example", "https://m.example/?p=12", "https://m.example/a?", "https://m.example/a?p=1&",
		"https://m.example/a#part", "http://m.example:80/a/?ref=other", "https://m.example/a?q=%C3%A9",
		"https://m.example/Baltic_(sea)", "https://m.example/it's!*", "https://m.example/%28a%29?q=(b)", "https://m.example/é(a)", "https://m.example/[1]?a[]=2", "https://m.example/a?b=100%",
	} {
		article := sampleArticle(18, "A headline", "", "Analysis")
		article.URL = digest.CleanURL(link, nil)
		v := render(t, []digest.IssueSection{{Title: "Analysis", Articles: []digest.Printed{article}}}, letter.Options{LinkParams: params})
		want := digest.AsPrinted(digest.Canonical(link))
		for part, text := range map[string]string{"HTML": strings.ReplaceAll(html.UnescapeString(v.HTML), `"`, " "), "text": v.Text} {
			var found []string
			for word := range strings.FieldsSeq(text) {
				if strings.HasPrefix(word, "http") && strings.Contains(word, "://m.example") {
					found = append(found, letter.PrintedCanonical(word, params))
				}
			}
			if len(found) == 0 || found[0] != want {
				t.Errorf("%s came back from the %s as %q, want %q", link, part, found, want)
			}
		}
	}
	if got := letter.PrintedCanonical("mailto:x@y.example", params); got != "" {
		t.Errorf("a mail address became %q", got)
	}
}
