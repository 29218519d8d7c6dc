package digest_test

import (
	"html"
	"html/template"
	"strings"
	"testing"

	"roundup/digest"
)

// What is looked for in a mail is looked for as SafeLink has it: a template must
// not write it in another way.
func TestSafeLinkIsPrintedAsItIs(t *testing.T) {
	t.Parallel()
	attribute := template.Must(template.New("a").Parse(`<img src="{{ . }}">`))
	for c := byte('!'); c < 0x7f; c++ {
		for _, before := range []string{"https://m.example/a", "https://m.example/a?b=", "https://m.example/é?b=é#c"} {
			link := digest.SafeLink(before + string(c) + "z")
			if link == "" {
				continue // no address
			}
			var printed strings.Builder
			if err := attribute.Execute(&printed, template.URL(link)); err != nil { //nolint:gosec // what is tried
				t.Fatal(err)
			}
			if got := html.UnescapeString(printed.String()); got != `<img src="`+link+`">` {
				t.Errorf("%s%c: printed as %s, want %s", before, c, got, link)
			}
		}
	}
}
