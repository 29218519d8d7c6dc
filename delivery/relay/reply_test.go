package relay_test

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/delivery/relay"
)

func readReply(text string) (relay.Reply, error) {
	return relay.ReadReply(bufio.NewReader(strings.NewReader(text)))
}

func TestReadReply(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, sent string
		want       relay.Reply
	}{
		{"one line", "250 2.0.0 ok\r\n", relay.Reply{Code: 250, Enhanced: "2.0.0", Text: "ok"}},
		{"without enhanced code", "250 ok\r\n", relay.Reply{Code: 250, Text: "ok"}},
		{"without text", "250\r\n", relay.Reply{Code: 250}},
		{"with an empty text", "250 \r\n", relay.Reply{Code: 250}},
		{"bare LF", "250 ok\n", relay.Reply{Code: 250, Text: "ok"}},
		{"several lines", "550-5.7.26 This mail is\r\n550-5.7.26  unauthenticated.\r\n550 5.7.26 gsmtp\r\n",
			relay.Reply{Code: 550, Enhanced: "5.7.26", Text: "This mail is unauthenticated. gsmtp"}},
		{"enhanced code in a later line", "550-Sorry.\r\n550 5.1.1 no such user\r\n",
			relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "Sorry. no such user"}},
		{"codes of one class", "451-a\r\n450 b\r\n", relay.Reply{Code: 450, Text: "a b"}},
		{"controls and colours", "550 a\tb\x1b[31mred\x00\u202ec\r\n", relay.Reply{Code: 550, Text: "a b [31mred c"}},
		{"not UTF-8", "550 gr\xfc\xdfe\r\n", relay.Reply{Code: 550, Text: "gr\ufffde"}},
		{"an enhanced code of three figures", "554 5.7.509 Access denied\r\n", relay.Reply{Code: 554, Enhanced: "5.7.509", Text: "Access denied"}},
		{"a version is no enhanced code", "220 5.7.1234 mail\r\n", relay.Reply{Code: 220, Text: "5.7.1234 mail"}},
		{"cut to 512 octets", "550 " + strings.Repeat("é", 400) + "\r\n", relay.Reply{Code: 550, Text: strings.Repeat("é", 256)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := readReply(tt.sent)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadReplyRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, sent string
		want       error
	}{
		{"no code", "hello there\r\n", relay.ErrReply},
		{"short", "25\r\n", relay.ErrReply},
		{"empty line", "\r\n", relay.ErrReply},
		{"code of four figures", "2500 ok\r\n", relay.ErrReply},
		{"code out of range", "150 hm\r\n", relay.ErrReply},
		{"codes of two classes", "250-fine\r\n550 not fine\r\n", relay.ErrReply},
		{"a long line", "250 " + strings.Repeat("x", 70_000) + "\r\n", relay.ErrReply},
		{"endless lines", strings.Repeat("250-x\r\n", 20_000), relay.ErrReply},
		{"an end in the middle", "250-ok\r\n250", io.EOF},
		{"nothing", "", io.EOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, err := readReply(tt.sent); !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestReadReplyLeavesTheNext(t *testing.T) {
	t.Parallel()
	r := bufio.NewReader(strings.NewReader("250-a\r\n250 b\r\n354 go\r\n"))
	for _, want := range []int{250, 354} {
		if got, err := relay.ReadReply(r); err != nil || got.Code != want {
			t.Errorf("got %v, %v, want %d", got, err, want)
		}
	}
}

func TestReplyString(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reply relay.Reply
		want  string
	}{
		{relay.Reply{}, ""},
		{relay.Reply{Code: 250}, "250"},
		{relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user"}, "550 5.1.1 no such user"},
		{relay.Reply{Code: 421, Text: "bye"}, "421 bye"},
	} {
		if got := tt.reply.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	for _, s := range []string{
		"250 ok\r\n", "250-a\r\n250 b\r\n", "550 5.1.1 x\r\n", "250-a\n550 b\n", "\r\n", "25", "421\r\n",
		"550 \u202e\x00\x1b[31m\r\n", "550-5.7.1\r\n550 5.7.1\r\n", "354 " + strings.Repeat("é", 600) + "\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := readReply(s)
		if err != nil {
			if got != (relay.Reply{}) {
				t.Errorf("an error and a reply: %+v", got)
			}
			return
		}
		if got.Code < 200 || got.Code > 599 {
			t.Errorf("code %d", got.Code)
		}
		if len(got.Text) > 512 || !utf8.ValidString(got.Text) || strings.ContainsFunc(got.Text, unicode.IsControl) {
			t.Errorf("text %q", got.Text)
		}
		// What was read can be written and read again.
		again, err := readReply(got.String() + "\r\n")
		if err != nil || again.Code != got.Code {
			t.Errorf("%q read again: %+v, %v", got, again, err)
		}
		for _, command := range []string{"MAIL", "RCPT", "DATA", "end of data"} {
			if v := relay.Classify(command, got); v < relay.RefusedReader || v > relay.Stop || v == relay.Unanswered {
				t.Errorf("%s after %q: %v", command, got, v)
			}
		}
	})
}

// The enhanced code is what RFC 3463's grammar says, as a regular expression puts it.
func TestEnhancedCodeIsTheGrammars(t *testing.T) {
	t.Parallel()
	grammar := regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)`)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[1-6]?\.?[0-9]{0,4}\.?[0-9]{0,4}\.?[ \t]{0,2}[a5. ]{0,3}`).Draw(t, "text")
		want := ""
		if m := grammar.FindStringSubmatch(text); m != nil {
			want = m[1]
		}
		got, err := readReply("250 " + text + "\r\n")
		if err != nil || got.Enhanced != want {
			t.Fatalf("%q: enhanced code %q, %v, want %q", text, got.Enhanced, err, want)
		}
	})
}
