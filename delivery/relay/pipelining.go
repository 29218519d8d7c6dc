package relay

// pipelined says MAIL, RCPT and DATA at once (RFC 2920): two round trips.
// Every reply is waited for and counted. The message follows only where all
// three agree, so its last byte is as certain as without pipelining.
func (c *conn) pipelined(m Message, t Traits) Result {
	limits := c.relay.settings.Timeouts
	c.out = append(appendRcpt(c.appendMail(c.out[:0], m, t), m), dataLine...)
	if err := c.say(c.out, limits.Mail); err != nil {
		r, _ := judged(CommandMail, Reply{}, err, 2)
		return r
	}
	reply, err := c.await(CommandMail, limits.Mail)
	refusal, ok := judged(CommandMail, reply, err, 2)
	if refusal.Broken {
		return refusal
	}
	reply, err = c.await(CommandRcpt, limits.Rcpt)
	switch r, taken := judged(CommandRcpt, reply, err, 2); {
	case ok && r.Broken:
		return r
	case ok:
		refusal, ok = r, taken
	case r.Broken:
		return broken(refusal) // the first refusal is the one that counts
	}
	reply, err = c.await(CommandData, limits.Data)
	switch {
	case err == nil && c.client.Text.R.Buffered() > 0:
		return c.tooManyReplies(refusal)
	case !ok:
		return c.withoutMessage(refusal, reply, err)
	}
	if r, agreed := judged(CommandData, reply, err, 3); !agreed {
		return c.afterRefusal(r)
	}
	return c.message(m, t)
}

// withoutMessage ends a transaction whose DATA followed a refusal. A relay that asks
// for the message all the same gets none: a lone dot, whose reply changes nothing
// (RFC 2920, 3.1).
func (c *conn) withoutMessage(refusal Result, reply Reply, err error) Result {
	if err == nil && reply.class() == 3 {
		reply, err = c.exchange(CommandEnd, ".", c.relay.settings.Timeouts.Data)
		if err == nil && reply.class() == 2 {
			return c.reset(refusal) // it took nothing, for nobody
		}
	}
	if err != nil || reply.class() < 4 || reply.Closes() {
		return broken(refusal)
	}
	return c.reset(refusal)
}

// reset clears what was refused at RCPT; at MAIL there is nothing to clear.
func (c *conn) reset(refusal Result) Result {
	if refusal.Reply.Command == CommandMail {
		return refusal
	}
	return c.afterRefusal(refusal)
}

// tooManyReplies is the result of more replies than commands, before the message:
// nobody can tell which of them answers what, but for one that closes the connection.
func (c *conn) tooManyReplies(refusal Result) Result {
	r := c.unasked()
	if refusal.Verdict != 0 && r.Reply.Closes() {
		return broken(refusal)
	}
	return r
}

// broken is a result after which the connection can't be used again.
func broken(r Result) Result {
	r.Broken = true
	return r
}
