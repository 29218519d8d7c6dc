package proof_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"roundup/internal/testing/proof"
)

// avoided are the parts of allowed features that a client of ours lacks: none
// may stand in a mail's CSS or tags.
var avoided = []struct {
	why     string
	pattern *regexp.Regexp
}{
	{"negative margins: Gmail, Outlook, Yahoo", regexp.MustCompile(`margin(-[a-z]+)?:[^;}"]*-\d`)},
	{"rem: Outlook, Yahoo", regexp.MustCompile(`\drem\b`)},
	{"text-transform: lowercase: Outlook", regexp.MustCompile(`text-transform:\s*lowercase`)},
	{"text-align: start, end and match-parent: Gmail, Outlook, Yahoo", regexp.MustCompile(`text-align:\s*(start|end|match-parent|-webkit)`)},
	{"white-space: pre: Gmail, Yahoo", regexp.MustCompile(`white-space:\s*pre`)},
	{"flex, grid and the like: Gmail, Outlook, Yahoo", regexp.MustCompile(`display:\s*(inline-)?(flex|grid|flow-root|contents)`)},
	{"overflow-block and overflow-inline: all", regexp.MustCompile(`overflow-(block|inline)`)},
	{"media queries on height: Gmail", regexp.MustCompile(`@media[^{]*height`)},
	{"!important without a space before it: Yahoo; in upper case: Gmail", regexp.MustCompile(`(\S!important|!\s|!IMPORTANT)`)},
	{"a border wider than 8 pixels: Outlook", regexp.MustCompile(`border(-[a-z]+)*:\s*(9|\d\d+)px`)},
	{"letter-spacing in em: Outlook", regexp.MustCompile(`letter-spacing:[^;}"]*em\b`)},
	{"several values of text-decoration, and overline: Outlook", regexp.MustCompile(`text-decoration:\s*([a-z]+\s+[a-z#]|overline)`)},
	{"reversed and value on lists: all", regexp.MustCompile(`<(ol|li)[^>]* (reversed|value)\b`)},
	{"a width in percent on a picture: Outlook", regexp.MustCompile(`<img[^>]* (width|height)="\d+%`)},
	{"language on cells: Yahoo", regexp.MustCompile(`<td[^>]* lang=`)},
	{"role on what is no table, but for the wrapper: Yahoo", regexp.MustCompile(`<(a|b|em|h\d|img|li|ol|p|span|strong|td|tr|ul)\s[^>]*\brole=`)},
	{"direction on links: Outlook", regexp.MustCompile(`<a[^>]* dir=`)},
	{"!important in an element: Outlook", regexp.MustCompile(`style="[^"]*!important`)},
	{"a second style sheet, and one in the body: Gmail", regexp.MustCompile(`(?s)(<style.*<style|<body.*<style)`)},
}

// maxSheet is the largest style sheet that Gmail reads, in octets.
const maxSheet = 16_000

var (
	styleSheet = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)
	tag        = regexp.MustCompile(`(?s)<[a-z][^>]*>`)
	ofWord     = regexp.MustCompile(`(?s)<!--\[if mso\]>.*?<!\[endif\]-->`)
)

// TestAvoided: where clients have only a part of what allowed names, the mail
// keeps to that part.
func TestAvoided(t *testing.T) {
	t.Parallel()
	met := map[string]bool{}
	for _, s := range proof.Samples(t) {
		// Texts are left out: an article may speak of CSS.
		markup := ofWord.ReplaceAllString(s.Mail(t).HTML, "")
		parts := tag.FindAllString(markup, -1)
		for _, sheet := range styleSheet.FindAllStringSubmatch(markup, -1) {
			parts = append(parts, sheet[1])
			if len(sheet[1]) > maxSheet {
				t.Errorf("%s: a style sheet of %d octets, and Gmail drops one of more than 16 kB", s.Name, len(sheet[1]))
			}
		}
		text := strings.Join(parts, "\n")
		for _, a := range avoided {
			if at := a.pattern.FindStringIndex(text); at != nil && !met[a.why] {
				met[a.why] = true
				t.Errorf("%s: %s: …%s…", s.Name, a.why, text[max(0, at[0]-40):min(len(text), at[1]+40)])
			}
		}
		if !slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(p, "<td") }) {
			t.Errorf("%s: no cell is found: nothing is looked at", s.Name)
		}
	}
}
