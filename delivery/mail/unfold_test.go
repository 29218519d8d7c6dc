package mail_test

import (
	"strings"
	"testing"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
)

// Programs that match a Message-ID or List-Id see them whole, however long the
// publication's domain and name are.
func TestFieldsThatProgramsMatchAreNotFolded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a-very-long-label-indeed.", 7) + "example"
	tests := []struct {
		name   string
		domain string
		list   string
		most   int // octets of the Message-ID's line
	}{
		{"a short domain", "magazine.example", "The Weekly Round-up", 78},
		{"a subdomain", "news.magazine-world.org", "The Weekly Round-up", 78},
		{"a long domain", long, "The Weekly Round-up", 998},
		{"a long name", "magazine.example", strings.Repeat("Der wöchentliche Rundbrief ", 6), 78},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := composer(t, func(l *mail.Letter) {
				l.From.Address, l.ListName, l.ListID = "weekly@"+tt.domain, tt.list, "roundup."+tt.domain
			})
			mails := map[string]func() (relay.Message, error){
				"issue": func() (relay.Message, error) { return c.Compose(readerOf("ada@readers.example", "Ada")) },
				"test":  func() (relay.Message, error) { return c.Test("ada@readers.example") },
			}
			for what, compose := range mails {
				m, err := compose()
				if err != nil {
					t.Fatal(err)
				}
				head, _, _ := strings.Cut(string(m.Data), "\r\n\r\n")
				for line := range strings.SplitSeq(head, "\r\n") {
					name, value, _ := strings.Cut(line, ":")
					switch name {
					case "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Date", "MIME-Version", "Precedence":
						if !strings.HasPrefix(value, " ") || strings.TrimSpace(value) == "" || strings.Contains(head, line+"\r\n ") {
							t.Errorf("%s: %s is folded: %q", what, name, line)
						}
					}
					if name == "Message-ID" && len(line) > tt.most {
						t.Errorf("%s: the Message-ID's line has %d octets, want at most %d: %s", what, len(line), tt.most, line)
					}
				}
			}
		})
	}
}
