package relay

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// transact is one mail transaction (RFC 5321, 3.3), in as few round trips as
// the relay allows. It knows the one thing that decides between trying again and
// unknown: whether the message's last byte was written. An error of writing
// means that it was not; once it was, only a reply tells what became of the
// message.
func (c *conn) transact(m Message, t Traits) Result {
	if c.client.Text.R.Buffered() > 0 || c.wire.pending() {
		return c.unasked()
	}
	switch {
	case c.pipelining && c.chunking:
		return c.chunked(m, t)
	case c.pipelining:
		return c.pipelined(m, t)
	}
	return c.stepwise(m, t)
}

// stepwise waits for the reply to each command: four round trips.
func (c *conn) stepwise(m Message, t Traits) Result {
	limits := c.relay.settings.Timeouts
	c.out = c.appendMail(c.out[:0], m, t)
	if r, ok := c.command(CommandMail, 2, limits.Mail); !ok {
		return r
	}
	c.out = appendRcpt(c.out[:0], m)
	if r, ok := c.command(CommandRcpt, 2, limits.Rcpt); !ok {
		return c.afterRefusal(r)
	}
	c.out = append(c.out[:0], dataLine...)
	if r, ok := c.command(CommandData, 3, limits.Data); !ok {
		return c.afterRefusal(r)
	}
	return c.message(m, t)
}

// message sends the message itself, to which the relay has agreed, and hears
// what becomes of it. It is written from its own memory where that has the room and
// no dot is to be doubled.
func (c *conn) message(m Message, t Traits) Result {
	const end = ".\r\n"
	data := m.Data
	if m.Whole == nil || t.Dots || lineEnd(data) != "" || cap(data)-len(data) < len(end) {
		c.out = stuffed(c.out[:0], data)
		data = c.out
	}
	if err := c.write(append(data, end...)); err != nil {
		return c.cutShort(err, CommandEnd)
	}
	return c.answer()
}

// The commands of a transaction, as they are written.

const dataLine = "DATA\r\n"

func (c *conn) appendMail(out []byte, m Message, t Traits) []byte {
	out = append(append(append(out, "MAIL FROM:<"...), m.From...), '>')
	if c.sizes {
		out = strconv.AppendInt(append(out, " SIZE="...), int64(len(m.Data)), 10)
	}
	utf8 := t.Header8Bit || !IsASCII(m.From) || !IsASCII(m.To)
	if c.eightBit && (t.Body8Bit || utf8) {
		out = append(out, " BODY=8BITMIME"...)
	}
	if utf8 {
		out = append(out, " SMTPUTF8"...)
	}
	return append(out, "\r\n"...)
}

func appendRcpt(out []byte, m Message) []byte {
	return append(append(append(out, "RCPT TO:<"...), m.To...), ">\r\n"...)
}

// command says the one in c.out and wants a reply of this class; else ok is false and
// the result is final but for the RSET.
func (c *conn) command(name string, want int, limit time.Duration) (r Result, ok bool) {
	err := c.say(c.out, limit)
	if err != nil {
		return judged(name, Reply{}, err, want)
	}
	reply, err := c.read(name)
	return judged(name, reply, err, want)
}

// judged is what follows from the reply to a command of which the message's end
// is no part; ok when it is of the class wanted.
func judged(name string, reply Reply, err error, want int) (r Result, ok bool) {
	if err != nil {
		return Result{Verdict: Later, Why: "after " + name + ": " + explain(err), Broken: true}, false
	}
	switch reply.class() {
	case want:
		return Result{}, true
	case 4, 5:
		return refused(name, reply), false
	}
	why := fmt.Sprintf("after %s: unexpected reply %d", name, reply.Code)
	return Result{Verdict: Later, Reply: reply, Why: why, Broken: true}, false
}

// refused is the result of a 4yz or 5yz. After 421 the relay closes (RFC 5321, 3.8).
func refused(name string, reply Reply) Result {
	return Result{Verdict: Classify(name, reply), Reply: reply, Broken: reply.Closes()}
}

// exchange says a line and reads its reply.
func (c *conn) exchange(name, line string, limit time.Duration) (Reply, error) {
	if err := c.say([]byte(line+"\r\n"), limit); err != nil {
		return Reply{}, err
	}
	return c.read(name)
}

// say writes all of this under one deadline, which holds for the reply too.
func (c *conn) say(words []byte, limit time.Duration) error {
	if err := c.wire.arm(limit, mostOfReply); err != nil {
		return err
	}
	w := c.client.Text.W
	if _, err := w.Write(words); err != nil {
		return err
	}
	return w.Flush()
}

// await reads the next reply within a time of its own.
func (c *conn) await(name string, limit time.Duration) (Reply, error) {
	if err := c.wire.arm(limit, mostOfReply); err != nil {
		return Reply{}, err
	}
	return c.read(name)
}

func (c *conn) read(name string) (Reply, error) {
	reply, err := ReadReply(c.client.Text.R)
	reply.Command = name
	if reply.class() >= 4 {
		reply.Text = mask{secrets: []string{c.relay.settings.Password}}.off(reply.Text)
	}
	return reply, err
}

// afterRefusal clears the transaction, so that the connection serves the next
// reader. What was refused stays refused whatever becomes of RSET.
func (c *conn) afterRefusal(r Result) Result {
	if r.Broken {
		return r
	}
	reply, err := c.exchange("RSET", "RSET", c.relay.settings.Timeouts.Reset)
	r.Broken = err != nil || reply.class() != 2
	return r
}

// unasked is the result when the relay spoke, or closed, before it was asked: to
// announce that it closes, or out of step with us. Nothing of the message was sent.
func (c *conn) unasked() Result {
	r := Result{Verdict: Later, Why: "the relay spoke without being asked", Broken: true}
	reply, err := c.await(CommandMail, lastWords)
	switch {
	case err == nil && reply.Closes():
		r.Reply, r.Why = reply, ""
	case err != nil:
		r.Why = "before MAIL: " + explain(err)
	}
	return r
}

// lastWords is how long a relay is listened to for what it said already.
const lastWords = time.Second

// block is how much of a message is written under one deadline, in octets.
const block = 64 << 10

// write writes a message in blocks. Without an error every byte was handed to
// the system.
func (c *conn) write(data []byte) error {
	for len(data) > 0 {
		part := data[:min(block, len(data))]
		if err := c.say(part, c.relay.settings.Timeouts.Block); err != nil {
			return err
		}
		data = data[len(part):]
	}
	return nil
}

// cutShort is the result of a message whose last byte was not written. The
// relay may have said why before it closed, in answer to one of these commands.
func (c *conn) cutShort(err error, names ...string) Result {
	r := Result{Verdict: Later, Why: "while sending the message: " + explain(err), Broken: true}
	for _, name := range names {
		reply, readErr := c.await(name, lastWords)
		if readErr != nil {
			break
		}
		if reply.class() >= 4 {
			r.Verdict, r.Reply, r.Why = Classify(name, reply), reply, ""
			break
		}
	}
	return r
}

// answer reads the reply to the end of the message. Without one that can be
// understood nobody knows whether the relay keeps it (RFC 1047).
func (c *conn) answer() Result {
	reply, err := c.await(CommandEnd, c.relay.settings.Timeouts.EndOfData)
	if err != nil {
		return unanswered(err)
	}
	switch reply.class() {
	case 2:
		return Result{Verdict: Accepted, Reply: reply, Broken: c.client.Text.R.Buffered() > 0}
	case 4, 5:
		return refused(CommandEnd, reply)
	}
	return undecided(reply, "the reply to the message decides nothing")
}

// undecided is the result of a message that was sent whole, and of replies that
// do not tell what became of it.
func undecided(reply Reply, why string) Result {
	return Result{Verdict: Unanswered, Reply: reply, Why: why, Broken: true}
}

func unanswered(err error) Result {
	why := explain(err)
	if errors.Is(err, ErrReply) {
		why = "the relay's reply can't be understood"
	}
	return Result{Verdict: Unanswered, Why: "after the last byte: " + why, Broken: true}
}
