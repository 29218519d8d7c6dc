package desk_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"roundup/delivery/reason"
	"roundup/internal/desk"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// TestReturnsAreNoticed: the editor is told once an issue and cause, of what is many and
// not of what is a few.
func TestReturnsAreNoticed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	var told []desk.News
	open := func() {
		b.open(t, func(o *desk.Options) {
			o.Words = func(n desk.News) desk.Notice {
				if n.Returned.Counts != nil { // words are made for what turns out to be no news, too
					told = append(told, n)
				}
				return desk.Notice{Subject: string(n.Kind), Text: "T"}
			}
		})
	}
	open()
	for i := range 20 {
		b.subscribe(t, fmt.Sprintf("r%d@readers%d.example", i, i%4))
	}
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
		t.Fatal(err)
	}
	issue, err := b.store.Issue(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	returned := 0
	comes := func(n int, kind string, why reason.Reason, domain string) {
		t.Helper()
		for range n {
			returned++
			_, err := b.store.SaveBounce(t.Context(), store.Bounce{
				Digest: sha256.Sum256([]byte{byte(returned)}), Subscriber: int64(returned%20 + 1), Issue: issue.ID, Way: "mail",
				Kind: kind, Reason: why, Domain: domain,
			}, nil, "", func([]store.Outcome) (subscribers.Reason, string) { return "", "" }, storetest.Anna())
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	want := func(kinds ...desk.NewsKind) {
		t.Helper()
		told = nil
		for range 2 { // also by another process
			b.now = b.now.Add(time.Minute)
			if err := b.desk.Tell(t.Context()); err != nil {
				t.Fatal(err)
			}
			open()
		}
		var got []desk.NewsKind
		for _, m := range told {
			if !slices.Contains(got, m.Kind) {
				got = append(got, m.Kind)
			}
		}
		if !slices.Equal(got, kinds) {
			t.Errorf("told %q, want %q", got, kinds)
		}
	}
	want()
	comes(4, "hard", reason.UserUnknown, "readers0.example")
	comes(2, "complaint", "", "readers0.example")
	comes(20, "soft", reason.Blocked, "readers1.example") // one domain's own affair
	comes(20, "soft", reason.MailboxFull, "readers2.example")
	want()
	comes(1, "hard", reason.UserUnknown, "readers0.example")
	want(desk.ManyGone)
	comes(1, "complaint", "", "readers0.example")
	want(desk.ManyGone, desk.ManyComplain)
	comes(1, "soft", reason.Reputation, "readers2.example")
	comes(1, "soft", reason.Spam, "readers3.example")
	want(desk.ManyGone, desk.ManyComplain, desk.ServersRefuseUs)
	if n := told[len(told)-1]; n.Returned.Hard != 5 || n.Returned.Sent != 20 || len(n.Returned.AboutUs().Counts) != 3 {
		t.Errorf("told of %+v", n.Returned)
	}
	mails := 0
	for _, m := range b.relay.Mails() {
		if slices.Equal(m.To, []string{"editor@magazine.example"}) {
			mails++
		}
	}
	if mails != 4 { // that it was sent, and one a cause
		t.Errorf("%d mails", mails)
	}
	b.cfg.Bounces.NotifyHard, b.cfg.Bounces.NotifyComplaints = 0, 0
	want(desk.ServersRefuseUs)
	b.now = b.now.Add(15 * 24 * time.Hour)
	want()
}
