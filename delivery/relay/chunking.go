package relay

import "strconv"

// chunked says MAIL, RCPT and the message at once, as the only chunk of
// BDAT (RFC 3030 with 2920): one round trip. Once all of it is written nothing
// but the replies tells what became of the message, whichever command they
// answer: only a refusal proves that it was not kept.
//
// Each reply has the time of the last one: a relay may hold them all back until
// it has the message, and impatience makes second copies.
func (c *conn) chunked(m Message, t Traits) Result {
	limit := c.relay.settings.Timeouts.EndOfData
	if err := c.write(c.chunk(m, t)); err != nil {
		return c.cutShort(err, CommandMail, CommandRcpt, CommandEnd)
	}
	var refusal Result
	for _, name := range [...]string{CommandMail, CommandRcpt} {
		reply, err := c.await(name, limit)
		switch {
		case err != nil && refusal.Verdict != 0:
			return broken(refusal)
		case err != nil:
			return unanswered(err)
		case reply.class() == 2:
		case reply.class() < 4:
			return undecided(reply, "the reply to "+name+" decides nothing")
		case refusal.Verdict == 0:
			refusal = refused(name, reply)
		}
		if reply.Closes() {
			return broken(refusal)
		}
	}
	end := c.lastOfAll()
	if refusal.Verdict == 0 {
		return end
	}
	switch {
	case end.Verdict == Accepted:
		return undecided(end.Reply, "the relay refused "+refusal.Reply.Command+" and took the message")
	case end.Broken:
		return broken(refusal)
	}
	return c.reset(refusal)
}

// chunk is the commands and the message, in the message's own memory where that
// has the room.
func (c *conn) chunk(m Message, t Traits) []byte {
	end := lineEnd(m.Data)
	c.out = append(appendRcpt(c.appendMail(c.out[:0], m, t), m), "BDAT "...)
	c.out = strconv.AppendInt(c.out, int64(len(m.Data)+len(end)), 10)
	c.out = append(c.out, " LAST\r\n"...)
	if begin := len(m.Whole) - len(m.Data) - len(c.out); begin >= 0 && end == "" {
		copy(m.Whole[begin:], c.out)
		return m.Whole[begin:]
	}
	c.out = append(append(c.out, m.Data...), end...)
	return c.out
}

// lastOfAll is the answer to the message, unless more replies came than there
// were commands. With three answers to be told apart, one too many, and of
// another kind, leaves it open which was the message's.
func (c *conn) lastOfAll() Result {
	r := c.answer()
	for c.client.Text.R.Buffered() > 0 && r.Verdict != Unanswered {
		r.Broken = true
		extra, err := c.await(CommandEnd, lastWords)
		switch {
		case err != nil, extra.Closes():
			return r
		case extra.class() != r.Reply.class():
			return undecided(r.Reply, "the relay gave more replies than there were commands")
		}
	}
	return r
}
