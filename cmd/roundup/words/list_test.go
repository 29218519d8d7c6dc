package words_test

import (
	"testing"

	"roundup/cmd/roundup/words"
	"roundup/subscribers"
)

func TestJoinedFrom(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, how, from, want string }{
		{"on a page", subscribers.ConsentConfirmation, "https://site.example", "a form: https://site.example"},
		{"not confirmed, and taken in", subscribers.ConsentForm, "https://site.example", "a form: https://site.example"},
		{"asked by an editor", subscribers.ConsentConfirmation, "", "a mail that asked to confirm"},
		{"added", subscribers.ConsentCommand, "", "the command line"},
		{"imported", subscribers.ConsentImport, "list.csv", "import: list.csv"},
		{"nothing known", "", "", "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := words.JoinedFrom(tt.how, tt.from); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
