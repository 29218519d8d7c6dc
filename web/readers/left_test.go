package readers_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"roundup/subscribers"
	"roundup/web/readers"
)

// postForm presses a button of a reader's page.
func (b *bundle) postForm(t *testing.T, purpose subscribers.Purpose, query, body string) (int, string) {
	t.Helper()
	status, page, _ := pressed(t, b.url+"/u/"+b.token(purpose), query, body)
	return status, page
}

// Mails are forwarded: who presses must see whose subscription it is, and before.
func TestMaskedAddressIsShown(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	_, before, _ := do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
	_, after := b.postForm(t, subscribers.PurposeUnsubscribe, "?page", "")
	_, later, _ := do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
	for name, page := range map[string]string{"before": before, "after": after, "later": later} {
		if !strings.Contains(page, "a***@readers.example") || strings.Contains(page, "ann@") {
			t.Errorf("%s: not the masked address: %s", name, page)
		}
	}
	if !strings.Contains(before, `action="?page"`) || strings.Contains(later, `action="?page"`) || !strings.Contains(later, `action="?undo"`) {
		t.Errorf("before and after are not told apart: %s\n%s", before, later)
	}
}

// A page that can't look the reader up still lets them leave.
func TestLeavingNeedsNobodyLookedUp(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	b.readers.err = errors.New("disk full")
	status, page, _ := do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
	if status != http.StatusOK || !strings.Contains(page, `action="?page"`) {
		t.Errorf("got %d: %s", status, page)
	}
}

func TestUndo(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	status, page := b.postForm(t, subscribers.PurposeUnsubscribe, "", "List-Unsubscribe=One-Click")
	if status != http.StatusOK || !strings.Contains(page, `<form method="post" action="?undo">`) {
		t.Fatalf("one click: got %d: %s", status, page)
	}
	for range 2 { // pressed twice
		status, page = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", "")
		if status != http.StatusOK || b.readers.left || !strings.Contains(page, "You are back") {
			t.Errorf("undo: got %d, left %v: %s", status, b.readers.left, page)
		}
	}
	if want := (subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}); b.readers.by != want {
		t.Errorf("by %v, want %v", b.readers.by, want)
	}

	b.readers.left, b.readers.late = true, true
	if _, page = b.postForm(t, subscribers.PurposeUnsubscribe, "", ""); strings.Contains(page, "?undo") {
		t.Errorf("offers what can't be done: %s", page)
	}
	if _, page = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", ""); !b.readers.left || !strings.Contains(page, "be undone any more") {
		t.Errorf("too late, left %v: %s", b.readers.left, page)
	}
}

// Who comes back for less has it once they press again, where the first time stopped half-way.
func TestUndoHalfWay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ fails, body, did string }{
		{"reader", "until=2026-12-24", "pause"},
		{"pause", "until=2026-12-24", "pause"},
		{"choose", "of=analysis&of=in-brief&sections=in-brief&often=every", "choose"},
		{"", "", ""}, // back for all of it, pressed twice
	} {
		t.Run(tt.fails, func(t *testing.T) {
			t.Parallel()
			b := setup(t, "")
			b.readers.left, b.readers.failsOnce = true, tt.fails
			if status, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", tt.body); (status == http.StatusOK) != (tt.fails == "") {
				t.Errorf("at first: got %d: %s", status, page)
			}
			status, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", tt.body)
			if status != http.StatusOK || !strings.Contains(page, "You are back") || b.readers.left || b.readers.did != tt.did {
				t.Errorf("pressed again: got %d, left %v, did %q, want %q: %s", status, b.readers.left, b.readers.did, tt.did, page)
			}
		})
	}
}

func TestWhyLeft(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	_, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?page", "")
	if strings.Count(page, `name="why"`) != len(subscribers.WhysLeft()) {
		t.Errorf("not each reason: %s", page)
	}
	for _, body := range []string{"", "why=", "why=hello", "why=" + strings.Repeat("x", 1<<17)} {
		if status, _ := b.postForm(t, subscribers.PurposeUnsubscribe, "?why", body); status != http.StatusOK || b.readers.why != "" {
			t.Errorf("%.20s: got %d, why %q", body, status, b.readers.why)
		}
	}
	_, page = b.postForm(t, subscribers.PurposeUnsubscribe, "?why", "why=too_often")
	if b.readers.why != subscribers.TooOften || strings.Contains(page, `name="why"`) || !strings.Contains(page, "Thank you") || !strings.Contains(page, "?undo") {
		t.Errorf("why %q: %s", b.readers.why, page)
	}
	if !b.readers.left {
		t.Error("saying why brought the reader back")
	}
}

// What only a reader's own link may ask for is nobody else's to ask.
func TestUndoNeedsTheLink(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	b.readers.left = true
	for _, query := range []string{"?undo", "?why"} {
		if status, _ := b.postForm(t, subscribers.PurposeConfirm, query, "why=other"); status != http.StatusNotFound {
			t.Errorf("%s with another token: got %d", query, status)
		}
		if status, page := b.postForm(t, subscribers.PurposeTest, query, "why=other"); status != http.StatusOK || !strings.Contains(page, "test mail") {
			t.Errorf("%s of a test mail: got %d: %s", query, status, page)
		}
		do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe)+query, "", nil)
	}
	if !b.readers.left || b.readers.why != "" {
		t.Errorf("left %v, why %q", b.readers.left, b.readers.why)
	}
}

// What a page says who has come back is what they have, also when they press twice. What they
// can't come back for is said, and changes nothing.
func TestComingBackSaysForWhat(t *testing.T) {
	t.Parallel()
	const everything = "Everything is as it was"
	for _, tt := range []struct {
		body, says string
		left       bool
		keeps      []string
	}{
		{"", everything, false, nil},
		{"of=analysis&of=in-brief&sections=in-brief&often=every", "is back, with the choice that you have made", false, nil},
		{"of=analysis&of=in-brief&sections=analysis&sections=in-brief&often=every", "is back, with the choice that you have made", false, nil},
		{"until=2026-12-24", "Paused until December 24, 2026", false, nil},
		{"of=analysis&of=in-brief&often=monthly", "Please choose at least one section", true, []string{`<details open>`, `value="monthly" checked`, `value="analysis">`, `value="in-brief">`}},
		{"until=2026-11-01", "Please choose a day within the coming year", true, []string{`<details open>`, `value="2026-11-01"`, `value="analysis" checked>`}},
	} {
		b := setup(t, "")
		b.readers.left = true
		for range 2 {
			status, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", tt.body)
			if (status == http.StatusUnprocessableEntity) != tt.left || b.readers.left != tt.left || !strings.Contains(page, tt.says) || strings.Contains(page, everything) != (tt.says == everything) {
				t.Errorf("%q: got %d, left %v, want %q: %s", tt.body, status, b.readers.left, tt.says, page)
			}
			for _, kept := range tt.keeps {
				if !strings.Contains(page, kept) {
					t.Errorf("%q: no %s in %s", tt.body, kept, page)
				}
			}
		}
	}
	// Who has come back meanwhile, and asks for nothing that there is, is told nothing that is not so.
	b := setup(t, "")
	if status, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", "of=analysis"); status != http.StatusOK || strings.Contains(page, everything) || b.readers.did != "" {
		t.Errorf("got %d, did %q: %s", status, b.readers.did, page)
	}
}

// The sentence that says until when a reader pauses has one full stop, also behind a date that ends with one.
func TestComingBackToAPauseEndsInOneStop(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ language, says string }{{"en", "December 24, 2026."}, {"de", "24.\u00a0Dezember 2026."}, {"ru", "24\u00a0декабря 2026\u00a0г."}} {
		b := setup(t, "", func(o *readers.Options) { o.Language = tt.language })
		b.readers.left = true
		if _, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", "until=2026-12-24"); !strings.Contains(page, tt.says) || strings.Contains(page, tt.says+".") {
			t.Errorf("%s: want %q in %s", tt.language, tt.says, page)
		}
	}
}

// Who has left is led to what is kept about them and to erasure, and from there to sign up anew.
func TestWhoLeftFindsTheirData(t *testing.T) {
	t.Parallel()
	b := setup(t, "", func(o *readers.Options) { o.SignUps = struct{ readers.SignUps }{} })
	own := `href="/me/` + b.token(subscribers.PurposeOwn) + `"`
	_, page := b.postForm(t, subscribers.PurposeUnsubscribe, "?page", "")
	if !strings.Contains(page, own) {
		t.Errorf("left, and no way to their data: %s", page)
	}
	_, page, _ = do(t, http.MethodGet, b.me(), "", nil)
	for _, want := range []string{"<h1>You are unsubscribed</h1>", `href="/subscribe?language=`, "?erase", "?data"} {
		if !strings.Contains(page, want) {
			t.Errorf("their own page: no %s in %s", want, page)
		}
	}
	if _, page = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", ""); !strings.Contains(page, own) {
		t.Errorf("back, and no way to their own page: %s", page)
	}
	b.readers.left, b.readers.late = true, true
	if _, page = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", ""); !strings.Contains(page, `href="/subscribe?language=`) {
		t.Errorf("too late, and no way to subscribe: %s", page)
	}
}
