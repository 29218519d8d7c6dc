package digest

import (
	"html"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxLink is the longest address linked, in octets as escaped for HTML: a
// link can't be folded, and a line of a mail ends at 998 (RFC 5322, 2.1.1).
const maxLink = 760

// safeLink returns an absolute http or https address without a login in it,
// in ASCII without spaces or quotes; "" where there is none or it is too long.
func safeLink(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if strings.IndexFunc(u.Host, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
		if u.Host, err = idna.Lookup.ToASCII(u.Host); err != nil {
			return ""
		}
	}
	link := escapeOctets(u.String())
	if len(html.EscapeString(link)) > maxLink {
		return ""
	}
	return link
}

// escapeOctets percent-encodes what may not stand in a URL as it is
// (RFC 3986, section 2).
func escapeOctets(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c > ' ' && c < 0x7f && !strings.ContainsRune("\"<>\\^`{|}'", rune(c)) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&0xf])
	}
	return b.String()
}
