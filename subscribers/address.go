package subscribers

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"roundup/internal/wording"
)

// Limits on an address, in octets.
const (
	maxInput  = 320 // local part, @ and domain at their longest; more is never parsed
	maxLocal  = 64  // RFC 5321, 4.5.3.1.1
	maxLabel1 = 63  // a label of a domain: RFC 1035, 2.3.4
	maxDomain = 255 // RFC 5321, 4.5.3.1.2
	maxPath   = 254 // RFC 5321, 4.5.3.1.3: 256 with the angle brackets
)

// Address is a mail address that can be mailed.
//
// It is a bare address: no display name, comment, quoted local part, IP address
// for a domain, or trailing dot. Plus-tags and non-ASCII local parts (RFC 6531)
// are kept. A domain has at least one dot, but for localhost, where a machine's
// own mail goes.
type Address struct {
	Given  string // as given, without white space around it
	Local  string // local part, in NFC, case as given
	Domain string // in lower case, international labels as A-labels (RFC 5890)
	Key    string // the same for every spelling of the address; unique in the list
}

// AddressError says why a text is not an address that can be mailed.
type AddressError struct {
	Given  string
	Reason string // a verb and what follows: "has no @"
}

// Error names the address, cut short where it is very long, and what is wrong with it.
func (e *AddressError) Error() string {
	given := strings.ToValidUTF8(e.Given, "\uFFFD")
	return fmt.Sprintf("address %q %s", wording.Cut(given, 81), e.Reason)
}

// ParseAddress reads one bare address. Its error is an *AddressError.
//
// Spaces and tabs around the address are dropped; a line break never is, it is
// how headers are injected. Two spellings that differ in case, in Unicode
// normalisation or in how an international domain is written get the same Key:
// the local part's case is significant in theory (RFC 5321, 2.4) and nowhere in
// practice.
func ParseAddress(s string) (Address, error) {
	given := strings.TrimFunc(s, isPadding)
	refuse := func(reason string) (Address, error) {
		return Address{}, &AddressError{Given: given, Reason: reason}
	}
	if reason := refuseText(given); reason != "" {
		return refuse(reason)
	}
	local, host, _ := strings.Cut(given, "@") // refuseText saw exactly one
	local = norm.NFC.String(local)
	if reason := refuseLocal(local); reason != "" {
		return refuse(reason)
	}
	domain, reason := parseDomain(host)
	if reason != "" {
		return refuse(reason)
	}
	if n := len(local) + 1 + len(domain); n > maxPath {
		return refuse(fmt.Sprintf("has %d octets; at most %d are allowed (RFC 5321)", n, maxPath))
	}
	key := norm.NFC.String(strings.ToLower(local)) + "@" + domain
	return Address{Given: given, Local: local, Domain: domain, Key: key}, nil
}

// Envelope is the address as it goes into MAIL and RCPT commands.
func (a Address) Envelope() string { return a.Local + "@" + a.Domain }

// isPadding is what is trimmed around an address: blanks, and the marks that
// come along when one is copied from a page or a file.
func isPadding(r rune) bool {
	return r == ' ' || r == '\t' || r == '\u00a0' || r == '\u200b' || r == '\ufeff'
}

// refuseText finds what no part of an address may hold, before anything is
// taken apart: net/mail has been quadratic on such text (CVE-2025-61725).
func refuseText(s string) string {
	switch {
	case s == "":
		return "is empty"
	case len(s) > maxInput:
		return fmt.Sprintf("has %d octets; at most %d are read", len(s), maxInput)
	case !utf8.ValidString(s):
		return "is not valid UTF-8"
	}
	for _, r := range s {
		if reason := refuseRune(r); reason != "" {
			return reason
		}
	}
	switch strings.Count(s, "@") {
	case 0:
		return "has no @"
	case 1:
		return ""
	}
	return "has more than one @"
}

func refuseRune(r rune) string {
	switch {
	case isLDH(r):
		return ""
	case r == '\r' || r == '\n' || r == '\u0085' || r == '\u2028' || r == '\u2029':
		return "holds a line break"
	case unicode.IsControl(r):
		return fmt.Sprintf("holds a control character (%U)", r)
	case unicode.IsSpace(r):
		return "holds a space"
	case unicode.Is(unicode.Cf, r):
		return fmt.Sprintf("holds an invisible character (%U)", r)
	case !unicode.IsGraphic(r):
		return fmt.Sprintf("holds a character that is not assigned (%U)", r)
	}
	switch r {
	case '<', '>':
		return "holds < or >: give the bare address, without a name"
	case '"':
		return "holds a quotation mark: quoted local parts are not supported"
	case '(', ')':
		return "holds parentheses: comments are not supported"
	case ',', ';':
		return fmt.Sprintf("holds %q: give one address at a time", r)
	case '\uFFFD':
		return "holds a character that was lost in an earlier conversion (U+FFFD)"
	}
	return ""
}

// refuseLocal checks a local part against dot-string of RFC 5321, 4.1.2, with
// the characters RFC 6531 adds.
func refuseLocal(local string) string {
	switch {
	case local == "":
		return "has nothing before the @"
	case len(local) > maxLocal:
		return fmt.Sprintf("has %d octets before the @; at most %d are allowed (RFC 5321)", len(local), maxLocal)
	case strings.HasPrefix(local, "."):
		return "starts with a dot"
	case strings.HasSuffix(local, "."):
		return "has a dot right before the @"
	case strings.Contains(local, ".."):
		return "has two dots in a row before the @"
	}
	for _, r := range local {
		if r < utf8.RuneSelf && r != '.' && !isAtext(byte(r)) {
			return fmt.Sprintf("holds %q before the @", r)
		}
	}
	return ""
}

// parseDomain returns a domain in its one spelling, or why it is none.
func parseDomain(host string) (domain, reason string) {
	switch {
	case host == "":
		return "", "has nothing after the @"
	case strings.HasPrefix(host, "["):
		return "", "has an IP address in place of a domain"
	case strings.HasSuffix(host, "."):
		return "", "ends with a dot"
	case strings.HasPrefix(host, "."):
		return "", "has a dot right after the @"
	case strings.Contains(host, ".."):
		return "", "has two dots in a row after the @"
	}
	domain = strings.ToLower(host)
	if !isASCII(host) || strings.Contains(domain, "xn--") {
		var err error
		// Plain ASCII domains do not go through the profile: it refuses hyphens
		// in the third and fourth place, which registries have handed out.
		if domain, err = idna.Lookup.ToASCII(host); err != nil {
			return "", fmt.Sprintf("has an international domain that is not valid (%v)", err)
		}
	}
	if len(domain) > maxDomain {
		return "", fmt.Sprintf("has %d octets after the @; at most %d are allowed (RFC 5321)", len(domain), maxDomain)
	}
	return domain, refuseLabels(domain)
}

func refuseLabels(domain string) string {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		switch {
		case label == "":
			return "has an empty label after the @"
		case len(label) > maxLabel1:
			return fmt.Sprintf("has a label of %d octets after the @; at most %d are allowed (RFC 1035)", len(label), maxLabel1)
		case label[0] == '-' || label[len(label)-1] == '-':
			return "has a label after the @ that starts or ends with a hyphen"
		}
		for _, r := range label {
			if !isLDH(r) {
				return fmt.Sprintf("holds %q after the @", r)
			}
		}
	}
	last := labels[len(labels)-1]
	switch {
	case strings.Trim(last, "0123456789") == "":
		return "has a domain that ends in a number, like an IP address"
	case len(labels) == 1 && domain != "localhost":
		return "has a domain without a dot"
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isAtext reports whether c may stand in an atom (RFC 5322, 3.2.3).
func isAtext(c byte) bool {
	return isLDH(rune(c)) || 'A' <= c && c <= 'Z' || strings.IndexByte("!#$%&'*+/=?^_`{|}~", c) >= 0
}

// isLDH reports whether r is a lower-case letter, digit or hyphen.
func isLDH(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-'
}
