package outbound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// ErrTimeout says that the deadline passed, wherever the time went.
var ErrTimeout = errors.New("no complete answer in time")

// noHostError says that a name has no address. What the resolver said is left
// out: it repeats that, and names the resolver's own address.
type noHostError struct{ cause *net.DNSError }

func (e *noHostError) Error() string { return fmt.Sprintf("there is no host %q", e.cause.Name) }

func (e *noHostError) Unwrap() error { return e.cause }

// explain turns what net/http reports into plain words, without the address,
// which the caller knows and which may hold a key. The cause stays wrapped.
func (c *Client) explain(ctx context.Context, err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var dns *net.DNSError
	var netErr net.Error
	switch {
	case errors.Is(err, ErrPrivateAddress), errors.Is(err, ErrScheme), errors.Is(err, ErrDowngrade), errors.Is(err, ErrTooManyRedirects):
		return trimDial(err)
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%w: waited %s", ErrTimeout, c.timeout)
	case errors.As(err, &dns) && dns.IsNotFound:
		return &noHostError{dns}
	case errors.As(err, &netErr) && netErr.Timeout():
		return fmt.Errorf("%w: %w", ErrTimeout, err)
	case strings.HasPrefix(err.Error(), unreadableLocation):
		return errLocation
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the server hung up without an answer: %w", err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing answers there: %w", err)
	default:
		return err
	}
}

// trimDial takes "dial tcp 10.0.0.1:80:" off a refusal that names the address itself.
func trimDial(err error) error {
	var dial *net.OpError
	if errors.As(err, &dial) && errors.Is(dial.Err, ErrPrivateAddress) {
		return dial.Err
	}
	return err
}
