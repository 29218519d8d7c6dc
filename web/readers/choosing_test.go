package readers_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/digest/schedule"
	"roundup/subscribers"
	"roundup/web/readers"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	for _, tt := range []struct {
		name   string
		before subscribers.Choice
		body   string
		want   subscribers.Choice
	}{
		{"one section", subscribers.Choice{}, "of=analysis&of=in-brief&sections=analysis&often=every", subscribers.Choice{Off: []string{"in-brief"}}},
		{"all again", subscribers.Choice{Off: []string{"in-brief"}}, "of=analysis&of=in-brief&sections=analysis&sections=in-brief", subscribers.Choice{}},
		{"a month", subscribers.Choice{}, "often=monthly", subscribers.Choice{Monthly: true}},
		{"nonsense", subscribers.Choice{}, "of=x&sections=y&often=daily", subscribers.Choice{}},
		{"a section that came after the page", subscribers.Choice{}, "of=analysis&sections=analysis", subscribers.Choice{}},
		{"what was turned off of one that is gone", subscribers.Choice{Off: []string{"gone"}}, "of=analysis&of=in-brief&sections=in-brief", subscribers.Choice{Off: []string{"analysis", "gone"}}},
	} {
		b.readers.choice, b.readers.did = tt.before, ""
		status, page, _ := b.press(t, "?choice", tt.body)
		if status != http.StatusOK || b.readers.did != "choose" || !b.readers.choice.Equal(tt.want) || !strings.Contains(page, "Saved") {
			t.Errorf("%s: got %d, did %q, chose %+v, want %+v", tt.name, status, b.readers.did, b.readers.choice, tt.want)
		}
	}
	b.readers.choice, b.readers.did = subscribers.Choice{}, ""
	_, page, _ := b.press(t, "?choice", "of=analysis&of=in-brief&often=monthly")
	if b.readers.did != "" || !strings.Contains(page, "at least one section") {
		t.Errorf("no section is left: did %q: %s", b.readers.did, page)
	}
	if _, page, _ = do(t, http.MethodGet, b.me()+"?choice&often=monthly", "", nil); b.readers.did != "" {
		t.Error("chosen by looking")
	}
	if n := strings.Count(page, `type="checkbox" name="sections"`); n != 2 {
		t.Errorf("%d sections to tick, want 2: %s", n, page)
	}
}

// Where there is one section, and one issue a month, there is nothing to choose.
func TestNothingToChoose(t *testing.T) {
	t.Parallel()
	b := setup(t, "", func(o *readers.Options) {
		o.Sections, o.Rhythm = o.Sections[:1], schedule.Rhythm{Pace: schedule.Monthly}
	})
	if _, page, _ := do(t, http.MethodGet, b.me(), "", nil); strings.Contains(page, `type="radio"`) || strings.Contains(page, `name="sections"`) {
		t.Errorf("offers a choice of one: %s", page)
	}
	if b.press(t, "?choice", "often=monthly"); b.readers.did != "" {
		t.Errorf("did %q", b.readers.did)
	}
	if b.press(t, "?choice", "name=Ann&often=monthly"); b.readers.did != "rename" || b.readers.choice.Monthly {
		t.Errorf("did %q, chose %+v", b.readers.did, b.readers.choice)
	}
}

// Who is about to leave can have less instead, and who has left can come back for it.
func TestLessInsteadOfLeaving(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	own := "/me/" + b.token(subscribers.PurposeOwn)
	_, page, _ := do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
	for _, want := range []string{`action="` + own + `?choice"`, `action="` + own + `?pause"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page to leave has no %s: %s", want, page)
		}
	}
	_, page = b.postForm(t, subscribers.PurposeUnsubscribe, "?page", "")
	if n := strings.Count(page, `action="?undo"`); n != 3 {
		t.Errorf("%d ways back, want undo, choose and pause: %s", n, page)
	}
	_, _ = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", "of=analysis&of=in-brief&sections=in-brief&often=every")
	if b.readers.left || !slices.Equal(b.readers.choice.Off, []string{"analysis"}) {
		t.Errorf("left %v, chose %+v", b.readers.left, b.readers.choice)
	}
	_, _ = b.postForm(t, subscribers.PurposeUnsubscribe, "?page", "")
	_, _ = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", "until=2026-12-24")
	if want := time.Date(2026, time.December, 24, 0, 0, 0, 0, time.UTC); b.readers.left || !b.readers.until.Equal(want) {
		t.Errorf("left %v, paused until %v", b.readers.left, b.readers.until)
	}
	b.readers.left, b.readers.late, b.readers.did = true, true, ""
	_, _ = b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", "until=2026-12-25")
	if !b.readers.left || b.readers.did != "" {
		t.Errorf("too late, and yet left %v, did %q", b.readers.left, b.readers.did)
	}
}
