package digest_test

import (
	"strings"
	"testing"

	"roundup/digest"
)

func TestGreeting(t *testing.T) {
	t.Parallel()
	g := digest.Greeting{Named: "Dear {name},", All: "Dear reader,"}
	mark := digest.Issue{UID: sampleUID}.Mark(digest.PlaceUnsubscribe)
	tests := []struct{ name, give, want string }{
		{"a name", "Ada Lovelace", "Dear Ada Lovelace,"},
		{"none", "", g.All},
		{"white space", " \t\u200b ", g.All},
		{"accents", "Jürgen Groß", "Dear Jürgen Groß,"},
		{"Arabic", "ليلى حداد", "Dear \u2067ليلى حداد\u2069,"},
		{"Chinese", "王小明", "Dear 王小明,"},
		{"an emoji family", "Ada 👩‍👩‍👧", "Dear Ada 👩‍👩‍👧,"},
		{"an emoji alone", "🎉", g.All},
		{"digits", "12345", g.All},
		{"initials", "J. R. R. Tolkien", "Dear J. R. R. Tolkien,"},
		{"initials without spaces", "J.R.R. Tolkien", "Dear J.R.R. Tolkien,"},
		{"markup", "<b>Ada</b> & Co", "Dear <b>Ada</b> & Co,"}, // Fill escapes it
		{"line breaks", "Ada\r\nBcc: x", "Dear Ada Bcc: x,"},
		{"an override", "Ada \u202eecalevoL", "Dear Ada ecalevoL,"},
		{"not UTF-8", "Ad\xffa", "Dear Ad\ufffda,"},
		{"a field", "{name}", "Dear {name},"},
		{"a mark", mark, "Dear " + mark + ","}, // Fill looks at no value again
		{"60 characters", strings.Repeat("ä", 60), "Dear " + strings.Repeat("ä", 60) + ","},
		{"61 characters", strings.Repeat("ä", 61), g.All},
		{"an address", "ada@example.org", g.All},
		{"a link", "Win at https://evil", g.All},
		{"a host", "Visit WWW.evil", g.All},
		{"a domain", "free money evil.example", g.All},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := g.For(tt.give); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Where there is no lead, a note of any length is at the top.
func TestGreetingWithoutArticles(t *testing.T) {
	t.Parallel()
	for note, want := range map[string]int{
		"A pause.\n\n" + strings.Repeat("We are off. ", 20):          1,
		strings.Repeat("long ", 15) + ",\n\nand no salutation.":      1,
		"Dear friends,\n\n" + strings.Repeat("we are off next. ", 9): 0,
	} {
		issue := compiled(t, nil, note)
		if got := strings.Count(rendered(t, issue, samplePublication(t)).Text, issue.Mark(digest.PlaceGreeting)); got != want {
			t.Errorf("%.20q: greets %d times, want %d", note, got, want)
		}
	}
}

// A salutation ends as it does in its language: in Spanish with a colon.
func TestSalutationsOfALanguage(t *testing.T) {
	t.Parallel()
	const note = "Queridos lectores:\n\nla semana que viene descansamos."
	for language, want := range map[string]int{"es": 0, "en": 1} {
		pub := samplePublication(t)
		pub.Language = language
		issue := compiled(t, nil, note)
		if got := strings.Count(rendered(t, issue, pub).Text, issue.Mark(digest.PlaceGreeting)); got != want {
			t.Errorf("%s: greets %d times, want %d", language, got, want)
		}
	}
}

// The greeting stands above a note that is at the top, and nowhere else; a note
// that greets by itself is left alone.
func TestGreetingBelongsToTheNote(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, note string
		want       int
	}{
		{"a note", "We are off next week.", 1},
		{"none", "", 0},
		{"a salutation", "Dear friends,\n\nwe are off next week.", 0},
		{"a salutation that shouts", "Liebe Leserinnen und Leser!\n\nWir machen Pause.", 0},
		{"a salutation alone", "Dear friends,", 1},
		{"a note below the lead", strings.Repeat("long ", 15), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issue := compiled(t, sampleSections(), tt.note)
			v, err := digest.Render(issue, samplePublication(t), digest.RenderOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for part, text := range map[string]string{"HTML": v.HTML, "text": v.Text} {
				if got := strings.Count(text, issue.Mark(digest.PlaceGreeting)); got != tt.want {
					t.Errorf("the %s greets %d times, want %d", part, got, tt.want)
				}
			}
			if v.Greeting != (digest.Greeting{Named: "Dear {name},", All: "Dear reader,"}) {
				t.Errorf("got %+v", v.Greeting)
			}
		})
	}
}
