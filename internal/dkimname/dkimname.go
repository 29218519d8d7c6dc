// Package dkimname knows under which names a DKIM key can be published.
//
// It must not ask DNS whether one is.
package dkimname

import (
	"net"
	"strings"

	"golang.org/x/net/idna"
)

// Domain is a domain that signs, in A-labels; ok is false for what is none.
func Domain(name string) (ascii string, ok bool) {
	ascii, err := idna.Lookup.ToASCII(name)
	return ascii, err == nil && strings.Contains(ascii, ".") && net.ParseIP(ascii) == nil
}

// Selector is a selector in lower case; ok is false for one that is not made like a
// domain name (RFC 6376, 3.1).
func Selector(name string) (lower string, ok bool) {
	lower = strings.ToLower(name)
	for label := range strings.SplitSeq(lower, ".") {
		rest := strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-")
		if label == "" || len(label) > 63 || rest != "" || strings.Trim(label, "-") != label {
			return lower, false
		}
	}
	return lower, true
}
