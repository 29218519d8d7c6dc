package delivery

import (
	"context"
	"time"

	"roundup/delivery/relay"
	"roundup/digest"
)

// graceAfterHard is how long an abandoned message may take to say so.
const graceAfterHard = 2 * time.Second

// stopping is why and how a run ends.
type stopping struct {
	err         error     // nothing can be recorded any more
	refusal     error     // nothing can be claimed any more; what is in flight is recorded
	interrupted bool      // by a person or the system: the next Send goes on
	deadline    time.Time // then what is in flight is abandoned; zero for never
	abandoned   bool      // even the connections that do not notice
}

// hold ends the run: a person must act. Of several that send, one may be at fault that is set up in
// another way: it is named.
func (r *run) hold(why, hint string) {
	seenBy := ""
	if r.lease.Worker != 0 {
		seenBy = r.lease.Holder
	}
	r.holdFor(seenBy, why, hint)
}

// holdFor is hold for what somebody saw; "" where only one sends.
func (r *run) holdFor(seenBy, why, hint string) {
	if r.mark.status == digest.Held {
		return
	}
	why = relay.Nameless(why)
	if hint != "" {
		why += "; " + hint
	}
	if seenBy != "" {
		why = seenBy + ": " + why
	}
	r.mark = mark{digest.Held, why}
	r.end(&stopping{})
}

// end begins the end of the run, once: nothing new is begun.
func (r *run) end(s *stopping) {
	if r.stop == nil {
		r.stop = s
	}
	r.connections.stopDialling()
	r.connections.shut()
}

// fail ends the run because the ledger can't be written or is another's: what
// is in flight could not be recorded and is abandoned.
func (r *run) fail(err error) {
	r.stop = &stopping{err: err}
	r.abandon()
}

// interrupt ends the run in good order: what is in flight is finished.
func (r *run) interrupt() {
	r.end(&stopping{interrupted: true})
	if r.stop.deadline.IsZero() {
		r.stop.deadline = r.now().Add(r.settings.DrainLimit)
	}
}

// abandon ends the run at once.
func (r *run) abandon() {
	r.end(&stopping{interrupted: true})
	r.connections.stopSending()
	r.stop.deadline = r.now().Add(graceAfterHard)
}

// signals are what may stop the run from outside; nil once obeyed.
func (r *run) signals(ctx context.Context) (stopped, hard <-chan struct{}) {
	if r.stop == nil || r.stop.deadline.IsZero() {
		stopped = ctx.Done()
	}
	if !r.connections.abandoned() {
		hard = r.settings.Hard.Done()
	}
	return stopped, hard
}

// gate is what a connection that may go on has its gate at.
func (r *run) gate() int32 {
	if r.stop != nil || r.valve.waiting {
		return gateShut
	}
	return gateOpen
}

// shutIfWaiting lets no connection begin what it has claimed while the issue waits.
func (r *run) shutIfWaiting() {
	if r.valve.waiting {
		r.connections.shut()
	}
}

// advice is what a person can do about a refusal of ours.
func advice(reply relay.Reply) string {
	switch {
	case reply.Code == 530, reply.Code == 534, reply.Code == 535, reply.Code == 538:
		return "check smtp.username, smtp.password_file and smtp.tls"
	case reply.Command == relay.CommandMail:
		return "the relay does not take mail from this sender: check mail.from and mail.return_path, or ask its operator"
	case reply.Code == 0:
		return "see what is wrong with the mail: send a test of it"
	}
	return "ask the relay's operator, with these words; nobody is counted as failed for it"
}
