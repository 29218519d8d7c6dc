package config_test

import "testing"

// TestFeedbackIDByDefault: whatever the domain, the sender's name is one.
func TestFeedbackIDByDefault(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"a@magazine.example":      "magazine-exampl",
		"a@news.mag.example":      "news-mag-exampl",
		"a@abcdefghijklmn.op.com": "abcdefghijklmn",
		"a@a.io":                  "mail-a-io",
		"a@zürich.example":        "xn--zrich-kva-e",
	} {
		if got := mustLoad(t, "mail:\n  from: "+from).Mail.FeedbackID; got != want {
			t.Errorf("%s: got %q, want %q", from, got, want)
		}
	}
	if got := mustLoad(t, "mail:\n  from: a@magazine.example\n  feedback_id: off").Mail.FeedbackID; got != "" {
		t.Errorf("off: got %q", got)
	}
}
