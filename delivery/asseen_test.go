package delivery_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/testing/smtptest"
)

// asSeen is a scene whose mail goes to the scripted MTA over the real dialogue,
// in synctest's time: what is measured is what the server saw.
type asSeen struct {
	*scene
	server *smtptest.Server
	mailer delivery.Mailer
}

// newAsSeen starts the server; stop it before the bubble ends.
func newAsSeen(t *testing.T, readers int, o smtptest.Options) *asSeen {
	t.Helper()
	pipe := smtptest.NewPipe()
	o.Listener = pipe
	server, err := smtptest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	mailer, err := relay.New(relay.Settings{
		Host: "127.0.0.1", Port: 25, TLS: relay.NoTLS, LocalName: "sender.test", Dial: pipe.Dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &asSeen{scene: newScene(readers), server: server, mailer: mailer}
}

// run is one run of the program: all it knows of others is in the ledger.
func (s *asSeen) run(ctx context.Context, t *testing.T) delivery.Summary {
	t.Helper()
	lease := s.ledger.takeOver()
	sender := delivery.NewSender(s.settings, s.ledger, s.ledger, s.mailer, time.Now, nil)
	sum, err := sender.Send(ctx, lease, digest.Issue{ID: 1, Number: 12, Status: s.ledger.status}, s.letters, s.progress)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// runFor is a run that is stopped after a while.
func (s *asSeen) runFor(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	s.run(ctx, t)
}

// mails are when the server saw each mail begin.
func (s *asSeen) mails() []time.Time {
	var at []time.Time
	for _, c := range s.server.Commands() {
		if c.Verb() == "MAIL" {
			at = append(at, c.At)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

// most is how many of them lie within any one span of time.
func most(at []time.Time, span time.Duration) int {
	n, from := 0, 0
	for to := range at {
		for at[to].Sub(at[from]) >= span {
			from++
		}
		n = max(n, to-from+1)
	}
	return n
}

func (s *asSeen) stop(t *testing.T) {
	t.Helper()
	if err := s.server.Close(); err != nil {
		t.Error(err)
	}
	if v := s.server.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestRateAsTheServerSeesIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rate        float64
		perHour     int
		connections int
		roundTrip   time.Duration
		readers     int
		want        float64 // a second
	}{
		{rate: 20, connections: 4, roundTrip: 20 * time.Millisecond, readers: 1000, want: 20},
		{rate: 50, connections: 16, roundTrip: 50 * time.Millisecond, readers: 2000, want: 50},
		{rate: 0.4, connections: 4, roundTrip: 20 * time.Millisecond, readers: 60, want: 0.4},
		{perHour: 7200, connections: 2, roundTrip: 20 * time.Millisecond, readers: 1500, want: 2},
		{perHour: 500, connections: 4, roundTrip: 20 * time.Millisecond, readers: 1200, want: 500.0 / 3600},
		{rate: 5, perHour: 3000, connections: 4, roundTrip: 20 * time.Millisecond, readers: 1500, want: 3000.0 / 3600},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%g a second, %d an hour", tt.rate, tt.perHour), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newAsSeen(t, tt.readers, smtptest.Options{RoundTrip: tt.roundTrip})
				defer s.stop(t)
				s.settings.Rate, s.settings.PerHour, s.settings.Connections = tt.rate, tt.perHour, tt.connections
				wantStatus(t, s.run(t.Context(), t), digest.Sent, 0)
				at := s.mails()
				if len(at) != tt.readers {
					t.Fatalf("the server saw %d mails, want %d", len(at), tt.readers)
				}
				got := float64(len(at)-1) / at[len(at)-1].Sub(at[0]).Seconds()
				if got > tt.want*1.02 || got < tt.want*0.98 {
					t.Errorf("the server saw %.4f mails a second, want %.4f within 2 %%", got, tt.want)
				}
				if n := most(at, time.Hour); tt.perHour > 0 && n > tt.perHour*102/100 {
					t.Errorf("the server saw %d mails within an hour, want at most %d", n, tt.perHour)
				}
				if open := s.server.MostOpen(); open > tt.connections {
					t.Errorf("the server saw %d connections at once, want at most %d", open, tt.connections)
				}
			})
		})
	}
}

func TestConnectionsAsTheServerSeesThem(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 3, 16} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// Connections are replaced all the time: a new one never opens too early.
				s := newAsSeen(t, 2000, smtptest.Options{RoundTrip: 10 * time.Millisecond})
				defer s.stop(t)
				s.settings.Connections, s.settings.MessagesPerConnection = connections, 7
				wantStatus(t, s.run(t.Context(), t), digest.Sent, 0)
				if open := s.server.MostOpen(); open != connections {
					t.Errorf("the server saw %d connections at once, want %d", open, connections)
				}
			})
		})
	}
}

// A run that goes on where another was stopped, or killed, begins no new hour.
func TestAnHourIsOneHourOverManyRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newAsSeen(t, 1500, smtptest.Options{RoundTrip: 20 * time.Millisecond})
		defer s.stop(t)
		s.settings.PerHour = 600
		for range 40 {
			s.runFor(t, 90*time.Second)
		}
		wantStatus(t, s.run(t.Context(), t), digest.Sent, 0)
		at := s.mails()
		if n := most(at, time.Hour); n > 612 {
			t.Errorf("the server saw %d mails within an hour, want at most 600", n)
		}
		// Between two runs a place may be lost, not gained.
		if n := most(at, time.Minute); n > 11 {
			t.Errorf("the server saw %d mails within a minute, want about 10", n)
		}
		if took := at[len(at)-1].Sub(at[0]); took > 160*time.Minute {
			t.Errorf("1500 mails at 600 an hour took %s", took)
		}
	})
}

// An hour that was used up without a limit, or with a higher one, counts.
func TestAnHourUsedUpBeforeTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newAsSeen(t, 1200, smtptest.Options{RoundTrip: 20 * time.Millisecond})
		defer s.stop(t)
		s.settings.Rate = 50
		s.runFor(t, 10*time.Second)
		before := len(s.mails())
		if before < 400 {
			t.Fatalf("the first run sent %d mails, want about 500", before)
		}
		s.settings.Rate, s.settings.PerHour = 0, 600
		wantStatus(t, s.run(t.Context(), t), digest.Sent, 0)
		at := s.mails()
		if n := most(at, time.Hour); n > 612 {
			t.Errorf("the server saw %d mails within an hour, want at most 600", n)
		}
		if took := at[len(at)-1].Sub(at[0]); took > 140*time.Minute {
			t.Errorf("1200 mails, %d of them at once, took %s at 600 an hour", before, took)
		}
	})
}
