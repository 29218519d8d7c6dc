package letter_test

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"roundup/digest/letter"
	"roundup/templates"
)

// A tag that a file leaves open, or closes without having opened it, is found
// with its line, on whatever way through the conditions.
func TestUnbalancedTags(t *testing.T) {
	t.Parallel()
	const loop = "{{ range .Sections }}%s{{ end }}"
	tests := []struct {
		name, text string // of footer.html
		want, hint string // after "footer.html: "; "" where nothing is wrong
	}{
		{"a table", "<tr>\n<td><table><tr><td>x</td></tr>\n</td></tr>", "line 2: <table> is not closed", "</table> belongs before the </td> of line 3"},
		{"at the end", "<tr><td>\n<h2 class=\"x\">{{ .Subject }}", "line 2: <h2> is not closed", "</h2> belongs into the same file"},
		{"a paragraph, which HTML lets be", "<tr><td>\n<p>x</td></tr>", "line 2: <p> is not closed", "</p> belongs before the </td> of line 2"},
		{"an end tag too many", "<tr><td>x</td>\n</td></tr>", "line 2: </td> closes nothing", "no <td> is open here; what a file closes, it opens"},
		{"another file's", "</table>", "line 1: </table> closes nothing", "no <table> is open here"},
		{"of an element without", "<tr><td><br></br></td></tr>", "line 1: </br> closes nothing", "<br> has no end tag"},
		{"crossed", "<b>\n<i>x</b></i>", "line 2: <i> is not closed", "</i> belongs before the </b> of line 2"},
		{"in one branch", "{{ if .Page }}\n<div>{{ else }}x{{ end }}", "line 2: <div> is not closed", ""},
		{"in the other branch", "{{ if .Page }}x{{ else }}\n<div>{{ end }}", "line 2: <div> is not closed", ""},
		{"in with", "{{ with .Note }}\n<div>{{ .Text }}{{ end }}", "line 2: <div> is not closed", ""},
		{"closed in one branch", "<div>{{ if .Page }}x</div>{{ end }}", "line 1: <div> is not closed", ""},
		{"closed on another condition", "{{ if .Page }}<div>{{ end }}{{ if .Browser }}</div>{{ end }}", "line 1: </div> closes nothing", ""},
		{"in a loop", "{{ range .Sections }}\n<p>{{ .Title }}{{ end }}", "line 2: <p> is not closed", ""},
		{"of what is outside of the loop", "<p>{{ range .Sections }}</p>{{ end }}", "line 1: </p> closes nothing", "no <p> is open here"},
		{"before a break", fmt.Sprintf(loop, "<p>{{ if .Title }}{{ break }}{{ end }}</p>"), "line 1: <p> is not closed", ""},
		{"for a loop without rounds", "{{ range .Sections }}{{ else }}<p>{{ end }}", "line 1: <p> is not closed", ""},
		{"within a definition", "{{ template \"x\" . }}\n{{ define \"x\" }}\n<p>{{ end }}", "line 3: <p> is not closed", ""},
		{"below a conditional comment", "<!--[if mso]>\n<table><tr><td>\n<![endif]-->\n<p>x", "line 4: <p> is not closed", ""},
		{"raw text left open", "<style>\na { }\n<style>b { }</style>", "line 1: <style> is not closed", "</style> belongs before the next <style>"},
		{"a tag", "<tr><td>\n<p class=\"x\"", "line 2: <p is not finished", "is a quotation mark or a > missing?"},
		{"many ways", strings.Repeat("{{ if .Page }}<b>{{ end }}{{ if .Browser }}<i>{{ end }}{{ if .Note }}<u>{{ end }}", 3), "line 1: <", ""},

		{"conditional comments", "<!--[if mso]><table><tr><td><![endif]--><p>x</p><!--[if mso]></td></tr></table><![endif]-->", "", ""},
		{"comments", "<!-- <p> -- > ---><tr><td>x</td></tr>", "", ""},
		{"values", `<a title="<p>" href='{{ .Browser }}'>x</a>`, "", ""},
		{"no tag", "<p>1 < 2 <3</p>", "", ""},
		{"case", "<TR><Td>x</tD></tr>", "", ""},
		{"spaces and slashes", "<tr\n><td\tclass=x>x<br/><hr /></td ></tr>", "", ""},
		{"raw text", "<style>p > a { } /* <p> */{{ if .Page }} a{}{{ end }}</style>", "", ""},
		{"a drawing", `<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>`, "", ""},
		{"both branches open the same", `{{ if .Page }}<p class="a">{{ else }}<p>{{ end }}x</p>`, "", ""},
		{"a tag's name chosen", "<{{ if .Page }}h2{{ else }}h3{{ end }}>x</{{ if .Page }}h2{{ else }}h3{{ end }}>", "", ""},
		{"a condition twice", "{{ if .Page }}<h2>{{ else }}<h3>{{ end }}x{{ if .Page }}</h2>{{ else }}</h3>{{ end }}", "", ""},
		{"a condition and its opposite", "{{ if .Page }}<b>{{ end }}x{{ if not .Page }}{{ else }}</b>{{ end }}", "", ""},
		{"if and with", "{{ if .Browser }}<b>{{ end }}x{{ with .Browser }}</b>{{ end }}", "", ""},
		{"around a loop", "{{ if .Sections }}<ul>{{ end }}" + fmt.Sprintf(loop, "<li>{{ .Title }}</li>{{ continue }}") + "{{ if .Sections }}</ul>{{ end }}", "", ""},
		{"a file within an attribute", `<p class="{{ template "word" . }}">x</p>{{ define "word" }}a > b{{ end }}`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.want == "" {
				if err := letter.CheckTemplates("", fstest.MapFS{"footer.html": file(tt.text)}); err != nil {
					t.Error(err)
				}
				return
			}
			err := templateMistake(t, "footer.html", tt.text)
			if want := "footer.html: " + tt.want; !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error is %q, want %q", err, want)
			}
			if !strings.HasPrefix(err.Hint, tt.hint) {
				t.Errorf("hint is %q, want %q", err.Hint, tt.hint)
			}
		})
	}
}

// Whatever end tag is taken out of whatever template, the file is named, and a
// line at or before the place.
func TestEveryEndTagIsMissed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("checks the templates hundreds of times")
	}
	endTag, seen := regexp.MustCompile(`</\w+>`), map[string]bool{}
	for _, theme := range templates.Themes() {
		files, err := letter.ThemeFiles(theme)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range slices.Sorted(maps.Keys(files)) {
			source := files[name]
			if !strings.HasSuffix(name, ".html") || seen[name+source] {
				continue
			}
			seen[name+source] = true
			for _, at := range endTag.FindAllStringIndex(source, -1) {
				if inComment(source, at[0]) {
					continue
				}
				own := fs.FS(fstest.MapFS{name: file(source[:at[0]] + source[at[1]:])})
				err := letter.CheckTemplates(theme, own)
				var line int
				if err != nil {
					_, _ = fmt.Sscanf(err.Error(), name+": line %d: <", &line)
				}
				if before := 1 + strings.Count(source[:at[0]], "\n"); line < 1 || line > before {
					t.Errorf("%s: %s without %s of line %d: error is %v", theme, name, source[at[0]:at[1]], before, err)
				}
			}
		}
	}
}

func inComment(source string, at int) bool {
	return strings.LastIndex(source[:at], "<!--") > strings.LastIndex(source[:at], "-->")
}

// A block that is not closed is named, with the line it begins on.
func TestBlocksWithoutEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, text, want string
	}{
		{"if", "brief.html", "\n{{ if .Titled }}x{{ else }}y\n{{ with .Text }}{{ . }}{{ end }}\n\n", "brief.html: line 2: {{ if .Titled }} has no {{ end }}"},
		{"range", "footer.txt", "x\n\n{{ range $i, $s := .Sections }}{{ .Title }}", "footer.txt: line 3: {{ range $i, $s := .Sections }} has no {{ end }}"},
		{"with", "footer.html", "{{ with .Note }}{{ if .Text }}x{{ end }}", "footer.html: line 1: {{ with .Note }} has no {{ end }}"},
		{"in an else", "footer.txt", "{{ if .Page }}{{ else }}\n{{ if .Browser }}\n{{ end }}", "footer.txt: line 1: {{ if .Page }} has no {{ end }}"},
		{"two", "footer.txt", "{{ if .Page }}\n{{ if .Browser }}", "footer.txt: line 1: {{ if .Page }} has no {{ end }}"},
		{"define", "footer.html", "x\n{{- define \"y\" }}{{ if .Page }}{{ end }}", "footer.html: line 2: {{- define \"y\" }} has no {{ end }}"},
		{"block", "footer.txt", "x\n{{ block `y` . }}y", "footer.txt: line 2: {{ block `y` . }} has no {{ end }}"},
		{"a brace in a string", "footer.txt", "{{ if eq .Subject \"}}\" }}x", "footer.txt: line 1: {{ if eq .Subject \"}}\" }} has no {{ end }}"},
		{"below a conditional comment", "footer.html", "<!--[if mso]>\n<br>\n<![endif]-->\n{{ if .Page }}x", "footer.html: line 4: {{ if .Page }} has no {{ end }}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := templateMistake(t, tt.file, tt.text)
			if err.Error() != tt.want || !strings.HasPrefix(err.Hint, "write {{ end }} where it ends") {
				t.Errorf("error is %q, hint %q, want %q", err, err.Hint, tt.want)
			}
		})
	}
}
