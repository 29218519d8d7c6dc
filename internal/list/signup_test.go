package list_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// writer writes mails that are nothing but the tokens they were given.
type writer struct{ confirm, never, leave, address, told, back string }

func (w *writer) NewAddress(confirm string) (store.OutboxMail, error) {
	w.address = confirm
	return store.OutboxMail{Subject: "S", Text: "T"}, nil
}

func (w *writer) AddressChanged(to, back string) (store.OutboxMail, error) {
	w.told, w.back = to, back
	return store.OutboxMail{Subject: "S", Text: "T"}, nil
}

func (w *writer) Confirmation(confirm, never string) (store.OutboxMail, error) {
	w.confirm, w.never = confirm, never
	return store.OutboxMail{Subject: "S", Text: "T"}, nil
}

func (w *writer) Welcome(leave string) (store.OutboxMail, error) {
	w.leave = leave
	return store.OutboxMail{Kind: "welcome", Subject: "S", Text: "T"}, nil
}

// A link to confirm holds for seven days, and the one to be left alone for as long as
// who did not confirm is remembered.
func TestSignUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		after          time.Duration
		confirm, never error
	}{
		{"at once", 0, nil, nil},
		{"after seven days", 7 * 24 * time.Hour, nil, nil},
		{"later", 7*24*time.Hour + time.Second, subscribers.ErrVoid, nil},
		{"after thirty days", 30 * 24 * time.Hour, subscribers.ErrVoid, nil},
		{"later still", 30*24*time.Hour + time.Second, subscribers.ErrVoid, subscribers.ErrVoid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			w := &writer{}
			b.MailThrough(w, 0)
			by := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
			if asked, err := b.SignUp(t.Context(), subscribers.SignUp{Address: address(t, "ann@readers.example"), Name: "Ann", Consent: subscribers.Consent{How: subscribers.ConsentForm}}, by); !asked || err != nil {
				t.Fatal(asked, err)
			}
			keys, err := b.store.Keyring(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			id, at, err := keys.VerifyTimed(w.confirm, subscribers.PurposeConfirm)
			other, _, nerr := keys.VerifyTimed(w.never, subscribers.PurposeNever)
			if err != nil || nerr != nil || id != b.find(t, "ann@readers.example").PublicID || other != id {
				t.Fatalf("the links are of %v and %v (%v, %v)", id, other, err, nerr)
			}
			b.now = b.now.Add(tt.after)
			if email, err := b.Asked(t.Context(), id, at); !errors.Is(err, tt.confirm) || err == nil && email != "ann@readers.example" {
				t.Errorf("asked: %q, %v, want %v", email, err, tt.confirm)
			}
			if got := b.status(t, "ann@readers.example"); got != subscribers.Pending {
				t.Errorf("looking made ann %s", got)
			}
			done, err := b.ConfirmAsked(t.Context(), id, at, "page", by)
			if !errors.Is(err, tt.confirm) || err == nil && (done.Email != "ann@readers.example" || done.UnderWay != 0) {
				t.Errorf("confirmed %+v, %v, want %v", done, err, tt.confirm)
			}
			if _, err := keys.Verify(w.leave, subscribers.PurposeUnsubscribe); (err == nil) != (tt.confirm == nil) || strings.Contains(w.leave, "ann") {
				t.Errorf("the welcome's link: %q, %v", w.leave, err)
			}
			if err := b.NeverAgain(t.Context(), id, at, by); !errors.Is(err, tt.never) {
				t.Errorf("never again: %v, want %v", err, tt.never)
			}
		})
	}
}

// Who confirms while an issue is being sent is told of it, and what their first one is; not
// while it is held, nor where one is on its way to them.
func TestConfirmDuringAnIssue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		held, welcome bool
		want          subscribers.Confirmed
	}{
		{"being sent", false, false, subscribers.Confirmed{UnderWay: 1, Latest: 1}},
		{"being sent, and welcomed with it", false, true, subscribers.Confirmed{Latest: 1, OnItsWay: true}},
		{"held", true, false, subscribers.Confirmed{}},
		{"held, and welcomed", true, true, subscribers.Confirmed{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			w := &writer{}
			b.MailThrough(w, 0)
			if tt.welcome {
				b.WelcomeWithIssue()
			}
			has := b.joins(t, "has@example.org", subscribers.Active)
			b.joins(t, "waits@example.org", subscribers.Active)
			issue, lease := b.starts(t)
			b.exchanges(t, issue, lease, []delivery.Outcome{{SubscriberID: has.ID, To: delivery.Sent}})
			if tt.held {
				if err := b.store.HoldIssue(t.Context(), issue.Number, "why", storetest.Anna()); err != nil {
					t.Fatal(err)
				}
			}
			by := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
			if asked, err := b.SignUp(t.Context(), subscribers.SignUp{Address: address(t, "ann@readers.example")}, by); !asked || err != nil {
				t.Fatal(asked, err)
			}
			got, err := b.ConfirmAsked(t.Context(), b.find(t, "ann@readers.example").PublicID, b.now, "page", by)
			tt.want.Email = "ann@readers.example"
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}
