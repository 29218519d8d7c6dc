package outbound

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

var (
	// ErrTooLarge says that a body is larger than the cap, on the wire or decompressed.
	ErrTooLarge = errors.New("too large")
	// ErrIncomplete says that the connection, or the compressed data, broke off
	// before the end that was announced.
	ErrIncomplete = errors.New("the answer broke off before its end")
	// ErrEncoding says that a body is compressed in a way that was not asked for.
	ErrEncoding = errors.New("the answer is encoded in a way that was not asked for")
)

// readBody reads a body of at most maxBytes, counted on the wire and again
// decompressed. With ErrTooLarge and ErrIncomplete it returns what it has.
func readBody(resp *http.Response, maxBytes int64) ([]byte, error) {
	if resp.ContentLength > maxBytes {
		return nil, TooLarge(maxBytes)
	}
	wire := &capped{r: resp.Body, left: maxBytes, max: maxBytes}
	switch encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
		return readCapped(wire)
	case "gzip", "x-gzip":
		return gunzip(wire, maxBytes)
	default:
		return nil, fmt.Errorf("%w: %q", ErrEncoding, encoding)
	}
}

// gunzip decompresses as it reads, so that a bomb is cut at the cap and never unfolded.
func gunzip(wire *capped, maxBytes int64) ([]byte, error) {
	buffered := bufio.NewReader(wire)
	if _, err := buffered.Peek(1); errors.Is(err, io.EOF) {
		return nil, nil // an empty body, as of a 304, whatever its header says
	}
	unzip, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, broken(err)
	}
	return readCapped(&capped{r: unzip, left: maxBytes, max: maxBytes})
}

func readCapped(r *capped) ([]byte, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		err = broken(err)
	}
	return body, err
}

// broken names the ways in which a body can end before its time.
func broken(err error) error {
	var netErr net.Error
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, ErrTooLarge):
		return err
	case errors.As(err, &netErr) && netErr.Timeout():
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum),
		errors.As(err, &corrupt), errors.As(err, &netErr):
		return fmt.Errorf("%w: %w", ErrIncomplete, err)
	default:
		return err
	}
}

// TooLarge returns ErrTooLarge with the cap in words.
func TooLarge(maxBytes int64) error {
	return fmt.Errorf("%w: more than %s", ErrTooLarge, size(maxBytes))
}

// size prints a number of bytes in the unit people use.
func size(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KB", n>>10)
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}

// capped reads at most its cap and says so when there is more.
type capped struct {
	r         io.Reader
	left, max int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	if int64(n) > c.left {
		return int(c.left), TooLarge(c.max)
	}
	c.left -= int64(n)
	return n, err
}
