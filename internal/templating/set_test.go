package templating_test

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"roundup/internal/templating"
)

// leaf is what the templates of these tests are filled with.
type leaf struct {
	Name  string
	Below *leaf
}

func kind() templating.Kind {
	return templating.Kind{Folder: "parts/", Data: []reflect.Type{reflect.TypeFor[leaf]()}}
}

// A mistake is told with the folder of its file, wherever it shows.
func TestMistakesNameTheFolder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, hint string }{
		{"syntax", "\n{{ if }}", "parts/a.html: line 2: missing value for if", ""},
		{"a block", "{{ if .Name }}", "parts/a.html: line 1: {{ if .Name }} has no {{ end }}", "write {{ end }}"},
		{"no such template", `{{ template "c" }}`, `parts/a.html: line 1: there is no template "c"`, ""},
		{"an attribute", `<a href="x>`, "parts/a.html: line 1: <a is not finished", "is a quotation mark or a > missing?"},
		{"a field", "{{ .Nam }}", "parts/a.html: line 1: {{ .Nam }} is not known", "did you mean .Name?"},
		{"nothing there", "{{ .Below.Name }}", "parts/a.html: line 1: {{ .Below.Name }}: there is no .Below here", "ask first: {{ with .Below }}{{ .Name }}{{ end }}"},
		{"a tag", "<b>", "parts/a.html: line 1: <b> is not closed", "</b> belongs into the same file"},
		{"without end", "{{ range 3000000000 }}{{ end }}", "parts/a.html: line 1: goes on for ever", "is the number of a range too large"},
		{"too much", "{{ range 49000 }}123456789012345678901234567890{{ end }}", "parts/page.html: grows beyond 1 MB", "does a loop"},
		{"not UTF-8", "\xe9", "parts/a.html: line 1: is not UTF-8", "save the file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			own, err := kind().Read(fstest.MapFS{"a.html": {Data: []byte(tt.text)}}, "*.html")
			var set *templating.Set
			if err == nil {
				set, err = templating.Parse(kind(), map[string]string{"page.html": `{{ template "a" . }}`, "a.html": "x"}, own)
			}
			if err == nil {
				set.FollowTags()
				_, err = set.HTML("page", leaf{})
			}
			var mistake *templating.Error
			if !errors.As(err, &mistake) || !strings.HasPrefix(err.Error(), tt.want) || !strings.HasPrefix(mistake.Hint, tt.hint) {
				t.Errorf("error is %v (%+v), want %q with hint %q", err, mistake, tt.want, tt.hint)
			}
		})
	}
}

// A server fills one set for many at the same time: none counts what another does.
func TestManyFillASet(t *testing.T) {
	t.Parallel()
	set, err := templating.Parse(kind(), map[string]string{"page.html": `{{ range 30000 }}{{ end }}{{ join ", " .Name "b" }}`}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := set.HTML("page", leaf{Name: "a"}); err != nil || got != "a, b" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	all.Wait()
}
