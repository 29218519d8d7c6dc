package inbox

import (
	"strconv"
	"strings"

	"roundup/internal/lazy"
	"roundup/subscribers"
)

// addressPattern finds addresses in prose. What it finds is shown and looked up, never
// mailed. An apostrophe is of an address only within it: outside it quotes one.
var addressPattern = lazy.Regexp(`[^\s<>()\[\]{}:;,"'\\|=*` + wide + "`" + `]+(?:'[^\s<>()\[\]{}:;,"'\\|=*` + wide + "`" + `@]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`)

// wide are the brackets, quotes and stops of Chinese and Japanese texts, which put no space
// between them and an address.
const wide = `“”‘’、。〈-】（），：；＜＞！？`

// straight is a text with the apostrophes of its addresses made straight: some programs set
// them as they set those of prose, and o’brien is on the list as o'brien.
func straight(text string) string {
	if !strings.Contains(text, "’") {
		return text
	}
	return curly().ReplaceAllString(text, "$1'$2")
}

// curly is an apostrophe within an address.
var curly = lazy.Regexp(`([A-Za-z0-9])’([A-Za-z0-9.+_-]+@[A-Za-z0-9])`)

// maxAddress is RFC 5321's path of 256 octets less its brackets, and some.
const maxAddress = 320

// addressesIn are the addresses in a text, each once.
func addressesIn(text string) []string {
	var all []string
	for _, a := range addressPattern().FindAllString(text, 200) {
		if a = strings.Trim(a, ".!?&"); len(a) <= maxAddress && !strings.HasPrefix(a, "@") && strings.Count(a, "@") == 1 {
			all = append(all, a)
		}
	}
	return unique(all)
}

// firstAddress is the first address in a text; "" for none.
func firstAddress(text string) string {
	if all := addressesIn(text); len(all) > 0 {
		return all[0]
	}
	return ""
}

// typed is the address of a field such as Final-Recipient (RFC 3464, 2.3): its type and
// what follows it. One that is no address of mail is "".
func typed(value string) string {
	kind, rest, ok := strings.Cut(value, ";")
	switch kind = strings.ToLower(strings.TrimSpace(kind)); {
	case !ok:
		rest = value
	case strings.HasPrefix(kind, "x-") && strings.HasSuffix(kind, "400"):
		return ""
	case kind == "utf-8":
		rest = unicodePoint().ReplaceAllStringFunc(rest, func(escaped string) string {
			point, err := strconv.ParseUint(escaped[3:len(escaped)-1], 16, 32)
			if err != nil {
				return escaped
			}
			return string(rune(point))
		})
	}
	return written(rest)
}

// unicodePoint is how RFC 6533, section 3, writes a character where ASCII alone may stand.
var unicodePoint = lazy.Regexp(`\\x\{[0-9A-Fa-f]{2,6}\}`)

// written is the address that a value is, but for brackets, a comment or its encoding as
// xtext (RFC 3461, 4), which some leave; else the first one in it, "" for none.
func written(value string) string {
	rest, _, _ := strings.Cut(value, " (")
	rest = strings.Trim(strings.TrimSpace(rest), "<>")
	if quoted, ok := strings.CutPrefix(rest, `"`); ok { // a quoted local part
		if local, domain, ok := strings.Cut(quoted, `"@`); ok && !strings.ContainsAny(domain, " <>") {
			return `"` + local + `"@` + domain
		}
	}
	if !strings.Contains(rest, "@") {
		rest = strings.NewReplacer("+40", "@", "+2B", "+", "+3D", "=").Replace(rest)
	}
	if addr, err := subscribers.ParseAddress(rest); err == nil {
		return addr.Given
	}
	return firstAddress(value)
}
