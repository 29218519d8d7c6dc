package delivery_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/testing/smtptest"
)

// instantMailer takes every message at once: what remains is the sender's own
// cost and the ledger's.
type instantMailer struct{}

type instantConn struct{}

func (instantMailer) Dial(context.Context) (relay.Conn, error)       { return instantConn{}, nil }
func (instantConn) Send(context.Context, relay.Message) relay.Result { return accepted }
func (instantConn) Close() error                                     { return nil }

// BenchmarkLoop is the sender alone: its ledger is in memory, its relay instant.
func BenchmarkLoop(b *testing.B) {
	ledger := newLedger(b.N)
	sender := delivery.NewSender(delivery.Settings{Connections: 4}, ledger, ledger, instantMailer{}, time.Now, nil)
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := sender.Send(b.Context(), ledger.lease(), digest.Issue{ID: 1, Status: digest.Sending}, letters{}, nil); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(ledger.calls)/float64(b.N), "commits/op")
}

// BenchmarkLedger is the sender over the real ledger on disk, with an instant
// relay: the ceiling that group commits set.
func BenchmarkLedger(b *testing.B) {
	for _, connections := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(connections), func(b *testing.B) {
			n := openNewsroom(b, b.N)
			n.settings.Connections = connections
			b.ResetTimer()
			if _, err := n.send(b.Context(), b, instantMailer{}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkOverTCP is the whole way of a mail, to an MTA in the same process.
func BenchmarkOverTCP(b *testing.B) {
	n := openNewsroom(b, b.N)
	server := smtptest.Start(b, smtptest.Options{Forget: true})
	to, err := relay.New(relay.Settings{Host: server.Host(), Port: server.Port(), TLS: relay.NoTLS, LocalName: "sender.test"})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	if _, err := n.send(b.Context(), b, to); err != nil {
		b.Fatal(err)
	}
}
