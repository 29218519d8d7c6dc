package delivery_test

import (
	"testing"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// mta runs a scripted MTA until the test ends, and is the relay on it.
func mta(t *testing.T, o smtptest.Options) (*smtptest.Server, *relay.Relay) {
	t.Helper()
	s := smtptest.Start(t, o)
	r, err := relay.New(relay.Settings{Host: s.Host(), Port: s.Port(), TLS: relay.NoTLS, LocalName: "sender.test"})
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}
