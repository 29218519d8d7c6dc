package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
)

// fakeOutbox is an outbox in memory.
type fakeOutbox struct {
	due     []delivery.OutboxMail
	settled map[int64]delivery.OutboxResult
	broken  error // of every settling, unless times says of how many
	times   int
	claimed int // and not settled yet
}

func (o *fakeOutbox) ClaimOutbox(context.Context) (m delivery.OutboxMail, due bool, err error) {
	if len(o.due) == 0 {
		return m, false, nil
	}
	m, o.due = o.due[0], o.due[1:]
	if o.claimed++; o.claimed > 1 {
		return m, false, fmt.Errorf("%d mails are claimed at a time", o.claimed)
	}
	return m, true, nil
}

func (o *fakeOutbox) SettleOutbox(ctx context.Context, m delivery.OutboxMail, r delivery.OutboxResult) error {
	if err := o.broken; err != nil {
		if o.times--; o.times == 0 {
			o.broken = nil
		}
		return err
	}
	if o.settled == nil {
		o.settled = map[int64]delivery.OutboxResult{}
	}
	o.settled[m.ID] = r
	o.claimed--
	return ctx.Err()
}

// plainComposer writes an outbox mail to its recipient.
type plainComposer struct{}

func (plainComposer) ComposeOutbox(_ context.Context, m delivery.OutboxMail) (relay.Message, error) {
	if m.Recipient == "" {
		return relay.Message{}, &delivery.UnsendableError{Err: errors.New("no recipient")}
	}
	return relay.Message{To: m.Recipient, Data: []byte(m.Text)}, nil
}

// fakePoster answers each post with a status or an error.
type fakePoster struct {
	status int
	err    error
	bodies []string
}

func (p *fakePoster) Post(_ context.Context, _, contentType string, body []byte) (int, error) {
	p.bodies = append(p.bodies, contentType+" "+string(body))
	return p.status, p.err
}

func mailTo(id int64, to string) delivery.OutboxMail {
	return delivery.OutboxMail{ID: id, Kind: "notice", Transport: "mail", Recipient: to, Subject: "s", Text: "t", Attempts: 1}
}

func TestOutboxMail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		result   relay.Result
		attempts int
		want     delivery.OutboxResult
	}{
		{"accepted", accepted, 1, delivery.OutboxResult{Done: true}},
		{"refused", refusal("no such user"), 1, delivery.OutboxResult{Error: "550 5.7.1 no such user"}},
		{"refused, with the address", refusal("<editor@magazine.example>: no such user"), 1, delivery.OutboxResult{Error: "550 5.7.1 <…>: no such user"}},
		{"greylisted", greylisted(), 1, delivery.OutboxResult{Error: "450 4.7.1 greylisted", Pause: time.Minute}},
		{"connection lost", lost, 3, delivery.OutboxResult{Error: lost.Why, Pause: 15 * time.Minute}},
		{"a problem of ours", relay.Result{Verdict: relay.Stop, Reply: relay.Reply{Code: 530, Text: "no"}}, 10, delivery.OutboxResult{Error: "530 no", Pause: 24 * time.Hour}},
		{"tried long enough", greylisted(), 11, delivery.OutboxResult{Error: "given up after 11 attempts: 450 4.7.1 greylisted"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := mailTo(7, "editor@magazine.example")
				m.Attempts = tt.attempts
				outbox, fake := &fakeOutbox{due: []delivery.OutboxMail{m}}, newRelay()
				fake.send = func(*fakeConn, relay.Message) relay.Result { return tt.result }
				if _, err := delivery.NewCarrier(outbox, plainComposer{}, fake, nil, nil).Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := outbox.settled[7]; got != tt.want {
					t.Errorf("got %+v, want %+v", got, tt.want)
				}
			})
		})
	}
}

// Nobody is mailed an issue twice: one that was left without an answer is not tried again.
func TestOutboxIssue(t *testing.T) {
	t.Parallel()
	unanswered := relay.Result{Verdict: relay.Unanswered, Why: "cut off"}
	for kind, want := range map[string]delivery.OutboxResult{
		delivery.KindIssue: {Unknown: true, Error: "cut off"},
		"welcome":          {Error: "cut off", Pause: time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := mailTo(7, "ann@readers.example")
			m.Kind = kind
			outbox, fake := &fakeOutbox{due: []delivery.OutboxMail{m}}, newRelay()
			fake.send = func(*fakeConn, relay.Message) relay.Result { return unanswered }
			if _, err := delivery.NewCarrier(outbox, plainComposer{}, fake, nil, nil).Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := outbox.settled[7]; got != want {
				t.Errorf("%s: got %+v, want %+v", kind, got, want)
			}
		})
	}
}

func TestOutboxPost(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		poster fakePoster
		want   delivery.OutboxResult
	}{
		{"taken", fakePoster{status: 204}, delivery.OutboxResult{Done: true}},
		{"server error", fakePoster{status: 503}, delivery.OutboxResult{Error: "the server answered with status 503", Pause: time.Minute}},
		{"not reached", fakePoster{err: errors.New("connection refused")}, delivery.OutboxResult{Error: "connection refused", Pause: time.Minute}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				post := delivery.OutboxMail{ID: 1, Transport: "post", Recipient: "https://hooks.example/x", Text: `{"text":"held"}`, Attempts: 1}
				outbox, fake := &fakeOutbox{due: []delivery.OutboxMail{post}}, newRelay()
				if _, err := delivery.NewCarrier(outbox, plainComposer{}, fake, &tt.poster, nil).Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := outbox.settled[1]; got != tt.want {
					t.Errorf("got %+v, want %+v", got, tt.want)
				}
				if got, want := tt.poster.bodies[0], `application/json {"text":"held"}`; got != want {
					t.Errorf("body: got %s, want %s", got, want)
				}
				if len(fake.dials) != 0 {
					t.Error("a post dialled the relay")
				}
			})
		})
	}
}

func TestOutboxPostsWhileMailIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outbox, fake := &fakeOutbox{}, newRelay()
		for id := range int64(25) {
			outbox.due = append(outbox.due, mailTo(id, "editor@magazine.example"))
		}
		outbox.due = append(outbox.due, delivery.OutboxMail{ID: 99, Transport: "post", Attempts: 1})
		fake.dial = func(int) error { return away }
		n, err := delivery.NewCarrier(outbox, plainComposer{}, fake, &fakePoster{status: 200}, nil).Flush(t.Context())
		if err != nil || n != 1 {
			t.Errorf("got %d handed over, %v, want the post alone", n, err)
		}
		if len(outbox.settled) != 26 || !outbox.settled[99].Done || outbox.settled[3].Pause == 0 {
			t.Errorf("settled: %+v", outbox.settled)
		}
		if len(fake.dials) != 1 {
			t.Errorf("got %d dials of a relay that is down, want one", len(fake.dials))
		}
	})
}

func TestOutboxMailThatCannotBeComposed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outbox := &fakeOutbox{due: []delivery.OutboxMail{mailTo(1, ""), mailTo(2, "editor@magazine.example")}}
		n, err := delivery.NewCarrier(outbox, plainComposer{}, newRelay(), nil, nil).Flush(t.Context())
		if err != nil || n != 1 {
			t.Errorf("got %d handed over, %v, want 1", n, err)
		}
		if got := outbox.settled[1]; got.Done || got.Pause != 0 || got.Error != "no recipient" {
			t.Errorf("got %+v, want it given up", got)
		}
	})
}

// failingComposer can't write the mails of one kind.
type failingComposer struct {
	plainComposer
	kind string
	err  error
}

func (c failingComposer) ComposeOutbox(ctx context.Context, m delivery.OutboxMail) (relay.Message, error) {
	if m.Kind == c.kind {
		return relay.Message{}, fmt.Errorf("read the issue: %w", c.err)
	}
	return c.plainComposer.ComposeOutbox(ctx, m)
}

// A database that was away, and our own end, lose nobody an issue: it is composed again.
func TestOutboxMailThatCannotBeComposedNow(t *testing.T) {
	t.Parallel()
	for _, err := range []error{context.Canceled, delivery.ErrLedgerAway, errors.New("no such column")} {
		synctest.Test(t, func(t *testing.T) {
			asked := mailTo(1, "ann@readers.example")
			asked.Kind = delivery.KindIssue
			outbox := &fakeOutbox{due: []delivery.OutboxMail{asked, mailTo(2, "editor@magazine.example")}}
			composer := failingComposer{kind: delivery.KindIssue, err: err}
			n, flushed := delivery.NewCarrier(outbox, composer, newRelay(), nil, nil).Flush(t.Context())
			if flushed != nil || n != 1 {
				t.Errorf("%v: got %d handed over, %v, want the other", err, n, flushed)
			}
			if got := outbox.settled[1]; got.Pause != time.Minute || got.Done || got.Unknown {
				t.Errorf("%v: got %+v, want it tried again", err, got)
			}
		})
	}
}

// Once it is to stop, the mail under way is finished and no other begun.
func TestOutboxStopped(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		takes time.Duration // the message under way
		want  delivery.OutboxResult
	}{
		"the relay answers":    {time.Second, delivery.OutboxResult{Done: true}},
		"it does not for long": {time.Hour, delivery.OutboxResult{Error: "given up before the last byte", Pause: time.Minute}},
	} {
		synctest.Test(t, func(t *testing.T) {
			outbox, fake := &fakeOutbox{due: []delivery.OutboxMail{mailTo(1, "a@b.example"), mailTo(2, "c@d.example")}}, newRelay()
			ctx, stop := context.WithCancel(t.Context())
			fake.slow = func(relay.Message) time.Duration { stop(); return tt.takes }
			begun := time.Now()
			if _, err := delivery.NewCarrier(outbox, plainComposer{}, fake, nil, nil).Flush(ctx); err != nil {
				t.Fatal(err)
			}
			if got := outbox.settled[1]; got != tt.want || len(outbox.due) != 1 {
				t.Errorf("%s: got %+v and %d left, want %+v and one", name, got, len(outbox.due), tt.want)
			}
			if took := time.Since(begun); took > time.Minute {
				t.Errorf("%s: it ended after %s", name, took)
			}
		})
	}
}

// A claim holds as long as an attempt can take, or another would begin the same mail.
func TestOutboxAttemptEndsWithinItsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outbox, fake := &fakeOutbox{due: []delivery.OutboxMail{mailTo(1, "a@b.example")}, broken: errDiskFull}, newRelay()
		fake.slow = func(relay.Message) time.Duration { return 24 * time.Hour }
		begun := time.Now()
		_, err := delivery.NewCarrier(outbox, plainComposer{}, fake, nil, nil).Flush(t.Context())
		if took := time.Since(begun); !errors.Is(err, errDiskFull) || took > delivery.OutboxLease {
			t.Errorf("it ended after %s, %v, and the claim holds for %s", took, err, delivery.OutboxLease)
		}
	})
}

func TestOutboxThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		broken error
		times  int
		mails  int
	}{
		"for a moment": {errDiskFull, 3, 2},
		"for long":     {errDiskFull, 0, 1},
		"for good":     {errors.New("no such table"), 1, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			outbox := &fakeOutbox{due: []delivery.OutboxMail{mailTo(1, "a@b.example"), mailTo(2, "a@b.example")}, broken: tt.broken, times: tt.times}
			fake := newRelay()
			_, err := delivery.NewCarrier(outbox, plainComposer{}, fake, nil, nil).Flush(t.Context())
			if fake.messages() != tt.mails {
				t.Errorf("%s: got %d mails sent, want %d", name, fake.messages(), tt.mails)
			}
			if tt.mails == 2 {
				if err != nil || !outbox.settled[1].Done {
					t.Errorf("%s: got %+v, %v", name, outbox.settled, err)
				}
			} else if !errors.Is(err, tt.broken) || !strings.Contains(err.Error(), "outbox mail 1") {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
}

func TestOutboxAfterABrokenConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outbox, fake := &fakeOutbox{due: []delivery.OutboxMail{mailTo(1, "a@b.example"), mailTo(2, "c@d.example")}}, newRelay()
		fake.send = func(c *fakeConn, _ relay.Message) relay.Result {
			if c.n == 1 {
				return lost
			}
			return accepted
		}
		n, err := delivery.NewCarrier(outbox, plainComposer{}, fake, nil, nil).Flush(t.Context())
		if err != nil || n != 1 || fake.open != 0 {
			t.Errorf("got %d handed over, %v, %d connections left open", n, err, fake.open)
		}
	})
}

// Every attempt is left for longer than the one before, and after about two days
// there is none.
func TestOutboxLadderOfPauses(t *testing.T) {
	t.Parallel()
	const minute, hour = time.Minute, time.Hour
	for i, want := range []time.Duration{
		minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour, 24 * hour, 0,
	} {
		attempt := i + 1
		outbox := &fakeOutbox{due: []delivery.OutboxMail{{ID: 1, Transport: "post", Attempts: attempt}}}
		carrier := delivery.NewCarrier(outbox, plainComposer{}, nil, &fakePoster{status: 503}, nil)
		if _, err := carrier.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := outbox.settled[1]
		if got.Pause != want || got.Done {
			t.Errorf("after attempt %d: left for %s, done %t, want %s", attempt, got.Pause, got.Done, want)
		}
		if given := strings.HasPrefix(got.Error, "given up after 11 attempts"); given != (want == 0) {
			t.Errorf("after attempt %d: %q", attempt, got.Error)
		}
	}
}
