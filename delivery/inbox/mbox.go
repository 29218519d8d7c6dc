package inbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-mbox"
)

// EachMail runs do for every mail in r: each message of an mbox file (RFC 4155,
// with ">From " quoting undone), or the one mail that r is.
func EachMail(r io.Reader, do func(io.Reader) error) error {
	in := bufio.NewReader(r)
	start, err := in.Peek(5)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read mail: %w", err)
	}
	if !bytes.Equal(start, []byte("From ")) {
		return do(in)
	}
	box := mbox.NewReader(in)
	for {
		mail, err := box.NextMessage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read mbox: %w", err)
		}
		if err := do(mail); err != nil {
			return err
		}
		// The next message begins where this one was read to.
		if _, err := io.Copy(io.Discard, mail); err != nil {
			return fmt.Errorf("read mbox: %w", err)
		}
	}
}
