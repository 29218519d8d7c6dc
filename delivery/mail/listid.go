package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"

	"golang.org/x/net/idna"

	"roundup/delivery/relay"
)

// listID is the List-Id field (RFC 2919): the list's name, and its id, which is
// made like a domain name.
func listID(name, id string) (string, error) {
	if ascii, err := idna.Lookup.ToASCII(id); err == nil && !relay.IsASCII(id) {
		id = ascii
	}
	for label := range strings.SplitSeq(id, ".") {
		if label == "" || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "", fmt.Errorf("list id %q is not made like a domain name", id)
		}
	}
	if len(id) > 255 {
		return "", fmt.Errorf("list id %q has more than 255 octets", id)
	}
	phrase := netmail.Address{Name: displayName(name), Address: "x@x"}
	named, _ := strings.CutSuffix(phrase.String(), "<x@x>")
	return named + "<" + id + ">", nil
}
