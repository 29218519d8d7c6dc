package relay_test

import (
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// A relay may send certificates that nobody needs, such as an authority's older one: that they
// run out, or have, is no trouble.
func TestExpiryIsOfWhatIsTrusted(t *testing.T) {
	t.Parallel()
	now := time.Now()
	authority, err := smtptest.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	old, err := authority.Issue(now.AddDate(-2, 0, 0), now.AddDate(-1, 0, 0), "old.example")
	if err != nil {
		t.Fatal(err)
	}
	own, err := authority.Issue(now.AddDate(0, 0, -1), now.AddDate(0, 2, 0), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	own.Certificate = append(own.Certificate, old.Certificate...)
	s := smtptest.Start(t, smtptest.Options{Extensions: everything, Certificate: &own})
	r := relayTo(t, s, signedIn, func(r *relay.Settings) { r.TLS, r.CAFile = relay.StartTLS, writeFile(t, authority.PEM()) })
	offer, err := r.Try(soon(t), "bounces@magazine.example")
	if err != nil {
		t.Fatal(err)
	}
	if !offer.Expires.Equal(own.Leaf.NotAfter) {
		t.Errorf("trusted until %s, want %s", offer.Expires, own.Leaf.NotAfter)
	}
}
