package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/config"
)

func TestAnswersProblems(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old.magazine.example"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	feed := func(s string) config.Answers { return config.Answers{Feed: s} }
	relay := func(s string) config.Answers { return config.Answers{SMTPHost: s} }
	for _, tt := range []struct {
		name string
		give config.Answers
		want string // "" for nothing wrong
	}{
		{"none", config.Answers{}, ""},
		{"all", answers(), ""},
		{"from", config.Answers{From: "not an address"}, "mail.from: \"not an address\" is not a mailbox; write it as The Magazine <weekly@magazine.example>"},
		{"name of two lines", config.Answers{Name: "The\nWeekly"}, "newsletter.name: is more than one line"},
		{"postal address", config.Answers{PostalAddress: "1 Main St\n\x00"}, "newsletter.postal_address: holds a control character (U+0000)"},
		{"feed over FTP", feed("ftp://magazine.example/x"), "is not an http or https URL"},
		{"feed with one slash", feed("https:/magazine.example/x"), "is a URL without a host"},
		{"feed without a scheme", feed("magazine.example/feed.xml"), "did you mean https://magazine.example/feed.xml?"},
		{"feed's host alone", feed("magazine.example"), "did you mean https://magazine.example?"},
		{"feed in a query", feed("magazine.example?feed=rss2"), "did you mean https://magazine.example?feed=rss2?"},
		{"feed at a port", feed("magazine.example:8080"), "did you mean https://magazine.example:8080?"},
		{"feed on this machine", feed("localhost:8080/feed.xml"), "did you mean http://localhost:8080/feed.xml?"},
		{"an address as feed", feed("editor@magazine.example"), "is an e-mail address"},
		{"a word as feed", feed("yes"), "is neither a URL nor a file that is there"},
		{"feed in a file to come", feed("feed.xml"), ""},
		{"feed in a folder", feed("feeds/today"), ""},
		{"feed in a folder with a dot", feed("./feeds.d/today"), ""},
		{"feed above", feed("../today.rss"), ""},
		{"feeds", feed("feeds*"), ""},
		{"feed in an absolute file", feed("/srv/feeds.d/today"), ""},
		{"a file that reads like a host", feed("old.magazine.example"), ""},
		{"relay", relay("smtp.magazine.example"), ""},
		{"relay with a port", relay("[::1]:2525"), ""},
		{"relay's address", relay("::1"), ""},
		{"relay as URL", relay("smtp://magazine.example"), "is a URL; give the host alone"},
		{"relay with a wrong port", relay("localhost:99999"), "has no port from 1 to 65535"},
		{"relay without a host", relay(":25"), "has no host"},
		{"relay of two words", relay("no idea"), "is not a host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.give.Problems(dir)
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("got %v, want nothing", got)
			case tt.want != "" && (len(got) != 1 || !strings.Contains(got.Error(), tt.want)):
				t.Errorf("got %v, want one with %q", got, tt.want)
			}
		})
	}
}
