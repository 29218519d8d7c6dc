package digest

import (
	"html"
	"net/url"
	"strings"
)

// MaxLink is the longest address linked, in octets as escaped for HTML: a
// line of the text part holds all of it, so that programs find where it ends.
const MaxLink = 760

// SafeLink returns an absolute http or https address without a login in it,
// in ASCII without spaces, quotes or brackets, so that a template of the mail
// prints it as it is; "" where there is none or it is too long.
// Unlike CleanURL it leaves every parameter: an editor's link is meant as it is.
func SafeLink(raw string) string {
	u, err := url.Parse(tidyLink(raw))
	if err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if u.Host = cleanHost(u); u.Host == "" {
		return ""
	}
	link := escapeOctets(escapeStrayPercents(u.String()))
	if len(html.EscapeString(link)) > MaxLink {
		return ""
	}
	return link
}

// escapeOctets percent-encodes what may not stand in a URL as it is
// (RFC 3986, section 2), and the brackets in which a text puts one.
func escapeOctets(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}'()", c) < 0 {
			b.WriteByte(c)
			continue
		}
		writeEscape(&b, s[i])
	}
	return b.String()
}
