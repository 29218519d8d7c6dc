package delivery

import (
	"testing"
	"time"
)

func TestOwedIsCounted(t *testing.T) {
	t.Parallel()
	later := noon.Add(time.Minute)
	tests := []struct {
		name   string
		policy UnknownPolicy
		tally  Tally
		want   owed
	}{
		{"nothing", Resend, Tally{Sent: 3}, owed{empty: true}},
		{"queued", Resend, Tally{Queued: 2}, owed{ready: 2}},
		{"unknown, to be sent again", Resend, Tally{Unknown: 3, Resendable: 2}, owed{ready: 2}},
		{"unknown, left to a person", Hold, Tally{Unknown: 3, Resendable: 2}, owed{empty: true}},
		{"deferred", Resend, Tally{Deferred: 4, NextDue: later}, owed{empty: true, due: later}},
		{"deferred, and due", Resend, Tally{Deferred: 4, NextDue: noon}, owed{ready: 1, due: noon}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := owed{policy: tt.policy}
			got.count(tt.tally, noon)
			if tt.want.policy = tt.policy; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestOwedAddsResults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		result Outcome
		policy UnknownPolicy
		want   owed
	}{
		{Outcome{To: Queued}, Resend, owed{ready: 1}},
		{Outcome{To: Unknown}, Resend, owed{ready: 1}},
		{Outcome{To: Unknown}, Hold, owed{empty: true}},
		{Outcome{To: Sent}, Resend, owed{empty: true}},
		{Outcome{To: Failed}, Resend, owed{empty: true}},
		{Outcome{To: Deferred, Pause: time.Hour}, Resend, owed{empty: true, due: noon.Add(time.Hour)}},
	}
	for _, tt := range tests {
		t.Run(string(tt.policy)+" "+string(tt.result.To), func(t *testing.T) {
			t.Parallel()
			got := owed{policy: tt.policy, empty: true}
			got.add(tt.result, noon)
			if tt.want.policy = tt.policy; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	o := owed{empty: true, due: noon.Add(time.Minute)}
	if o.add(Outcome{To: Deferred, Pause: time.Hour}, noon); o.due != noon.Add(time.Minute) {
		t.Errorf("a longer pause moved what is due to %s", o.due)
	}
}

func TestOwedAfterAnExchange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                   string
		results, asked, claims int
		want                   owed
	}{
		{"all it asked for", 1, 2, 2, owed{ready: 3}},
		{"fewer", 1, 4, 2, owed{empty: true}},
		{"none", 0, 1, 0, owed{empty: true, doubts: 1}},
		{"only asked", 0, 0, 0, owed{ready: 5, reviewed: true, doubts: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := owed{ready: 5, reviewed: true, doubts: 1}
			if got.exchanged(tt.results, tt.asked, tt.claims); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestOwedWhenAPauseIsOver(t *testing.T) {
	t.Parallel()
	o := owed{empty: true, reviewed: true, due: noon}
	o.tick(noon.Add(-time.Second))
	if !o.empty || !o.reviewed {
		t.Errorf("before its pause is over: %+v", o)
	}
	o.tick(noon)
	if want := (owed{ready: 1}); o != want {
		t.Errorf("got %+v, want %+v", o, want)
	}
}

// A ledger that contradicts itself is asked again: at once, then after pauses that
// grow, and in the end no more.
func TestOwedDoubtsALedger(t *testing.T) {
	t.Parallel()
	var o owed
	for _, want := range []time.Duration{0, 4 * time.Second, 8 * time.Second} {
		if o.doubt(noon) {
			t.Fatal("given up too soon")
		}
		if got := o.due; want > 0 && got != noon.Add(want) || want == 0 && o.empty {
			t.Errorf("asks again at %s, want after %s", got, want)
		}
	}
	if !o.doubt(noon) {
		t.Error("asks for ever")
	}
	o = owed{doubts: doubtsMost}
	o.exchanged(0, 1, 1)
	if o.doubt(noon) {
		t.Error("a claim did not settle the doubts")
	}
}

// What others have in hand is owed, and nobody else can claim it.
func TestOwedElsewhere(t *testing.T) {
	t.Parallel()
	o := owed{policy: Resend}
	t1 := Tally{Queued: 5, Resendable: 2, Deferred: 1, NextDue: noon, Held: Held{Queued: 5, Resendable: 2, Deferred: 1}}
	if o.count(t1, noon); o.ready != 0 || !o.empty || !o.due.IsZero() {
		t.Errorf("got %d ready, empty %t, due %s, want nothing here", o.ready, o.empty, o.due)
	}
	t1.Held.Queued, t1.Held.Deferred, t1.Held.NextFree = 4, 0, noon
	if o.count(t1, noon); o.ready != 2 || o.empty {
		t.Errorf("got %d ready, empty %t, want one queued and one due", o.ready, o.empty)
	}
}
