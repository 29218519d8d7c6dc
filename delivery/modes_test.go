package delivery_test

import (
	"testing"

	"roundup/internal/smtptest"
)

// mode is a way of speaking to a relay, which follows from what it offers.
type mode struct {
	name       string
	extensions []string // beside smtptest's own
	turns      int      // round trips a message
	chunked    bool     // the message goes out with its commands
}

// modes are all of them.
func modes() []mode {
	return []mode{
		{"lockstep", nil, 4, false},
		{"pipelining", []string{"PIPELINING"}, 2, false},
		{"chunking", []string{"PIPELINING", "CHUNKING"}, 1, true},
		{"chunking without pipelining", []string{"CHUNKING"}, 4, false},
	}
}

// inModes runs a test for each mode, side by side; the options are the mode's.
func inModes(t *testing.T, test func(t *testing.T, m mode, o smtptest.Options)) {
	t.Helper()
	for _, m := range modes() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			test(t, m, smtptest.Options{Extensions: append(smtptest.DefaultExtensions(), m.extensions...)})
		})
	}
}
