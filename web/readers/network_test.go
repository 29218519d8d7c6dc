package readers_test

import (
	"strings"
	"testing"
	"time"
)

// A network may send so many an hour, whatever it writes into X-Forwarded-For; behind a
// proxy of ours it is the nearest address that is not a proxy's.
func TestSubscribeByNetwork(t *testing.T) {
	t.Parallel()
	through := func(list string) map[string]string { return map[string]string{"X-Forwarded-For": list} }
	tests := []struct {
		name         string
		first, other ask // first uses up its network; is other's another?
		another      bool
	}{
		{"one address", ask{from: "192.0.2.1:1"}, ask{from: "192.0.2.1:9"}, false},
		{"one /24", ask{from: "192.0.2.1:1"}, ask{from: "192.0.2.200:1"}, false},
		{"two /24", ask{from: "192.0.2.1:1"}, ask{from: "192.0.3.1:1"}, true},
		{"one /64", ask{from: "[2001:db8::1]:1"}, ask{from: "[2001:db8::ffff:1]:1"}, false},
		{"two /64", ask{from: "[2001:db8::1]:1"}, ask{from: "[2001:db8:0:1::1]:1"}, true},
		{"IPv4 in IPv6", ask{from: "192.0.2.1:1"}, ask{from: "[::ffff:192.0.2.7]:1"}, false},
		{"a stranger's header", ask{from: "192.0.2.1:1"}, ask{from: "192.0.2.1:1", header: through("198.51.100.1")}, false},
		{"behind our proxy", ask{from: "10.0.0.1:1", header: through("192.0.2.1")}, ask{from: "10.0.0.1:1", header: through("198.51.100.1")}, true},
		{"a lie behind our proxy", ask{from: "10.0.0.1:1", header: through("192.0.2.1")}, ask{from: "10.0.0.1:1", header: through("198.51.100.1, 192.0.2.1")}, false},
		{"two proxies", ask{from: "10.0.0.1:1", header: through("192.0.2.1")}, ask{from: "10.0.0.2:1", header: through("192.0.2.1, 10.0.0.3")}, false},
		{"no address in it", ask{from: "10.0.0.1:1"}, ask{from: "10.0.0.1:1", header: through("unknown")}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			send := func(a ask) int { a.form = d.form(); return d.do(t, a).Code }
			for i := range 20 {
				if got := send(tt.first); got != 200 {
					t.Fatalf("sign-up %d: %d", i+1, got)
				}
			}
			if got := send(tt.first); got != 429 {
				t.Errorf("one more: %d, want 429", got)
			}
			if got := send(tt.other) == 200; got != tt.another {
				t.Errorf("the other's goes through: %v, want %v", got, tt.another)
			}
			d.now = d.now.Add(time.Hour)
			if got := send(tt.first); got != 200 {
				t.Errorf("an hour later: %d", got)
			}
		})
	}
}

// A proxy that is not believed is told of in the log, once; so is, once an hour, that
// sign-ups are refused. No line names a stranger's address.
func TestSubscribeThroughAProxyNobodyTrusts(t *testing.T) {
	t.Parallel()
	forwarded := map[string]string{"X-Forwarded-For": "198.51.100.1"}
	const (
		believe = "X-Forwarded-For is not believed"
		refused = "sign-ups are refused"
		advice  = "unless it is named in web.trusted_proxies"
	)
	for _, tt := range []struct {
		name   string
		give   ask
		logged map[string]int
	}{
		{"on this machine", ask{from: "127.0.0.1:1", header: forwarded}, map[string]int{believe: 1, refused: 2, advice: 2}},
		{"beside it", ask{from: "192.168.1.7:1", header: forwarded}, map[string]int{believe: 1, refused: 2, advice: 2}},
		{"which passes no address", ask{from: "[::1]:1"}, map[string]int{believe: 0, refused: 2, advice: 2}},
		{"which is believed", ask{from: "10.0.0.1:1", header: forwarded}, map[string]int{believe: 0, refused: 2, advice: 0}},
		{"a stranger", ask{from: "192.0.2.1:1", header: forwarded}, map[string]int{believe: 0, refused: 2, advice: 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			for range 2 {
				for i := range 23 {
					tt.give.form = d.form()
					if got, want := d.do(t, tt.give).Code == 429, i >= 20; got != want {
						t.Fatalf("sign-up %d refused: %t", i+1, got)
					}
				}
				d.now = d.now.Add(time.Hour)
			}
			for text, want := range tt.logged {
				if got := strings.Count(d.log.String(), text); got != want {
					t.Errorf("%q is logged %d times, want %d:\n%s", text, got, want, d.log.String())
				}
			}
			if strings.Contains(d.log.String(), "198.51.100") || strings.Contains(d.log.String(), "192.0.2") {
				t.Errorf("the log names who asked:\n%s", d.log.String())
			}
			if got := d.pages.SignUpsRefused(); got != 6 {
				t.Errorf("%d are counted as refused, want 6", got)
			}
		})
	}
}
