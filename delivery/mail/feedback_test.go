package mail_test

import (
	"net/mail"
	"testing"
	"time"

	composing "roundup/delivery/mail"
)

// TestFeedbackID: every mail says which of many it is, in at most three fields before the
// sender's name, and none does where that is turned off.
func TestFeedbackID(t *testing.T) {
	t.Parallel()
	notices, err := composing.NewNoticeComposer(letter().From, mail.Address{}, "", func() time.Time { return letter().Date })
	if err != nil {
		t.Fatal(err)
	}
	notice := composing.Notice{Kind: "confirmation", Dedupe: "1", Recipient: "ada@readers.example", Subject: "Please confirm", Text: "Here."}
	for _, of := range []string{"", "weekly:roundup:magazine-exampl"} {
		c := composer(t, func(l *composing.Letter) { l.FeedbackID = of })
		notices.MarkWith(of)
		for many, compose := range map[string]func() ([]byte, error){
			"issue-12": func() ([]byte, error) {
				m, err := c.Compose(readerOf("ada@readers.example", "Ada"))
				return m.Data, err
			},
			"test":         func() ([]byte, error) { m, err := c.Test("ada@readers.example"); return m.Data, err },
			"confirmation": func() ([]byte, error) { m, err := notices.Compose(notice); return m.Data, err },
		} {
			data, err := compose()
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if of != "" {
				want = many + ":" + of
			}
			if got := field(t, data); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

// field is the mail's Feedback-ID; "" where it has none.
func field(t *testing.T, data []byte) string {
	t.Helper()
	p := parse(t, data)
	return p.header.Get("Feedback-Id")
}
