package digest

import (
	"net/netip"
	"net/url"
	"path"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxURL is the longest link printed, in bytes. Browsers and mail clients agree
// on about this much; what is longer is a data leak or an attack.
const maxURL = 2000

// Canonical returns the form of an http or https URL under which two spellings
// of one address compare equal: no scheme, the host in lower case as an A-label,
// no default port, no user, no fragment (but "#!…", which names a page), no
// tracking parameters, percent-encoding normalised (RFC 3986 section 6.2.2), no
// trailing slash. The order of parameters and "www." stay: they can matter.
// It returns "" for anything that is not a usable http or https URL, and is for
// comparing only: print what CleanURL returns.
func Canonical(rawURL string) string {
	u := parseLink(rawURL, nil)
	if u == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(u.Host)
	b.WriteString(canonicalPath(u.EscapedPath()))
	if u.RawQuery != "" {
		b.WriteString("?" + normalEscapes(u.RawQuery))
	}
	if strings.HasPrefix(u.Fragment, "!") {
		b.WriteString("#" + normalEscapes(u.EscapedFragment()))
	}
	return b.String()
}

// AsPrinted returns the form in which what Canonical gave for an article's link
// and for the same link read back from a mail compare equal: a template escapes
// marks that stand in an address as they are, and Canonical keeps the two apart.
func AsPrinted(canonical string) string {
	return strings.NewReplacer("%21", "!", "%25", "%", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(canonical)
}

// CleanURL returns the absolute http or https link to print for what a feed
// gave: resolved against base (nil for none), freed of tracking parameters and
// of a user name or password, its host as an A-label. It returns "" when there
// is no safe link: another scheme (javascript:, data:, mailto:), no host, a
// relative reference without a base, or more than 2,000 bytes.
func CleanURL(rawURL string, base *url.URL) string {
	u := parseLink(rawURL, base)
	if u == nil {
		return ""
	}
	link := u.String()
	if len(link) > maxURL {
		return ""
	}
	return link
}

// parseLink reads a link as leniently as a browser does and as strictly as a
// mail needs: nil for anything but http and https with a valid host.
func parseLink(raw string, base *url.URL) *url.URL {
	raw = tidyLink(raw)
	if strings.HasPrefix(raw, "www.") {
		raw = "//" + raw // as people write an address, and never the name of a page
	}
	if raw == "" || len(raw) > 4*maxURL {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil {
		if u, err = url.Parse(escapeStrayPercents(raw)); err != nil {
			return nil
		}
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme == "" && u.Host != "" {
		u.Scheme = "https"
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return nil
	}
	host := cleanHost(u)
	if host == "" {
		return nil
	}
	u.Host, u.User = host, nil
	u.RawQuery, u.ForceQuery = escapeQuery(withoutTracking(u.RawQuery)), false
	if trackingFragment(u.Fragment) {
		u.Fragment, u.RawFragment = "", ""
	}
	return u
}

// tidyLink drops what browsers drop (white space around, line breaks and tabs
// within) and undoes an ampersand escaped once too often, a common fault of
// feeds. A control character or a backslash within makes a link unusable.
func tidyLink(raw string) string {
	raw = strings.TrimFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	raw = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, raw)
	if strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) || r == '\\' || r == unicode.ReplacementChar }) {
		return ""
	}
	raw = strings.ReplaceAll(raw, "&amp;", "&")
	return strings.ReplaceAll(raw, " ", "%20")
}

// escapeStrayPercents turns each % that begins no escape into %25.
func escapeStrayPercents(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		b.WriteByte(raw[i])
		if raw[i] == '%' && !(i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// escapeQuery escapes what may not stand in a query and url.URL leaves there:
// quotes, angle brackets and everything that is not ASCII.
func escapeQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c >= 0x80 || strings.IndexByte("\"'<>`{}|^", c) >= 0 {
			writeEscape(&b, c)
			continue
		}
		b.WriteByte(query[i])
	}
	return b.String()
}

func writeEscape(b *strings.Builder, c byte) {
	const upper = "0123456789ABCDEF"
	b.Write([]byte{'%', upper[c>>4], upper[c&15]})
}

// cleanHost returns the host in lower case as A-labels with its port unless it
// is the scheme's own; "" when it is no host.
func cleanHost(u *url.URL) string {
	name, port := u.Hostname(), u.Port()
	if addr, err := netip.ParseAddr(name); err == nil {
		if addr.Zone() != "" {
			return ""
		}
		name = addr.String()
		if addr.Is6() {
			name = "[" + name + "]"
		}
	} else if name = hostName(name); name == "" {
		return ""
	}
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return name
	}
	return name + ":" + port
}

// hostName returns a name in lower case as A-labels; "" when it can't be one.
// A plain ASCII name is only looked over: IDNA would refuse some that resolve,
// such as "r3---sn.example".
func hostName(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	}
	if name == "" || name[0] == '.' || strings.HasSuffix(name, ".") || strings.Contains(name, "..") {
		return ""
	}
	if !strings.ContainsFunc(name, odd) {
		return name
	}
	profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.StrictDomainName(false))
	ascii, err := profile.ToASCII(name)
	if err != nil || strings.ContainsFunc(ascii, odd) {
		return ""
	}
	return ascii
}

// canonicalPath resolves dot segments, normalises escapes and drops the
// trailing slash.
func canonicalPath(escaped string) string {
	if escaped == "" {
		return ""
	}
	escaped = normalEscapes(escaped)
	if strings.Contains(escaped, "/.") {
		escaped = path.Clean(escaped)
	}
	return strings.TrimRight(escaped, "/")
}

// normalEscapes decodes the percent-escapes of unreserved characters, puts the
// others in upper case and escapes what is not ASCII (RFC 3986 section 6.2.2).
func normalEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		escaped := c >= 0x80
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			escaped = !isUnreserved(c)
		}
		if escaped {
			writeEscape(&b, c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	default:
		return c - 'a' + 10
	}
}

// isUnreserved reports the characters of RFC 3986 section 2.3.
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
