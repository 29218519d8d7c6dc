package feeds

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"roundup/internal/outbound"
)

// longestPause is the longest a server is obeyed when it asks to be left alone:
// a feed for a weekly mail can wait two days, not for ever.
const longestPause = 48 * time.Hour

// retryAfter reads Retry-After (RFC 9110 section 10.2.3), in seconds or as a
// date, of the answers it belongs to; zero for none.
func retryAfter(resp *outbound.Response, now time.Time) time.Time {
	if resp.Status != http.StatusTooManyRequests && resp.Status != http.StatusServiceUnavailable {
		return time.Time{}
	}
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	until, err := http.ParseTime(value)
	if err != nil {
		seconds, err := strconv.ParseUint(value, 10, 31)
		if err != nil {
			return time.Time{}
		}
		until = now.Add(time.Duration(seconds) * time.Second)
	}
	switch {
	case !until.After(now):
		return time.Time{}
	case until.After(now.Add(longestPause)):
		return now.Add(longestPause)
	default:
		return until
	}
}
