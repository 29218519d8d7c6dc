package letter_test

import (
	"strings"
	"testing"

	"roundup/digest"
	"roundup/digest/letter"
)

// Around an English issue the words are those of the reader's language; what was written
// stays, with its own quotation marks, and says which language it is in.
func TestWordsOfAnotherLanguage(t *testing.T) {
	t.Parallel()
	pub := samplePublication(t)
	article := sampleArticle(2, `The "Quiet" War`, `They call it "quiet".`, "Analysis", "Ada Lovelace", "Grace Hopper")
	sections := []digest.IssueSection{
		{Title: "Analysis", Articles: []digest.Printed{article, article}},
		{Title: "Kurz gemeldet", Articles: []digest.Printed{article, article}},
	}
	const note = "Dear friends,\n\nwe have a \"note\"."
	for _, tt := range []struct {
		language   string
		html, text []string // what they have
	}{
		{"", []string{`<html lang="en" dir="ltr">`, ">The “Quiet” War</a>", "By Ada Lovelace and Grace Hopper"}, []string{"The “Quiet” War"}},
		{"de", []string{
			`<html lang="de" dir="ltr">`, "The “Quiet” War</span></a>", `lang="en" dir="ltr">They call it “quiet”.</span>`, "Von Ada Lovelace und Grace Hopper",
			`<div lang="en" dir="ltr">`, "we have a “note”.", "21. November 2025", "Abbestellen", `lang="en" dir="ltr">Analysis</span></h2>`,
			">Kurz gemeldet</h2>", ">Weiterlesen<",
		}, []string{"Dear friends,", "Freitag, 21. November 2025", "The “Quiet” War"}},
		{"ar", []string{
			`<html lang="ar" dir="rtl">`, "The “Quiet” War", `lang="en" dir="ltr">`, "إلغاء الاشتراك",
		}, []string{"\u200f\u2066Dear friends,\u2069", "\u200f\u2066we have a “note”.\u2069", "\u200f\u2066The “Quiet” War\u2069"}},
	} {
		t.Run(tt.language, func(t *testing.T) {
			t.Parallel()
			abroad := pub.In(tt.language)
			issue, err := letter.Compile(letter.Input{
				Number: 12, UID: sampleUID, Publication: abroad, Slot: sampleMoment(), Now: sampleMoment(),
				Selection: digest.Selection{Sections: sections}, Edits: digest.Edits{Note: note},
			})
			if err != nil {
				t.Fatal(err)
			}
			m := rendered(t, issue, abroad)
			html := strings.Join(strings.Fields(strings.ReplaceAll(breaking(m.HTML), "\n", " ")), " ")
			for _, want := range tt.html {
				if !strings.Contains(html, strings.ReplaceAll(want, ">Weiterlesen<", ">Weiterlesen<span")) {
					t.Errorf("the HTML lacks %q", want)
				}
			}
			for _, want := range tt.text {
				if !strings.Contains(breaking(m.Text), want) {
					t.Errorf("the text part lacks %q:\n%q", want, m.Text)
				}
			}
		})
	}
}

// Subject and preheader are the editor's; a date in them, and the names of authors, are
// around them.
func TestSubjectOfAnotherLanguage(t *testing.T) {
	t.Parallel()
	pub := samplePublication(t)
	in := letter.Input{
		Number: 12, UID: sampleUID, Slot: sampleMoment(), Now: sampleMoment(),
		SubjectTemplate:   `{{ .Lead.Title }} ({{ .Date }})`,
		PreheaderTemplate: `{{ .Lead.Authors }}`,
		Selection:         digest.Selection{Sections: []digest.IssueSection{{Articles: []digest.Printed{sampleArticle(2, `The "Quiet" War`, "", "", "Ada", "Grace")}}}},
	}
	for _, tt := range []struct{ language, subject, preheader string }{
		{"", "The “Quiet” War (November 21, 2025)", "Ada and Grace"},
		{"de", "The “Quiet” War (21. November 2025)", "Ada und Grace"},
	} {
		in.Publication = pub.In(tt.language)
		issue, err := letter.Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		if breaking(issue.Subject) != tt.subject || issue.Preheader != tt.preheader {
			t.Errorf("in %q: %q, %q; want %q, %q", tt.language, issue.Subject, issue.Preheader, tt.subject, tt.preheader)
		}
	}
	in.Publication, in.Edits = pub.In("ar"), digest.Edits{Subject: "My words", Preheader: "And mine"}
	issue, err := letter.Compile(in)
	if err != nil || issue.Subject != "My words" || issue.Preheader != "And mine" {
		t.Errorf("edited: %q, %q, %v", issue.Subject, issue.Preheader, err)
	}
}

// A publication in its own language is what it is.
func TestPublicationIn(t *testing.T) {
	t.Parallel()
	pub := digest.Publication{Language: "en-GB"}
	for _, tt := range []struct{ in, language, texts string }{
		{"", "en-GB", ""}, {"en-GB", "en-GB", ""}, {"de", "de", "en-GB"},
	} {
		if got := pub.In(tt.in); got.Language != tt.language || got.Texts != tt.texts {
			t.Errorf("in %q: %+v", tt.in, got)
		}
	}
	if got := pub.In("de").In("ar"); got.Language != "ar" || got.Texts != "en-GB" {
		t.Errorf("%+v", got)
	}
}
