package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/delivery"
	"roundup/internal/testing/smtptest"
	"roundup/store/ledger"
)

// The deliveries of an issue are printed as they are read: there may be a million, and whoever
// reads them may go away.
func TestDeliveriesAsTheyAreRead(t *testing.T) {
	t.Parallel()
	const all = 10_000
	atOnce := 0
	records := func(out *firstBytes) func(yield func(ledger.DeliveryRecord, error) bool) {
		return func(yield func(ledger.DeliveryRecord, error) bool) {
			for n := range all {
				if out.Len() == 0 {
					atOnce = n
				}
				r := ledger.DeliveryRecord{Email: fmt.Sprintf("r%d@readers.example", n), State: delivery.Sent, Attempts: 1, At: time.Unix(1800000000, 0).UTC()}
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	out := &firstBytes{}
	a := &app.App{Streams: app.Streams{Out: out}}
	if err := printDeliveries(a, records(out), false); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); atOnce > 100 || n != all+1 {
		t.Errorf("%d deliveries were read before the first line was written; %d lines, want %d", atOnce, n, all+1)
	}
	want := "r9999@readers.example                     sent      1         Fri 15 Jan 2027 08:00 UTC\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("the last line is\n%s\nwant\n%s", out.String()[out.Len()-len(want):], want)
	}

	out = &firstBytes{left: true}
	a.Out = out
	if err := printDeliveries(a, records(out), false); !errors.Is(err, io.ErrClosedPipe) || atOnce > 100 {
		t.Errorf("after %d deliveries: %v", atOnce, err)
	}

	s := newSite(t, 3, smtptest.Options{})
	s.must("send", "--now", "--yes")
	if code, said := s.into(closedPipe(t), "deliveries", "1"); code != app.ExitDone || said != "" {
		t.Errorf("nobody reads: exit %d: %s", code, said)
	}
}

// firstBytes keeps what is written, or refuses it once its reader has left.
type firstBytes struct {
	bytes.Buffer
	left bool
}

func (f *firstBytes) Write(p []byte) (int, error) {
	if f.left {
		return 0, io.ErrClosedPipe
	}
	return f.Buffer.Write(p)
}
