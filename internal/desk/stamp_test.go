package desk_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"roundup/digest"
	"roundup/store/storetest"
)

func TestStampTellsOfChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stamp := func() string {
		t.Helper()
		s, err := b.desk.Stamp(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := stamp()
	if again := stamp(); again != before {
		t.Errorf("nothing changed, and the stamp is %s after %s", again, before)
	}
	edit := func(c digest.Change) {
		t.Helper()
		if _, err := b.desk.Edit(t.Context(), c, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(filepath.Dir(b.store.Path()), "roundup.yaml")
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"articles were read", func() {
			if _, err := b.desk.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
		}},
		{"a subject", func() { edit(digest.Change{Do: digest.DoSubject, Text: "Mine"}) }},
		{"a headline", func() { edit(digest.Change{Do: digest.DoHeadline, Article: 1, Text: "Mine"}) }},
		{"the headline taken back", func() { edit(digest.Change{Do: digest.DoHeadline, Article: 1}) }},
		{"an article dropped", func() { edit(digest.Change{Do: digest.DoDrop, Article: 1}) }},
		{"a template of one's own", func() {
			if err := os.WriteFile(filepath.Join(filepath.Dir(file), "templates", "footer.html"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"the configuration saved", func() {
			if err := os.Chtimes(file, time.Time{}, b.now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}},
		{"the configuration gone", func() {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		step.do()
		after := stamp()
		if after == before {
			t.Errorf("%s: the stamp did not change", step.name)
		}
		before = after
	}
}
