package letter_test

import (
	"strings"
	"testing"

	"roundup/digest"
	"roundup/digest/letter"
)

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
			v, err := letter.Render(issue, samplePublication(t), letter.Options{})
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
