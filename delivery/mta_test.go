package delivery_test

import (
	"testing"

	"roundup/delivery"
	"roundup/internal/smtptest"
)

// mta runs a scripted MTA until the test ends, and is the relay on it.
func mta(t *testing.T, o smtptest.Options) (*smtptest.Server, *delivery.Relay) {
	t.Helper()
	s, err := smtptest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r, err := delivery.NewRelay(delivery.RelaySettings{Host: s.Host(), Port: s.Port(), TLS: delivery.NoTLS, LocalName: "sender.test"})
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}
