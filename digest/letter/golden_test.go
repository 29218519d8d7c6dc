package letter_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/digest/letter"
)

var update = flag.Bool("update", false, "rewrite the golden mails")

func TestGoldenMails(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			variant, err := letter.Render(s.issue, s.pub, letter.Options{})
			if err != nil {
				t.Fatal(err)
			}
			compareGolden(t, s.name+".html", variant.HTML)
			compareGolden(t, s.name+".txt", "Subject: "+variant.Subject+"\nPreheader: "+s.issue.Preheader+"\nSlug: "+s.issue.Slug+"\n\n"+variant.Text)
		})
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with: go test ./digest -run Golden -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}
