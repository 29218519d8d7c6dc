package list_test

import (
	"errors"
	"testing"
	"time"

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
