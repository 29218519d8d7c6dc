package check

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/internal/check/finding"
	"roundup/internal/desk/planner"
	"roundup/internal/outbound"
)

// What there was no time to ask is not said to be silent.
func TestLinksThatWereNotAsked(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	www := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/0" {
			<-hang
		}
	}))
	t.Cleanup(www.Close)
	t.Cleanup(func() { close(hang) })
	var page strings.Builder
	for i := range 3 * linksAtOnce {
		fmt.Fprintf(&page, `<a href="%s/%d">Read</a>`, www.URL, i)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	c := &check{Checker: &Checker{cfg: &config.Config{}, asked: outbound.New(outbound.Options{AllowPrivate: true, Timeout: time.Minute})}}
	l := finding.Of(finding.Mail)
	c.links(ctx, l, planner.Plan{}, planner.Draft{HTML: page.String()})
	said := map[finding.Outcome]string{}
	for _, f := range l.Findings() {
		said[f.Outcome] += f.Detail
	}
	if len(said) != 2 || said[finding.Skipped] != "23 links and pictures not asked: it took too long" || said[finding.Passed] != "1 of 1 link or picture answers" {
		t.Errorf("said %q", said)
	}
}

func TestPictureTypes(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]finding.Outcome{
		"image/png": finding.Passed, "Image/JPEG": finding.Passed, "application/octet-stream": finding.Passed, "binary/octet-stream": finding.Passed,
		"": finding.Passed, "text/html; charset=utf-8": finding.Failed,
	} {
		picture := &target{picture: true, answer: &outbound.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {kind}}}}
		if got, why := picture.judge(); got != want {
			t.Errorf("%q: %s, %s", kind, got, why)
		}
	}
}
