package proof_test

import (
	"strings"
	"testing"

	"roundup/internal/testing/proof"
	"roundup/templates"
)

// notOfMail are the rules of axe-core that a mail is not asked to keep: it is
// shown inside a client's page, which has the landmarks and the one <main>.
var notOfMail = []string{"region", "landmark-one-main"}

// TestAxe: axe-core, in a real Chromium, holds nothing against any sample.
func TestAxe(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for _, s := range proof.Some(t) {
		mail := s.Mail(t)
		for name, view := range views(s) {
			t.Run(s.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				for _, v := range browser.Show(t, mail, view, proof.Pictures{}).Axe(t, notOfMail...) {
					t.Error(v)
				}
			})
		}
	}
}

// TestAxeOnPages: nor against the page of any issue on the web.
func TestAxeOnPages(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for _, s := range proof.Some(t) {
		if s.Options.Theme != templates.DefaultTheme && !strings.HasPrefix(s.Name, "nine") {
			continue // the frame is each theme's, the rest is what TestAxe has seen
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tab := browser.ShowPage(t, s.Mail(t), proof.View{Width: 375}, proof.Pictures{})
			for _, v := range tab.Axe(t) {
				t.Error(v)
			}
		})
	}
}
