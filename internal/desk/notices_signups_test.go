package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/internal/desk"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// signUp asks one address more.
func (b *bundle) signUp(t *testing.T, i int) {
	t.Helper()
	_, err := b.store.SignUp(t.Context(), store.SignUp{
		Subscriber: subscribers.Subscriber{Email: fmt.Sprintf("r%d@x.example", i), Key: fmt.Sprintf("r%d@x.example", i)},
		Mail: func(sub subscribers.Subscriber, _ time.Time) (store.OutboxMail, error) {
			m, err := b.desk.Confirmation("", "CONFIRM", "NEVER")
			m.Kind, m.Transport, m.Recipient, m.Dedupe = "confirmation", "mail", sub.Email, sub.Email
			return m, err
		},
	}, storetest.Anna())
	if err != nil {
		t.Fatal(err)
	}
}

// The editor is told once while the hour's confirmations are used up, and once when
// they go out again.
func TestSignUpsAreNoticed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.cfg.Notify.Email, b.cfg.Web.SignUpsPerHour = []string{"editor@magazine.example"}, 4
	var told []desk.NewsKind
	b.open(t, func(o *desk.Options) {
		o.Words = func(n desk.News) desk.Notice {
			told = append(told, n.Kind)
			return desk.Notice{Subject: "S", Text: "T"}
		}
	})
	want := 0
	for i, step := range []struct {
		asks  int
		after time.Duration
		mails int
	}{{3, 0, 0}, {1, 0, 1}, {0, time.Minute, 1}, {0, 2 * time.Hour, 2}, {0, time.Minute, 2}} {
		for range step.asks {
			want++
			b.signUp(t, want)
		}
		b.now = b.now.Add(step.after)
		if err := b.desk.Tell(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, m := range b.relay.Mails() {
			if strings.Join(m.To, "") == "editor@magazine.example" {
				got++
			}
		}
		if got != step.mails {
			t.Errorf("step %d: %d notices, want %d (%v)", i, got, step.mails, told)
		}
	}
}
