package outbound

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Head asks what a Get of rawURL would be answered, without the body, which
// Response.Body never holds. Errors are those of Get that concern no body.
func (c *Client) Head(ctx context.Context, rawURL string) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(ctx, http.MethodHead, rawURL, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	return answerOf(resp), nil
}

// answerOf is a response without its body.
func answerOf(resp *http.Response) *Response {
	final := *resp.Request.URL
	final.User = nil
	return &Response{
		Status:   resp.StatusCode,
		Header:   resp.Header,
		FinalURL: escaped(final.String()),
		Moved:    permanent(resp),
	}
}

// escaped writes the octets of an address as it was sent that are none of ASCII's
// printable ones as percent signs: a server may redirect to any, valid UTF-8 or not.
func escaped(address string) string {
	var b strings.Builder
	for _, c := range []byte(address) {
		if c <= ' ' || c > '~' {
			_, _ = fmt.Fprintf(&b, "%%%02X", c)
		} else {
			_ = b.WriteByte(c)
		}
	}
	return b.String()
}
