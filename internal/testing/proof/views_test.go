package proof_test

import (
	"fmt"
	"testing"

	"roundup/internal/testing/proof"
	"roundup/templates"
)

// views are how a sample is looked at: on a phone and at a desk, by day and by
// night. The themes share the parts that make a page, and other themes than the
// default are looked at in two of the four; in short tests all are in one, at night.
func views(s proof.Sample) map[string]proof.View {
	all := map[string]proof.View{}
	if testing.Short() {
		all["375-dark=true"] = proof.View{Width: 375, Dark: true}
		return all
	}
	for _, v := range []proof.View{{Width: 375}, {Width: 700, Dark: true}, {Width: 375, Dark: true}, {Width: 700}} {
		if len(all) < 2 || s.Options.Theme == templates.DefaultTheme {
			all[fmt.Sprintf("%d-dark=%t", v.Width, v.Dark)] = v
		}
	}
	return all
}
