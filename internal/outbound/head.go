package outbound

import (
	"context"
	"net/http"
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
		FinalURL: final.String(),
		Moved:    permanent(resp),
	}
}
