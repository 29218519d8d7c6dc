package delivery

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// transact is one mail transaction (RFC 5321, 3.3). It knows the one thing that
// decides between trying again and unknown: whether the message's last byte was
// written. An error of writing means that it was not; once it was, only a reply
// tells what became of the message.
func (c *relayConn) transact(m Message, t traits) Result {
	limits := c.relay.settings.Timeouts
	if late := c.client.Text.R.Buffered(); late > 0 {
		return c.unasked()
	}
	if r, ok := c.command(commandMail, c.mailLine(m, t), 2, limits.Mail); !ok {
		return r
	}
	if r, ok := c.command(commandRcpt, "RCPT TO:<"+m.To+">", 2, limits.Rcpt); !ok {
		return c.afterRefusal(r)
	}
	if r, ok := c.command(commandData, "DATA", 3, limits.Data); !ok {
		return c.afterRefusal(r)
	}
	if err := c.write(m.Data); err != nil {
		return c.cutShort(err)
	}
	return c.answer()
}

func (c *relayConn) mailLine(m Message, t traits) string {
	line := "MAIL FROM:<" + m.From + ">"
	if c.sizes {
		line += " SIZE=" + strconv.Itoa(len(m.Data))
	}
	utf8 := t.header8Bit || !isASCII(m.From) || !isASCII(m.To)
	if c.eightBit && (t.body8Bit || utf8) {
		line += " BODY=8BITMIME"
	}
	if utf8 {
		line += " SMTPUTF8"
	}
	return line
}

// command says one and wants a reply of this class; else ok is false and the
// result is final but for the RSET.
func (c *relayConn) command(name, line string, want int, limit time.Duration) (r Result, ok bool) {
	reply, err := c.exchange(name, line, limit)
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
	return Result{Verdict: Classify(name, reply), Reply: reply, Broken: reply.Code == 421}
}

// exchange says a line and reads its reply.
func (c *relayConn) exchange(name, line string, limit time.Duration) (Reply, error) {
	if err := c.wire.arm(limit, mostOfReply); err != nil {
		return Reply{}, err
	}
	w := c.client.Text.W
	if _, err := w.WriteString(line + "\r\n"); err != nil {
		return Reply{}, err
	}
	if err := w.Flush(); err != nil {
		return Reply{}, err
	}
	return c.read(name)
}

func (c *relayConn) read(name string) (Reply, error) {
	reply, err := ReadReply(c.client.Text.R)
	reply.Command = name
	return reply, err
}

// afterRefusal clears the transaction, so that the connection serves the next
// reader. What was refused stays refused whatever becomes of RSET.
func (c *relayConn) afterRefusal(r Result) Result {
	if r.Broken {
		return r
	}
	reply, err := c.exchange("RSET", "RSET", c.relay.settings.Timeouts.Reset)
	r.Broken = err != nil || reply.class() != 2
	return r
}

// unasked is the result when the relay spoke before it was asked: to say
// goodbye, or out of step with us. Nothing of the message was sent.
func (c *relayConn) unasked() Result {
	r := Result{Verdict: Later, Why: "the relay spoke without being asked", Broken: true}
	if err := c.wire.arm(time.Second, mostOfReply); err != nil {
		return r
	}
	if reply, err := c.read(commandMail); err == nil && reply.Code == 421 {
		r.Reply, r.Why = reply, ""
	}
	return r
}

// block is how much of a message is written under one deadline, in octets.
const block = 32 << 10

// write sends the message and the dot that ends it. Without an error every byte
// was handed to the system.
func (c *relayConn) write(data []byte) error {
	w := c.client.Text.W
	limit := c.relay.settings.Timeouts.Block
	for len(data) > 0 {
		if err := c.wire.arm(limit, mostOfReply); err != nil {
			return err
		}
		part := data[:min(block, len(data))]
		// A part ends with a whole line, so that the next one begins with one.
		if cut := bytes.LastIndexByte(part, '\n'); cut >= 0 && len(part) < len(data) {
			part = part[:cut+1]
		}
		if err := writeStuffed(w, part); err != nil {
			return err
		}
		data = data[len(part):]
		if len(data) == 0 && !bytes.HasSuffix(part, []byte("\r\n")) {
			if _, err := io.WriteString(w, "\r\n"); err != nil {
				return err
			}
		}
	}
	if err := c.wire.arm(limit, mostOfReply); err != nil {
		return err
	}
	if _, err := io.WriteString(w, ".\r\n"); err != nil {
		return err
	}
	return w.Flush()
}

// writeStuffed writes whole lines, doubling the dot of those that begin with
// one (RFC 5321, 4.5.2).
func writeStuffed(w io.Writer, lines []byte) error {
	for len(lines) > 0 {
		if lines[0] == '.' {
			if _, err := io.WriteString(w, "."); err != nil {
				return err
			}
		}
		end := len(lines)
		if i := bytes.Index(lines, []byte("\n.")); i >= 0 {
			end = i + 1
		}
		if _, err := w.Write(lines[:end]); err != nil {
			return err
		}
		lines = lines[end:]
	}
	return nil
}

// cutShort is the result of a message whose last byte was not written. The
// relay may have said why before it closed.
func (c *relayConn) cutShort(err error) Result {
	r := Result{Verdict: Later, Why: "while sending the message: " + explain(err), Broken: true}
	if c.wire.arm(time.Second, mostOfReply) != nil {
		return r
	}
	if reply, readErr := c.read(commandEnd); readErr == nil && reply.class() >= 4 {
		r.Verdict, r.Reply, r.Why = Classify(commandEnd, reply), reply, ""
	}
	return r
}

// answer reads the reply to the end of the message. Without one that can be
// understood nobody knows whether the relay keeps it (RFC 1047).
func (c *relayConn) answer() Result {
	if err := c.wire.arm(c.relay.settings.Timeouts.EndOfData, mostOfReply); err != nil {
		return unanswered(err)
	}
	reply, err := c.read(commandEnd)
	if err != nil {
		return unanswered(err)
	}
	switch reply.class() {
	case 2:
		return Result{Verdict: Accepted, Reply: reply, Broken: c.client.Text.R.Buffered() > 0}
	case 4, 5:
		return refused(commandEnd, reply)
	}
	return Result{Verdict: Unanswered, Reply: reply, Why: "the reply to the message decides nothing", Broken: true}
}

func unanswered(err error) Result {
	why := explain(err)
	if errors.Is(err, ErrReply) {
		why = "the relay's reply can't be understood"
	}
	return Result{Verdict: Unanswered, Why: "after the last byte: " + why, Broken: true}
}
