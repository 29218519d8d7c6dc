package smtptest

// Mode is a way of speaking to a relay, which follows from what it offers.
type Mode struct {
	Name       string
	Extensions []string // beside DefaultExtensions
	Turns      int      // round trips a message
	Chunked    bool     // the message goes out with its commands
}

// Modes are all of them, the slowest first but for the last, which is as slow.
func Modes() []Mode {
	return []Mode{
		{"lockstep", nil, 4, false},
		{"pipelining", []string{"PIPELINING"}, 2, false},
		{"chunking", []string{"PIPELINING", "CHUNKING"}, 1, true},
		{"chunking without pipelining", []string{"CHUNKING"}, 4, false},
	}
}

// Options are an MTA's that is spoken to so.
func (m Mode) Options() Options {
	return Options{Extensions: append(DefaultExtensions(), m.Extensions...)}
}
