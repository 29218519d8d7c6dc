package list_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// writer writes mails that are nothing but the tokens they were given, and the languages.
type writer struct {
	confirm, never, own, leave, address, told, back string

	in []string
}

func (w *writer) write(chosen string) (store.OutboxMail, error) {
	w.in = append(w.in, chosen)
	return store.OutboxMail{Subject: "S", Text: "T"}, nil
}

func (w *writer) NewAddress(chosen, confirm string) (store.OutboxMail, error) {
	w.address = confirm
	return w.write(chosen)
}

func (w *writer) AddressChanged(chosen, to, back string) (store.OutboxMail, error) {
	w.told, w.back = to, back
	return w.write(chosen)
}

func (w *writer) Confirmation(chosen, confirm, never string) (store.OutboxMail, error) {
	w.confirm, w.never = confirm, never
	return w.write(chosen)
}

func (w *writer) Welcome(chosen, own, leave string) (store.OutboxMail, error) {
	w.own, w.leave = own, leave
	m, err := w.write(chosen)
	m.Kind = "welcome"
	return m, err
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
			if done, err := b.Confirmed(t.Context(), id, at); !errors.Is(err, tt.confirm) || done != (subscribers.Confirmed{}) {
				t.Errorf("confirmed before: %+v, %v, want %v", done, err, tt.confirm)
			}
			err = b.ConfirmAsked(t.Context(), id, at, "page", by)
			if !errors.Is(err, tt.confirm) {
				t.Errorf("confirming: %v, want %v", err, tt.confirm)
			}
			done, err := b.Confirmed(t.Context(), id, at)
			if !errors.Is(err, tt.confirm) || err == nil && (done.Email != "ann@readers.example" || done.UnderWay != 0) {
				t.Errorf("confirmed %+v, %v, want %v", done, err, tt.confirm)
			}
			if _, err := keys.Verify(w.leave, subscribers.PurposeUnsubscribe); (err == nil) != (tt.confirm == nil) || strings.Contains(w.leave, "ann") {
				t.Errorf("the welcome's link: %q, %v", w.leave, err)
			}
			if _, err := keys.Verify(w.own, subscribers.PurposeOwn); (err == nil) != (tt.confirm == nil) {
				t.Errorf("the welcome's link to a page of their own: %q, %v", w.own, err)
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
			ann := b.find(t, "ann@readers.example").PublicID
			if err := b.ConfirmAsked(t.Context(), ann, b.now, "page", by); err != nil {
				t.Fatal(err)
			}
			got, err := b.Confirmed(t.Context(), ann, b.now)
			tt.want.Email = "ann@readers.example"
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
			// Who is among its readers is told nothing of it.
			got, err = b.Confirmed(t.Context(), has.PublicID, b.now)
			if want := (subscribers.Confirmed{Email: has.Email}); err != nil || got != want {
				t.Errorf("a reader of it: got %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

// Every mail to a reader is in the language they chose: that of the form until they have
// confirmed, then that of their own page.
func TestMailsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := &writer{}
	b.MailThrough(w, 0)
	by := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	up := subscribers.SignUp{
		Address: address(t, "ann@old.example"), Consent: subscribers.Consent{How: subscribers.ConsentForm}, Choice: subscribers.Choice{Language: "de"},
	}
	if _, err := b.SignUp(t.Context(), up, by); err != nil {
		t.Fatal(err)
	}
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	follow := func(token string, purpose subscribers.Purpose, do func(subscribers.PublicID, time.Time) error) {
		t.Helper()
		id, at, err := keys.VerifyTimed(token, purpose)
		if err == nil {
			err = do(id, at)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	follow(w.confirm, subscribers.PurposeConfirm, func(id subscribers.PublicID, at time.Time) error {
		return b.ConfirmAsked(t.Context(), id, at, "page", by)
	})
	if err := b.Choose(t.Context(), b.find(t, "ann@old.example").Subscriber, subscribers.Choice{Language: "ar"}, by); err != nil {
		t.Fatal(err)
	}
	if err := b.AskAddress(t.Context(), b.find(t, "ann@old.example").Subscriber, address(t, "ann@new.example"), by); err != nil {
		t.Fatal(err)
	}
	follow(w.address, subscribers.PurposeAddress, func(id subscribers.PublicID, at time.Time) error {
		_, err := b.ChangeAddress(t.Context(), id, at, by)
		return err
	})
	b.now = b.now.Add(time.Minute)
	follow(w.back, subscribers.PurposeBack, func(id subscribers.PublicID, at time.Time) error {
		_, err := b.ReturnAddress(t.Context(), id, at, by)
		return err
	})
	if want := []string{"de", "de", "ar", "ar", "ar"}; !slices.Equal(w.in, want) {
		t.Errorf("the mails are in %q, want %q", w.in, want)
	}
}
