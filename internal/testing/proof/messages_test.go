package proof_test

import (
	"path/filepath"
	"strings"
	"testing"

	"roundup/digest/letter"
	"roundup/internal/testing/proof"
)

// maxMessage is how many octets of HTML a mail may have that is no issue.
const maxMessage = 30 << 10

// TestMessages: the mails that ask to confirm and that welcome hold to what the digest
// does, in every theme, by day and by night, on the narrowest phone, and from the right:
// axe-core finds nothing, nothing is cut, every text can be read, both parts have the
// links, and nothing is loaded but the logo.
func TestMessages(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for _, s := range proof.Some(t) {
		if name, _, _ := strings.Cut(s.Name, "-"); name != "nine" && name != "german" && name != "polish" && name != "arabic" && s.Name != "fifteen" {
			continue // the fifteen have a logo
		}
		pub := s.Publication
		base := pub.BaseURL
		for kind, m := range map[string]letter.Message{
			"confirmation": letter.Confirmation(pub, base+"/confirm/TOKEN", base+"/never/TOKEN"),
			"welcome":      letter.Welcome(pub, base+"/me/TOKEN", base+"/u/TOKEN"),
		} {
			html, text, err := letter.RenderMessage(m, pub, s.Options)
			if err != nil {
				t.Fatal(err)
			}
			checkMessage(t, s.Name+"/"+kind, m, html, text)
			for name, view := range map[string]proof.View{"320-dark": {Width: 320, Dark: true}, "700": {Width: 700}} {
				t.Run(s.Name+"/"+kind+"/"+name, func(t *testing.T) {
					t.Parallel()
					tab := browser.Show(t, proof.Mail{Sample: s, HTML: html, Text: text}, view, proof.Pictures{})
					for _, v := range tab.Axe(t, notOfMail...) {
						t.Error(v)
					}
					if wide := proof.Eval[int](t, tab, `document.documentElement.scrollWidth`); wide > view.Width {
						t.Errorf("it is %d wide", wide)
					}
					readable(t, tab)
					if shot := messageShots()[s.Name+"/"+kind+"/"+name]; shot != "" {
						proof.NodeModule(t, "@expo-google-fonts/gelasio") // or every line would differ
						proof.Compare(t, filepath.Join("testdata", "shots", shot+".png"), tab.Shot(t), *update)
					}
				})
			}
		}
	}
}

// checkMessage looks at both parts without a browser.
func checkMessage(t *testing.T, name string, m letter.Message, html, text string) {
	t.Helper()
	if len(html) > maxMessage || len(html) < 1000 || strings.Contains(html, "<script") {
		t.Errorf("%s: %d octets of HTML, or what must not be in it", name, len(html))
	}
	for _, link := range []string{m.Link, m.OtherLink} {
		if !strings.Contains(html, link) || !strings.Contains(text, link) {
			t.Errorf("%s: %q is not in both parts", name, link)
		}
	}
	for line := range strings.Lines(text) {
		if len([]rune(line)) > 80 && !strings.Contains(line, "https://") {
			t.Errorf("%s: a line of %d characters: %s", name, len([]rune(line)), line)
		}
	}
}

// readable fails for texts that stand out too little from their ground.
func readable(t *testing.T, tab *proof.Tab) {
	t.Helper()
	for _, text := range proof.Eval[[]struct {
		Text           string
		Colour, Ground []float64
	}](t, tab, everyText) {
		if got := contrast(text.Colour, text.Ground); got < minContrast {
			t.Errorf("%q has a contrast of %.2f, want %.1f", text.Text, got, minContrast)
		}
	}
}

// messageShots are the references that are kept, by what they are of.
func messageShots() map[string]string {
	return map[string]string{
		"nine/confirmation/320-dark": "confirmation-320-dark",
		"arabic/confirmation/700":    "confirmation-arabic-700",
		"fifteen/welcome/700":        "welcome-logo-700",
		"german-letter/welcome/700":  "welcome-german-letter-700",
	}
}
