package delivery

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/digest"
)

// still is a run that nobody turns, with connections that nobody drives: all are up, and
// the first has answered.
func still(s Settings, ledger Ledger, tallies Tallies) *run {
	now := func() time.Time { return noon }
	s.GiveUpAfter = 24 * time.Hour
	r := newRun(NewSender(s, ledger, tallies, nil, now, nil), Lease{}, digest.Issue{ID: 7, Status: digest.Sending}, nil, nil, nil)
	for _, c := range r.connections.all {
		c.known = known{state: up, quota: -1, since: noon}
	}
	r.connections.all[0].proven = true
	return r
}

// message is one message's end.
func message(reader int64, verdict relay.Verdict, reply relay.Reply) ended {
	return ended{
		claim:  Claim{SubscriberID: reader, Attempts: 1},
		domain: fmt.Sprintf("%d.example", reader%streakDomains),
		result: relay.Result{Verdict: verdict, Reply: reply},
	}
}

// What each verdict makes of the delivery, of the relay's standing and of the issue.
func TestJudge(t *testing.T) {
	t.Parallel()
	type want struct {
		to      State
		why     string // a part of it
		pause   bool
		waiting bool
		held    string // a part of why
		stopped bool
	}
	tests := []struct {
		name    string
		verdict relay.Verdict
		reply   relay.Reply
		with    func(r *run, e *ended)
		want    want
	}{
		{"taken", relay.Accepted, relay.Reply{Code: 250}, nil, want{to: Sent}},
		{"refused", relay.RefusedReader, relay.Reply{Code: 550, Text: "no such user"}, nil, want{to: Failed}},
		{"can't be sent to this server", relay.Unsendable, relay.Reply{}, nil, want{to: Failed}},
		{"deferred", relay.DeferredReader, relay.Reply{Code: 451}, nil, want{to: Deferred, pause: true}},
		{"deferred for too long", relay.DeferredReader, relay.Reply{Code: 451}, func(_ *run, e *ended) {
			e.claim.DeferredFor = 24 * time.Hour
		}, want{to: Failed, why: "given up after 24h"}},
		{"deferred for almost too long", relay.DeferredReader, relay.Reply{Code: 451}, func(_ *run, e *ended) {
			e.claim.DeferredFor = 24*time.Hour - 1
		}, want{to: Deferred, pause: true}},
		{"left without an answer", relay.Unanswered, relay.Reply{}, nil, want{to: Unknown}},
		{"a verdict there is no word for", 99, relay.Reply{}, nil, want{to: Unknown}},
		{"our mail is not taken", relay.Stop, relay.Reply{Code: 535, Text: "who are you"}, nil,
			want{to: Queued, held: "smtp.password_file", stopped: true}},
		{"the relay asks for less", relay.Later, relay.Reply{Code: 452, Text: "too fast"}, nil, want{to: Queued, waiting: true}},
		{"it has had enough of a connection that worked", relay.Later, relay.Reply{Code: 421, Text: "enough"}, nil, want{to: Queued}},
		{"a connection that worked is lost", relay.Later, relay.Reply{}, nil, want{to: Queued, why: "could not take mail"}},
		{"a connection that never worked is lost, and no other works", relay.Later, relay.Reply{}, func(r *run, _ *ended) {
			r.connections.all[0].proven = false
		}, want{to: Queued, why: "could not take mail", waiting: true}},
		{"a connection that never worked is lost, and another works", relay.Later, relay.Reply{}, func(r *run, _ *ended) {
			r.connections.all[0].proven, r.connections.all[1].proven = false, true
		}, want{to: Queued, why: "could not take mail"}},
		{"the relay's trouble may be about this one", relay.Later, relay.Reply{Code: 452}, func(_ *run, e *ended) {
			e.claim.Attempts = stepAside
		}, want{to: Deferred, pause: true, waiting: true}},
		{"we broke it off ourselves", relay.Later, relay.Reply{Code: 452}, func(r *run, e *ended) {
			r.interrupt()
			e.claim.Attempts = stepAside
		}, want{to: Queued, stopped: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := still(Settings{Connections: 2}, nil, nil)
			e := message(1, tt.verdict, tt.reply)
			if tt.with != nil {
				tt.with(r, &e)
			}
			o := r.judge(r.connections.all[0], e)
			if o.SubscriberID != 1 || o.Reply != tt.reply || o.To != tt.want.to || o.Pause > 0 != tt.want.pause || !strings.Contains(o.Why, tt.want.why) {
				t.Errorf("got %+v, want %+v", o, tt.want)
			}
			if o.To == Queued && o.Reply.Code == 0 && o.Why == "" {
				t.Error("it was tried, and is handed back like a claim that was not begun")
			}
			if r.valve.waiting != tt.want.waiting {
				t.Errorf("the issue waits: %t, want %t", r.valve.waiting, tt.want.waiting)
			}
			if held := r.mark.status == digest.Held; held != (tt.want.held != "") || !strings.Contains(r.mark.why, tt.want.held) {
				t.Errorf("got mark %+v, want held with %q", r.mark, tt.want.held)
			}
			if stopped := r.stop != nil; stopped != tt.want.stopped {
				t.Errorf("the run ends: %t, want %t", stopped, tt.want.stopped)
			}
		})
	}
}

// A run of equal refusals that is about us holds the issue, and blames nobody: neither
// those whose failure is on record nor those whose is about to be.
func TestJudgeARunOfRefusals(t *testing.T) {
	t.Parallel()
	refusal := relay.Reply{Code: 550, Text: "your mail is spam"}
	tests := []struct {
		name    string
		between relay.Verdict // after the one before the last; 0 for nothing
		held    bool
	}{
		{"in a row", 0, true},
		{"with a deferral between", relay.DeferredReader, true},
		{"with a message between that was taken", relay.Accepted, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := still(Settings{Connections: 2}, nil, nil)
			c := r.connections.all[0]
			for reader := int64(1); reader < streakLength; reader++ {
				if o := r.judge(c, message(reader, relay.RefusedReader, refusal)); o.To != Failed {
					t.Fatalf("reader %d: got %s, want failed", reader, o.To)
				} else if reader > 1 { // the first is on record already
					r.add(o)
				}
			}
			if tt.between != 0 {
				r.judge(c, message(100, tt.between, relay.Reply{Code: 451}))
			}
			o := r.judge(c, message(streakLength, relay.RefusedReader, refusal))
			if held := r.mark.status == digest.Held; held != tt.held || (o.To == Queued) != tt.held {
				t.Fatalf("got %s, and mark %+v, want held %t", o.To, r.mark, tt.held)
			}
			for _, o := range r.results.outcomes {
				if (o.To == Queued) != tt.held {
					t.Errorf("reader %d: got %s", o.SubscriberID, o.To)
				}
			}
			if got := slices.Equal(r.results.reopen, []int64{1}); got != tt.held {
				t.Errorf("given back: %v, want the first alone: %t", r.results.reopen, tt.held)
			}
		})
	}
}

// Messages in a row that are left without an answer hold the issue; one answer about a
// reader between, and they do not.
func TestJudgeSilence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		between relay.Verdict
		held    bool
	}{{relay.Unanswered, true}, {relay.Later, true}, {relay.Accepted, false}, {relay.RefusedReader, false}, {relay.DeferredReader, false}} {
		t.Run(tt.between.String(), func(t *testing.T) {
			t.Parallel()
			r := still(Settings{Connections: 2}, nil, nil)
			c := r.connections.all[0]
			for i := range int64(silenceLength - 1) {
				r.judge(c, message(i, relay.Unanswered, relay.Reply{}))
			}
			if r.stop != nil {
				t.Fatal("held too early")
			}
			r.judge(c, message(50, tt.between, relay.Reply{}))
			r.judge(c, message(51, relay.Unanswered, relay.Reply{}))
			if held := r.mark.status == digest.Held; held != tt.held {
				t.Errorf("got mark %+v, want held %t", r.mark, tt.held)
			}
		})
	}
}

// A connection that can't be made holds the issue, makes it wait, or is one fewer.
func TestJudgeTrouble(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		trouble relay.Trouble
		with    func(r *run)
		waiting bool
		held    bool
	}{
		{"a person must act", relay.Trouble{Hold: true, Hint: "mend it"}, nil, false, true},
		{"another works", relay.Trouble{}, nil, false, false},
		{"none works", relay.Trouble{}, func(r *run) { r.connections.all[0].proven = false }, true, false},
		{"we broke it off", relay.Trouble{Hold: true}, func(r *run) { r.interrupt() }, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := still(Settings{Connections: 2}, nil, nil)
			if tt.with != nil {
				tt.with(r)
			}
			r.judgeTrouble(r.connections.all[1], &tt.trouble)
			if held := r.mark.status == digest.Held; held != tt.held || r.valve.waiting != tt.waiting {
				t.Errorf("held %t, waiting %t, want %t, %t", held, r.valve.waiting, tt.held, tt.waiting)
			}
		})
	}
}
