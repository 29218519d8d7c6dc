package feeds

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"roundup/internal/outbound"
)

// inflate decompresses a body that is gzip (RFC 1952) to at most maxBytes; any
// other it returns as it is. Of one that is damaged it returns what there is,
// with outbound.ErrIncomplete.
func inflate(body []byte, maxBytes int64) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte("\x1f\x8b\x08")) {
		return body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxBytes+1))
	switch {
	case int64(len(text)) > maxBytes:
		return nil, outbound.TooLarge(maxBytes)
	case err != nil && len(text) == 0:
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	case err != nil:
		return text, fmt.Errorf("%w: %w", outbound.ErrIncomplete, err)
	default:
		return text, nil
	}
}
