package smtptest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// mail opens a transaction (RFC 5321, 4.1.1.2).
func (s *session) mail(line, rest string) bool {
	limit := s.srv.options.MessagesPerConnection
	switch {
	case s.hello == "":
		return s.bad("MAIL before EHLO", "503 5.5.1 say EHLO first")
	case s.tx != nil:
		return s.bad("MAIL inside a transaction", "503 5.5.1 nested MAIL")
	case limit > 0 && s.done >= limit:
		s.reply("421 4.7.0 " + s.srv.options.Hostname + " too many messages on this connection")
		return false
	case s.srv.options.RequireTLS && !s.tls:
		return s.reply("530 5.7.0 must issue a STARTTLS command first")
	case s.srv.options.RequireAuth && s.user == "":
		return s.reply("530 5.7.0 authentication required")
	}
	from, params, ok := path(rest, "FROM:")
	if !ok {
		return s.bad(fmt.Sprintf("malformed %q", line), "501 5.5.4 syntax: MAIL FROM:<address>")
	}
	s.tx = &transaction{number: s.srv.nextMail(), from: from, params: params}
	normally := "250 2.1.0 ok"
	if refusal := s.checkMail(from, params); refusal != "" {
		normally = refusal
	}
	code, goOn := s.act(MAIL, line, normally)
	if code/100 != 2 {
		s.tx = nil
	}
	return goOn
}

// checkMail is the refusal of a MAIL whose parameters don't fit what is
// offered; "" for none.
func (s *session) checkMail(from string, params []string) string {
	utf8 := false
	for _, p := range params {
		key, value, _ := strings.Cut(p, "=")
		switch strings.ToUpper(key) {
		case "SIZE":
			if !s.offers("SIZE") {
				return s.param("SIZE")
			}
			if n, err := strconv.Atoi(value); err != nil || (s.maxSize() > 0 && n > s.maxSize()) {
				return "552 5.3.4 message size exceeds fixed limit"
			}
		case "BODY":
			if !s.offers("8BITMIME") {
				return s.param("BODY")
			}
		case "SMTPUTF8":
			if utf8 = true; !s.offers("SMTPUTF8") {
				return s.param("SMTPUTF8")
			}
		case "AUTH", "RET", "ENVID":
		default:
			return s.param(key)
		}
	}
	if !ascii(from) && !utf8 {
		s.srv.violated("non-ASCII reverse-path without SMTPUTF8")
		return "553 5.6.7 non-ASCII address without SMTPUTF8"
	}
	return ""
}

func (s *session) param(name string) string {
	s.srv.violated("MAIL parameter " + name + " though it is not offered")
	return "555 5.5.4 parameter " + name + " not implemented"
}

// maxSize is the limit of SIZE (RFC 1870); 0 for none.
func (s *session) maxSize() int {
	if words := s.extension("SIZE"); len(words) > 1 {
		n, _ := strconv.Atoi(words[1])
		return n
	}
	return 0
}

// rcpt names a recipient (RFC 5321, 4.1.1.3).
func (s *session) rcpt(line, rest string) bool {
	if s.tx == nil {
		return s.outOfOrder("RCPT")
	}
	to, _, ok := path(rest, "TO:")
	if !ok || to == "" {
		return s.bad(fmt.Sprintf("malformed %q", line), "501 5.5.4 syntax: RCPT TO:<address>")
	}
	s.tx.named = to
	normally := "250 2.1.5 ok"
	if !ascii(to) && !s.tx.has("SMTPUTF8") {
		s.srv.violated("non-ASCII forward-path without SMTPUTF8")
		normally = "553 5.6.7 non-ASCII address without SMTPUTF8"
	}
	code, goOn := s.act(RCPT, line, normally)
	if code/100 == 2 {
		s.tx.to = append(s.tx.to, to)
	}
	return goOn
}

// data reads a message up to the lone dot (RFC 5321, 4.1.1.4).
func (s *session) data(line string) bool {
	if s.tx == nil || s.tx.bdat {
		return s.outOfOrder("DATA")
	}
	normally := "354 go ahead"
	if len(s.tx.to) == 0 {
		normally = "554 5.5.1 no valid recipients"
	} else if s.r.Buffered() > 0 {
		s.srv.violated("message sent before the reply to DATA")
	}
	code, ok := s.act(DATA, line, normally)
	if !ok || code != 354 {
		return ok
	}
	s.turn()
	body, ok := s.body()
	if !ok {
		return false
	}
	return s.finish(body.data.Bytes(), body.flaws)
}

// body reads a message, with the fault the script wants in the middle of it.
func (s *session) body() (*bodyReader, bool) {
	b := &bodyReader{r: s.r}
	if a := s.ask(s.event(Body, "")); a != nil {
		b.atByte = max(1, a.atByte)
		b.fault = func() error {
			if _, ok := s.perform(a); !ok {
				return errDropped
			}
			return nil
		}
	}
	_, err := b.read()
	return b, err == nil
}

// bdat takes a chunk (RFC 3030).
func (s *session) bdat(line, rest string) bool {
	words := strings.Fields(rest)
	if len(words) == 0 || !s.offers("CHUNKING") {
		return s.bad(fmt.Sprintf("malformed or not offered: %q", line), "503 5.5.1 not offered")
	}
	n, err := strconv.Atoi(words[0])
	last := len(words) == 2 && strings.EqualFold(words[1], "LAST")
	if err != nil || n < 0 || len(words) > 2 || (len(words) == 2 && !last) {
		return s.bad(fmt.Sprintf("malformed %q", line), "501 5.5.4 syntax: BDAT size [LAST]")
	}
	chunk, ok := s.chunk(n)
	if !ok {
		return false
	}
	if s.tx == nil || len(s.tx.to) == 0 {
		s.tx = nil
		return s.reply("503 5.5.1 no valid recipients")
	}
	s.tx.bdat = true
	s.tx.chunks = append(s.tx.chunks, chunk...)
	if last {
		return s.finish(s.tx.chunks, nil)
	}
	code, ok := s.act(BDAT, line, fmt.Sprintf("250 2.0.0 %d octets received", n))
	if code/100 != 2 {
		s.tx = nil
	}
	return ok
}

// chunk reads the n octets of a chunk, with the fault the script wants in the
// middle of it.
func (s *session) chunk(n int) ([]byte, bool) {
	a, begun := s.ask(s.event(Body, "")), []byte(nil)
	if a != nil && a.atByte <= n {
		var err error
		if begun, err = readChunk(s.r, min(max(1, a.atByte), n)); err != nil {
			return nil, false
		}
		if _, ok := s.perform(a); !ok {
			return nil, false
		}
	}
	rest, err := readChunk(s.r, n-len(begun))
	return append(begun, rest...), err == nil
}

// finish answers the end of a message and keeps it when the answer says so.
// The mail is kept before the answer is sent, as a real MTA does.
func (s *session) finish(data []byte, flaws []string) bool {
	a := s.ask(s.event(EndOfData, ""))
	tx := s.tx
	s.tx = nil
	if a == nil {
		a = Reply(fmt.Sprintf("250 2.0.0 ok: queued as %d", tx.number))
		if refusal := s.checkData(tx, data, flaws); refusal != "" {
			a = Reply(refusal)
		}
	}
	keep := a.code()/100 == 2
	if a.keep != nil {
		keep = *a.keep
	}
	if keep {
		if err := s.keep(tx, data); err != nil {
			a = Reply("451 4.3.0 " + strings.Join(strings.Fields(err.Error()), " "))
		}
	}
	code, ok := s.perform(a)
	if code/100 == 2 {
		s.done++
	}
	return ok
}

// checkData records what is wrong with a message and returns its refusal; ""
// for none.
func (s *session) checkData(tx *transaction, data []byte, flaws []string) string {
	for _, f := range flaws {
		s.srv.violated(f)
	}
	eightBit := tx.has("BODY=8BITMIME") || tx.has("SMTPUTF8")
	switch {
	case len(flaws) > 0:
		return "554 5.6.0 " + flaws[0]
	case !eightBit && !ascii(string(data)):
		s.srv.violated("8-bit message without BODY=8BITMIME")
	case s.maxSize() > 0 && len(data) > s.maxSize():
		return "552 5.3.4 message size exceeds fixed limit"
	}
	return ""
}

func (s *session) keep(tx *transaction, data []byte) error {
	m := Mail{
		Conn: s.number, Hello: s.hello, User: s.user, TLS: s.tls,
		From: tx.from, To: tx.to, Params: tx.params,
		Data: bytes.Clone(data), At: s.srv.options.Now(),
	}
	if sink := s.srv.options.Sink; sink != nil {
		if err := sink(m); err != nil {
			return err
		}
	}
	s.srv.keep(m)
	return nil
}

func (s *session) outOfOrder(verb string) bool {
	if s.tx == nil && s.offers("PIPELINING") {
		return s.reply("503 5.5.1 " + verb + " out of order") // its MAIL was refused after it had been sent
	}
	return s.bad(verb+" out of order", "503 5.5.1 "+verb+" out of order")
}

// has reports whether MAIL came with this parameter.
func (t *transaction) has(param string) bool {
	for _, p := range t.params {
		if strings.EqualFold(p, param) {
			return true
		}
	}
	return false
}

// path reads "FROM:<address> parameters"; nothing stands between colon and
// bracket (RFC 5321, 4.1.1.2).
func path(rest, keyword string) (address string, params []string, ok bool) {
	if len(rest) < len(keyword) || !strings.EqualFold(rest[:len(keyword)], keyword) {
		return "", nil, false
	}
	inner, ok := strings.CutPrefix(rest[len(keyword):], "<")
	if !ok {
		return "", nil, false
	}
	address, after, ok := strings.Cut(inner, ">")
	if !ok || strings.ContainsAny(address, "< ") || (after != "" && after[0] != ' ') {
		return "", nil, false
	}
	return address, strings.Fields(after), true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
