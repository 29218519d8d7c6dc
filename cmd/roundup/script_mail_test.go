package main

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"roundup/internal/testing/smtptest"
)

// rules are what a script told its relay to do.
type rules struct {
	mu   sync.Mutex
	list []smtptest.Script
	well []chan struct{} // closed as the rules are forgotten
}

// act may wait, where a rule does; the others go on.
func (r *rules) act(e smtptest.Event) *smtptest.Action {
	r.mu.Lock()
	list := slices.Clone(r.list)
	r.mu.Unlock()
	return smtptest.Any(list...)(e)
}

func (r *rules) add(s smtptest.Script) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, s)
}

func (r *rules) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, held := range r.well {
		close(held)
	}
	r.list, r.well = nil, nil
}

// hold lets n transactions pass a step; whoever comes there after them waits until the rules
// are forgotten.
func (r *rules) hold(step smtptest.Step, n int) {
	well := make(chan struct{})
	passed := make(chan struct{}, n)
	r.add(func(e smtptest.Event) *smtptest.Action {
		if e.Step == step {
			select {
			case passed <- struct{}{}:
			case <-well:
			}
		}
		return nil
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.well = append(r.well, well)
}

// cmdMTA is `mta refuse ADDRESS REPLY`, `mta on STEP REPLY`, `mta drop STEP [N]`,
// `mta stall STEP`, `mta slow STEP REPLY PAUSE`, `mta hold STEP N` (all but N wait there),
// `mta well` (forget all rules),
// `mta close`, or `mta open` (again, at the same port, with nothing kept).
func cmdMTA(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	switch {
	case len(args) == 3 && args[0] == "refuse":
		s.rules.add(smtptest.For(args[1], smtptest.RCPT, smtptest.Reply(args[2])))
	case len(args) == 3 && args[0] == "on":
		s.rules.add(smtptest.On(smtptest.Step(args[1]), smtptest.Reply(args[2])))
	case len(args) >= 2 && args[0] == "drop":
		rule := smtptest.On(smtptest.Step(args[1]), smtptest.Drop().Keep())
		if len(args) == 3 {
			n, err := strconv.Atoi(args[2])
			ts.Check(err)
			rule = smtptest.Times(n, rule)
		}
		s.rules.add(rule)
	case len(args) == 1 && args[0] == "well":
		s.rules.clear()
	case len(args) == 2 && args[0] == "stall":
		s.rules.add(smtptest.On(smtptest.Step(args[1]), smtptest.Stall().Keep()))
	case len(args) == 3 && args[0] == "hold":
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		s.rules.hold(smtptest.Step(args[1]), n)
	case len(args) == 4 && args[0] == "slow":
		s.rules.add(slowly(ts, args[1], args[2], args[3]))
	case len(args) == 1 && args[0] == "close":
		ts.Check(s.mta.Close())
	case len(args) == 1 && args[0] == "open":
		ts.Check(s.reopen())
	default:
		ts.Fatalf("mta: unknown %q", args)
	}
}

// cmdMails is `mails N`: the relay has kept N mails, each to another reader
// unless the script expects otherwise (`mails N --copies`).
func cmdMails(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	mta := sceneOf(ts).mta
	seen := map[string]int{}
	for _, m := range mta.Mails() {
		seen[strings.Join(m.To, ",")]++
	}
	if got := mta.Kept(); got != want {
		ts.Fatalf("the relay kept %d mails, want %d: %v", got, want, seen)
	}
	if v := mta.Violations(); len(v) > 0 {
		ts.Fatalf("the dialogue broke the standards: %q", v)
	}
}

// cmdMail is `mail N FILE`: write the Nth mail kept (from 1; negative from the
// end) to a file.
func cmdMail(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mail N FILE")
	}
	write(ts, args[1], string(bytes.ReplaceAll(keptMail(ts, args[0]), []byte("\r\n"), []byte("\n"))))
}

// cmdMailTo is `mailto ADDRESS FILE`: write the last mail kept to an address to a file.
func cmdMailTo(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mailto ADDRESS FILE")
	}
	for _, m := range slices.Backward(sceneOf(ts).mta.Mails()) {
		if slices.Contains(m.To, args[0]) {
			write(ts, args[1], string(bytes.ReplaceAll(m.Data, []byte("\r\n"), []byte("\n"))))
			return
		}
	}
	ts.Fatalf("there is no mail to %s", args[0])
}

// keptMail is the Nth mail kept, from 1; negative from the end.
func keptMail(ts *testscript.TestScript, number string) []byte {
	n, err := strconv.Atoi(number)
	ts.Check(err)
	mails := sceneOf(ts).mta.Mails()
	if n < 0 {
		n += len(mails) + 1
	}
	if n < 1 || n > len(mails) {
		ts.Fatalf("there is no mail %s: %d were kept", number, len(mails))
	}
	return mails[n-1].Data
}
