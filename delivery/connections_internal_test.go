package delivery

import (
	"slices"
	"testing"
	"time"
)

// connectionsOf are connections in these states, without goroutines.
func connectionsOf(all ...known) *connections {
	cs := &connections{}
	for _, k := range all {
		cs.all = append(cs.all, &connection{known: k, orders: make(chan order, 8)})
	}
	return cs
}

// told lists what each connection was told.
func (cs *connections) told() [][]orderKind {
	var all [][]orderKind
	for _, c := range cs.all {
		var told []orderKind
		for len(c.orders) > 0 {
			told = append(told, (<-c.orders).do)
		}
		all = append(all, told)
	}
	return all
}

// Those with nothing in hand come first; the second claim is for one that has answered.
func TestFreeConnections(t *testing.T) {
	t.Parallel()
	cs := connectionsOf(
		known{state: up, inHand: 1, quota: -1, proven: true},
		known{state: up, quota: -1},
		known{state: up, quota: -1, proven: true},
		known{state: up, quota: 1, proven: true},
		known{state: up, quota: 0, proven: true},
		known{state: up, inHand: 2, quota: -1, proven: true},
		known{state: dialling, quota: -1},
		known{state: closing, quota: -1, proven: true},
	)
	var got []int
	for _, taker := range cs.free() {
		got = append(got, slices.Index(cs.all, taker.connection))
	}
	if want := []int{1, 2, 3, 0, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConnectionNotesReports(t *testing.T) {
	t.Parallel()
	c := &connection{limit: 3, orders: make(chan order, 8)}
	c.note(report{up: true}, noon)
	for range 2 {
		c.give(Claim{}, 0)
	}
	if c.inHand != 2 || c.quota != 1 {
		t.Fatalf("after two claims: %+v", c.known)
	}
	c.note(report{ended: &ended{}, back: []Claim{{}}, closing: true}, noon.Add(time.Second))
	if want := (known{state: closing, quota: 2, since: noon.Add(time.Second)}); c.known != want {
		t.Errorf("got %+v, want %+v", c.known, want)
	}
	c.note(report{down: true}, noon)
	if c.state != down {
		t.Errorf("state %d once it is closed", c.state)
	}
	c.note(report{closing: true}, noon)
	if c.state != down {
		t.Error("a late report opened it again")
	}
}

func TestCloseBeyond(t *testing.T) {
	t.Parallel()
	busy, idle := known{state: up, inHand: 1, since: noon}, known{state: up, since: noon}
	tests := []struct {
		name string
		most int
		at   time.Time
		want []bool // closed
	}{
		{"as many as may be", 4, noon, []bool{false, false, false, false}},
		{"one too many", 3, noon, []bool{false, true, false, false}},
		{"all too many: none with a message in hand", 0, noon, []bool{false, true, true, false}},
		{"idle for long", 4, noon.Add(idleLimit), []bool{false, true, true, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cs := connectionsOf(busy, idle, idle, known{state: dialling})
			cs.closeBeyond(tt.most, tt.at)
			var got []bool
			for i, told := range cs.told() {
				closed := slices.Equal(told, []orderKind{doClose})
				if closed != (cs.all[i].state == closing) {
					t.Errorf("connection %d was told %v and is in state %d", i, told, cs.all[i].state)
				}
				got = append(got, closed)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("closed: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestGates(t *testing.T) {
	t.Parallel()
	cs := connectionsOf(known{}, known{})
	open, paused := cs.all[0], cs.all[1]
	paused.gate.Store(gateShut)
	if cs.pause(); open.gate.Load() != gatePaused || paused.gate.Load() != gateShut {
		t.Error("a pause opened a gate that was shut")
	}
	if cs.reopen(gateOpen); open.gate.Load() != gatePaused || paused.gate.Load() != gateOpen {
		t.Error("the end of waiting ended a pause")
	}
	cs.pause()
	cs.unpause(gateOpen)
	if want := [][]orderKind{{doCheckGate}, {doCheckGate}}; !slices.EqualFunc(cs.told(), want, slices.Equal) {
		t.Error("connections that wait at their gate were not woken")
	}
}
