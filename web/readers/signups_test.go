package readers_test

import (
	"net/http"
	"strings"
	"testing"

	"roundup/subscribers"
)

func TestConfirmPages(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	token := func(p subscribers.Purpose) string { return d.keys.TimedToken(p, subscribers.PublicID{1}, d.now) }
	page := func(method, path string) (int, string) {
		w := d.do(t, ask{method: method, path: path})
		return w.Code, w.Body.String()
	}
	confirm, never := "/confirm/"+token(subscribers.PurposeConfirm), "/never/"+token(subscribers.PurposeNever)
	for _, path := range []string{confirm, never} {
		code, body := page(http.MethodGet, path)
		if code != 200 || !strings.Contains(body, "a***@example.org") || strings.Contains(body, "ann@") || !strings.Contains(body, `<form method="post"`) {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	for _, done := range []string{"?done=subscribed", "?done=asked"} { // of who has not confirmed
		if code, body := page(http.MethodGet, confirm+done); code != 200 || !strings.Contains(body, "Yes, subscribe") || strings.Contains(body, "You are subscribed") {
			t.Errorf("%s is believed: %d %s", done, code, body)
		}
	}
	if d.list.confirmed.Email != "" || d.list.never {
		t.Fatal("looking changed something")
	}
	d.list.confirmed.UnderWay = 12
	if w := d.do(t, ask{method: http.MethodPost, path: confirm}); w.Code != http.StatusSeeOther {
		t.Errorf("confirming leads to no page that is only looked at: %d", w.Code)
	}
	if code, body := d.press(t, confirm); code != 200 || !strings.Contains(body, "your first is No. 13") {
		t.Errorf("confirmed: %d %s", code, body)
	}
	if code, _ := page(http.MethodPost, never); code != 200 || !d.list.never {
		t.Errorf("never: %d", code)
	}
	for _, path := range []string{"/confirm/" + token(subscribers.PurposeNever), "/never/" + token(subscribers.PurposeConfirm),
		"/confirm/" + d.keys.Token(subscribers.PurposeConfirm, subscribers.PublicID{1}), "/confirm/x", "/never/x"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if code, _ := page(method, path); code != 404 {
				t.Errorf("%s %s: %d, want 404", method, path, code)
			}
		}
	}
	d.list.void = subscribers.ErrVoid
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if code, body := page(method, confirm); code != 410 || !strings.Contains(body, `action="/subscribe"`) {
			t.Errorf("%s of one too old: %d %s", method, code, body)
		}
		d.list.email = ""
		want := map[string]string{http.MethodGet: "the address that the mail came to", http.MethodPost: "It works for thirty days"}[method]
		if _, body := page(method, never); !strings.Contains(body, want) {
			t.Errorf("%s of an old one to stop all mail: no %q in %s", method, want, body)
		}
	}
}

// Who has confirmed is offered the latest issue, where there is one for them; pressing
// the button is a POST, and of the same link.
func TestConfirmedAsksForTheLatestIssue(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	path := "/confirm/" + d.keys.TimedToken(subscribers.PurposeConfirm, subscribers.PublicID{1}, d.now)
	post := func(query string) (int, string) {
		t.Helper()
		return d.press(t, path+query)
	}
	own := `href="/me/` + d.keys.Token(subscribers.PurposeOwn, subscribers.PublicID{1})
	if _, body := post("?page"); strings.Contains(body, "<button") || !strings.Contains(body, own) {
		t.Errorf("offered though there is none, or no way to their own page: %s", body)
	}
	if code, body := post("?issue"); code != 200 || !strings.Contains(body, "The next issue") {
		t.Errorf("asked for where there is none: %d %s", code, body)
	}
	d.list.confirmed.Latest, d.list.requested = 12, false
	if _, body := post("?page"); !strings.Contains(body, `action="?issue"`) || !strings.Contains(body, "Send me No. 12 now") || d.list.requested {
		t.Errorf("confirmed: %s", body)
	}
	d.list.confirmed.OnItsWay = true
	if _, body := post("?page"); strings.Contains(body, `action="?issue"`) || !strings.Contains(body, "No. 12 is on its way") {
		t.Errorf("it was sent without asking: %s", body)
	}
	d.list.confirmed.OnItsWay = false
	if d.do(t, ask{method: http.MethodGet, path: path + "?issue"}); d.list.requested {
		t.Error("looking asked for it")
	}
	if w := d.do(t, ask{method: http.MethodPost, path: path + "?issue"}); w.Code != http.StatusSeeOther {
		t.Errorf("asking for it leads to no page that is only looked at: %d", w.Code)
	}
	if code, body := post("?issue"); code != 200 || !d.list.requested || !strings.Contains(body, "No. 12 is on its way") || !strings.Contains(body, "a***@example.org") || !strings.Contains(body, own) {
		t.Errorf("asked for: %d %s", code, body)
	}
	d.list.confirmed.Latest, d.list.confirmed.OnItsWay, d.list.confirmed.Had = 0, false, 12
	for _, query := range []string{"?page", "?issue"} {
		if code, body := post(query); code != 200 || strings.Contains(body, "<button") || strings.Contains(body, "on its way") || !strings.Contains(body, "No. 12 was sent to a***@example.org.") {
			t.Errorf("%s once it was sent: %d %s", query, code, body)
		}
	}
	d.list.void = subscribers.ErrVoid
	if code, _ := post("?issue"); code != 410 {
		t.Errorf("by a link that holds no more: %d", code)
	}
	if w := d.do(t, ask{method: http.MethodPost, path: "/confirm/x?issue"}); w.Code != 404 {
		t.Errorf("by a link of nobody: %d", w.Code)
	}
}
