package digest_test

import (
	"strings"
	"testing"

	"roundup/digest"
)

// sampleUID is an issue's.
const sampleUID = "0123456789abcdef0123456789abcdef"

func TestSplitAndFill(t *testing.T) {
	t.Parallel()
	issue := digest.Issue{UID: sampleUID}
	email, leave := issue.Mark(digest.PlaceEmail), issue.Mark(digest.PlaceUnsubscribe)
	other := digest.Issue{UID: strings.Repeat("f", 32)}.Mark(digest.PlaceEmail)
	values := map[digest.Placeholder]string{
		digest.PlaceEmail:       "o'neil&co@example.org",
		digest.PlaceUnsubscribe: "https://news.example/u?a=1&b=2",
	}
	tests := []struct {
		name, text, plain, escaped string
		segments                   int
	}{
		{"empty", "", "", "", 1},
		{"no mark", "text", "text", "text", 1},
		{"one", "to " + email + ".", "to o'neil&co@example.org.", "to o&#39;neil&amp;co@example.org.", 2},
		{"only a mark", leave, "https://news.example/u?a=1&b=2", "https://news.example/u?a=1&amp;b=2", 2},
		{"side by side", email + email, "o'neil&co@example.orgo'neil&co@example.org", "o&#39;neil&amp;co@example.orgo&#39;neil&amp;co@example.org", 3},
		{"another issue's", other, other, other, 1},
		{"unfinished", email[:len(email)-1], email[:len(email)-1], email[:len(email)-1], 1},
		{"in upper case", strings.ToUpper(email), strings.ToUpper(email), strings.ToUpper(email), 1},
		{"begun twice", email[:10] + email, email[:10] + "o'neil&co@example.org", email[:10] + "o&#39;neil&amp;co@example.org", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			segments := digest.Split(tt.text, issue.UID)
			if len(segments) != tt.segments {
				t.Errorf("%d segments, want %d", len(segments), tt.segments)
			}
			if got := digest.Fill(segments, values, false); got != tt.plain {
				t.Errorf("plain: %q, want %q", got, tt.plain)
			}
			if got := digest.Fill(segments, values, true); got != tt.escaped {
				t.Errorf("escaped: %q, want %q", got, tt.escaped)
			}
		})
	}
}

// A reader's value is never looked at again: it can't smuggle in a mark.
func TestFillDoesNotFillValues(t *testing.T) {
	t.Parallel()
	issue := digest.Issue{UID: sampleUID}
	values := map[digest.Placeholder]string{
		digest.PlaceEmail:       issue.Mark(digest.PlaceUnsubscribe),
		digest.PlaceUnsubscribe: "https://news.example/secret",
	}
	got := digest.Fill(digest.Split(issue.Mark(digest.PlaceEmail), issue.UID), values, false)
	if want := issue.Mark(digest.PlaceUnsubscribe); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzSplitFill(f *testing.F) {
	issue := digest.Issue{UID: sampleUID}
	email, leave := issue.Mark(digest.PlaceEmail), issue.Mark(digest.PlaceUnsubscribe)
	for _, seed := range []string{"", email, leave + email, "a" + email + "b" + leave + "c", email[:12] + leave, "x-" + email} {
		f.Add(seed, "value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		segments := digest.Split(text, sampleUID)
		marks := map[digest.Placeholder]string{digest.PlaceEmail: email, digest.PlaceUnsubscribe: leave}
		if got := digest.Fill(segments, marks, false); got != text {
			t.Errorf("split and joined, %q is %q", text, got)
		}
		for i, s := range segments {
			if (s.Then == "") != (i == len(segments)-1) {
				t.Errorf("segment %d of %d is followed by %q", i, len(segments), s.Then)
			}
			if strings.Contains(s.Literal, email) || strings.Contains(s.Literal, leave) {
				t.Errorf("a mark is left in %q", s.Literal)
			}
		}
		want := strings.NewReplacer(email, value, leave, value).Replace(text)
		values := map[digest.Placeholder]string{digest.PlaceEmail: value, digest.PlaceUnsubscribe: value}
		if got := digest.Fill(segments, values, false); got != want {
			t.Errorf("filled with %q, %q is %q, want %q", value, text, got, want)
		}
	})
}
