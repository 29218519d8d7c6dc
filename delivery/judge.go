package delivery

import (
	"fmt"

	"roundup/delivery/relay"
)

// stepAside is the attempt from which a delivery that meets the relay's trouble
// lets others go first: it may be what the trouble is about.
const stepAside = 3

// judge turns a message's end into the delivery's next state, and draws what
// follows for the connections and the issue.
func (r *run) judge(c *connection, e ended) Outcome {
	o := Outcome{SubscriberID: e.claim.SubscriberID, Reply: e.result.Reply, Why: e.result.Why}
	switch e.result.Verdict {
	case relay.Accepted:
		o.To = Sent
		r.streak.end()
		r.answered(c)
	case relay.RefusedReader:
		o = r.refused(o, RefusalGist(o.Reply, ""), e.domain)
		r.answered(c)
	case relay.DeferredReader:
		o = r.deferred(o, e)
		r.answered(c)
	case relay.Later:
		o = r.later(c, o, e)
	case relay.Stop:
		o.To = Queued
		r.hold(e.result.Words(), advice(e.result.Reply))
	case relay.Unsendable:
		o = r.refused(o, RefusalGist(relay.Reply{}, e.result.Words()), e.domain)
	default: // Unanswered; and a verdict there is no word for is no answer either
		o.To = Unknown
		r.unanswered(e)
	}
	return o
}

// answered notes that the relay spoke about a reader over this connection.
func (r *run) answered(c *connection) {
	c.proven = true
	r.silence = 0
	r.valve.answered(r.now())
	r.connections.reopen(r.gate())
}

// refused fails a reader, unless the run of equal refusals this one belongs to
// proves to be about us: then nobody in it is blamed and the issue is held.
func (r *run) refused(o Outcome, gist, domain string) Outcome {
	o.To = Failed
	ours, blamed := r.streak.add(gist, o, domain, r.now())
	if !ours {
		return o
	}
	o.To = Queued
	if len(blamed) > 0 { // this one proves it
		r.results.unblame(blamed)
		r.meter.unblamed(len(blamed))
		r.holdRefused(Proof{Readers: len(r.streak.readers), Domains: len(r.streak.domains)}, o)
	}
	return o
}

// RefusalGist is by what refusals are equal: the gist of the reply, or of why there is none.
func RefusalGist(reply relay.Reply, why string) string {
	if reply.Code != 0 {
		return reply.Gist()
	}
	return relay.Gist("unsendable: " + why)
}

// deferred leaves a reader for a while, or gives up after give_up_after.
func (r *run) deferred(o Outcome, e ended) Outcome {
	if e.claim.DeferredFor >= r.settings.GiveUpAfter {
		o.Why = fmt.Sprintf("given up after %s of deferrals", r.settings.GiveUpAfter)
		return r.refused(o, RefusalGist(o.Reply, o.Why), e.domain)
	}
	o.To = Deferred
	o.Pause = deferral(e.claim.DeferredFor, r.settings.GiveUpAfter)
	return o
}

// unanswered counts messages without an answer; a run of them holds the issue,
// since each may reach its reader twice.
func (r *run) unanswered(e ended) {
	r.silence++
	if r.silence < silenceLength {
		return
	}
	r.hold(fmt.Sprintf("%d messages in a row were left without an answer, the last: %s", r.silence, e.result.Words()),
		"see in the relay's log what became of them: it may have taken them all")
}

// later is a relay that can't take mail now. Nobody is blamed.
func (r *run) later(c *connection, o Outcome, e ended) Outcome {
	o.To = Queued
	if o.Reply.Code == 0 && o.Why == "" {
		o.Why = "the relay could not take mail" // it was tried: no claim given back unbegun
	}
	reply := e.result.Reply
	asksForLess := reply.Code/100 == 4 && !reply.Closes()
	switch {
	case r.stop != nil: // it may be our own breaking off
		return o
	case asksForLess:
		r.valve.slow(r.now(), e.result.Words())
	case c.proven:
		// It took messages and then had enough of this connection, as relays with a
		// limit do: the connection is replaced. If that fails, it is a strike.
		return o
	default:
		r.valve.strike(r.now(), r.connections.othersProven(c), e.result.Words())
	}
	r.shutIfWaiting()
	if e.claim.Attempts >= stepAside {
		return r.deferred(o, e)
	}
	return o
}

// judgeTrouble is a connection that could not be made.
func (r *run) judgeTrouble(c *connection, t *relay.Trouble) {
	switch {
	case r.stop != nil: // we broke it off ourselves
	case t.Hold:
		r.hold(t.Error(), t.Hint)
	default:
		r.valve.strike(r.now(), r.connections.othersProven(c), t.Error())
		r.shutIfWaiting()
	}
}
