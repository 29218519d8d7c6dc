package listener

import (
	"context"
	"errors"
	"net"
	"net/textproto"
)

// Probe asks whether a listener takes mail for an address. It begins a mail and takes that
// back.
func Probe(ctx context.Context, network, address string, lmtp bool, to string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	c := textproto.NewConn(conn)
	defer func() { _ = c.Close() }()
	hello := "EHLO"
	if lmtp {
		hello = "LHLO"
	}
	if _, _, err = c.ReadResponse(220); err != nil {
		return err
	}
	for _, command := range []string{hello + " localhost", "MAIL FROM:<>", "RCPT TO:<" + to + ">", "RSET", "QUIT"} {
		if err := c.PrintfLine("%s", command); err != nil {
			return err
		}
		want := 250
		if command == "QUIT" {
			want = 221
		}
		if _, _, err := c.ReadResponse(want); err != nil {
			var answer *textproto.Error
			if errors.As(err, &answer) {
				return answer
			}
			return err
		}
	}
	return nil
}
