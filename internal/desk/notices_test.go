package desk_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// The editor is told of a cancelling each time, though it was taken back between.
func TestCancelledTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	b.subscribe(t, "anna@readers.example")
	relay, err := smtptest.New(smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step != smtptest.RCPT {
			return nil
		}
		if err := b.store.CancelIssue(t.Context(), 1, "wrong picture", storetest.Anna()); err != nil {
			t.Error(err)
		}
		return smtptest.Reply("451 4.7.1 later")
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relay.Close() })
	b.cfg.SMTP.Port = relay.Port()
	b.open(t)
	for range 2 {
		if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Hour) // the reader was deferred, and is due again
		if err := b.store.RestoreIssue(t.Context(), 1, b.now.Add(-2*time.Hour), "", storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	var subjects []string
	for {
		m, due, err := b.store.ClaimOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !due {
			break
		}
		subjects = append(subjects, m.Subject)
	}
	cancelled := "The Weekly: issue 1 cancelled" // in the words of the test
	if !slices.Equal(subjects, []string{cancelled, cancelled}) {
		t.Errorf("told %q", subjects)
	}
}

// Whoever was told that an issue waits or is held is told when it is cancelled, though nothing
// sends it; and once more of a trouble that comes back.
func TestCancelledWhileNobodySends(t *testing.T) {
	t.Parallel()
	for _, status := range []digest.Status{digest.Waiting, digest.Held} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			words := func(o *desk.Options) {
				o.Words = func(n desk.News) desk.Notice { return desk.Notice{Subject: string(n.Issue.Status), Text: "So it is."} }
			}
			b.cfg.Notify.Email = []string{"editor@magazine.example"}
			b.subscribe(t, "anna@readers.example")
			b.cfg.SMTP.Port = 1
			b.open(t, words)
			if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
				t.Fatal(err)
			}
			if status == digest.Held {
				if err := b.store.HoldIssue(t.Context(), 1, "by hand", storetest.Anna()); err != nil {
					t.Fatal(err)
				}
			}
			b.cfg.SMTP.Port = b.relay.Port()
			b.open(t, words)
			if err := b.desk.Tell(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := b.store.CancelIssue(t.Context(), 1, "by hand", storetest.Anna()); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				b.open(t, words)
				if err := b.desk.Tell(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			want := []string{"waiting", "cancelled"}
			if status == digest.Held {
				want = []string{"waiting", "held", "cancelled"}
			}
			var told []string
			for _, m := range b.relay.Mails() {
				said := strings.TrimSpace(string(subject.FindSubmatch(m.Data)[1]))
				told = append(told, strings.TrimPrefix(said, "The Weekly: "))
			}
			if !slices.Equal(told, want) {
				t.Errorf("told %q, want %q", told, want)
			}
			if open, err := b.store.CloseNotice(t.Context(), "issue 1 "+string(status)); err != nil || open {
				t.Errorf("the notice is open: %v, %v", open, err)
			}
		})
	}
}

// over counts how often it was asked what follows from an issue's end.
type over struct{ issues []int }

func (o *over) AfterIssue(_ context.Context, number int, _ subscribers.Actor) (int, error) {
	o.issues = append(o.issues, number)
	return 0, nil
}

var subject = regexp.MustCompile(`(?m)^Subject: (.*)$`)

// Whoever ended an issue, as a worker of another machine may, the next round tells of it,
// once in all, whatever process it is in; not of what is long over.
func TestSentByAnother(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		after time.Duration
		want  []string
		asked []int
	}{
		{"lately", time.Hour, []string{"The Weekly: over"}, []int{1}},
		{"long ago", 4 * 24 * time.Hour, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.cfg.Notify.Email = []string{"editor@magazine.example"}
			b.finalAndUnderWay(t)
			lease, err := b.store.AcquireLease(t.Context(), "another", storetest.Anna())
			if err != nil {
				t.Fatal(err)
			}
			if err := b.store.Mark(t.Context(), lease, 1, digest.Sent, ""); err != nil {
				t.Fatal(err)
			}
			b.now = b.now.Add(tt.after)
			var list over
			for range 2 {
				b.open(t, func(o *desk.Options) {
					o.List, o.Words = &list, func(desk.News) desk.Notice { return desk.Notice{Subject: "over", Text: "It is over."} }
				})
				for range 2 {
					if err := b.desk.Tell(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			}
			var told []string
			for _, m := range b.relay.Mails() {
				if m.To[0] == "editor@magazine.example" {
					told = append(told, strings.TrimSpace(string(subject.FindSubmatch(m.Data)[1])))
				}
			}
			if !slices.Equal(told, tt.want) || !slices.Equal(list.issues, tt.asked) {
				t.Errorf("told %q and asked of %d, want %q and %d", told, list.issues, tt.want, tt.asked)
			}
		})
	}
}
