package inbox

import (
	"strings"

	"roundup/internal/eml"
	"roundup/internal/lazy"
)

// isListServer reports whether a mail is a mailing list's own, such as its refusal of a
// mail to the list: from one of the addresses that are for running it (RFC 2142,
// section 6), with a field of a list server's. List-Id says nothing: newsletters have it.
func isListServer(m *eml.Message) bool {
	return (m.Has("X-MLServer") || m.Has("X-List-Administrivia")) && listRole().MatchString(senderOf(m))
}

var listRole = lazy.Regexp(`(?i)^owner-|-(admin|owner|request|bounces)@`)

// refusingList are the addresses of the lists that a list server says refuse: those in
// a line that says so.
func refusingList(notes string) []string {
	var all []string
	for line := range strings.Lines(opening(notes)) {
		if failed(line, 0) {
			all = append(all, addressesIn(line)...)
		}
	}
	return all
}
