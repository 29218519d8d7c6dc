package letter_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"roundup/digest"
	"roundup/digest/letter"
	"roundup/templates"
)

// documented is a row of the tables in docs/templates.md.
type documented struct{ heading, field, example, prints string }

var tableRow = regexp.MustCompile("^\\| `([^`]+)` \\| `([^`]+)` \\| `([^`]+)` \\|")

func templateDocs(t *testing.T) (text string, rows []documented) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "templates.md"))
	if err != nil {
		t.Fatal(err)
	}
	heading := ""
	for line := range strings.SplitSeq(string(raw), "\n") {
		if name, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			heading = name
		}
		if m := tableRow.FindStringSubmatch(line); m != nil {
			unescape := strings.NewReplacer(`\|`, "|").Replace
			rows = append(rows, documented{heading, m[1], unescape(m[2]), unescape(m[3])})
		}
	}
	return string(raw), rows
}

// documentedIssue is the example of the documentation: the one that templates are tried
// on, without its long headline.
func documentedIssue() (digest.Issue, digest.Publication) {
	issue, article := letter.ExampleIssue(), letter.ExampleIssue().Sections[0].Articles[0]
	issue.UID = sampleUID
	issue.Sections[0].Articles = []digest.Printed{article, article, article}
	issue.Sections[1].Articles = slices.Repeat([]digest.Printed{article}, 6)
	return issue, letter.ExamplePublication()
}

// Every example of the documentation prints what it says.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	_, rows := templateDocs(t)
	issue, pub := documentedIssue()
	around := map[string]string{
		"A section":  "{{ with index .Sections 0 }}%{{ end }}",
		"An article": "{{ with .Lead }}%{{ end }}",
		"A picture":  "{{ with .Lead.Picture }}%{{ end }}",
	}
	for _, row := range rows {
		t.Run(row.heading+"/"+row.field, func(t *testing.T) {
			t.Parallel()
			example := row.example
			if frame, ok := around[row.heading]; ok {
				example = strings.Replace(frame, "%", example, 1)
			}
			variant, err := letter.Render(issue, pub, letter.Options{Templates: fstest.MapFS{"mail.txt": file(example)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(breaking(variant.Text)); got != row.prints {
				t.Errorf("%s prints %q, the documentation says %q", row.example, got, row.prints)
			}
		})
	}
}

// Every field a template can print is documented, and no other.
func TestDocumentedModel(t *testing.T) {
	t.Parallel()
	_, rows := templateDocs(t)
	found := map[string]bool{}
	for _, row := range rows {
		if strings.HasPrefix(row.field, ".") {
			found[row.heading+" "+row.field] = true
		}
	}
	walked := map[string]bool{} // a type has one table, however many fields are of it
	var walk func(of reflect.Type, heading, path string)
	walk = func(of reflect.Type, heading, path string) {
		key := heading + " " + path + " " + of.Name()
		if walked[key] {
			return
		}
		walked[key] = true
		for i := range of.NumField() {
			field := of.Field(i)
			key := heading + " " + path + "." + field.Name
			if !found[key] {
				t.Errorf("docs/templates.md lacks %s under %q", path+"."+field.Name, heading)
			}
			delete(found, key)
			inner := field.Type
			for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			switch inner {
			case reflect.TypeFor[letter.Newsletter]():
				walk(inner, "The newsletter", ".Newsletter")
			case reflect.TypeFor[digest.SocialLink]():
				walk(inner, heading, path+".Social[]")
			case reflect.TypeFor[letter.Note]():
				walk(inner, "The note", ".Note")
			case reflect.TypeFor[letter.Section]():
				walk(inner, "A section", "")
			case reflect.TypeFor[letter.Article]():
				walk(inner, "An article", "")
			case reflect.TypeFor[letter.Picture]():
				walk(inner, "A picture", "")
			case reflect.TypeFor[letter.Palette]():
				walk(inner, "Colours", ".Colours")
			case reflect.TypeFor[letter.Shades]():
				if field.Name == "Light" {
					walk(inner, "Colours", ".Colours.Light")
				}
			}
		}
	}
	walk(reflect.TypeFor[letter.Letter](), "The mail", "")
	for key := range found {
		t.Errorf("docs/templates.md has %s, which no template can print", key)
	}
}

// Every file of every theme is documented.
func TestDocumentedFiles(t *testing.T) {
	t.Parallel()
	text, _ := templateDocs(t)
	for _, theme := range templates.Themes() {
		files, err := letter.ThemeFiles(theme)
		if err != nil {
			t.Fatal(err)
		}
		for name := range files {
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("docs/templates.md lacks %s of the theme %s", name, theme)
			}
		}
		if !strings.Contains(text, "`"+theme+"`") {
			t.Errorf("docs/templates.md lacks the theme %s", theme)
		}
	}
	if _, err := letter.ThemeFiles("papyrus"); err == nil {
		t.Error("a theme that is not there: no error")
	}
}
