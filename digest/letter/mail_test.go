package letter_test

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/language"
	"roundup/internal/testing/proof"
)

// mail is a rendered mail, parsed.
type mail struct {
	digest.Variant
	root *html.Node
}

func rendered(t *testing.T, issue digest.Issue, pub digest.Publication) mail {
	t.Helper()
	variant, err := letter.Render(issue, pub, letter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(variant.HTML))
	if err != nil {
		t.Fatal(err)
	}
	return mail{variant, root}
}

// all returns the elements with one of these names, in document order.
func (m mail) all(names ...string) []*html.Node {
	var found []*html.Node
	for n := range m.root.Descendants() {
		for _, name := range names {
			if n.Type == html.ElementNode && n.Data == name {
				found = append(found, n)
			}
		}
	}
	return found
}

// links are the elements that lead somewhere.
func (m mail) links() []*html.Node {
	return slices.DeleteFunc(m.all("a"), func(a *html.Node) bool { return proof.Attr(a, "href") == "" })
}

// TestMailStructure looks at every sample as a screen reader, a phone and a
// mail relay do.
func TestMailStructure(t *testing.T) {
	t.Parallel()
	checks := []struct {
		name  string
		check func(*testing.T, sample, mail)
	}{
		{"headings", checkHeadings},
		{"pictures", checkPictures},
		{"links", checkLinks},
		{"tables", checkTables},
		{"languages", checkLanguages},
		{"markup", checkMarkup},
		{"sizes", checkSizes},
		{"marks", checkMarks},
		{"text", checkText},
		{"dots", checkDots},
	}
	for _, s := range samples(t) {
		m := rendered(t, s.issue, s.pub)
		for _, c := range checks {
			t.Run(s.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				c.check(t, s, m)
			})
		}
	}
}

// checkDots: the dot between what a byline or a caption says goes with what follows
// it, so that no line ends in one.
func checkDots(t *testing.T, _ sample, m mail) {
	t.Helper()
	for _, p := range m.all("p") {
		if class := proof.Attr(p, "class"); class != "byline" && class != "caption" {
			continue
		}
		for word := range strings.FieldsFuncSeq(p.FirstChild.Data, func(r rune) bool { return r == ' ' || r == '\n' }) {
			if strings.HasSuffix(word, "·") {
				t.Errorf("a line may end in the dot of %q", proof.Said(p))
			}
		}
	}
}

func checkHeadings(t *testing.T, s sample, m mail) {
	t.Helper()
	if got := len(m.all("h1")); got != 1 {
		t.Errorf("%d h1, want 1", got)
	}
	last := 0
	for _, h := range m.all("h1", "h2", "h3", "h4", "h5", "h6") {
		level, _ := strconv.Atoi(h.Data[1:])
		if level > last+1 {
			t.Errorf("h%d %q follows h%d", level, proof.Said(h), last)
		}
		if proof.Said(h) == "" {
			t.Errorf("h%d is empty", level)
		}
		last = level
	}
	titled := len(titles(s.issue))
	if len(s.issue.Articles()) > 8 {
		titled++ // the contents
	}
	if got, want := len(m.all("h2", "h3")), len(s.issue.Articles())+titled; got != want {
		t.Errorf("%d headlines and section titles, want %d", got, want)
	}
	if title := m.all("title"); len(title) != 1 || proof.Said(title[0]) == "" {
		t.Error("no title")
	}
}

func checkPictures(t *testing.T, _ sample, m mail) {
	t.Helper()
	for _, img := range m.all("img") {
		if !hasAttr(img, "alt") {
			t.Errorf("%s has no alt attribute: its address is read aloud", proof.Attr(img, "src"))
		}
		if link := img.Parent; link.Data == "a" && (proof.Attr(link, "aria-hidden") != "true" || proof.Attr(link, "tabindex") != "-1") {
			t.Errorf("%s is a second link to its article for those who hear the mail", proof.Attr(img, "src"))
		}
		if width, err := strconv.Atoi(proof.Attr(img, "width")); err != nil || width < 1 || width > 600 {
			t.Errorf("%s is %q wide", proof.Attr(img, "src"), proof.Attr(img, "width"))
		}
		if u, err := url.Parse(proof.Attr(img, "src")); err != nil || u.Scheme != "https" && u.Scheme != "http" {
			t.Errorf("picture at %q", proof.Attr(img, "src"))
		}
	}
}

func checkLinks(t *testing.T, s sample, m mail) {
	t.Helper()
	targets := map[string]string{}
	for _, a := range m.links() {
		href, text := proof.Attr(a, "href"), proof.Said(a)
		if strings.HasPrefix(href, "#") {
			t.Errorf("link to %s: several mail programs lead nowhere from there", href)
		}
		if proof.Attr(a, "aria-hidden") == "true" {
			continue
		}
		if text == "" {
			t.Errorf("link to %s has no text", href)
		}
		if before, ok := targets[text]; ok && before != href {
			t.Errorf("%q links to both %s and %s", text, before, href)
		}
		targets[text] = href
		if href == s.issue.Mark(digest.PlaceUnsubscribe) {
			continue
		}
		u, err := url.Parse(href)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
			t.Errorf("link to %q", href)
		}
	}
}

func checkTables(t *testing.T, _ sample, m mail) {
	t.Helper()
	for _, table := range m.all("table") {
		if proof.Attr(table, "role") != "presentation" {
			t.Errorf("a table has role %q", proof.Attr(table, "role"))
		}
	}
	if len(m.all("table")) == 0 {
		t.Error("no table: Outlook has nothing to go by")
	}
	if !strings.Contains(m.HTML, "<!--[if mso]>\n<table role=\"presentation\" align=\"center\" width=\"600\"") {
		t.Error("Outlook's own table is missing")
	}
}

func checkLanguages(t *testing.T, s sample, m mail) {
	t.Helper()
	language, direction := s.pub.Language, "ltr"
	switch s.name {
	case "arabic", "arabic-around":
		direction = "rtl"
	case "hostile":
		language = "en"
	}
	body := m.all("body")[0]
	child := body.FirstChild
	for child.Type != html.ElementNode {
		child = child.NextSibling
	}
	for _, n := range []*html.Node{m.all("html")[0], child} {
		if lang := proof.Attr(n, "lang"); lang != language {
			t.Errorf("lang of %s is %q", n.Data, lang)
		}
		if proof.Attr(n, "dir") != direction {
			t.Errorf("dir of %s is %q", n.Data, proof.Attr(n, "dir"))
		}
	}
	for n := range body.ChildNodes() {
		if n != child && (n.Type == html.ElementNode || strings.TrimSpace(n.Data) != "") {
			t.Errorf("body has another child: %s", n.Data)
		}
	}
}

// orderEnds reports whether every isolate in a text is closed, and nothing else.
func orderEnds(s string) bool {
	depth := 0
	for _, r := range s {
		switch r {
		case '\u2066', '\u2067':
			depth++
		case '\u2069':
			depth--
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}

// checkMarkup finds what only hostile input could bring in.
func checkMarkup(t *testing.T, _ sample, m mail) {
	t.Helper()
	if got := m.all("script", "iframe", "form", "object", "embed", "link", "base", "svg", "b", "i"); len(got) > 0 {
		t.Errorf("%s element", got[0].Data)
	}
	if got := len(m.all("style")); got != 1 {
		t.Errorf("%d style elements, want 1: the one for screens", got)
	}
	for n := range m.root.Descendants() {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "javascript:") || strings.HasPrefix(a.Key, "data-") {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	if strings.Contains(m.HTML, "ZgotmplZ") || strings.Contains(m.HTML, "<no value>") {
		t.Error("a value the template engine refused")
	}
	if strings.ContainsAny(m.HTML+m.Text, "\u202E\u202D\u2068\x00\x07\u0085\uFEFF") {
		t.Error("a control or override character")
	}
	for n := range m.root.Descendants() {
		if n.Type == html.TextNode && !orderEnds(n.Data) {
			t.Errorf("what turns the order of writing does not end in %q", n.Data)
		}
		for _, a := range n.Attr {
			if !orderEnds(a.Val) {
				t.Errorf("what turns the order of writing does not end in %s=%q", a.Key, a.Val)
			}
		}
	}
	for line := range strings.SplitSeq(m.Text, "\n") {
		if !orderEnds(line) {
			t.Errorf("what turns the order of writing does not end in %q", line)
		}
	}
}

func checkSizes(t *testing.T, _ sample, m mail) {
	t.Helper()
	if limit := 60_000; len(m.HTML) > limit {
		t.Errorf("HTML has %d octets, want at most %d", len(m.HTML), limit)
	}
	for part, text := range map[string]string{"html": m.HTML, "text": m.Text} {
		if !utf8.ValidString(text) || strings.Contains(text, "\r") || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s is not UTF-8 in lines", part)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if strings.HasSuffix(line, " ") && part == "text" {
				t.Errorf("text line ends in a space: %q", line)
			}
		}
	}
}

func checkMarks(t *testing.T, s sample, m mail) {
	t.Helper()
	for _, p := range digest.Placeholders() {
		want := 1
		if p == digest.PlaceGreeting { // their notes are long and stand below the lead
			want = 0
		}
		for part, text := range map[string]string{"html": m.HTML, "text": m.Text} {
			if got := strings.Count(text, s.issue.Mark(p)); got != want {
				t.Errorf("%s holds the mark of %s %d times, want %d", part, p, got, want)
			}
		}
	}
	values := map[digest.Placeholder]string{
		digest.PlaceEmail:       `"o'<b>&"@example.org`,
		digest.PlaceUnsubscribe: "https://news.example/leave?a=1&b=\"2\"",
	}
	filled := digest.Fill(digest.Split(m.HTML, s.issue.UID), values, true)
	root, err := html.Parse(strings.NewReader(filled))
	if err != nil {
		t.Fatal(err)
	}
	page := mail{root: root}
	if !strings.Contains(proof.Said(page.all("body")[0]), values[digest.PlaceEmail]) {
		t.Error("the address is not in the mail as it is")
	}
	found := false
	for _, a := range page.all("a") {
		found = found || proof.Attr(a, "href") == values[digest.PlaceUnsubscribe]
	}
	if !found {
		t.Error("no link leads to the reader's way out")
	}
	plain := digest.Fill(digest.Split(m.Text, s.issue.UID), values, false)
	if !strings.Contains(plain, "\n"+values[digest.PlaceUnsubscribe]+"\n") {
		t.Error("the way out is not on a line of its own in the text part")
	}
}

func checkText(t *testing.T, s sample, m mail) {
	t.Helper()
	lines := map[string]bool{}
	for line := range strings.SplitSeq(m.Text, "\n") {
		lines[line] = true
		if width := len([]rune(line)); width > 76 && !strings.HasPrefix(line, "http") && s.name != "hostile" {
			t.Errorf("line of %d columns: %s", width, line)
		}
	}
	unsubscribe := s.issue.Mark(digest.PlaceUnsubscribe)
	for _, a := range m.links() {
		href := proof.Attr(a, "href")
		if strings.HasPrefix(href, "#") {
			continue
		}
		inNote := strings.HasPrefix(proof.Attr(a.Parent.Parent, "class"), "edge note") || a.Parent.Parent.Data == "blockquote"
		if href != unsubscribe && !lines[href] && (!inNote || !strings.Contains(m.Text, href)) {
			t.Errorf("%s has no line of its own in the text part", href)
		}
	}
	for _, article := range s.issue.Articles() {
		start := language.WordsFor(cmp.Or(s.pub.Texts, s.pub.Language)).Curl(strings.Join(strings.Fields(article.Headline), " "))
		if len(start) > 40 {
			start = string([]rune(start)[:8])
		}
		if !strings.Contains(m.Text, start) {
			t.Errorf("headline %q is not in the text part", article.Headline)
		}
	}
	for _, title := range titles(s.issue) {
		shown := language.IsolateParagraph(title, language.RightToLeft(s.pub.Language))
		if shown != title {
			shown = language.RightToLeftMark + shown
		}
		if !strings.Contains(m.Text, "\n\n\n"+shown+"\n"+strings.Repeat("=", len([]rune(title)))+"\n") {
			t.Errorf("section title %q is not underlined", title)
		}
	}
}

// titles are those of the sections that have an article besides the lead.
func titles(issue digest.Issue) []string {
	var all []string
	for i, section := range issue.Sections {
		if section.Title != "" && (i > 0 || len(section.Articles) > 1) {
			all = append(all, section.Title)
		}
	}
	return all
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// FuzzRender feeds hostile texts through the whole of it.
func FuzzRender(f *testing.F) {
	f.Add("</a></td></tr></table><script>", "<!--", "https://a.example/", "# note\n\n[x](javascript:y)")
	f.Add(strings.Repeat("W", 2000), strings.Repeat("\u200d", 2000), "https://a.example/"+strings.Repeat("&", 400), strings.Repeat("> ", 50)+"deep")
	f.Add("a host that is none", "", "https://a.example)", "")
	f.Add("a\u0301\u0301\u0301\u0301\u0301\u0301", "\u202E", "http://[::1]/\"", "- 1\n- 2\n\n```\ncode\n```\n<b>")
	f.Add("A headline", "Its text.", "https://a.example/", "#")
	f.Add("A headline", "Its text.", "https://a.example/", "Dear friends,\n\n[](https://a.example/)")
	f.Fuzz(func(t *testing.T, title, text, link, note string) {
		pub := samplePublication(t)
		article := digest.Printed{Headline: title, Text: text, Article: digest.Article{
			URL: link, Labels: []string{text, title}, Authors: []digest.Author{{Name: title}}, Republished: text,
			Image: digest.Image{URL: link, Alt: text, Caption: title, Credit: title}}}
		issue := compiled(t, []digest.IssueSection{{Title: title, Articles: []digest.Printed{article, article}}}, note)
		variant, err := letter.Render(issue, pub, letter.Options{})
		if err != nil {
			if len(note) > 20_000 {
				return // a note that does not fit into a mail
			}
			t.Fatal(err)
		}
		root, err := html.Parse(strings.NewReader(variant.HTML))
		if err != nil {
			t.Fatal(err)
		}
		m, s := mail{variant, root}, sample{"hostile", issue, pub}
		checkHeadings(t, s, m)
		checkPictures(t, s, m)
		checkTables(t, s, m)
		checkLanguages(t, s, m)
		checkMarks(t, s, m)
		for line := range strings.SplitSeq(variant.Text, "\n") {
			if len(line) >= 900 {
				t.Errorf("line of %d octets: %.80q", len(line), line)
			}
		}
		if len(m.all("script", "iframe", "svg", "form")) > 0 {
			t.Error("an element that came from the outside")
		}
	})
}
