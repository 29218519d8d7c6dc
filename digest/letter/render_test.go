package letter_test

import (
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/testing/proof"
)

func TestRenderIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	s := samples(t)[0]
	first := rendered(t, s.issue, s.pub)
	for range 5 {
		if again := rendered(t, s.issue, s.pub); !reflect.DeepEqual(again.Variant, first.Variant) {
			t.Fatal("two renderings of one issue differ")
		}
	}
}

func TestRenderShortensBlurbsThatGmailWouldCutOff(t *testing.T) {
	t.Parallel()
	issue := compiled(t, nil, "")
	var articles []digest.Printed
	for i := range 40 {
		title := "Article " + strconv.Itoa(i)
		article := sampleArticle(18, title, strings.Repeat("A long blurb goes on. ", 60), "Analysis", "Ngozi Achebe")
		article.URL = "https://meridian.example/" + strconv.Itoa(i)
		articles = append(articles, article)
	}
	issue.Sections = []digest.IssueSection{{Title: "Analysis", Articles: articles}}
	m := rendered(t, issue, samplePublication(t))
	if len(m.HTML) > 100_000 {
		t.Errorf("HTML has %d octets", len(m.HTML))
	}
	if got := len(m.all("h3")); got != 39 {
		t.Errorf("%d headlines after the lead's, want all 39", got)
	}

	issue.Sections[0].Articles = slices.Repeat(articles, 4)
	_, err := letter.Render(issue, samplePublication(t), letter.Options{})
	var tooLarge *letter.TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.Size < 100_000 || !strings.Contains(tooLarge.Hint, "digest.max_articles") {
		t.Errorf("160 articles: error is %v", err)
	}
}

func TestRenderRefusesAnIssueWithoutUID(t *testing.T) {
	t.Parallel()
	if _, err := letter.Render(digest.Issue{Number: 3}, samplePublication(t), letter.Options{}); err == nil {
		t.Error("no error: the marks could be forged")
	}
}

func TestRenderRightToLeft(t *testing.T) {
	t.Parallel()
	pub := samplePublication(t)
	pub.Language = "ar"
	m := rendered(t, compiled(t, sampleSections(), ""), pub)
	for _, n := range []*html.Node{m.all("html")[0], m.all("div")[0]} {
		if proof.Attr(n, "lang") != "ar" || proof.Attr(n, "dir") != "rtl" {
			t.Errorf("%s has lang %q and dir %q", n.Data, proof.Attr(n, "lang"), proof.Attr(n, "dir"))
		}
	}
	if !strings.Contains(m.HTML, "←") || strings.Contains(m.HTML, "→") {
		t.Error("the arrow points away from the text")
	}
}

func TestRenderFillsInWhatIsMissing(t *testing.T) {
	t.Parallel()
	// An issue frozen by an older version, or written by hand: no lead flag,
	// no headline, a nil location, a date in another year.
	issue := digest.Issue{UID: sampleUID, Number: 1, Subject: "S", Date: time.Date(2025, 1, 3, 23, 0, 0, 0, time.UTC),
		Sections: []digest.IssueSection{{Articles: []digest.Printed{{Article: digest.Article{
			Title: "Only a title", Published: time.Date(2024, 12, 20, 0, 0, 0, 0, time.UTC)}}}}}}
	m := rendered(t, issue, digest.Publication{Name: "N"})
	if h := m.all("h2"); len(h) != 1 || proof.Said(h[0]) != "Only a title" {
		t.Error("the title does not stand in for the headline")
	}
	for _, want := range []string{"Friday, January 3, 2025", "December 20, 2024"} {
		if !strings.Contains(breaking(m.Text), want) {
			t.Errorf("text lacks %q:\n%s", want, m.Text)
		}
	}
}

func TestRenderWithOwnTemplates(t *testing.T) {
	t.Parallel()
	issue, pub := compiled(t, sampleSections(), ""), samplePublication(t)
	tests := []struct {
		name  string
		files fstest.MapFS
		want  string // in the HTML; or of the error, when it begins with "error: "
	}{
		{"one part replaced", fstest.MapFS{"preheader.html": file(`{{ define "preheader" }}<p class="foot">Mine: {{ .Preheader }}</p>{{ end }}`)}, `font:14px/1.55 Helvetica`},
		{"conditional comments kept", fstest.MapFS{"note.html": file("{{ define \"note\" }}<!--[if mso]><p>Outlook</p><![endif]--><!-- gone -->{{ end }}")}, "<!--[if mso]><p>Outlook</p><![endif]-->"},
		{"escaped", fstest.MapFS{"note.html": file(`{{ define "note" }}<p>{{ "<b>" }}</p>{{ end }}`)}, "<p>&lt;b&gt;</p>"},
		{"unknown field", fstest.MapFS{"note.html": file("{{ define \"note\" }}\n{{ .Newsletter.Nam }}{{ end }}")}, "error: note.html: line 2: {{ .Newsletter.Nam }} is not known"},
		{"unknown field of the text part", fstest.MapFS{"footer.txt": file("{{ define \"footer\" }}{{ .Nonsense }}{{ end }}")}, "error: footer.txt: line 1: {{ .Nonsense }} is not known"},
		{"syntax", fstest.MapFS{"note.html": file("{{ define \"note\" }}\n\n{{ if }}{{ end }}{{ end }}")}, "error: note.html: line 3: missing value for if"},
		{"environment", fstest.MapFS{"note.html": file(`{{ define "note" }}{{ env "HOME" }}{{ end }}`)}, `error: note.html: line 1: function "env" not defined`},
		{"comment that would break", fstest.MapFS{"note.html": file("{{ define \"note\" }}\n<!--[if mso]><br/><![endif]-->{{ end }}")}, "error: note.html: line 2: a conditional comment can't hold"},
		{"data can't reach comments", fstest.MapFS{"note.html": file(`{{ define "note" }}{{ keptComment 99 }}{{ end }}`)}, "error: note.html: line 1: "},
		{"unescapable place", fstest.MapFS{"note.html": file(`{{ define "note" }}<script>{{ .Subject }}</script><a href='{{ .Subject }}>{{ end }}`)}, "error: note.html: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			variant, err := letter.Render(issue, pub, letter.Options{Templates: tt.files})
			want, wantError := strings.CutPrefix(tt.want, "error: ")
			if wantError {
				var mistake *letter.TemplateError
				if !errors.As(err, &mistake) || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("error is %v, want %q", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(variant.HTML, want) {
				t.Errorf("HTML lacks %q", want)
			}
			if strings.Contains(variant.HTML, "gone") {
				t.Error("an ordinary comment is kept")
			}
		})
	}
	broken := letter.Options{Templates: brokenFS{}}
	if _, err := letter.Render(issue, pub, broken); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("unreadable templates: error is %v", err)
	}
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// brokenFS lists a template that can't be read.
type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error)    { return nil, fs.ErrPermission }
func (brokenFS) Glob(string) ([]string, error)   { return []string{"note.html"}, nil }
func (brokenFS) ReadFile(string) ([]byte, error) { return nil, fs.ErrPermission }

func TestPictures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name               string
		image              digest.Image
		lead               bool
		width, height, alt string // "" for no picture
	}{
		{"lead", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 1600, Height: 900}, true, "536", "301", "A"},
		{"beside", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 1600, Height: 900}, false, "176", "99", ""},
		{"stretched a little", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 460, Height: 230}, true, "536", "268", "A"},
		{"unknown size", digest.Image{URL: "https://a.example/p.jpg", Alt: "A"}, true, "536", "none", "A"},
		{"only the width", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 300}, true, "176", "none", ""},
		{"a small one stands beside", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 399, Height: 200}, true, "176", "88", ""},
		{"a tall one stands beside", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 1000, Height: 1000}, true, "176", "176", ""},
		{"a caption is read anyway", digest.Image{URL: "https://a.example/p.jpg", Caption: "C"}, true, "536", "none", ""},
		{"the headline is read anyway", digest.Image{URL: "https://a.example/p.jpg", Alt: "h"}, true, "536", "none", ""},
		{"tracking pixel", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 1, Height: 1}, true, "", "", ""},
		{"a line", digest.Image{URL: "https://a.example/p.jpg", Alt: "A", Width: 4000, Height: 10}, true, "", "", ""},
		{"data", digest.Image{URL: "data:image/gif;base64,R0lGOD", Alt: "A"}, true, "", "", ""},
		{"relative", digest.Image{URL: "/p.jpg", Alt: "A"}, true, "", "", ""},
		{"too long a link", digest.Image{URL: "https://a.example/" + strings.Repeat("p", 800), Alt: "A"}, true, "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			articles := []digest.Printed{{Headline: "First"}, {Headline: "H", Article: digest.Article{Image: tt.image}}}
			if tt.lead {
				articles = articles[1:]
			}
			m := rendered(t, compiled(t, []digest.IssueSection{{Articles: articles}}, ""), samplePublication(t))
			pictures := m.all("img")
			if tt.width == "" {
				if len(pictures) != 0 {
					t.Errorf("there is a picture: %v", pictures[0].Attr)
				}
				return
			}
			if len(pictures) != 1 {
				t.Fatalf("%d pictures", len(pictures))
			}
			height := proof.Attr(pictures[0], "height")
			if height == "" {
				height = "none"
			}
			if got := []string{proof.Attr(pictures[0], "width"), height, proof.Attr(pictures[0], "alt")}; got[0] != tt.width || got[1] != tt.height || got[2] != tt.alt {
				t.Errorf("width, height, alt are %q, want %q %q %q", got, tt.width, tt.height, tt.alt)
			}
		})
	}
}

func TestBylinesAndLabels(t *testing.T) {
	t.Parallel()
	authors := func(names ...string) []digest.Author {
		var all []digest.Author
		for _, name := range names {
			all = append(all, digest.Author{Name: name})
		}
		return all
	}
	tests := []struct {
		name    string
		article digest.Article
		want    string // a line of the text part
	}{
		{"the lead without a label has its section's title", digest.Article{}, "Section"},
		{"more labels than are printed", digest.Article{Labels: []string{"A", "B", "C", "D"}}, "A | B | C"},
		{"one author", digest.Article{Authors: authors("A")}, "By A"},
		{"no date but when it was first seen", digest.Article{Authors: authors("A"), FirstSeen: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}, "By A"},
		{"two", digest.Article{Authors: authors("A", "B")}, "By A and B"},
		{"three", digest.Article{Authors: authors("A", "B", "C")}, "By A, B and C"},
		{"four", digest.Article{Authors: authors("A", "B", "C", "D")}, "By A, B, C and D"},
		{"blank ones", digest.Article{Authors: authors("", "B\n\tC", " ")}, "By B C"},
		{"a crowd", digest.Article{Authors: authors(strings.Repeat("A", 70), strings.Repeat("B", 70), strings.Repeat("C", 70))}, "and others"},
		{"labels", digest.Article{Labels: []string{"Analysis", " Reporting\n", "", "Europe"}}, "Analysis | Reporting | Europe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			section := digest.IssueSection{Title: "Section", Articles: []digest.Printed{{Headline: "H", Article: tt.article}}}
			m := rendered(t, compiled(t, []digest.IssueSection{section}, ""), samplePublication(t))
			if !strings.Contains(m.Text, "\n"+tt.want+"\n") {
				t.Errorf("no line %q in:\n%s", tt.want, m.Text)
			}
		})
	}
}

func TestLabelsDoNotRepeatTheSection(t *testing.T) {
	t.Parallel()
	labelled := func(headline string, labels ...string) digest.Printed {
		return digest.Printed{Headline: headline, Article: digest.Article{Labels: labels}}
	}
	section := digest.IssueSection{Title: "Opinion", Articles: []digest.Printed{
		labelled("Lead", "opinion", "World"), labelled("One", "opinion"), labelled("Two", "A", "OPINION", "B", "C", "D")}}
	issue := compiled(t, []digest.IssueSection{section}, "")
	for maxLabels, want := range map[int][]string{
		0: {"opinion | World", "A | B | C"}, 1: {"opinion", "A"}, letter.AllLabels: {"opinion | World", "A | B | C | D"},
	} {
		v, err := letter.Render(issue, samplePublication(t), letter.Options{MaxLabels: maxLabels})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			if !strings.Contains(v.Text, "\n"+line+"\n") {
				t.Errorf("at most %d labels: no line %q in\n%s", maxLabels, line, v.Text)
			}
		}
		if strings.Contains(v.Text, "\nopinion\n") && maxLabels != 1 {
			t.Errorf("a label repeats the title of its section:\n%s", v.Text)
		}
	}
}

// A date says something where an article is not new, or where it is asked for.
func TestDatesThatSaySomething(t *testing.T) {
	t.Parallel()
	issue := compiled(t, []digest.IssueSection{{Articles: []digest.Printed{
		sampleArticle(14, "A week old", "", ""), sampleArticle(13, "Older", "", "")}}}, "")
	for all, want := range map[bool]string{false: "November 13", true: "November 14"} {
		v, err := letter.Render(issue, samplePublication(t), letter.Options{AllDates: all})
		if err != nil {
			t.Fatal(err)
		}
		text := breaking(v.Text)
		if !strings.Contains(text, "\n"+want+"\n") || strings.Contains(text, "November 14") != all {
			t.Errorf("all dates %t:\n%s", all, text)
		}
	}
}
