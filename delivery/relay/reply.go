package relay

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"roundup/internal/oneline"
)

// Reply is a server's answer to one SMTP command.
type Reply struct {
	Code     int    // 250; 0 when none came
	Enhanced string // "5.1.1"; "" when none was given (RFC 3463)
	Text     string // one line, controls removed, at most 512 octets
	Command  string // the command it answered: "MAIL", "RCPT", "DATA", "end of data"
}

// Closes reports whether it is a server's last word on a connection (RFC 5321, 3.8).
func (r Reply) Closes() bool { return r.Code == 421 }

// The commands a Reply may answer (Reply.Command), beside those of the opening
// of a connection.
const (
	CommandMail = "MAIL"
	CommandRcpt = "RCPT"
	CommandData = "DATA"
	CommandEnd  = "end of data"
)

// Limits on what is read and kept of a reply. RFC 5321, 4.5.3.1.5, allows 512
// octets a line; servers that say more are heard out up to maxReply.
const (
	maxReply     = 64 << 10 // octets of all lines of one reply
	maxReplyText = 512      // octets of Reply.Text
)

// ErrReply is returned for what is not a reply by RFC 5321, 4.2, or too long
// for one. Nothing can be concluded from it.
var ErrReply = errors.New("malformed reply")

// String is the reply as the server wrote it: "550 5.1.1 no such user".
func (r Reply) String() string {
	if r.Code == 0 {
		return ""
	}
	s := strconv.Itoa(r.Code)
	if r.Enhanced != "" {
		s += " " + r.Enhanced
	}
	if r.Text != "" {
		s += " " + r.Text
	}
	return s
}

// class is the first digit of the code, which decides (RFC 5321, 4.2.1).
func (r Reply) class() int { return r.Code / 100 }

// subject is the second and third number of the enhanced code, "1.1" of
// "5.1.1"; "" when there is none or its class is not the reply's.
func (r Reply) subject() string {
	class, rest, _ := strings.Cut(r.Enhanced, ".")
	if class != strconv.Itoa(r.class()) {
		return ""
	}
	return rest
}

// ReadReply reads one reply of one or more lines. It takes a line that ends in
// LF alone and a code without text, as RFC 5321, 4.2, asks of clients. Lines
// whose codes differ in their first digit, lines without a code and replies of
// more than 64 KB are ErrReply; other errors are the connection's. It never
// reads beyond the reply's last line but into r's buffer.
func ReadReply(r *bufio.Reader) (Reply, error) {
	budget := maxReply
	code := 0
	lines := make([]string, 0, 4)
	for {
		line, err := readReplyLine(r, &budget)
		if err != nil {
			return Reply{}, err
		}
		n, text, more, ok := splitReplyLine(line)
		switch {
		case !ok:
			return Reply{}, fmt.Errorf("%w: %q", ErrReply, oneline.Of(line, 80))
		case code != 0 && n/100 != code/100:
			return Reply{}, fmt.Errorf("%w: its lines say both %d and %d", ErrReply, code, n)
		}
		code = n
		if len(lines) < 100 {
			lines = append(lines, text)
		}
		if !more {
			return newReply(code, lines), nil
		}
	}
}

// readReplyLine reads up to the next LF and takes its octets off the budget.
func readReplyLine(r *bufio.Reader, budget *int) (string, error) {
	var begun []byte // of a line longer than r's buffer
	for {
		part, err := r.ReadSlice('\n')
		if *budget -= len(part); *budget < 0 {
			return "", fmt.Errorf("%w: more than %d octets", ErrReply, maxReply)
		}
		switch {
		case err == nil && begun == nil:
			return string(bytes.TrimRight(part, "\r\n")), nil
		case err == nil:
			return string(bytes.TrimRight(append(begun, part...), "\r\n")), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		}
		begun = append(begun, part...)
	}
}

// splitReplyLine takes "250-text" apart; more says that another line follows.
func splitReplyLine(line string) (code int, text string, more, ok bool) {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' || !isDigit(line[1]) || !isDigit(line[2]) {
		return 0, "", false, false
	}
	code = int(line[0]-'0')*100 + int(line[1]-'0')*10 + int(line[2]-'0')
	switch {
	case len(line) == 3:
		return code, "", false, true
	case line[3] == ' ' || line[3] == '-':
		return code, line[4:], line[3] == '-', true
	}
	return 0, "", false, false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// splitEnhanced takes RFC 3463's status code, "5.7.1", off the beginning of a
// line; "" where there is none. Three replies a message are read, and a regular
// expression for this was a twentieth of what sending costs.
func splitEnhanced(line string) (code, rest string) {
	if len(line) < 5 || line[0] != '2' && line[0] != '4' && line[0] != '5' {
		return "", line
	}
	end := 1
	for range 2 {
		if end >= len(line) || line[end] != '.' {
			return "", line
		}
		first := end + 1
		for end = first; end < len(line) && end < first+3 && isDigit(line[end]); end++ {
		}
		if end == first {
			return "", line
		}
	}
	rest = strings.TrimLeft(line[end:], " \t\n\f\r")
	if end < len(line) && len(rest) == len(line)-end {
		return "", line // more than three digits, or a word that begins like a code
	}
	return line[:end], rest
}

// newReply makes a reply of a code and the text of its lines. The enhanced code
// is the first one given; servers repeat it on each line.
func newReply(code int, lines []string) Reply {
	reply := Reply{Code: code}
	for i, line := range lines {
		if code, rest := splitEnhanced(line); code != "" {
			if reply.Enhanced == "" {
				reply.Enhanced = code
			}
			if code == reply.Enhanced {
				lines[i] = rest
			}
		}
	}
	reply.Text = oneline.Of(strings.Join(lines, " "), maxReplyText)
	return reply
}
