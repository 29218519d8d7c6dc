package list_test

import (
	"cmp"
	"errors"
	"testing"
	"time"

	"roundup/delivery/inbox"
	"roundup/delivery/reason"
	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// The link to a new address holds for seven days, twice is as good as once, and the old
// address is told without the new one.
func TestAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  error
	}{{"within seven days", 7 * 24 * time.Hour, nil}, {"later", 7*24*time.Hour + time.Second, subscribers.ErrVoid}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			w := &writer{}
			b.MailThrough(w, 0)
			by := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
			ann := b.joins(t, "ann@old.example", subscribers.Active)
			if err := b.AskAddress(t.Context(), ann.Subscriber, address(t, "ann@new.example"), by); err != nil {
				t.Fatal(err)
			}
			keys, err := b.store.Keyring(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			id, at, err := keys.VerifyTimed(w.address, subscribers.PurposeAddress)
			if err != nil || id != ann.PublicID {
				t.Fatalf("the link is of %v (%v)", id, err)
			}
			if _, _, err := keys.VerifyTimed(w.address, subscribers.PurposeConfirm); err == nil {
				t.Error("the link confirms a subscription, too")
			}
			b.now = b.now.Add(tt.after)
			if _, err := b.AskedAddress(t.Context(), id, at); !errors.Is(err, tt.want) {
				t.Errorf("looked at: %v, want %v", err, tt.want)
			}
			for range 2 {
				to, err := b.ChangeAddress(t.Context(), id, at, by)
				if !errors.Is(err, tt.want) || err == nil && to != "ann@new.example" {
					t.Errorf("changed to %q, %v, want %v", to, err, tt.want)
				}
			}
			if tt.want == nil && (b.find(t, "ann@new.example").PublicID != ann.PublicID || w.told != subscribers.Mask("ann@new.example")) {
				t.Errorf("another reader, or the old address was told %q", w.told)
			}
		})
	}
}

// The old address takes the mail back within seven days of the change, however long ago
// that was asked for, and the address it went to is told without such a link.
func TestReturnAddress(t *testing.T) {
	t.Parallel()
	const confirmedAfter = 6 * 24 * time.Hour
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  error
	}{{"within seven days", 7 * 24 * time.Hour, nil}, {"later", 7*24*time.Hour + time.Second, subscribers.ErrVoid}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			w := &writer{}
			b.MailThrough(w, 0)
			by := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
			ann, asked := b.joins(t, "ann@old.example", subscribers.Active), b.now
			if err := b.AskAddress(t.Context(), ann.Subscriber, address(t, "thief@new.example"), by); err != nil {
				t.Fatal(err)
			}
			b.now = b.now.Add(confirmedAfter)
			if _, err := b.ChangeAddress(t.Context(), ann.PublicID, asked, by); err != nil {
				t.Fatal(err)
			}
			keys, err := b.store.Keyring(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			id, at, err := keys.VerifyTimed(w.back, subscribers.PurposeBack)
			if err != nil || id != ann.PublicID {
				t.Fatalf("the link is of %v (%v)", id, err)
			}
			b.now = b.now.Add(tt.after)
			if to, err := b.LeftAddress(t.Context(), id, at); !errors.Is(err, tt.want) || err == nil && to != "ann@old.example" {
				t.Errorf("looked at: %q, %v, want %v", to, err, tt.want)
			}
			for range 2 {
				if to, err := b.ReturnAddress(t.Context(), id, at, by); !errors.Is(err, tt.want) || err == nil && to != "ann@old.example" {
					t.Errorf("taken back to %q, %v, want %v", to, err, tt.want)
				}
			}
			if tt.want == nil && (w.back != "" || w.told != subscribers.Mask("ann@old.example")) {
				t.Errorf("the last address was told %q, with the link %q", w.told, w.back)
			}
		})
	}
}

// What comes back of mail to an address before stops no mail to the one that a reader has.
func TestBounceOfAnotherAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name                string
		recipient, original string
		want                list.Effect
	}{
		{"of the address before", "a@old.example", "", list.Noted},
		{"forwarded from there", "a@new.example", "a@old.example", list.Noted},
		{"of theirs", "b@new.example", "", list.Suppressed},
		{"forwarded from theirs", "c@old.example", "c@new.example", list.Suppressed},
	} {
		addr := address(t, cmp.Or(tt.original, tt.recipient))
		reader := addr.Given[:1]
		if b.status(t, reader+"@new.example") == "" {
			r := b.joins(t, reader+"@old.example", subscribers.Active)
			if _, err := b.Change(t.Context(), r, address(t, reader+"@new.example"), "", storetest.Anna()); err != nil {
				t.Fatal(err)
			}
		}
		r := b.find(t, reader+"@new.example")
		path := "bounces+" + keys.ReturnToken(r.PublicID) + "@magazine.example"
		taken, err := b.Posted(t.Context(), "ses", []list.Posted{{ID: tt.name, Path: path, Findings: []inbox.Finding{
			{Kind: inbox.Hard, Reason: reason.UserUnknown, Final: true, Recipient: tt.recipient, Original: tt.original},
		}}})
		if err != nil || len(taken) != 1 || taken[0].Effect != tt.want {
			t.Errorf("%s: %+v, %v; want %s", tt.name, taken, err, tt.want)
		}
	}
}
