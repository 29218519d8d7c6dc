package letter_test

import (
	"strings"
	"testing"

	"roundup/digest/letter"
	"roundup/internal/language"
	"roundup/templates"
)

// The mails that ask to confirm and welcome have both parts, in every theme and
// language, with their links as they are, and pass what an issue's mail passes.
func TestMessages(t *testing.T) {
	t.Parallel()
	const confirm, other = "https://news.magazine.example/confirm/AQ_-a?x=1&y=2", "https://news.magazine.example/never/AQ"
	_, pub := documentedIssue()
	for _, theme := range templates.Themes() {
		for _, tag := range language.Known() {
			t.Run(theme+" "+tag, func(t *testing.T) {
				t.Parallel()
				pub := pub
				pub.Language = tag
				for name, m := range map[string]letter.Message{
					"confirmation": letter.Confirmation(pub, confirm, other), "welcome": letter.Welcome(pub, confirm, other),
					"new address": letter.NewAddress(pub, confirm), "address changed": letter.AddressChanged(pub, "a***@new.example", confirm, true),
				} {
					markup, text, err := letter.RenderMessage(m, pub, letter.Options{Theme: theme})
					if err != nil {
						t.Fatal(err)
					}
					if m.Link != "" && (!strings.Contains(text, confirm) || !strings.Contains(markup, strings.ReplaceAll(confirm, "&", "&amp;"))) {
						t.Errorf("%s: the link is not in both parts:\n%s\n%s", name, text, markup)
					}
					for _, want := range []string{pub.Name, pub.PostalAddress, m.OtherLink} {
						if !strings.Contains(markup, want) || !strings.Contains(text, want) {
							t.Errorf("%s: no %q in both parts:\n%s", name, want, text)
						}
					}
					if strings.Contains(markup+text+m.Subject, "{") && strings.Contains(text+m.Subject, "{") {
						t.Errorf("%s: a text is not filled in: %s", name, text)
					}
					if strings.Contains(markup, "No. 0") || strings.Contains(text, "No. 0") {
						t.Errorf("%s: it names an issue", name)
					}
				}
			})
		}
	}
}

// Whoever is told that their mail goes elsewhere presses a button; an answer is a second
// way, and none where nobody reads it.
func TestAddressChanged(t *testing.T) {
	t.Parallel()
	const back = "https://news.magazine.example/back/AQ"
	_, pub := documentedIssue()
	for _, tag := range language.Known() {
		pub.Language = tag
		words := language.WordsFor(tag).Address
		for _, tt := range []struct {
			name           string
			back           string
			answersRead    bool
			byButton, asks bool
		}{
			{"with both", back, true, true, true},
			{"answers are not read", back, false, true, false},
			{"taken back before", "", true, false, true},
			{"neither", "", false, false, false},
		} {
			m := letter.AddressChanged(pub, "a***@new.example", tt.back, tt.answersRead)
			_, text, err := letter.RenderMessage(m, pub, letter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Join(strings.Fields(text), " ")
			has := func(want string) int { return strings.Index(said, strings.Join(strings.Fields(want), " ")) }
			button, answer := has(words.Back), has(words.OldAnswer)
			if (has(words.OldBack) >= 0) != tt.byButton || (button >= 0) != tt.byButton || (answer >= 0) != tt.asks || tt.asks && answer < button {
				t.Errorf("%s, %s:\n%s", tag, tt.name, text)
			}
		}
	}
}
