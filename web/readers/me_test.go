package readers_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"roundup/subscribers"
	"roundup/web/readers"
)

// me is the address of the reader's own page.
func (b *bundle) me() string { return b.url + "/me/" + b.token(subscribers.PurposeOwn) }

// press posts a form of the reader's own page, and looks at the page that it leads to.
func (b *bundle) press(t *testing.T, query, body string) (int, string, http.Header) {
	t.Helper()
	return pressed(t, b.me(), query, body)
}

// pressed posts a form of a page, and looks at the page that it leads to.
func pressed(t *testing.T, address, query, body string) (int, string, http.Header) {
	t.Helper()
	status, page, h := do(t, http.MethodPost, address+query, "application/x-www-form-urlencoded", strings.NewReader(body))
	to := h.Get("Location")
	if status != http.StatusSeeOther && to == "" {
		return status, page, h
	}
	// Nothing of the reader is in it, and it is what their own address is followed by.
	if status != http.StatusSeeOther || page != "" || !regexp.MustCompile(`^\?done=[a-z]+$`).MatchString(to) || h.Get("Set-Cookie") != "" {
		t.Errorf("%s: got %d, leads to %q: %s", query, status, to, page)
	}
	return do(t, http.MethodGet, address+to, "", nil)
}

// Once a button has changed something, Back and Reload send nothing again; and what an address
// says was done is said only where it is so.
func TestButtonsLeadToAPage(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly", offer)
	leave := b.url + "/u/" + b.token(subscribers.PurposeUnsubscribe)
	for _, tt := range []struct{ address, query, body, leads string }{
		{b.me(), "?choice", "name=Ann&often=every", "?done=saved"},
		{b.me(), "?name", "name=Ann", "?done=saved"},
		{b.me(), "?pause", "until=2026-12-24", "?done=paused"},
		{b.me(), "?resume", "", "?done=resumed"},
		{leave, "", "List-Unsubscribe=One-Click", ""}, // RFC 8058, section 3.1
		{leave, "?page", "", "?done=left"},
		{leave, "?why", "why=other", "?done=why"},
		{leave, "?undo", "", "?done=back"},
		{b.me(), "?pause", "until=tomorrow", ""},
	} {
		status, _, h := do(t, http.MethodPost, tt.address+tt.query, "application/x-www-form-urlencoded", strings.NewReader(tt.body))
		if got := h.Get("Location"); got != tt.leads || (status == http.StatusSeeOther) != (tt.leads != "") {
			t.Errorf("%s %s: got %d, leads to %q, want %q", tt.query, tt.body, status, got, tt.leads)
		}
	}
	for _, done := range []string{"paused", "Saved!", "left", "why"} {
		for _, address := range []string{b.me(), leave} {
			if _, page, _ := do(t, http.MethodGet, address+"?done="+done, "", nil); strings.Contains(page, "Paused until") || strings.Contains(page, "Saved") || strings.Contains(page, "You are back") {
				t.Errorf("?done=%s is believed: %s", done, page)
			}
		}
	}
}

// A page from before the reader left, in another tab or by Back, changes nothing: Undo brings
// back what they had, and not where anything was done since. Nor is anything said to be done.
func TestOwnPageFromBeforeLeaving(t *testing.T) {
	t.Parallel()
	b := setup(t, "", offer)
	b.readers.left = true
	for _, tt := range []struct{ query, body string }{
		{"?choice", "name=Ann&often=every"}, {"?pause", "until=2026-12-24"}, {"?pause", "until=tomorrow"}, {"?resume", ""},
	} {
		status, page, _ := b.press(t, tt.query, tt.body)
		if status != http.StatusOK || b.readers.did != "" || !strings.Contains(page, "<h1>You are unsubscribed</h1>") || strings.Contains(page, "pause") {
			t.Errorf("%s: got %d, did %q: %s", tt.query, status, b.readers.did, page)
		}
	}
	for _, done := range []string{"saved", "resumed"} {
		if _, page, _ := do(t, http.MethodGet, b.me()+"?done="+done, "", nil); strings.Contains(page, "Saved") || strings.Contains(page, "The pause is over") {
			t.Errorf("?done=%s of who has left: %s", done, page)
		}
	}
}

func TestOwnPage(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly")
	_, leaving, _ := do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
	if !strings.Contains(leaving, `href="/weekly/me/`+b.token(subscribers.PurposeOwn)+`"`) {
		t.Errorf("the page to leave does not lead to the reader's own: %s", leaving)
	}
	onPage := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	for _, tt := range []struct{ query, body, did, says string }{
		{"?choice", "name=Ann+Lee&often=every", "rename", `value="Ann Lee"`},
		{"?name", "name=Ann+Li", "rename", `value="Ann Li"`}, // of a template of one's own
		{"?pause", "until=2026-12-24", "pause", "Paused until December 24, 2026"},
		{"?resume", "", "pause", "The pause is over"},
		{"?pause", "until=2026-11-20", "", `aria-invalid="true"`},
		{"?pause", "until=2027-11-21", "", `aria-invalid="true"`},
		{"?pause", "until=tomorrow", "", `aria-invalid="true"`},
		{"?erase", "", "", `role="alert">Please tick the box first.`},
		{"?erase", "sure=yes", "erase ann@readers.example", "You are erased"},
		{"", "name=x", "", "Your data"},
		{"?foo", "name=x", "", "There is no such page"},
	} {
		b.readers.did, b.readers.by = "", subscribers.Actor{}
		status, page, h := b.press(t, tt.query, tt.body)
		want := http.StatusOK
		switch {
		case tt.query == "?foo":
			want = http.StatusNotFound
		case tt.did == "" && tt.query != "":
			want = http.StatusUnprocessableEntity
		}
		if status != want || b.readers.did != tt.did || !strings.Contains(page, tt.says) || h.Get("Set-Cookie") != "" {
			t.Errorf("%s %s: got %d, did %q: %s", tt.query, tt.body, status, b.readers.did, page)
		}
		if tt.did != "" && b.readers.by != onPage {
			t.Errorf("%s: by %v", tt.query, b.readers.by)
		}
	}
	b.readers.until = time.Time{}
	if _, _, _ = b.press(t, "?pause", "until=2027-11-20"); !b.readers.until.Equal(time.Date(2027, time.November, 20, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("paused until %v", b.readers.until)
	}
}

func TestMyData(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	status, file, h := b.press(t, "?data", "")
	if status != http.StatusOK || file != `{"email":"ann@readers.example"}` || h.Get("Content-Type") != "application/json" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, %v: %s", status, h, file)
	}
}

// Looking changes nothing, and gives nothing away.
func TestLookingAtOnesOwnPage(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	for _, query := range []string{"", "?data", "?erase&sure=yes", "?name&name=x", "?pause&until=2026-12-24"} {
		status, page, _ := do(t, http.MethodGet, b.me()+query, "", nil)
		if status != http.StatusOK || b.readers.did != "" || strings.Contains(page, "ann@readers.example") || !strings.Contains(page, "a***@readers.example") {
			t.Errorf("%q: got %d, did %q: %s", query, status, b.readers.did, page)
		}
	}
	// What only a body may say is not taken from the address.
	if b.press(t, "?erase&sure=yes", ""); b.readers.did != "" {
		t.Errorf("erased by an address: %q", b.readers.did)
	}
}

// Name and choice are saved by one button, and nothing of them where something is wrong.
func TestOneButtonSavesNameAndChoice(t *testing.T) {
	t.Parallel()
	b := setup(t, "", offer)
	_, page, _ := do(t, http.MethodGet, b.me(), "", nil)
	if n := strings.Count(page, ">Save</button>"); n != 1 {
		t.Errorf("%d buttons to save, want 1: %s", n, page)
	}
	_, page, _ = b.press(t, "?choice", "name=Ann+Lee&of=analysis&of=in-brief&sections=analysis&often=monthly&language=de")
	want := subscribers.Choice{Off: []string{"in-brief"}, Monthly: true, Language: "de"}
	if b.readers.name != "Ann Lee" || !b.readers.choice.Equal(want) || !strings.Contains(page, "Gespeichert") {
		t.Errorf("saved %q, %+v: %s", b.readers.name, b.readers.choice, page)
	}
	_, page, _ = b.press(t, "?choice", "name=Bea&of=analysis&of=in-brief")
	if b.readers.name != "Ann Lee" || !b.readers.choice.Equal(want) || !strings.Contains(page, `value="Bea"`) {
		t.Errorf("no section, and saved %q, %+v: %s", b.readers.name, b.readers.choice, page)
	}
	// A form without the name, as that of the page to leave on, keeps it.
	if b.press(t, "?choice", "often=every"); b.readers.name != "Ann Lee" || b.readers.choice.Monthly {
		t.Errorf("saved %q, %+v", b.readers.name, b.readers.choice)
	}
	if b.press(t, "?choice", "name=&often=every"); b.readers.name != "" {
		t.Errorf("a name that was emptied is still %q", b.readers.name)
	}
}

// Nothing but looking and sending can be done to a page with a form.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for _, path := range []string{"/subscribe", "/confirm/x", "/address/x", "/back/x", "/never/x", "/u/x", "/me/x"} {
		for _, method := range []string{http.MethodPut, http.MethodDelete} {
			if w := d.do(t, ask{method: method, path: path}); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, POST" {
				t.Errorf("%s %s: %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	shut := newDoor(t, func(o *readers.Options) { o.SignUps = nil })
	if w := shut.do(t, ask{method: http.MethodPut, path: "/subscribe"}); w.Code != http.StatusNotFound {
		t.Errorf("where nobody can sign up: %d", w.Code)
	}
}

// The link is bound to its purpose, and nobody's once its reader was erased.
func TestOwnPageIsNobodyElses(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	foreign := subscribers.PublicID{9}
	for name, token := range map[string]string{
		"to leave": b.token(subscribers.PurposeUnsubscribe), "to confirm": b.token(subscribers.PurposeConfirm), "of a test": b.token(subscribers.PurposeTest),
		"nobody's": "x",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			status, page, _ := do(t, method, b.url+"/me/"+token+"?data", "", nil)
			if status != http.StatusNotFound || !strings.Contains(page, "This link does not work") {
				t.Errorf("%s %s: got %d: %s", method, name, status, page)
			}
		}
	}
	erased := b.url + "/me/" + b.keys.Token(subscribers.PurposeOwn, foreign)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if status, page, _ := do(t, method, erased, "", nil); status != http.StatusGone || !strings.Contains(page, "has been erased") {
			t.Errorf("%s of who was erased: %d: %s", method, status, page)
		}
	}
	toLeave := b.url + "/u/" + b.keys.Token(subscribers.PurposeUnsubscribe, foreign)
	if status, page, _ := do(t, http.MethodGet, toLeave, "", nil); status != http.StatusGone || !strings.Contains(page, "has been erased") || strings.Contains(page, "<button") {
		t.Errorf("the page to leave of who was erased: %d: %s", status, page)
	}
	for _, query := range []string{"", "?page"} { // a mail program's one click, and the button of a page that is still open
		if status, page, _ := do(t, http.MethodPost, toLeave+query, "", strings.NewReader("List-Unsubscribe=One-Click")); status != http.StatusOK {
			t.Errorf("%q of who was erased: %d: %s", query, status, page)
		}
	}
	if status, page, _ := do(t, http.MethodGet, b.url+"/me/x", "", nil); strings.Contains(page, "taken off the list") {
		t.Errorf("a cut link to something else is about leaving: %d %s", status, page)
	}
	if status, _, _ := do(t, http.MethodPost, b.url+"/u/"+b.token(subscribers.PurposeOwn), "", nil); status != http.StatusNotFound || b.readers.left {
		t.Errorf("left by a link to something else: %d", status)
	}
	b.readers.err = errors.New("disk on fire")
	if status, page, _ := b.press(t, "?erase", "sure=yes"); status != http.StatusInternalServerError || strings.Contains(page, "fire") {
		t.Errorf("got %d: %s", status, page)
	}
}

// What came of a button is said at the top of the page, and what was sent wrongly stays in its form.
func TestOwnPageSaysWhatCameOfIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query, body, says string
		keeps             []string
	}{
		{"?choice", "of=analysis&of=in-brief&often=monthly&language=de", "Please choose at least one section.", []string{
			`value="analysis">`, `value="in-brief">`, `value="monthly" checked`, `value="de" checked`, `value="en">`,
		}},
		{"?choice", "of=analysis", "Please choose at least one section.", []string{`value="analysis">`, `value="in-brief" checked>`, `value="every" checked`, `value="en" checked`}},
		{"?pause", "until=2026-11-01", "Please choose a day within the coming year.", []string{`value="2026-11-01"`}},
		{"?pause", "until=2026-12-24", "Paused until December 24, 2026", nil},
		{"?erase", "", "Please tick the box first.", []string{`aria-describedby="me-unsure"`}},
	} {
		b := setup(t, "", offer)
		status, page, _ := b.press(t, tt.query, tt.body)
		if wrong := strings.HasPrefix(tt.says, "Please"); (status == http.StatusUnprocessableEntity) != wrong {
			t.Errorf("%s %s: got %d", tt.query, tt.body, status)
		}
		top, _, _ := strings.Cut(page, "<form")
		if !strings.Contains(top, tt.says) {
			t.Errorf("%s %s: nothing of it at the top: %s", tt.query, tt.body, page)
		}
		for _, kept := range tt.keeps {
			if !strings.Contains(page, kept) {
				t.Errorf("%s %s: no %s in %s", tt.query, tt.body, kept, page)
			}
		}
	}
}
