package readership_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"roundup/cmd/roundup/readership"
)

// A mail that a mail server hands over must not be lost for a mistake in the command line,
// and no other command ends as that one does.
func TestHandedOver(t *testing.T) {
	t.Parallel()
	piped, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _, _ = piped.Close(), end.Close(), nothing.Close() })
	commands := []string{"bounces", "history", "report", "send", "sources", "subscribers", "suppressions", "work", "workers"}
	tests := []struct {
		line string
		in   io.Reader
		want bool
	}{
		{"--config /etc/roundup.yaml --quiet bounces read -", piped, true},
		{"bounces read -", strings.NewReader(""), true},
		{"bounces read -", nothing, false},
		{"bouncs read -", piped, true},
		{"bounces raed -", piped, true},
		{"bounces read", piped, true},
		{"bounces read", nothing, false},
		{"bounces read --config /etc/roundup.yaml", piped, true},
		{"bounces read –", piped, true},
		{"bounces read /dev/stdin", piped, true},
		{"bounces -", piped, true},
		{"--cofnig x bounces read -", piped, true},
		{"--quite bounces read -", piped, true},
		{"bounces --config=x read - --json extra --quite", piped, true},
		{"bounces", piped, true},
		{"bounces", nothing, false},
		{"boucnse raed -", piped, true},
		{"bonces --quite raed –", piped, true},
		{"/etc/roundup.yaml bounces read -", piped, true},
		{"read -", piped, true},
		{"--cofnig x raed −", piped, true},
		{"bounces read mail.eml", piped, false},
		{"sorces raed -", piped, false},
		{"read mail.eml", piped, false},
		{"subscribers improt -", piped, false},
		{"subscribrs import -", piped, false},
		{"import -", piped, false},
		{"bounces read --json mail.eml", piped, false},
		{"bounces explain -", piped, false},
		{"bounces --config x explain -", piped, false},
		{"bounces fetch", piped, false},
		{"subscribers export - bounces", piped, false},
		{"--quiet subscribers export - bounces", piped, false},
		{"--quiet history bounces", piped, false},
		{"sources", piped, false},
		{"", piped, false},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			if got := readership.HandedOver(strings.Fields(tt.line), commands, tt.in); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}
