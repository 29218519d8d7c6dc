package list_test

import (
	"strings"
	"testing"

	"roundup/delivery/inbox"
	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
)

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
