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
	for i := range 60 { // each has one thing come back at most
		b.subscribe(t, fmt.Sprintf("r%d@readers%d.example", i, i%4))
	}
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
		t.Fatal(err)
	}
	issue, err := b.store.Issue(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	returned, delayed := 0, false
	comes := func(n int, kind string, why reason.Reason, domain string) {
		t.Helper()
		for range n {
			returned++
			_, err := b.store.SaveBounces(t.Context(), []store.Returned{{Bounce: store.Bounce{
				Digest: sha256.Sum256([]byte{byte(returned)}), Subscriber: int64(returned), Issue: issue.ID, Way: "mail",
				Kind: kind, Delayed: delayed, Reason: why, Domain: domain,
			}, Judge: func([]store.Outcome) (subscribers.Reason, string) { return "", "" }}}, storetest.Anna())
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
	delayed = true
	for i := range 4 { // nothing has come of those yet
		comes(2, "soft", reason.Reputation, fmt.Sprintf("readers%d.example", i))
	}
	delayed = false
	comes(1, "auto-reply", "", "readers3.example")
	if r, err := b.desk.Returned(t.Context(), issue); err != nil || len(r.Counts) != 1 {
		t.Errorf("%+v, %v", r, err)
	} else if top, others := r.Domains(5); len(top) != 0 || others != 0 {
		t.Errorf("came back from %+v and %d others", top, others)
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
	if n := told[len(told)-1]; n.Returned.Hard != 5 || n.Returned.Sent != 60 || len(n.Returned.AboutUs().Counts) != 3 {
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

// TestNoShareOfNobody: while nobody was sent an issue, what names it is no share of its
// readers, and does not keep the true notice from being told later.
func TestNoShareOfNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var told []desk.NewsKind
	b.open(t, func(o *desk.Options) {
		o.Words = func(n desk.News) desk.Notice {
			told = append(told, n.Kind)
			return desk.Notice{Subject: string(n.Kind), Text: "T"}
		}
	})
	for i := range 5 {
		b.subscribe(t, fmt.Sprintf("r%d@readers.example", i))
	}
	if err := b.relay.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil || len(r.Sent) != 1 || r.Sent[0].Status != "waiting" {
		t.Fatalf("%+v, %v", r, err)
	}
	issue, err := b.store.Issue(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		for _, kind := range []string{"hard", "complaint"} {
			if _, err := b.store.SaveBounces(t.Context(), []store.Returned{{Bounce: store.Bounce{
				Digest: sha256.Sum256([]byte{byte(i), kind[0]}), Subscriber: int64(i + 1), Issue: issue.ID, Way: "mail", Kind: kind, Domain: "readers.example",
			}, Judge: func([]store.Outcome) (subscribers.Reason, string) { return "", "" }}}, storetest.Anna()); err != nil {
				t.Fatal(err)
			}
		}
	}
	told = nil
	b.now = b.now.Add(time.Minute)
	if err := b.desk.Tell(t.Context()); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(told, desk.ManyGone) || slices.Contains(told, desk.ManyComplain) {
		t.Errorf("told %q", told)
	}
}
