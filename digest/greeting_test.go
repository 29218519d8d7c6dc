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
