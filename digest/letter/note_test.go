package letter_test

import (
	"strings"
	"testing"

	"roundup/digest"
)

func TestNote(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 20)
	longest := "https://a.example/" + strings.Repeat("x", digest.MaxLink-len("https://a.example/"))
	tests := []struct {
		name, note  string
		markup, txt string // parts of the HTML, without styles, and of the text
	}{
		{"paragraphs", "One\nline.\n\nTwo.", "<p>One\nline.</p>\n<p>Two.</p>", "\nOne line.\n\nTwo.\n"},
		{"emphasis", "*a* **b** _c_", "<p><em>a</em> <strong>b</strong> <em>c</em></p>", "\na b c\n"},
		{"line break", "One  \nTwo\\\nThree", "<p>One\n<br/>Two\n<br/>Three</p>", "\nOne\nTwo\nThree\n"},
		{"heading", "# Title\n\nText", "<p><strong>Title</strong></p>\n<p>Text</p>", "\nTitle\n\nText\n"},
		{"list", "- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>", "\n- one\n- two\n"},
		{"numbered list", "1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>", "\n1. one\n2. two\n"},
		{"a list that goes on", "3. three\n4. four", "<ol start=\"3\">\n<li>three</li>\n<li>four</li>\n</ol>", "\n3. three\n4. four\n"},
		{"hanging indent", "- " + long, "<li>word", "\n- word word word word word word word word word word word word word word\n  word word"},
		{"list in a list", "- one\n  - two", "<li>one<ul>\n<li>two</li>\n</ul>", "\n- one\n\n  - two\n"},
		{"quotation", "> said", "<blockquote>\n<p>said</p>\n</blockquote>", "\n  said\n"},
		{"rule", "a\n\n---\n\nb", "<p>a</p>\n<p>b</p>", "\na\n\n* * *\n\nb\n"},
		{"a heading of nothing", "#\n\nText", "-x</p>\n<p>Text</p>", "\nText\n"},
		{"a list with an item of nothing", "- \n- two", "<ul>\n<li>two</li>\n</ul>", "\n- two\n"},
		{"a numbered list with an item of nothing", "0. zero\n1.\n2. two", "<ol start=\"0\">\n<li>zero</li>\n<li>two</li>\n</ol>", "\n0. zero\n1. two\n"},
		{"a link of nothing", "[](https://a.example/)", `<a href="https://a.example/">https://a.example/</a>`, "\nhttps://a.example/\n"},
		{"link", "[here](https://a.example/?b=1&c=2)", `<p><a href="https://a.example/?b=1&amp;c=2">here</a></p>`, "\nhere (https://a.example/?b=1&c=2)\n"},
		{"the longest link", "[here](" + longest + ").", `<a href="` + longest + `">`, "\nhere\n(" + longest + ").\n"},
		{"campaign parameters stay", "[x](https://a.example/?utm_source=m)", `href="https://a.example/?utm_source=m"`, "x (https://a.example/?utm_source=m)"},
		{"mail link", "[us](mailto:us@a.example)", `<a href="mailto:us@a.example">us</a>`, "\nus (us@a.example)\n"},
		{"bare link", "<https://a.example/>", `<a href="https://a.example/">https://a.example/</a>`, "\nhttps://a.example/\n"},
		{"script link", "[x](javascript:alert)", "<p>x</p>", "\nx\n"},
		{"picture", "![alt](https://a.example/p.gif)", "<p>alt</p>", "\nalt\n"},
		{"raw markup", "a <b onclick=x>b</b>\n\n<script>c</script>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n<p>&lt;script&gt;c&lt;/script&gt;</p>", "\na <b onclick=x>b</b>\n\n<script>c</script>\n"},
		{"raw markup of several lines", "<pre>\na\nb</pre>\n\n<!-- c\nd -->\ne", "<p>&lt;pre&gt;\na\nb&lt;/pre&gt;</p>\n<p>&lt;!-- c\nd --&gt;</p>\n<p>e</p>", "\n<pre>\na\nb</pre>\n\n<!-- c\nd -->\n\ne\n"},
		{"code", "`<b>`\n\n    <i>", "<p>&lt;b&gt;</p>\n<p>&lt;i&gt;</p>", "\n<b>\n\n<i>\n"},
		{"references", "Q&amp;A \\*", "<p>Q&amp;A *</p>", "\nQ&A *\n"},
		{"no override by reference", "a&#8238;b", "<p>ab</p>", "\nab\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := rendered(t, compiled(t, nil, tt.note), samplePublication(t))
			_, cell, _ := strings.Cut(m.HTML, `class="edge note"`)
			cell, _, _ = strings.Cut(cell, "</td>")
			if markup := withoutStyles(cell); !strings.Contains(markup, tt.markup) {
				t.Errorf("markup is %q, want %q in it", markup, tt.markup)
			}
			if !strings.Contains(m.Text, tt.txt) {
				t.Errorf("text is %q, want %q in it", m.Text, tt.txt)
			}
		})
	}
}

// A note that has no words is none: no empty box, and nobody is greeted for it.
func TestNoteWithoutWords(t *testing.T) {
	t.Parallel()
	for _, note := range []string{"#", "# \n\n##", "-", "- \n- ", "> ", ">\n> -", "---", "* * *\n\n***", "```\n```", "&#8203;", "&nbsp;", "![](https://a.example/p.gif)", "****"} {
		issue := compiled(t, nil, note)
		if issue.Note != "" {
			t.Errorf("%q: the issue has the note %q", note, issue.Note)
		}
		issue.Note = note // as one that was frozen before this was so
		m := rendered(t, issue, samplePublication(t))
		without := rendered(t, compiled(t, nil, ""), samplePublication(t))
		if m.HTML != without.HTML || m.Text != without.Text {
			t.Errorf("%q: the mail has a note", note)
		}
	}
}

// Straight quotes of a note become the language's, across emphasis and links, but
// not in code, in addresses or in what looks like code.
func TestNoteIsCurled(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, language, note, markup, txt string }{
		{"apostrophes", "en", "Haddad's neighbour doesn't know", "<p>Haddad’s neighbour doesn’t know</p>", "Haddad’s neighbour doesn’t know"},
		{"quotes", "en", `She said "no".`, "<p>She said “no”.</p>", "She said “no”."},
		{"around emphasis", "en", `"*No*", she said`, "<p>“<em>No</em>”, she said</p>", "“No”, she said"},
		{"over two lines", "en", "\"No\nmore\"", "<p>“No\nmore”</p>", "“No more”"},
		{"a hard break", "en", "it's  \nit's", "<p>it’s\n<br/>it’s</p>", "it’s\nit’s"},
		{"a list", "en", "- it's\n- they're", "<li>it’s</li>\n<li>they’re</li>", "- it’s\n- they’re"},
		{"a quotation", "en", "> it's", "<p>it’s</p>", "  it’s"},
		{"a reference", "en", "&quot;no&quot;", "<p>“no”</p>", "“no”"},
		{"words of a link", "en", `["it's"](https://a.example/it's)`, `<a href="https://a.example/it%27s">“it’s”</a>`, "“it’s” (https://a.example/it%27s)"},
		{"an address", "en", "it's <https://a.example/it's>", `<p>it’s <a href="https://a.example/it%27s">https://a.example/it&#39;s</a></p>`, "it’s https://a.example/it's"},
		{"an address that is typed", "en", `it's "https://a.example/it's"`, "<p>it’s “https://a.example/it&#39;s”</p>", "it’s “https://a.example/it's”"},
		{"code within", "en", "it's `it's`", "<p>it’s it&#39;s</p>", "it’s it's"},
		{"quotes around code", "en", "\"`x='y'`\"", "<p>“x=&#39;y&#39;”</p>", "“x='y'”"},
		{"a block of code", "en", "    it's", "<p>it&#39;s</p>", "it's"},
		{"what looks like code", "en", `print("x") isn't`, "<p>print(&#34;x&#34;) isn&#39;t</p>", `print("x") isn't`},
		{"German", "de", `"Diesmal bleibt's"`, "<p>„Diesmal bleibt’s“</p>", "„Diesmal bleibt’s“"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pub := samplePublication(t)
			pub.Language = tt.language
			m := rendered(t, compiled(t, nil, tt.note), pub)
			_, cell, _ := strings.Cut(m.HTML, `class="edge note"`)
			cell, _, _ = strings.Cut(cell, "</td>")
			if markup := withoutStyles(cell); !strings.Contains(markup, tt.markup) {
				t.Errorf("markup is %q, want %q in it", markup, tt.markup)
			}
			if !strings.Contains(m.Text, "\n"+tt.txt+"\n") {
				t.Errorf("text is %q, want %q in it", m.Text, tt.txt)
			}
		})
	}
}

func withoutStyles(markup string) string {
	for {
		before, rest, found := strings.Cut(markup, ` style="`)
		if !found {
			return markup
		}
		_, after, _ := strings.Cut(rest, `"`)
		markup = before + after
	}
}
