package proof_test

import (
	"path/filepath"
	"testing"

	"roundup/internal/testing/proof"
)

// gallery are the shots that the README and docs/gallery show: what fits on a
// fine screen, with the sample magazine's pictures.
var gallery = []struct {
	name, sample string
	view         proof.View
}{
	{"digest", "nine", proof.View{Width: 800, Height: 1680, Scale: 2}},
	{"digest-phone", "nine", proof.View{Width: 390, Height: 1500, Scale: 2}},
	{"digest-phone-dark", "nine", proof.View{Width: 390, Height: 1500, Scale: 2, Dark: true}},
	{"digest-no-images", "no-pictures", proof.View{Width: 800, Height: 1200, Scale: 2}},
	{"digest-german", "german", proof.View{Width: 800, Height: 1500, Scale: 2}},
	{"digest-arabic", "arabic", proof.View{Width: 800, Height: 1500, Scale: 2}},
	{"digest-letter", "nine-letter", proof.View{Width: 800, Height: 1200, Scale: 2}},
	{"digest-compact", "nine-compact", proof.View{Width: 800, Height: 1200, Scale: 2}},
}

// TestGallery: the mails in docs/gallery are those that are sent.
func TestGallery(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes large pictures")
	}
	proof.NodeModule(t, "@expo-google-fonts/gelasio") // or every line would differ
	browser := proof.NewBrowser(t)
	samples := byName(t)
	for _, shot := range gallery {
		mail := samples[shot.sample].Mail(t)
		t.Run(shot.name, func(t *testing.T) {
			t.Parallel()
			got := browser.Show(t, mail, shot.view, proof.Photographs{}).Screen(t)
			proof.Compare(t, filepath.Join(proof.Root(t), "docs", "gallery", shot.name+".png"), got, *update)
		})
	}
}
