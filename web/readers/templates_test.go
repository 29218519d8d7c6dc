package readers_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"roundup/internal/templating"
	"roundup/web/readers"
)

// Parts of the pages can be one's own, the form for another site among them.
func TestOwnTemplates(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{
		"foot.html":    {Data: []byte(`<footer><p>{{ join ", " "Printed" "" .Language }}</p>{{ template "thanks" . }}</footer>`)},
		"thanks.html":  {Data: []byte(`<p>Thanks from {{ .Name }}</p>`)},
		"embed.html":   {Data: []byte(`<form method="post" action="{{ .Action }}"><button>{{ .Words.Button }}</button></form>`)},
		"preview.html": {Data: []byte("{{")},
		"README.md":    {Data: []byte("{{")},
	}
	b := setup(t, "", func(o *readers.Options) { o.Templates = own })
	if _, body, _ := do(t, http.MethodGet, b.url+"/", "", nil); !strings.Contains(body, "<p>Printed, en</p><p>Thanks from ") {
		t.Errorf("the own part is not used: %s", body)
	}
	form, err := readers.Embed(readers.EmbedOptions{BaseURL: "https://news.example", Language: "de", Templates: own})
	if want := `<form method="post" action="https://news.example/subscribe"><button>Abonnieren</button></form>` + "\n"; err != nil || form != want {
		t.Errorf("form is %q, %v, want %q", form, err, want)
	}
}

// Templates of before name and choice were one form have both all the same.
func TestOwnPageInTwoForms(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{
		"me.html": {Data: []byte(`{{ if .Active }}<form method="post" action="?name"><input name="name" value="{{ .Name }}"><button>{{ .Words.Save }}</button></form>
{{ with .Choosing }}<h2>{{ .Words.Title }}</h2>{{ template "choose" . }}{{ end }}{{ end }}`)},
	}
	b := setup(t, "", func(o *readers.Options) { o.Templates = own })
	b.press(t, "?name", "name=Ann")
	_, page, _ := b.press(t, "?choice", "of=analysis&of=in-brief&sections=analysis")
	if n := strings.Count(page, `name="name"`); n != 1 || !strings.Contains(page, `value="Ann"`) || b.readers.choice.Wants("in-brief") {
		t.Errorf("%d fields for the name, chose %+v: %s", n, b.readers.choice, page)
	}
	own["choose.html"] = &fstest.MapFile{Data: []byte(`<form method="post" action="{{ .Action }}"><button>{{ .Button }}</button></form>`)}
	if err := readers.CheckTemplates(own); err != nil {
		t.Errorf("both of one's own: %v", err)
	}
}

// The built-in parts, used as one's own, hold to what one's own are held to.
func TestExportedPagesHold(t *testing.T) {
	t.Parallel()
	files, err := readers.TemplateFiles()
	if err != nil {
		t.Fatal(err)
	}
	own := fstest.MapFS{}
	for name, text := range files {
		own[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if err := readers.CheckTemplates(own); err != nil {
		t.Error(err)
	}
}

// A mistake is found at the start, with its line, also where few pages would meet it.
func TestMistakesInPages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, text, want, hint string }{
		{"a typo", "foot.html", "\n{{ .Nam }}", "web/foot.html: line 2: {{ .Nam }} is not known", "did you mean .Name?"},
		{"around an issue", "issue_foot.html", "{{ .Issue.Weather }}", "web/issue_foot.html: line 1: {{ .Issue.Weather }} is not known", "known here: .Previous, .Next, .Data"},
		{"in a feed", "feed_entry.html", "{{ .X }}", "web/feed_entry.html: line 1: {{ .X }} is not known", "known here: .Title, "},
		{"in the form for another site", "embed.html", "{{ .X }}", "web/embed.html: line 1: {{ .X }} is not known", "known here: .Action, "},
		{"another page's", "message.html", "{{ .Rhythm }}", "web/message.html: line 1: {{ .Rhythm }} is not known", ".Rhythm belongs to the newsletter's own page: {{ with .Face }}{{ .Rhythm }}{{ end }}"},
		{"syntax", "face.html", "{{ if }}", "web/face.html: line 1: missing value for if", ""},
		{"what is not on each page", "message.html", "{{ .Form.Action }}", "web/message.html: line 1: {{ .Form.Action }}: there is no .Form here", "ask first: {{ with .Form }}{{ .Action }}{{ end }}"},
		{"without the name", "choose.html", "<form><button>{{ .Button }}</button></form>", "web/choose.html: has no field for the reader's name", "take {{ with .Name }}"},
		{"where a reader has left", "left.html", "{{ if not .Whys }}{{ .X }}{{ end }}", "web/left.html: line 1: {{ .X }} is not known", ""},
		{"without end", "foot.html", "{{ range 3000000000 }}{{ end }}", "web/foot.html: line 1: goes on for ever", "is the number of a range too large"},
		{"a tag", "foot.html", "<p>open", "web/foot.html: line 1: <p> is not closed", "</p> belongs into the same file"},
		{"a tag where there is no site", "foot.html", "{{ if .Home }}<p>{{ .Home }}{{ end }}</p>", "web/foot.html: line 1: </p> closes nothing", ""},
		{"an attribute", "name.html", `<a href="{{ .Home }}>x</a>`, "web/name.html: line 1: <a is not finished", "is a quotation mark or a > missing?"},
		{"a file that nothing calls", "fot.html", "x", "web/fot.html: it replaces no built-in template, and none calls it", "did you mean foot.html?"},
		{"far too large", "foot.html", strings.Repeat("x", 200_001), "web/foot.html: has 200001 octets; a template may have 200000", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := readers.CheckTemplates(fstest.MapFS{tt.file: {Data: []byte(tt.text)}})
			var mistake *templating.Error
			if !errors.As(err, &mistake) || !strings.HasPrefix(err.Error(), tt.want) || !strings.HasPrefix(mistake.Hint, tt.hint) {
				t.Errorf("error is %v (%+v), want %q with hint %q", err, mistake, tt.want, tt.hint)
			}
		})
	}
}

// Every part of the pages is documented.
func TestDocumentedPages(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "templates.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, pages, _ := strings.Cut(string(docs), "\n## The readers' pages\n")
	pages, _, _ = strings.Cut(pages, "\n## ")
	files, err := readers.TemplateFiles()
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if !strings.Contains(pages, "`"+name+"`") {
			t.Errorf("docs/templates.md lacks %s", name)
		}
	}
}
