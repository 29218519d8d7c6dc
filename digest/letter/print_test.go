package letter_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"text/template"

	"roundup/digest/letter"
)

// The printing functions print what those of the template engine do.
func TestPrintingIsThatOfTheEngine(t *testing.T) {
	t.Parallel()
	tests := []string{
		`{{ print "a" "b" }}`, `{{ print 1 2 "c" 3 4 }}`, `{{ print true nil 1.5 }}`, `{{ print }}`,
		`{{ println "a" 1 }}x`, `{{ html "<b>" "&" 1 2 }}`, `{{ "<i>" | html "<b>" }}`, `{{ js "it's" 1 }}`,
		`{{ urlquery "a b" "&" }}`, `{{ "ä&" | urlquery }}`, `{{ len (html "<") }}`,
		`{{ printf "plain" }}`, `{{ printf "%d%%" 12 }}`, `{{ printf "%5d|%-5d|%05d|%+d" 1 2 3 4 }}`,
		`{{ printf "%.2f %8.3f %e" 1.5 2.25 3.0 }}`, `{{ printf "%s, %q, %x, % X, %v" "a" "b" "c" "de" "f" }}`,
		`{{ printf "%*d|%-*d|%.*f" 5 1 4 2 1 3.14 }}`, `{{ printf "%*d|" -5 1 }}`,
		`{{ printf "%[2]s %[1]s" "a" "b" }}`, `{{ printf "%[1]d %[1]x" 255 }}`, `{{ printf "%[3]*.[2]*[1]f" 12.0 2 6 }}`,
		`{{ printf "%[2]s %s" "a" "b" "c" }}`, `{{ printf "%6.2f%%" 1.5 }}`, `{{ printf "%T %t %c %U" 1 true 65 66 }}`,
		`{{ printf "%d" "no number" }}`, `{{ printf "%z" 1 }}`, `{{ printf "äöü %s ß" "é" }}`, `{{ printf "%.3s|%5s" "äöüß" "ü" }}`,
		`{{ printf "% d|%#x|%#q" 5 255 "a" }}`, `{{ "b" | printf "%s%s" "a" }}`,
	}
	for _, text := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var want strings.Builder
			if err := template.Must(template.New("").Parse(text)).Execute(&want, nil); err != nil {
				t.Fatal(err)
			}
			issue, pub := documentedIssue()
			variant, err := letter.Render(issue, pub, letter.Options{Templates: fstest.MapFS{"mail.txt": file(text)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := variant.Text; strings.TrimSpace(got) != strings.TrimSpace(want.String()) {
				t.Errorf("prints %q, want %q", got, want.String())
			}
		})
	}
}

// In HTML everything is escaped once, by whoever does it.
func TestPrintingInHTML(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{`<p>{{ html "<b>" "&" }}</p>`, "<p>&lt;b&gt;&amp;</p>"},
		{`<p>{{ "<i>" | html "<b>" }}</p>`, "<p>&lt;b&gt;&lt;i&gt;</p>"},
		{`<p>{{ print "<b>" 1 }}</p>`, "<p>&lt;b&gt;1</p>"},
		{`<a href="https://a.example/?q={{ urlquery "a b" "&" }}">x</a>`, `href="https://a.example/?q=a+b%26"`},
		{`<p>{{ $x := html "<" 1 }}{{ len $x }}</p>`, "<p>5</p>"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			issue, pub := documentedIssue()
			variant, err := letter.Render(issue, pub, letter.Options{Templates: fstest.MapFS{"preheader.html": file(tt.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := withoutStyles(variant.HTML); !strings.Contains(got, tt.want) {
				t.Errorf("%s is not in the mail: %s", tt.want, got)
			}
		})
	}
}
