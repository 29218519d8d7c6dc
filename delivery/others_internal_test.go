package delivery

import (
	"context"
	"slices"
	"strings"
	"testing"

	"roundup/delivery/relay"
	"roundup/digest"
)

// beside is a notebook that several senders write in.
type beside struct {
	*notebook
	proof Proof // of every run of refusals
}

func (b *beside) Grant(context.Context, Limits, int) (Places, error) { return Places{}, nil }

func (b *beside) Refused(_ context.Context, _ Lease, _ int64, r Refusals) (Proof, error) {
	b.note("refused %d", r.Readers)
	return b.proof, nil
}

// An issue is held in the name of the worker that alone was refused, and in nobody's where
// several prove it together.
func TestRefusalsOfSeveralAreHeldInNobodysName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		proof Proof
		want  string // how the reason begins; "" for not held
	}{
		{name: "nothing is proven"},
		{name: "by one", proof: Proof{Readers: 21, Domains: 3, Workers: 1},
			want: "process 7 on mail-2, worker 3: 21 readers in a row, at 3 domains, were refused in the same words, the last: "},
		{name: "by two", proof: Proof{Readers: 21, Domains: 4, Workers: 2},
			want: "2 workers together: 21 readers in a row, at 4 domains, were refused in the same words, the last: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := &beside{notebook: &notebook{}, proof: tt.proof}
			r := still(Settings{Connections: 2, Shared: true}, b, b)
			r.lasting, r.lease = t.Context(), Lease{Worker: 3, Holder: "process 7 on mail-2, worker 3"}
			for reader := range int64(2) {
				r.add(r.judge(r.connections.all[0], message(reader, relay.RefusedReader, relay.Reply{Code: 550, Text: "no such user"})))
			}
			if err := r.tellRefusals(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(b.calls, []string{"refused 2"}) {
				t.Errorf("asked %q", b.calls)
			}
			if held := r.mark.status == digest.Held; held != (tt.want != "") || !strings.HasPrefix(r.mark.why, tt.want) {
				t.Errorf("got mark %+v, want %q", r.mark, tt.want)
			}
		})
	}
}
