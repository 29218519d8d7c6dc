package letter_test

import (
	"strings"
	"testing"

	"roundup/digest"
	"roundup/digest/letter"
)

const rtlSample = "ماذا بعد؟"

// TestMixedDirections looks at the text part, where what turns the order of
// writing is seen: \u2066 and \u2067 begin a run from the left or the right,
// \u2069 ends it, \u200f makes a line one from the right.
func TestMixedDirections(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("Water under the sand. ", 5))
	full := strings.Repeat("Water under the sand. ", 3) + "Water"
	link := "https://magazine.example/" + strings.Repeat("x", 60)
	tests := []struct {
		name, language    string
		title, dek, label string
		author            string
		want              []string // lines
	}{
		{"all from the left", "en", "Who?", "What.", "Africa", "Ada", []string{"Who?", "Africa", "By Ada", "What."}},
		{"Arabic in English", "en", rtlSample, "", "Africa | أفريقيا", "ليلى", []string{
			"\u2067" + rtlSample + "\u2069", "Africa | \u2067أفريقيا\u2069", "By \u2067ليلى\u2069"}},
		{"all from the right", "ar", rtlSample, "نص.", "أفريقيا", "ليلى", []string{rtlSample, "أفريقيا", "بقلم ليلى", "نص."}},
		{"English in Arabic", "ar", "Who?", "What.", "Africa | أفريقيا", "Ada", []string{
			"\u200f\u2066Who?\u2069", "\u2066Africa\u2069 | أفريقيا", "بقلم \u2066Ada\u2069", "\u200f\u2066What.\u2069"}},
		{"a word of the other kind", "ar", "NATO " + rtlSample, "", "NATO أفريقيا", "", []string{
			"\u200fNATO " + rtlSample, "\u200f\u2067NATO أفريقيا\u2069"}},
		{"a run over two lines", "ar", "Who?", long, "", "", []string{
			"\u200f\u2066" + strings.TrimSpace(strings.Repeat("Water under the sand. ", 3)) + " Water\u2069",
			"\u200f\u2066under the sand. Water under the sand.\u2069"}},
		{"a link at the start of a run's second line", "ar", "Who?", full + " https://magazine.example/sand below.", "", "Ada", []string{
			"\u200f\u2066" + full + "\u2069", "\u200f\u2066https://magazine.example/sand below.\u2069", "بقلم \u2066Ada\u2069"}},
		{"a link on a run's second line, alone", "ar", "Who?", full + " " + link + " below.", "", "Ada", []string{
			"\u200f\u2066" + full + "\u2069", link, "\u200f\u2066below.\u2069", "بقلم \u2066Ada\u2069"}},
		{"a long link at the start of a run", "ar", "Who?", link + " below.", "", "Ada", []string{
			"\u200f\u2066" + link + "\u2069", "\u200f\u2066below.\u2069", "بقلم \u2066Ada\u2069"}},
		{"a long link in quotes", "en", "Who?", `Below "` + link + `".`, "", "", []string{"Below", "“" + link + "”."}},
		{"digits alone", "ar", "2025", "", "", "", []string{"2025"}},
		{"no word for it yet", "he", "מה?", "", "", "", []string{"מה?"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pub := samplePublication(t)
			pub.Language = tt.language
			article := sampleArticle(18, tt.title, tt.dek, tt.label, tt.author)
			m := rendered(t, compiled(t, []digest.IssueSection{{Articles: []digest.Printed{article}}}, ""), pub)
			for _, want := range tt.want {
				if !strings.Contains(breaking(m.Text), "\n"+want+"\n") {
					t.Errorf("no line %q in\n%q", want, m.Text)
				}
				if !strings.Contains(m.Text, "\nhttps://meridian.example/articles/") {
					t.Errorf("the link does not begin its line:\n%q", m.Text)
				}
			}
		})
	}
}

// A subject is read by more programs than a mail is: marks that all of them
// know keep a headline's punctuation with it.
func TestSubjectOfMixedDirections(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ language, name, title, want string }{
		{"en", "The Review", "Who?", "Who?"},
		{"en", "The Review", rtlSample, "\u200f" + rtlSample + "\u200f"},
		{"ar", "المجلة", rtlSample, rtlSample},
		{"ar", "المجلة", "Who?", "\u200eWho?\u200e"},
		{"ar", "المجلة", "", "المجلة، العدد 12"},
		{"fr", "La Revue", "", "La Revue, N° 12"},
		{"fr", "La Revue", "À qui l'eau", "À qui l’eau"},
	} {
		in := letter.Input{Number: 12, UID: sampleUID, Publication: samplePublication(t)}
		in.Publication.Language, in.Publication.Name = tt.language, tt.name
		if tt.title != "" {
			in.Selection.Sections = []digest.IssueSection{{Articles: []digest.Printed{sampleArticle(18, tt.title, "", "")}}}
		}
		issue, err := letter.Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		if issue.Subject != tt.want {
			t.Errorf("got %q, want %q", issue.Subject, tt.want)
		}
	}
}
