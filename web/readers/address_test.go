package readers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"roundup/subscribers"
	"roundup/web/readers"
)

// addresses is a list that asks addresses, and says what it is told to.
type addresses struct {
	asked, changed string
	mayNot         bool
	err            error
}

func (a *addresses) MayChangeAddress(context.Context, subscribers.Subscriber) (bool, error) {
	return !a.mayNot, nil
}

func (a *addresses) LeftAddress(context.Context, subscribers.PublicID, time.Time) (string, error) {
	return "old@readers.example", a.err
}

func (a *addresses) ReturnAddress(_ context.Context, _ subscribers.PublicID, _ time.Time, by subscribers.Actor) (string, error) {
	a.changed = "back by " + by.Through
	return "old@readers.example", a.err
}

func (a *addresses) AskAddress(_ context.Context, _ subscribers.Subscriber, to subscribers.Address, _ subscribers.Actor) error {
	a.asked = to.Given
	return a.err
}

func (a *addresses) AskedAddress(context.Context, subscribers.PublicID, time.Time) (string, error) {
	return "new@readers.example", a.err
}

func (a *addresses) ChangeAddress(_ context.Context, _ subscribers.PublicID, _ time.Time, by subscribers.Actor) (string, error) {
	a.changed = by.Through
	return "new@readers.example", a.err
}

func TestAnotherAddress(t *testing.T) {
	t.Parallel()
	a := &addresses{}
	b := setup(t, "", func(o *readers.Options) {
		o.Addresses, o.SignUps, o.AskIn = a, struct{ readers.SignUps }{}, time.Millisecond
	})
	type answer struct {
		status int
		page   string
	}
	post := func(email string) answer {
		status, page, _ := b.press(t, "?address", url.Values{"email": {email}}.Encode())
		return answer{status, strings.ReplaceAll(page, email, "ADDRESS")} // which is said back
	}
	if got := post("nobody"); got.status != http.StatusUnprocessableEntity || a.asked != "" || !strings.Contains(got.page, `value="ADDRESS"`) || !strings.Contains(got.page, "can’t be right") {
		t.Errorf("no address: %v", got)
	}
	fresh := post("new@readers.example")
	if fresh.status != http.StatusOK || a.asked != "new@readers.example" || !strings.Contains(fresh.page, "on its way to ADDRESS") {
		t.Errorf("asked %q: %v", a.asked, fresh)
	}
	if got := post("ann@readers.example"); got != fresh {
		t.Errorf("their own gets another answer: %v", got)
	}
	a.asked = ""
	if got := post("abuse@victim.example"); got != fresh || a.asked != "" || b.pages.SignUpsRefused() != 1 {
		t.Errorf("an office is asked, or gets another answer: %q, %v", a.asked, got)
	}
	a.err = subscribers.ErrTooManySignUps
	if got := post("new@readers.example"); got.status != http.StatusTooManyRequests {
		t.Errorf("too many: %v", got)
	}
	a.err = nil
	for range 40 { // from one network
		fresh = post("new@readers.example")
	}
	if fresh.status != http.StatusTooManyRequests {
		t.Errorf("the fortieth of an hour: %v", fresh)
	}

	path := b.url + "/address/" + b.keys.TimedToken(subscribers.PurposeAddress, b.readers.id, noon())
	status, page, _ := do(t, http.MethodGet, path, "", nil)
	if status != http.StatusOK || a.changed != "" || !strings.Contains(page, "to n***@readers.example from now on?") {
		t.Errorf("looked at: %d %s", status, page)
	}
	if status, page, _ = do(t, http.MethodPost, path+"?page", "", nil); status != http.StatusOK || a.changed != "page" || !strings.Contains(page, "n***@readers.example") {
		t.Errorf("confirmed: %d %s", status, page)
	}
	back := b.url + "/back/" + b.keys.TimedToken(subscribers.PurposeBack, b.readers.id, noon())
	a.changed = ""
	if status, page, _ = do(t, http.MethodGet, back, "", nil); status != http.StatusOK || a.changed != "" || !strings.Contains(page, "to o***@readers.example again, and not to the other") || !strings.Contains(page, "Yes, undo it") || strings.Contains(page, "Yes, change the address") {
		t.Errorf("looked at the way back: %d %s", status, page)
	}
	if status, page, _ = do(t, http.MethodPost, back+"?page", "", nil); status != http.StatusOK || a.changed != "back by page" || !strings.Contains(page, "o***@readers.example") {
		t.Errorf("taken back: %d %s", status, page)
	}
	if status, _, _ = do(t, http.MethodPost, strings.Replace(path, "/address/", "/back/", 1), "", nil); status != http.StatusNotFound {
		t.Errorf("taken back by a link to confirm: %d", status)
	}
	own := b.url + "/me/" + b.keys.Token(subscribers.PurposeOwn, b.readers.id)
	for _, a.mayNot = range []bool{true, false} {
		a.asked = ""
		if _, page, _ = do(t, http.MethodGet, own, "", nil); strings.Contains(page, "?address") == a.mayNot {
			t.Errorf("may not %v: the form is there or not", a.mayNot)
		}
	}

	a.err, a.changed = subscribers.ErrVoid, ""
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if status, page, _ := do(t, method, path, "", nil); status != http.StatusGone || !strings.Contains(page, "on your own page") {
			t.Errorf("%s of one too old: %d %s", method, status, page)
		}
		other := b.url + "/address/" + b.keys.TimedToken(subscribers.PurposeConfirm, b.readers.id, noon())
		if status, _, _ := do(t, method, other, "", nil); status != http.StatusNotFound || a.changed != "" && method == http.MethodGet {
			t.Errorf("%s of another purpose: %d", method, status)
		}
	}
}

// A link that does nothing leads on without anybody who reads answers; readers are asked for
// one only where somebody does.
func TestAnswersAreAskedForWhereTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, read := range []bool{true, false} {
		b := setup(t, "", func(o *readers.Options) {
			o.Addresses, o.SignUps, o.AnswersRead = &addresses{err: subscribers.ErrVoid}, struct{ readers.SignUps }{}, read
		})
		for _, tt := range []struct {
			path, leadsOn string
		}{
			{"/u/x", "a button of its own to unsubscribe"},
			{"/back/" + b.keys.TimedToken(subscribers.PurposeBack, b.readers.id, noon()), "/subscribe?"},
			{"/address/" + b.keys.TimedToken(subscribers.PurposeAddress, b.readers.id, noon()), "/subscribe?"},
		} {
			_, page, _ := do(t, http.MethodGet, b.url+tt.path, "", nil)
			if strings.Contains(page, "answer the mail") != read || !strings.Contains(page, tt.leadsOn) {
				t.Errorf("answers are read %v, %s: %s", read, tt.path, page)
			}
		}
	}
}
