package desk_test

import (
	"slices"
	"testing"
	"time"

	"roundup/internal/desk"
)

// TestSourceTakenOut tells nothing of a source that was taken out while it failed, and tells
// of it anew where it is put back and fails.
func TestSourceTakenOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var told []desk.NewsKind
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	both := b.cfg.Sources
	reads := func(step string, want ...desk.NewsKind) {
		t.Helper()
		told = nil
		b.open(t, func(o *desk.Options) {
			o.Words = func(n desk.News) desk.Notice {
				told = append(told, n.Kind)
				return desk.Notice{Subject: string(n.Kind), Text: "So it is."}
			}
		})
		before := len(b.relay.Mails())
		b.now = b.now.Add(25 * time.Hour)
		if _, err := b.desk.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := b.desk.Tell(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(b.relay.Mails()) - before; got != len(want) {
			t.Errorf("%s: %d notices (%q), want %q", step, got, told, want)
		}
		for _, kind := range want {
			if !slices.Contains(told, kind) {
				t.Errorf("%s: told %q, want %q", step, told, want)
			}
		}
	}
	reads("it fails")
	reads("for a day", desk.SourceFails)
	reads("for longer")
	b.cfg.Sources = both[:1] // ill.xml is the other
	reads("taken out")
	b.cfg.Sources = both
	reads("put back, and failing", desk.SourceFails)
}
