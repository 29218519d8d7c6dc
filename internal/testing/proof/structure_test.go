package proof_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"roundup/internal/testing/proof"
)

// TestStructure looks at every sample as a screen reader does: language and
// direction, headings, layout tables, links and pictures.
func TestStructure(t *testing.T) {
	t.Parallel()
	audits := map[string]func(*testing.T, proof.Mail, *html.Node){
		"languages": auditLanguages,
		"headings":  auditHeadings,
		"tables":    auditTables,
		"links":     auditLinks,
		"pictures":  auditPictures,
	}
	for _, s := range proof.Samples(t) {
		m := s.Mail(t)
		root := m.Parse(t)
		for name, audit := range audits {
			t.Run(s.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				audit(t, m, root)
			})
		}
	}
}

// all are the elements with one of these names, in document order.
func all(root *html.Node, names ...string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.Data) {
			found = append(found, n)
		}
	}
	return found
}

// Many clients drop html and body: the body's only child repeats what they say.
func auditLanguages(t *testing.T, m proof.Mail, root *html.Node) {
	t.Helper()
	var children []*html.Node
	for n := range all(root, "body")[0].ChildNodes() {
		if n.Type == html.ElementNode {
			children = append(children, n)
		}
	}
	if len(children) != 1 {
		t.Fatalf("body has %d children, want one that says the language", len(children))
	}
	direction := "ltr"
	if m.Sample.Publication.Language == "ar" {
		direction = "rtl"
	}
	language, _, _ := strings.Cut(m.Sample.Publication.Language, `"`) // the hostile one begins with en, too
	for _, n := range []*html.Node{all(root, "html")[0], children[0]} {
		if got := proof.Attr(n, "lang"); !strings.EqualFold(got, language) {
			t.Errorf("lang of %s is %q, want %q", n.Data, got, language)
		}
		if got := proof.Attr(n, "dir"); got != direction {
			t.Errorf("dir of %s is %q, want %q", n.Data, got, direction)
		}
	}
}

func auditHeadings(t *testing.T, m proof.Mail, root *html.Node) {
	t.Helper()
	if got := len(all(root, "h1")); got != 1 {
		t.Errorf("%d h1, want 1", got)
	}
	last := 0
	for _, h := range all(root, "h1", "h2", "h3", "h4", "h5", "h6") {
		level, err := strconv.Atoi(h.Data[1:])
		if err != nil {
			t.Fatal(err)
		}
		if level > last+1 {
			t.Errorf("h%d %q follows h%d", level, proof.Said(h), last)
		}
		if proof.Said(h) == "" {
			t.Errorf("an h%d says nothing", level)
		}
		last = level
	}
	if title := all(root, "title"); len(title) != 1 || strings.TrimSpace(proof.Said(title[0])) == "" {
		t.Error("the mail has no title")
	}
	headings := len(all(root, "h2", "h3", "h4"))
	if articles := len(m.Sample.Issue.Articles()); headings < articles {
		t.Errorf("%d headings for %d articles", headings, articles)
	}
}

func auditTables(t *testing.T, _ proof.Mail, root *html.Node) {
	t.Helper()
	for _, table := range all(root, "table") {
		if role := proof.Attr(table, "role"); role != "presentation" {
			t.Errorf("a table has the role %q: %v", role, table.Attr)
		}
	}
	if others := all(root, "th", "caption", "thead"); len(others) > 0 {
		t.Errorf("%s in a table that only lays out", others[0].Data)
	}
}

// vagueLinks say nothing in a list of the mail's links.
var vagueLinks = []string{"", "here", "click here", "link", "more", "read more", "keep reading", "weiterlesen", "hier", "متابعة القراءة"}

func auditLinks(t *testing.T, _ proof.Mail, root *html.Node) {
	t.Helper()
	targets := map[string]string{}
	for _, a := range all(root, "a") {
		href, text := proof.Attr(a, "href"), proof.Said(a)
		if proof.Attr(a, "aria-hidden") == "true" {
			if proof.Attr(a, "tabindex") != "-1" {
				t.Errorf("link to %s is reached with the keyboard and not heard", href)
			}
			continue
		}
		if slices.Contains(vagueLinks, strings.ToLower(strings.Trim(text, " →←…"))) {
			t.Errorf("the words %q of a link to %s say nothing of where it leads", text, href)
		}
		if before, ok := targets[text]; ok && before != href {
			t.Errorf("%q leads to both %s and %s", text, before, href)
		}
		targets[text] = href
		if u, err := url.Parse(href); err != nil || u.Scheme != "https" && u.Scheme != "mailto" || u.User != nil {
			t.Errorf("link to %q", href)
		}
	}
}

func auditPictures(t *testing.T, m proof.Mail, root *html.Node) {
	t.Helper()
	pictures := all(root, "img")
	for _, img := range pictures {
		described := slices.ContainsFunc(img.Attr, func(a html.Attribute) bool { return a.Key == "alt" })
		if hidden := proof.Attr(img.Parent, "aria-hidden") == "true"; !described || proof.Attr(img, "alt") == "" && img.Parent.Data == "a" && !hidden {
			t.Errorf("%s has no alt text, and it is a link", proof.Attr(img, "src"))
		}
		width, err := strconv.Atoi(proof.Attr(img, "width"))
		if err != nil || width < 1 || width > 600 {
			t.Errorf("%s is %q wide", proof.Attr(img, "src"), proof.Attr(img, "width"))
		}
	}
	if m.Sample.Name == "nine" && len(pictures) == 0 {
		t.Error("no picture at all")
	}
}
