// Package maildomain knows which part of a mail address is its domain.
//
// It must not say whether an address can be mailed: that is for subscribers.
package maildomain

import "strings"

// Of is the part of an address after its last @, in lower case: a quoted local part
// may hold others (RFC 5321, 4.1.2), and domains differ in nothing by their case.
// Without an @ it is all of it.
func Of(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
