package letter_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"roundup/digest/letter"
	"roundup/templates"
)

// Every theme is tried on the same examples as an operator's own templates.
func TestThemesHold(t *testing.T) {
	t.Parallel()
	for _, theme := range append(templates.Themes(), "") {
		if err := letter.CheckTemplates(theme, nil); err != nil {
			t.Errorf("theme %q: %v", theme, err)
		}
	}
}

// A mistake names file, line and what was meant, wherever it stands: also where
// this week's articles would not have met it.
func TestTemplateMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, text string
		want, hint       string
	}{
		{"a typo", "labels.html", "\n{{ .Lables }}", "labels.html: line 2: {{ .Lables }} is not known", "did you mean .Labels?"},
		{"case", "footer.txt", "{{ .newsletter.Name }}", "footer.txt: line 1: {{ .newsletter.Name }} is not known", "did you mean .Newsletter?"},
		{"deep", "footer.txt", "{{ .Newsletter.Addrss }}", "footer.txt: line 1: {{ .Newsletter.Addrss }} is not known", "did you mean .Address?"},
		{"of the mail, in an article", "byline.html", "{{ .Unsubscribe }}", "byline.html: line 1: {{ .Unsubscribe }} is not known", ".Unsubscribe belongs to the mail: outside of loops, or in them {{ $.Unsubscribe }}"},
		{"of an article, in the mail", "footer.html", "{{ .Headline }}", "footer.html: line 1: {{ .Headline }} is not known", ".Headline belongs to an article: {{ range .Sections }}{{ range .Articles }}{{ .Headline }}{{ end }}{{ end }}"},
		{"nothing like it", "name.html", "{{ .Newsletter.Frobnicate }}", "name.html: line 1: {{ .Newsletter.Frobnicate }} is not known", "known here: .Name, .Tagline, .Site, .Logo, .Address, .Social"},
		{"a picture that is not there", "brief.html", "{{ .Picture.URL }}", "brief.html: line 1: {{ .Picture.URL }}: there is no .Picture here", "ask first: {{ with .Picture }}{{ .URL }}{{ end }}"},
		{"a lead that is not there", "footer.txt", "\n{{ .Lead.Headline }}", "footer.txt: line 2: {{ .Lead.Headline }}: there is no .Lead here", "ask first: {{ with .Lead }}{{ .Headline }}{{ end }}"},
		{"of a mail that is no issue", "message.html", "\n{{ .Said.Txt }}", "message.html: line 2: {{ .Said.Txt }} is not known", "did you mean .Text?"},
		{"what such a mail says", "message.txt", "{{ .Sad.Text }}", "message.txt: line 1: {{ .Sad.Text }} is not known", "did you mean .Said?"},
		{"in the mail, of one that is no issue", "footer.txt", "{{ .OtherLink }}", "footer.txt: line 1: {{ .OtherLink }} is not known", ".OtherLink belongs to a mail that is no issue: in message.html and message.txt {{ .Said.OtherLink }}"},
		{"only with a note", "note.html", "{{ with .Note.HTML }}{{ $.Notes }}{{ end }}", "note.html: line 1: {{ $.Notes }} is not known", "did you mean .Note?"},
		{"only without articles", "note.txt", "{{ with .NothingNew }}{{ $.Nonsense }}{{ end }}", "note.txt: line 1: {{ $.Nonsense }} is not known", "known here: .Language, "},
		{"only below a conditional comment", "footer.html", "<!--[if mso]>\n<br>\n<![endif]-->\n{{ .Nonsense }}", "footer.html: line 4: {{ .Nonsense }} is not known", "known here: .Language, "},
		{"a function", "footer.txt", "\n{{ wrp .SentTo }}", `footer.txt: line 2: function "wrp" not defined`, "did you mean wrap?"},
		{"a field without its stop", "footer.txt", "{{ SentTo }}", `footer.txt: line 1: function "SentTo" not defined`, "did you mean .SentTo, with a full stop before it?"},
		{"a file", "footer.txt", `{{ readFile "/etc/passwd" }}`, `footer.txt: line 1: function "readFile" not defined`, "a template can't read files or the environment; "},
		{"a template that is not there", "mail.txt", "\n{{ template \"footr\" . }}", `mail.txt: line 2: there is no template "footr"`, `did you mean "footer"?`},
		{"a file that nothing calls", "lables.html", "x", "lables.html: it replaces no built-in template, and none calls it", "did you mean labels.html?"},
		{"an attribute left open", "footer.html", `<a href="{{ .Browser }}>x</a>`, "footer.html: line 1: <a is not finished", "is a quotation mark or a > missing?"},
		{"a quotation mark too few", "footer.html", "<p title=\"{{ .Subject }}\">\n</p>\n<p title={{ .Subject }}\">\nx</p>{{ .Subject }}\n<p title='x'></p>",
			`footer.html: line 3: a " stands in an attribute that has no quotation marks around it`, `put quotation marks around all of it, as in title="…"`},
		{"a tag that one branch ends", "footer.html", "\n<p>{{ if .Page }}<a href=\"{{ else }}<a{{ end }}\">x</a></p>", "footer.html: line 2: {{ if }}: one way through it ends within a tag, ", "what begins in a branch, "},
		{"a tag that a round leaves open", "footer.html", "{{ range .Sections }}<a href=\"{{ end }}\">x</a>", "footer.html: line 1: {{ range }}: one way through it ends within a tag, ", "what begins in a branch, "},
		{"round and round", "footer.txt", "{{ range 1000000000000 }}{{ end }}", "footer.txt: line 1: goes on for ever", "is the number of a range too large, or does a template call itself?"},
		{"itself", "footer.txt", "{{ template \"footer\" . }}{{ template \"footer\" . }}", "footer.txt: line 1: goes on for ever", "does a template call itself?"},
		{"not UTF-8", "footer.txt", "x\ncaf\xe9", "footer.txt: line 2: is not UTF-8", "save the file as UTF-8"},
		{"far too large", "footer.txt", strings.Repeat("x", 200_001), "footer.txt: has 200001 octets; a template may have 200000", ""},
		{"loops in loops", "footer.html", strings.Repeat("{{ range 1000 }}", 6) + strings.Repeat("{{ end }}", 6), "footer.html: line 1: goes on for ever", "is the number of a range too large"},
		{"much too much", "footer.txt", "{{ range 40000 }}{{ $.Subject }}{{ end }}", "mail.txt: grows beyond 1 MB", "does a loop in it, or in what it calls, print too much?"},
		{"a value that feeds itself", "footer.txt", `{{ $x := "ab" }}{{ range 40 }}{{ $x = printf "%s%s" $x $x }}{{ end }}`, "footer.txt: line 1: printf makes a text of more than 100,000 octets", "does a loop make it longer each time?"},
		{"a wide value", "footer.html", "\n{{ printf `%999999d` 1 }}", "footer.html: line 2: printf has a width or precision of 999999; the most is 1000", "write a smaller number"},
		{"a format without its value", "footer.txt", `{{ printf "%d of %d" 1 }}`, "footer.txt: line 1: printf has no value for its %d", "a format has one value for each %"},
		{"a value too many", "footer.txt", `{{ printf "%d" 1 2 }}`, "footer.txt: line 1: printf has 1 value more than its format prints", "a format has one value for each %"},
		{"a precision below nothing", "footer.txt", `{{ printf "%.*f" -1 1.5 }}`, "footer.txt: line 1: printf has a precision of -1", "a format has"},
		{"a per cent sign", "footer.txt", `{{ printf "100 %" }}`, "footer.txt: line 1: printf ends in the middle of a %", "a format has one value for each %; write %% to print"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := templateMistake(t, tt.file, tt.text)
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error is %q, want %q", err, tt.want)
			}
			if !strings.HasPrefix(err.Hint, tt.hint) || tt.hint == "" && err.Hint != "" {
				t.Errorf("hint is %q, want %q", err.Hint, tt.hint)
			}
		})
	}
}

// templateMistake is what is wrong with one template of a person's own.
func templateMistake(t *testing.T, name, text string) *letter.TemplateError {
	t.Helper()
	err := letter.CheckTemplates("", fstest.MapFS{name: file(text)})
	var mistake *letter.TemplateError
	if !errors.As(err, &mistake) {
		t.Fatalf("error is %v, want a TemplateError", err)
	}
	if err.Error() != mistake.Error() {
		t.Errorf("error is %q, around %q", err, mistake)
	}
	return mistake
}

// A folder of one's own may hold more than templates, parts of its own and
// parts within a file.
func TestOwnTemplatesOfOtherNames(t *testing.T) {
	t.Parallel()
	issue, pub := documentedIssue()
	variant, err := letter.Render(issue, pub, letter.Options{Theme: "letter", Templates: fstest.MapFS{
		"footer.html":  file(`<tr><td>{{ template "sponsor" . }}{{ template "twice" . }}{{ .SentTo }}<a href="{{ .Unsubscribe }}">x</a></td></tr>`),
		"sponsor.html": file(`<p>Our sponsor</p>{{ define "twice" }}<p>Thanks again</p>{{ end }}`),
		"README.md":    file(`{{ .Nonsense }}`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<p>Our sponsor</p>", "<p>Thanks again</p>"} {
		if !strings.Contains(variant.HTML, want) {
			t.Errorf("HTML lacks %s", want)
		}
	}
	if strings.Contains(variant.HTML, "<img") && !strings.Contains(variant.HTML, "logo.png") {
		t.Error("a letter has pictures")
	}
}

// Exported templates, used as they are, make the same mail.
func TestExportedTemplatesAreTheBuiltIn(t *testing.T) {
	t.Parallel()
	issue, pub := documentedIssue()
	for _, theme := range templates.Themes() {
		files, err := letter.ThemeFiles(theme)
		if err != nil {
			t.Fatal(err)
		}
		own := fstest.MapFS{}
		for name, text := range files {
			own[name] = file(text)
		}
		builtIn, err := letter.Render(issue, pub, letter.Options{Theme: theme})
		if err != nil {
			t.Fatal(err)
		}
		exported, err := letter.Render(issue, pub, letter.Options{Templates: fs.FS(own)})
		if err != nil {
			t.Fatal(err)
		}
		if builtIn.HTML != exported.HTML || builtIn.Text != exported.Text {
			t.Errorf("theme %s: the exported templates make another mail", theme)
		}
	}
}

// What stands where a folder of templates, or one of them, should be.
func TestTemplateFolders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		prepare    func(folder string) error
	}{
		{"gone", "templates: the folder can't be read: no such file or directory", os.Remove},
		{"a pipe", "note.html: is not a file", func(folder string) error { return syscall.Mkfifo(filepath.Join(folder, "note.html"), 0o600) }},
		{"a device", "note.html: is not a file", func(folder string) error { return os.Symlink("/dev/zero", filepath.Join(folder, "note.html")) }},
		{"a folder", "note.html: is not a file", func(folder string) error { return os.Mkdir(filepath.Join(folder, "note.html"), 0o700) }},
		{"a link to nothing", "note.html: can't be read: no such file or directory", func(folder string) error { return os.Symlink("nowhere", filepath.Join(folder, "note.html")) }},
		{"a byte order mark", "", func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "name.html"), []byte("\ufeff<h1>{{ .Newsletter.Name }}</h1>"), 0o600)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "templates")
			if err := errors.Join(os.Mkdir(folder, 0o700), tt.prepare(folder)); err != nil {
				t.Fatal(err)
			}
			err := letter.CheckTemplates("", os.DirFS(folder))
			if got := fmt.Sprint(err); tt.want != "" && got != tt.want || tt.want == "" && err != nil {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			issue, pub := documentedIssue()
			variant, err := letter.Render(issue, pub, letter.Options{Templates: os.DirFS(folder)})
			if tt.want == "" && (err != nil || strings.Contains(variant.HTML, "\ufeff")) || tt.want != "" && err == nil {
				t.Errorf("Render: %v", err)
			}
		})
	}
}
