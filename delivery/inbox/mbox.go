package inbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-mbox"
)

// EachMail runs do for every mail in r: each message of an mbox file (RFC 4155,
// with ">From " quoting undone), or the one mail that r is. The envelope is what the line
// before a message says of it.
func EachMail(r io.Reader, do func(io.Reader, Envelope) error) error {
	in := bufio.NewReader(r)
	start, err := in.Peek(5)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read mail: %w", err)
	}
	if !bytes.Equal(start, []byte("From ")) {
		return do(in, Envelope{})
	}
	lines := &fromLines{in: in, fresh: true}
	box := mbox.NewReader(lines)
	for i := 0; ; i++ {
		mail, err := box.NextMessage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read mbox: %w", err)
		}
		if err := do(mail, Envelope{Null: i < len(lines.null) && lines.null[i]}); err != nil {
			return err
		}
		// The next message begins where this one was read to.
		if _, err := io.Copy(io.Discard, mail); err != nil {
			return fmt.Errorf("read mbox: %w", err)
		}
	}
}

// fromLines hands on an mbox file as it is, and notes of each line that begins a message
// whether it has the null sender: go-mbox, which comes after it, keeps those lines to itself.
type fromLines struct {
	in    *bufio.Reader
	rest  []byte // of the line that is handed on
	fresh bool   // what comes next begins a line
	null  []bool // of each message
}

func (f *fromLines) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		line, err := f.in.ReadSlice('\n')
		if len(line) == 0 {
			return 0, err
		}
		if f.fresh && bytes.HasPrefix(line, []byte("From ")) {
			f.null = append(f.null, isNullFrom(string(line)))
		}
		f.rest, f.fresh = line, line[len(line)-1] == '\n'
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// isNullFrom reports whether the line before a message has the null sender, which MTAs write
// as MAILER-DAEMON there.
func isNullFrom(line string) bool {
	fields := strings.Fields(line)
	return len(fields) > 1 && (fields[1] == "<>" || strings.EqualFold(fields[1], "MAILER-DAEMON"))
}
