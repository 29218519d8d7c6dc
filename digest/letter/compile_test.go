package letter_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"roundup/digest"
	"roundup/digest/letter"
)

// compileInput is a valid input with the sample articles, to vary.
func compileInput(t *testing.T) letter.Input {
	t.Helper()
	return letter.Input{
		Selection:   digest.Selection{Sections: sampleSections()},
		Publication: samplePublication(t),
		Number:      12,
		Kind:        digest.Regular,
		Slot:        sampleMoment(),
		Now:         sampleMoment().Add(3 * time.Minute),
		UID:         sampleUID,
	}
}

func headlines(titles ...string) []digest.IssueSection {
	var articles []digest.Printed
	for _, title := range titles {
		articles = append(articles, digest.Printed{Headline: title})
	}
	return []digest.IssueSection{{Title: "Analysis", Articles: articles}}
}

func TestCompileSubject(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Every word of this counts ", 10)
	tests := []struct {
		name     string
		template string
		edited   string
		sections []digest.IssueSection
		want     string
	}{
		{"default template", "", "", headlines("A", "B"), "A"},
		{"every field", "{{ .Newsletter.Name }}|{{ .Newsletter.Tagline }}|{{ .Number }}|{{ .Date }}|{{ .Count }}|{{ .Lead.Title }}|{{ .Lead.Section }}",
			"", headlines("A", "B"), "The Meridian Review|World affairs, once a week|12|November 21, 2025|2|A|Analysis"},
		{"range", "{{ range .Articles }}{{ .Title }}. {{ end }}", "", headlines("A", "B"), "A. B."},
		{"edited wins", "{{ .Number }}", "By hand", headlines("A"), "By hand"},
		{"edited wins over a broken template", "{{ .Nonsense }}", "By hand", headlines("A"), "By hand"},
		{"blank edit does not", "No. {{ .Number }}", " \n ", headlines("A"), "No. 12"},
		{"line breaks and controls go", "", "", headlines("A\r\nBcc: all@example.org\x00\u202E"), "A Bcc: all@example.org"},
		{"markup is not escaped", "{{ .Lead.Title }}", "", headlines("Q&A <now>"), "Q&A <now>"},
		{"no articles", "", "", nil, "The Meridian Review, No. 12"},
		{"no articles, other template", "No. {{ .Number }} of {{ .Date }}", "", nil, "No. 12 of November 21, 2025"},
		{"empty", "{{ if false }}x{{ end }}", "", headlines("A"), "The Meridian Review, No. 12"},
		{"cut at a word", "{{ .Lead.Title }}", "", headlines(long), strings.Repeat("Every word of this counts ", 5) + "Every word of this…"},
		{"emoji stay whole", "{{ .Lead.Title }}", "", headlines(strings.Repeat("👩‍👩‍👧‍👦", 30)), strings.Repeat("👩‍👩‍👧‍👦", 21) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := compileInput(t)
			in.Selection.Sections = tt.sections
			in.SubjectTemplate = tt.template
			in.Edits.Subject = tt.edited
			issue, err := letter.Compile(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := issue.Subject; got != tt.want {
				t.Errorf("subject is %q, want %q", got, tt.want)
			}
			if n := utf8.RuneCountInString(issue.Subject); n > 150 {
				t.Errorf("subject has %d characters", n)
			}
		})
	}
}

func TestCompilePreheader(t *testing.T) {
	t.Parallel()
	dek := []digest.IssueSection{{Articles: []digest.Printed{{Headline: "A lead", Text: "What the lead says."}}}}
	tests := []struct {
		name     string
		template string
		edits    digest.Edits
		sections []digest.IssueSection
		want     string
	}{
		{"the other headlines", "", digest.Edits{}, headlines("A lead", "Second", "Third"), "Second · Third"},
		{"as many as fit", "", digest.Edits{}, headlines("A lead", strings.Repeat("b", 60), strings.Repeat("c", 60), "d"), strings.Repeat("b", 60)},
		{"the lead too where the subject does not say it", "", digest.Edits{Subject: "By hand"}, headlines("A lead", "Second"), "A lead · Second"},
		{"the lead's blurb", "", digest.Edits{}, dek, "What the lead says."},
		{"the note", "", digest.Edits{Note: "**Dear** reader"}, headlines("A lead"), "Dear reader"},
		{"the note behind its salutation", "", digest.Edits{Note: "Dear reader,\n\nthis week we sail."}, headlines("A lead"), "this week we sail."},
		{"two articles of one headline", "", digest.Edits{}, headlines("A lead", "Second", "Second", "Third"), "Second · Third"},
		{"the tagline", "", digest.Edits{}, headlines("A lead"), "World affairs, once a week"},
		{"template", "{{ .Count }} articles", digest.Edits{}, headlines("A lead", "Second"), "2 articles"},
		{"template that repeats the subject", "{{ .Lead.Title }}", digest.Edits{}, headlines("A lead", "Second"), "Second"},
		{"edited wins", "{{ .Count }}", digest.Edits{Preheader: "By\nhand"}, headlines("A lead"), "By hand"},
		{"cut at a word", "", digest.Edits{Preheader: strings.Repeat("nine char ", 20)}, headlines("A lead"), strings.Repeat("nine char ", 10) + "nine char…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := compileInput(t)
			in.Selection.Sections, in.PreheaderTemplate, in.Edits = tt.sections, tt.template, tt.edits
			issue, err := letter.Compile(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := issue.Preheader; got != tt.want {
				t.Errorf("preheader is %q, want %q", got, tt.want)
			}
		})
	}
}

// A subject that had to be cut inside the lead's headline still holds it.
func TestPreheaderDoesNotRepeatACutHeadline(t *testing.T) {
	t.Parallel()
	for _, template := range []string{"", "{{ .Lead.Title }}", "{{ .Number }} | {{ .Lead.Title }}"} {
		in := compileInput(t)
		in.SubjectTemplate = template
		in.Selection.Sections = headlines(strings.Repeat("A very long headline ", 12), "Second")
		issue, err := letter.Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := issue.Preheader, "Second"; got != want {
			t.Errorf("subject %q: preheader is %q, want %q", issue.Subject, got, want)
		}
	}
}

// An editor types straight marks where the headline is printed with the language's own.
func TestPreheaderDoesNotRepeatAnEditedHeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ language, headline, edited string }{
		{"en", `Haddad's "new" deal`, `Haddad's "new" deal`},
		{"en", `Haddad's "new" deal`, `This week: Haddad’s “new” deal`},
		{"fr", `L'eau "claire"`, `L'eau "claire"`},
		{"en", rtlSample, rtlSample},
	} {
		in := compileInput(t)
		in.Publication.Language = tt.language
		in.Edits.Subject = tt.edited
		in.Selection.Sections = headlines(tt.headline, "Second")
		issue, err := letter.Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		if issue.Preheader != "Second" {
			t.Errorf("subject %q: preheader is %q, want Second", issue.Subject, issue.Preheader)
		}
	}
}

func TestCompileSlug(t *testing.T) {
	t.Parallel()
	tests := []struct{ headline, want string }{
		{"The Quiet War Under the Baltic", "12-the-quiet-war-under-the-baltic"},
		{"L’été à Łódź: 3 Straßen, Ægir & Øre", "12-lete-a-lodz-3-strassen-aegir-ore"},
		{"İstanbul’da ne oldu?", "12-istanbulda-ne-oldu"},
		{"../../etc/passwd%00", "12-etc-passwd-00"},
		{"عنوان", "12"},
		{strings.Repeat("word ", 40), "12" + strings.Repeat("-word", 11)},
		{strings.Repeat("w", 200), "12"},
	}
	for _, tt := range tests {
		t.Run(tt.headline, func(t *testing.T) {
			t.Parallel()
			in := compileInput(t)
			in.Selection.Sections = headlines(tt.headline)
			issue, err := letter.Compile(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := issue.Slug; got != tt.want {
				t.Errorf("slug is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCompileIssue(t *testing.T) {
	t.Parallel()
	in := compileInput(t)
	in.Selection.Sections = append([]digest.IssueSection{{Title: "Empty"}}, in.Selection.Sections...)
	in.Edits.Note = "Dear\u202E reader,\r\n\r\n- one\n\x07"
	issue, err := letter.Compile(in)
	if err != nil {
		t.Fatal(err)
	}
	if issue.Number != 12 || issue.Revision != 1 || issue.UID != sampleUID || issue.Kind != digest.Regular || issue.Status != "" {
		t.Errorf("issue is %+v", issue)
	}
	if !issue.Date.Equal(in.Slot) || !issue.Slot.Equal(in.Slot) {
		t.Errorf("date is %v, slot %v; want both %v", issue.Date, issue.Slot, in.Slot)
	}
	if got, want := issue.Note, "Dear reader,\n\n- one"; got != want {
		t.Errorf("note is %q, want %q", got, want)
	}
	if got := len(issue.Articles()); got != 9 {
		t.Errorf("%d articles, want 9", got)
	}
	if issue.Sections[0].Title == "Empty" {
		t.Error("a section without articles is kept")
	}
	for i, a := range issue.Articles() {
		if a.Lead != (i == 0) {
			t.Errorf("article %d: lead is %v", i, a.Lead)
		}
	}
	issue.Sections[0].Articles[0].Headline = "changed"
	if in.Selection.Sections[1].Articles[0].Headline == "changed" {
		t.Error("the issue shares its articles with the selection")
	}

	in.Slot = time.Time{}
	if issue, err = letter.Compile(in); err != nil || !issue.Date.Equal(in.Now) {
		t.Errorf("date of an extra issue is %v, %v; want %v", issue.Date, err, in.Now)
	}
}

func TestCompileGivesEveryArticleAHeadline(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		article digest.Printed
		want    string
	}{
		{"edited", digest.Printed{Headline: "Edited", Article: digest.Article{Title: "Title"}}, "Edited"},
		{"title", digest.Printed{Article: digest.Article{Title: "Title"}}, "Title"},
		{"text", digest.Printed{Text: "Only a short post.", Headline: " "}, "Only a short post."},
		{"long text", digest.Printed{Text: strings.Repeat("nine char ", 20)}, strings.TrimSpace(strings.Repeat("nine char ", 8)[:79]) + "…"},
		{"summary", digest.Printed{Article: digest.Article{Summary: "A summary."}}, "A summary."},
		{"nothing", digest.Printed{Headline: "\u200d\u0301"}, "Untitled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := compileInput(t)
			in.Selection.Sections = []digest.IssueSection{{Articles: []digest.Printed{tt.article}}}
			issue, err := letter.Compile(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := issue.Lead().Headline; got != tt.want {
				t.Errorf("headline is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCompileRefusesABadUID(t *testing.T) {
	t.Parallel()
	for _, uid := range []string{"", "short", sampleUID + "00", strings.Repeat("g", 32)} {
		in := compileInput(t)
		in.UID = uid
		if _, err := letter.Compile(in); err == nil || !strings.Contains(err.Error(), "32 hex digits") {
			t.Errorf("uid %q: error is %v", uid, err)
		}
	}
}

func TestTemplateErrorsSayWhatWasMeant(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, template, message, hint string
	}{
		{"typo in a field", "{{ .Newsleter.Name }}", "{{ .Newsleter.Name }} is not known", "did you mean {{ .Newsletter.Name }}?"},
		{"typo behind what some issues lack", "{{ (index .Articles 5).Titel }}", "{{ .Titel }} is not known", "known:"},
		{"of what no article has", "{{ slice .Lead.Title -1 }}", "slice index out of range: -1", ""},
		{"typo further down", "{{ .Lead.Titel }}", "{{ .Lead.Titel }} is not known", "did you mean {{ .Lead.Title }}?"},
		{"field without its parent", "{{ .Title }}", "{{ .Title }} is not known", "did you mean {{ .Lead.Title }}?"},
		{"far off", "{{ .Weather }}", "{{ .Weather }} is not known", "known: {{ .Newsletter.Name }}"},
		{"without the dot", "{{ Number }}", `"Number" is not a function here`, "did you mean {{ .Number }}?"},
		{"environment", `{{ env "HOME" }}`, `"env" is not a function here`, "known:"},
		{"files", `{{ readFile "/etc/passwd" }}`, `"readFile" is not a function here`, "known:"},
		{"unclosed", "{{ .Number", "unclosed action", "known:"},
		{"one template calls itself", `{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}`, "goes on for ever", "does a template call itself?"},
		{"a loop without end", `{{ range 1000000000 }}{{ range 1000000000 }}{{ end }}{{ end }}`, "goes on for ever", "is the number of a range too large"},
		{"a loop without end in a template", `{{ define "a" }}{{ range 1000000000 }}{{ end }}{{ end }}{{ template "a" }}`, "goes on for ever", "is the number of a range too large"},
		{"a loop that prints", `{{ range 1000 }}{{ printf "%1000000s" "x" }}{{ end }}`, "a width or precision of 1000000", "write a smaller number"},
		{"a line of megabytes", `{{ range 2000 }}{{ printf "%999s" "x" }}{{ end }}`, "grows beyond 1 MB", "does a loop in it, or in what it calls, print too much?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := letter.CheckLine("digest.subject", tt.template)
			var mistake *letter.TemplateError
			if !errors.As(err, &mistake) {
				t.Fatalf("error is %v, want a *TemplateError", err)
			}
			if mistake.Name != "digest.subject" || !strings.Contains(mistake.Message, tt.message) || !strings.Contains(mistake.Hint, tt.hint) {
				t.Errorf("error is %q with hint %q, want %q with %q", mistake, mistake.Hint, tt.message, tt.hint)
			}
			if strings.Contains(mistake.Error(), "template:") {
				t.Errorf("the engine's own words show: %q", mistake)
			}
		})
	}
	if err := letter.CheckLine("digest.subject", letter.DefaultSubject); err != nil {
		t.Errorf("the default subject: %v", err)
	}
}

// A template that fails in some weeks alone is told of, and stops nothing.
func TestCheckThinLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, template, want, hint string }{
		{"the first letters", "{{ slice .Lead.Title 0 10 }}", "digest.subject: with a headline of two letters: slice ", `cut it with {{ printf "%.60s" .Lead.Title }}`},
		{"the first letters of a blurb", "{{ slice .Lead.Text 0 40 }}", "digest.subject: with articles of nothing but a headline: slice index out of range: 40", `cut a text with {{ printf "%.60s" .Lead.Text }}`},
		{"many letters", "{{ slice .Lead.Title 0 40 }}", "digest.subject: with a headline of two letters: slice index out of range: 40", `cut it with {{ printf "%.60s" .Lead.Title }}`},
		{"very many letters", "{{ slice .Lead.Title 0 270 }}", "digest.subject: with a headline of two letters: slice index out of range: 270", `cut it with {{ printf "%.60s" .Lead.Title }}`},
		{"an article far down", "{{ (index .Articles 99).Title }}", "digest.subject: with an issue of one article: index index out of range: 99", "ask first how many there are"},
		{"the second article", "{{ (index .Articles 1).Title }}", "digest.subject: with an issue of one article: index ", "ask first how many there are: {{ if gt .Count 1 }}…{{ end }}"},
		{"the second article, asked for", "{{ if gt .Count 1 }}{{ (index .Articles 1).Title }}{{ end }}", "", ""},
		{"the first article", "{{ (index .Articles 0).Title }}", "digest.subject: with an issue without articles: index slice index out of range", "ask first: {{ if .Articles }}…{{ end }}"},
		{"asked for", `{{ if .Articles }}{{ (index .Articles 0).Title }}{{ end }}`, "", ""},
		{"cut", `{{ printf "%.10s" .Lead.Title }}`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := letter.CheckLine("digest.subject", tt.template); err != nil {
				t.Errorf("refused: %v", err)
			}
			err := letter.CheckThinLine("digest.subject", tt.template)
			said, hint := "", ""
			if mistake := (*letter.TemplateError)(nil); errors.As(err, &mistake) {
				said, hint = mistake.Error(), mistake.Hint
			}
			if !strings.HasPrefix(said, tt.want) || (said == "") != (tt.want == "") || !strings.HasPrefix(hint, tt.hint) {
				t.Errorf("got %q with hint %q, want %q with %q", said, hint, tt.want, tt.hint)
			}
		})
	}
}

// Where a template can't be filled for the articles there are, the issue has the line that
// one without a template has, and that is said.
func TestCompileWithoutALineThatCanNotBeFilled(t *testing.T) {
	t.Parallel()
	want, err := letter.Compile(compileInput(t))
	if err != nil {
		t.Fatal(err)
	}
	in := compileInput(t)
	in.SubjectTemplate, in.PreheaderTemplate = "{{ (index .Articles 99).Title }}", "{{ slice .Lead.Title 0 999 }}"
	got, err := letter.Compile(in)
	if err != nil || got.Subject != want.Subject || got.Preheader != want.Preheader {
		t.Errorf("got %q and %q (%v), want %q and %q", got.Subject, got.Preheader, err, want.Subject, want.Preheader)
	}
	if m := letter.LineMistakes(in, got); len(m) != 2 || !strings.HasPrefix(m[0].Error(), "digest.subject: ") || !strings.HasPrefix(m[1].Error(), "digest.preheader: ") {
		t.Errorf("said: %v", m)
	}
	in.Edits.Subject, in.Edits.Preheader = "By hand", "By hand, too"
	if m := letter.LineMistakes(in, got); len(m) != 0 {
		t.Errorf("said of lines that were written by hand: %v", m)
	}
	in.Edits, in.Selection.Sections = digest.Edits{}, nil
	if got, err = letter.Compile(in); err != nil || got.Subject != "The Meridian Review, No. 12" {
		t.Errorf("without articles: %q, %v", got.Subject, err)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add("A headline", "A dek.", "")
	f.Add("</td></tr>\r\nBcc: x", "\u202Ereversed", "{{ .Lead.Title }}{{ .Lead.Text }}")
	f.Add(strings.Repeat("👩‍👩‍👧‍👦", 100), "e\u0301\u0301\u0301\u0301\u0301\u0301", "{{ .Number }")
	f.Fuzz(func(t *testing.T, title, text, template string) {
		in := compileInput(t)
		in.Selection.Sections = []digest.IssueSection{{Articles: []digest.Printed{{Headline: title, Text: text}, {Headline: text}}}}
		in.SubjectTemplate = template
		issue, err := letter.Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		for what, line := range map[string]string{"subject": issue.Subject, "preheader": issue.Preheader, "slug": issue.Slug} {
			if strings.ContainsFunc(line, unicode.IsControl) || !utf8.ValidString(line) || utf8.RuneCountInString(line) > 150 {
				t.Errorf("%s is %q", what, line)
			}
		}
		if issue.Subject == "" || issue.Subject == issue.Preheader {
			t.Errorf("subject is %q, preheader %q", issue.Subject, issue.Preheader)
		}
	})
}
