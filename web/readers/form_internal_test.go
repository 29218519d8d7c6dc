package readers

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"roundup/subscribers"
)

// A page with a Form has the sign-up form in it, with its own signed moment, and
// posts below the base address.
func TestPageHoldsTheForm(t *testing.T) {
	t.Parallel()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte{7}, 32)}}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	set, err := parsePages(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &pages{set: set, Options: Options{Name: "The Weekly", BaseURL: "https://news.example/weekly/", Keyring: keys, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)}}
	w := httptest.NewRecorder()
	f := r.form()
	f.Email, f.Wrong = `"><b>`, "no"
	r.say(w, http.StatusOK, page{Title: "x", Form: f})
	for _, want := range []string{`action="/weekly/subscribe"`, `value="` + f.Moment + `"`, `value="&#34;&gt;&lt;b&gt;"`, `aria-describedby="subscribe-wrong"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
	if _, shown, err := keys.VerifyTimed(f.Moment, subscribers.PurposeForm); err != nil || !shown.Equal(at) {
		t.Errorf("the form was shown at %v (%v), want %v", shown, err, at)
	}
}
