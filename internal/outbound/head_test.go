package outbound_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"roundup/internal/outbound"
)

func TestHead(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("HEAD /there", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") })
	mux.Handle("/moved", http.RedirectHandler("/there", http.StatusMovedPermanently))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	c := outbound.New(outbound.Options{AllowPrivate: true})
	for path, want := range map[string]struct {
		status int
		moved  bool
	}{"/there": {http.StatusOK, false}, "/moved": {http.StatusOK, true}, "/gone": {http.StatusNotFound, false}} {
		got, err := c.Head(t.Context(), server.URL+path)
		if err != nil || got.Status != want.status || got.Moved != want.moved || len(got.Body) > 0 {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
		if want.moved && (got.FinalURL != server.URL+"/there" || got.Header.Get("Content-Type") != "image/png") {
			t.Errorf("%s: ended at %s, %v", path, got.FinalURL, got.Header)
		}
	}
	if _, err := outbound.New(outbound.Options{}).Head(t.Context(), server.URL); !errors.Is(err, outbound.ErrPrivateAddress) {
		t.Errorf("a loopback address: %v", err)
	}
}
