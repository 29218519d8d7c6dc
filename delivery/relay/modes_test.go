package relay_test

import (
	"testing"

	"roundup/internal/testing/smtptest"
)

// inModes runs a test for each way of speaking to a relay, side by side; the
// options are the mode's.
func inModes(t *testing.T, test func(t *testing.T, m smtptest.Mode, o smtptest.Options)) {
	t.Helper()
	for _, m := range smtptest.Modes() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			test(t, m, m.Options())
		})
	}
}
