package list_test

import (
	"strings"
	"testing"
	"time"

	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// TestBouncesWithVERP: where each mail has a return path of its own, a bounce that knows our
// Message-ID alone may be anybody's.
func TestBouncesWithVERP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann, issue := b.mailed(t)
	bounce := goneAt("ann@example.org", mail.MessageID(issue.UID, ann.PublicID, issue.MailDomain))
	for _, tt := range []struct {
		verp   bool
		to     string
		effect list.Effect
	}{
		{true, "bounces@magazine.example", list.Unproven},
		{true, "bounces+" + keys.ReturnToken(ann.PublicID) + "@magazine.example", list.Suppressed},
		{false, "bounces@magazine.example", list.Suppressed},
	} {
		l, err := list.New(t.Context(), b.store, list.Policy{VERP: tt.verp}, func() time.Time { return b.now })
		if err != nil {
			t.Fatal(err)
		}
		taken, err := l.Mails(true, storetest.Anna()).Take(t.Context(), strings.NewReader(bounce), inbox.Envelope{Null: true, To: tt.to})
		if err != nil || len(taken) != 1 || taken[0].Effect != tt.effect || taken[0].Sub.ID != ann.ID {
			t.Errorf("VERP %v, to %s: %+v, %v; want %s", tt.verp, tt.to, taken, err, tt.effect)
		}
	}
}

func TestMails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	asks := func(id subscribers.PublicID) string {
		return "Subject: unsubscribe-" + keys.Token(subscribers.PurposeUnsubscribe, id) + "\r\n\r\n"
	}
	ann := b.joins(t, "ann@example.org", subscribers.Active)
	pending := b.joins(t, "pending@example.org", subscribers.Pending)
	gone := b.joins(t, "gone@example.org", subscribers.Active)
	b.leaves(t, gone)
	forgotten := b.joins(t, "forgotten@example.org", subscribers.Active)
	if err := b.Forget(t.Context(), address(t, "forgotten@example.org"), storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	mails := []string{
		asks(ann.PublicID), asks(pending.PublicID), asks(ann.PublicID), asks(gone.PublicID), asks(forgotten.PublicID),
		"Subject: I like it\r\n\r\n",
	}
	for _, rehearse := range []bool{true, false} {
		m := b.Mails(rehearse, storetest.Anna())
		for i, mail := range mails {
			taken, err := m.Take(t.Context(), strings.NewReader(mail), inbox.Envelope{})
			want := inbox.Unsubscribe
			if i == len(mails)-1 {
				want = inbox.Nothing
			}
			if err != nil || len(taken) != 1 || taken[0].Kind != want {
				t.Errorf("mail %d: %+v, %v", i+1, taken, err)
			}
		}
		want := list.MailsDone{Mails: 6, Unsubscribed: 2, Already: 3, Other: 1}
		if got := m.Done(); got != want {
			t.Errorf("rehearse %v: got %+v, want %+v", rehearse, got, want)
		}
		status := subscribers.Unsubscribed
		if rehearse {
			status = subscribers.Active
		}
		if got := b.find(t, "ann@example.org").Status; got != status {
			t.Errorf("rehearse %v: ann is %s, want %s", rehearse, got, status)
		}
	}
	events, err := b.store.SubscriberEvents(t.Context(), ann.ID)
	if err != nil || events[len(events)-1].By != (subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughMail}) {
		t.Errorf("on record: %+v, %v", events, err)
	}
}

// What was counted when a mail was read is not rehearsed again.
func TestRehearsalKnowsWhatWasRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann, issue := b.mailed(t)
	id := mail.MessageID(issue.UID, ann.PublicID, issue.MailDomain)
	for _, tt := range []struct {
		name, mail string
		first      list.Effect
		done       list.MailsDone // once more
	}{
		{"reply", "From: ann@example.org\r\nSubject: Re: Hello\r\nIn-Reply-To: <" + id + ">\r\n\r\nI liked it.\r\n", list.Replied, list.MailsDone{Mails: 1, Replies: 1}},
		{"bounce", goneAt("ann@example.org", id), list.Suppressed, list.MailsDone{Mails: 1, Bounces: 1}},
		{"complaint", complaintOf("ann@example.org", id), list.Suppressed, list.MailsDone{Mails: 1, Complaints: 1}},
		{"unsubscribe", "Subject: unsubscribe-" + keys.Token(subscribers.PurposeUnsubscribe, ann.PublicID) + "\r\n\r\n", list.Left, list.MailsDone{Mails: 1, Already: 1}},
	} {
		for i, rehearse := range []bool{true, false, true} {
			mails := b.Mails(rehearse, storetest.Anna())
			taken, err := mails.Take(t.Context(), strings.NewReader(tt.mail), inbox.Envelope{Null: tt.name != "reply", To: "bounces@magazine.example"})
			want := tt.first
			if i == 2 {
				want = list.Known
			}
			if err != nil || len(taken) != 1 || taken[0].Effect != want && !(i == 1 && taken[0].Effect == list.Noted) {
				t.Errorf("%s, reading %d: %+v, %v; want %s", tt.name, i, taken, err, want)
			}
			if i == 2 && mails.Done() != tt.done {
				t.Errorf("%s, once more: %+v, want %+v", tt.name, mails.Done(), tt.done)
			}
		}
	}
}

// A reader who comes back stays, whenever the mail by which they left once is read again.
func TestOldUnsubscribeMail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := b.joins(t, "ann@example.org", subscribers.Active)
	old := "Subject: unsubscribe-" + keys.Token(subscribers.PurposeUnsubscribe, ann.PublicID) + "\r\n\r\n"
	read := func(rehearse bool, mail string) list.Effect {
		t.Helper()
		taken, err := b.Mails(rehearse, storetest.Anna()).Take(t.Context(), strings.NewReader(mail), inbox.Envelope{})
		if err != nil || len(taken) != 1 {
			t.Fatalf("%+v, %v", taken, err)
		}
		return taken[0].Effect
	}
	if got := read(false, old); got != list.Left {
		t.Fatalf("first: %s", got)
	}
	if err := b.Confirm(t.Context(), ann, subscribers.ConsentConfirmation, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	for _, rehearse := range []bool{true, false} {
		if got := read(rehearse, old); got != list.Known {
			t.Errorf("again, rehearse %v: %s", rehearse, got)
		}
		if got := b.find(t, ann.Email).Status; got != subscribers.Active {
			t.Errorf("again, rehearse %v: she is %s", rehearse, got)
		}
	}
	if got := read(false, "Date: Mon, 1 Mar 2027 07:00:00 +0000\r\n"+old); got != list.Left {
		t.Errorf("another mail: %s", got)
	}
}
