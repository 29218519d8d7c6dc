package proof_test

import (
	"testing"

	"roundup/internal/proof"
)

// notOfMail are the rules of axe-core that a mail is not asked to keep: it is
// shown inside a client's page, which has the landmarks and the one <main>.
var notOfMail = []string{"region", "landmark-one-main"}

// TestAxe: axe-core, in a real Chromium, holds nothing against any sample.
func TestAxe(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for _, s := range proof.Samples(t) {
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
