package letter_test

import (
	"strings"
	"testing"
)

// TestBranchesAreTried: a tag that is left open where one thing is missing, or is all
// there is, is found although most issues never come there.
func TestBranchesAreTried(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, text string }{
		{"no address", "footer.html", "{{ if not .Newsletter.Address }}<p>none{{ end }}"},
		{"no logo", "masthead.html", "{{ if not .Newsletter.Logo }}<p>none{{ end }}"},
		{"no tagline, but a logo", "masthead.html", "{{ if not .Newsletter.Tagline }}{{ if .Newsletter.Logo }}<p>none{{ end }}{{ end }}"},
		{"no social links", "footer.html", "{{ range .Newsletter.Social }}{{ else }}<p>none{{ end }}"},
		{"no note", "note.html", "{{ if not .Note.HTML }}<p>none{{ end }}"},
		{"no text", "article.html", "{{ if not .Text }}<p>none{{ end }}"},
		{"no labels", "article.html", "{{ if not .Labels }}<p>none{{ end }}"},
		{"no authors", "article.html", "{{ with .Byline }}{{ else }}<p>none{{ end }}"},
		{"neither picture nor text", "article.html", "{{ if not .Picture }}{{ if not .Text }}<p>none{{ end }}{{ end }}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := templateMistake(t, tt.file, tt.text)
			if want := tt.file + ": line 1: <p> is not closed"; !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error is %q, want %q", err, want)
			}
		})
	}
}
