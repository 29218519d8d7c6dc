package letter_test

import (
	"strconv"
	"strings"
	"testing"

	"roundup/digest"
	"roundup/internal/testing/proof"
)

// A reading time is printed where the feed carried the whole article, not for
// a teaser.
func TestReadingTime(t *testing.T) {
	t.Parallel()
	for words, want := range map[int]string{0: "", 55: "", 239: "", 240: "1 min read", 360: "2 min read", 2140: "9 min read"} {
		article := digest.Printed{Headline: "H", Article: digest.Article{Words: words}}
		m := rendered(t, compiled(t, []digest.IssueSection{{Articles: []digest.Printed{article}}}, ""), samplePublication(t))
		text := strings.ReplaceAll(m.Text, "\u00a0", " ")
		if got := strings.Contains(text, "min read"); got != (want != "") || !strings.Contains(text, want) {
			t.Errorf("%d words: want %q in:\n%s", words, want, text)
		}
	}
}

// Short items are printed small: those of a section that says so, and several
// that have neither picture nor more than a line to say. The lead never is.
func TestShortItems(t *testing.T) {
	t.Parallel()
	run := func(n int, text, picture string) []digest.Printed {
		var articles []digest.Printed
		for i := range n {
			articles = append(articles, digest.Printed{Headline: "Headline " + strconv.Itoa(i), Text: text,
				Article: digest.Article{Image: digest.Image{URL: picture}, URL: "https://meridian.example/" + strconv.Itoa(i)}})
		}
		return articles
	}
	long := strings.Repeat("Much to say. ", 12)
	lead := digest.IssueSection{Title: "First", Articles: run(1, long, "")}
	tests := []struct {
		name     string
		sections []digest.IssueSection
		small    int
	}{
		{"as configured", []digest.IssueSection{lead, {Title: "In brief", Compact: true, Articles: run(2, long, "https://meridian.example/p.jpg")}}, 2},
		{"as configured, but for the lead", []digest.IssueSection{{Compact: true, Articles: run(4, long, "")}}, 3},
		{"headlines alone", []digest.IssueSection{lead, {Title: "Links", Articles: run(3, "", "")}}, 3},
		{"headlines below a lead", []digest.IssueSection{{Articles: run(4, "A line.", "")}}, 3},
		{"too few to be a list", []digest.IssueSection{lead, {Title: "Links", Articles: run(2, "", "")}}, 0},
		{"with pictures", []digest.IssueSection{lead, {Title: "Links", Articles: run(3, "", "https://meridian.example/p.jpg")}}, 0},
		{"with something to say", []digest.IssueSection{lead, {Title: "Links", Articles: run(3, long, "")}}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := rendered(t, compiled(t, tt.sections, ""), samplePublication(t))
			small := 0
			for _, h := range m.all("h2", "h3") {
				if proof.Attr(h, "class") == "small" {
					small++
				}
			}
			if small != tt.small {
				t.Errorf("%d articles are printed small, want %d", small, tt.small)
			}
		})
	}
}

// The list has what is farther down: not the article that follows it, as many as
// there is room for, and how many more there are.
func TestContentsList(t *testing.T) {
	t.Parallel()
	run := func(name string, n int) digest.IssueSection {
		section := digest.IssueSection{Title: name}
		for i := range n {
			section.Articles = append(section.Articles, digest.Printed{Headline: name + " " + strconv.Itoa(i+1)})
		}
		return section
	}
	tests := []struct {
		name     string
		sections []digest.IssueSection
		want     string
	}{
		{"all", []digest.IssueSection{run("A", 9)}, "A 3, A 4, A 5, A 6, A 7, A 8, A 9"},
		{"one more", []digest.IssueSection{run("A", 10)}, "A 3, A 4, A 5, A 6, A 7, A 8, A 9, and one more"},
		{"some of each section", []digest.IssueSection{run("A", 8), run("B", 6)}, "A 3, A 4, A 5, B 1, B 2, B 3, B 4, and 5 more"},
		{"the lead alone in its section", []digest.IssueSection{run("A", 1), run("B", 8), run("C", 1)}, "B 2, B 3, B 4, B 5, B 6, B 7, C 1, and one more"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := rendered(t, compiled(t, tt.sections, ""), samplePublication(t))
			var got []string
			for _, element := range m.all("li", "p") {
				if class := proof.Attr(element, "class"); class == "entry" || class == "rest" {
					got = append(got, breaking(proof.Said(element)))
				}
			}
			if list := strings.Join(got, ", "); list != tt.want {
				t.Errorf("the list is %q, want %q", list, tt.want)
			}
			_, text, _ := strings.Cut(m.Text, "Also in this issue\n==================\n\n")
			text, _, _ = strings.Cut(text, "\n\n")
			if list := strings.ReplaceAll(strings.ReplaceAll(breaking(text), "- ", ""), "\n", ", "); list != tt.want {
				t.Errorf("the list of the text is %q, want %q", list, tt.want)
			}
		})
	}
}

func TestContents(t *testing.T) {
	t.Parallel()
	for count, want := range map[int]bool{8: false, 9: true} {
		var articles []digest.Printed
		for i := range count {
			articles = append(articles, digest.Printed{Headline: "Headline " + strconv.Itoa(i)})
		}
		m := rendered(t, compiled(t, []digest.IssueSection{{Articles: articles}}, ""), samplePublication(t))
		if got := strings.Contains(m.HTML, "Also in this issue"); got != want {
			t.Errorf("%d articles: contents in HTML %t, want %t", count, got, want)
		}
		if got := strings.Contains(m.Text, "Also in this issue\n==================\n"); got != want {
			t.Errorf("%d articles: contents in text %t, want %t", count, got, want)
		}
	}
}
