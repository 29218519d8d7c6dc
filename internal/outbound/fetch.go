package outbound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxReplyRead is how much of an answer to a Post is read, so that its
// connection can serve again.
const maxReplyRead = 64 << 10

// Response is the answer to a Get.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte // decompressed
	FinalURL string // where the redirects ended, without a user name or password, in ASCII
	Moved    bool   // it got there by permanent redirects only (301, 308)
}

// Get fetches rawURL, following redirects, within the client's deadline. Any
// status is an answer, not an error. Errors are ErrScheme, ErrPrivateAddress,
// ErrTooManyRedirects, ErrDowngrade, ErrTimeout, ErrTooLarge (more than maxBytes
// on the wire or decompressed), ErrIncomplete, ErrEncoding, or what the network
// said. With ErrTooLarge and ErrIncomplete the response holds what came until
// then; with any other error it is nil.
func (c *Client) Get(ctx context.Context, rawURL string, header http.Header, maxBytes int64) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(ctx, http.MethodGet, rawURL, nil)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer := answerOf(resp)
	answer.Body, err = readBody(resp, maxBytes)
	switch {
	case err == nil:
		return answer, nil
	case errors.Is(err, ErrTooLarge), errors.Is(err, ErrIncomplete):
		return answer, err
	default:
		return nil, c.explain(ctx, err)
	}
}

// Post sends body to rawURL and returns the status of the answer. A redirect is
// an answer too: what is posted goes nowhere but where it was meant to go.
// Errors are as those of Get.
func (c *Client) Post(ctx context.Context, rawURL, contentType string, body []byte) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(ctx, http.MethodPost, rawURL, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", contentType)
	still := *c.http
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := still.Do(req)
	if err != nil {
		return 0, c.explain(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	// What the answer says does not matter once its status is known.
	_, _ = io.CopyN(io.Discard, resp.Body, maxReplyRead)
	return resp.StatusCode, nil
}

func (c *Client) request(ctx context.Context, method, rawURL string, body io.Reader) (*http.Request, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("%w: this address can't be read", ErrScheme)
	}
	if err := checkScheme(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, rawURL, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.userAgent)
	return req, nil
}
