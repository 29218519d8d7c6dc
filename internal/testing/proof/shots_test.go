package proof_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"roundup/internal/testing/proof"
)

var update = flag.Bool("update", false, "write the reference screenshots and the gallery")

// shots are what references are kept of. Not each sample at each width, by day
// and by night, with and without pictures, but every one of them somewhere.
var shots = []struct {
	sample string
	views  []proof.View
}{
	{"nine", []proof.View{
		{Width: 320}, {Width: 375}, {Width: 700},
		{Width: 375, Dark: true}, {Width: 700, Dark: true},
		{Width: 375, NoImages: true}, {Width: 700, NoImages: true}, {Width: 700, NoImages: true, Dark: true},
	}},
	{"eleven", []proof.View{{Width: 375}, {Width: 700}, {Width: 375, Dark: true}}},
	{"fifteen", []proof.View{{Width: 320, Dark: true}, {Width: 700}}},
	{"none", []proof.View{{Width: 320}, {Width: 700, Dark: true}}},
	{"one", []proof.View{{Width: 375}, {Width: 700, Dark: true}}},
	{"no-pictures", []proof.View{{Width: 375, Dark: true}, {Width: 700}}},
	{"long-headline", []proof.View{{Width: 320}, {Width: 700}}},
	{"untitled-section", []proof.View{{Width: 700, Dark: true}}},
	{"german", []proof.View{{Width: 375}, {Width: 700}}},
	{"polish", []proof.View{{Width: 375, Dark: true}}},
	{"arabic", []proof.View{{Width: 375}, {Width: 700, Dark: true}, {Width: 320, NoImages: true}}},
	{"hostile", []proof.View{{Width: 320}, {Width: 700}}},
	{"nine-letter", []proof.View{{Width: 375}, {Width: 700, Dark: true}}},
	{"arabic-letter", []proof.View{{Width: 375}}},
	{"nine-compact", []proof.View{{Width: 375, Dark: true}, {Width: 700}}},
	{"eleven-letter", []proof.View{{Width: 375}}},
	{"eleven-compact", []proof.View{{Width: 375}}},
	{"arabic-compact", []proof.View{{Width: 700}}},
}

// TestShots: every sample looks as it did.
func TestShots(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes dozens of pictures")
	}
	proof.NodeModule(t, "@expo-google-fonts/gelasio") // or every line would differ
	browser := proof.NewBrowser(t)
	samples := byName(t)
	for _, shot := range shots {
		mail := samples[shot.sample].Mail(t)
		for _, view := range shot.views {
			name := fmt.Sprintf("%s-%d", shot.sample, view.Width)
			if view.Dark {
				name += "-dark"
			}
			if view.NoImages {
				name += "-no-images"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got := browser.Show(t, mail, view, proof.Pictures{}).Shot(t)
				proof.Compare(t, filepath.Join("testdata", "shots", name+".png"), got, *update)
			})
		}
	}
}

func byName(t *testing.T) map[string]proof.Sample {
	t.Helper()
	samples := map[string]proof.Sample{}
	for _, s := range proof.Samples(t) {
		samples[s.Name] = s
	}
	return samples
}
