package inbox

import (
	"regexp"
	"strings"
)

// addressPattern finds addresses in prose. What it finds is shown and looked up, never
// mailed.
var addressPattern = regexp.MustCompile(`[^\s<>()\[\]{}:;,"'\\|=*` + "`" + `]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`)

// maxAddress is RFC 5321's path of 256 octets less its brackets, and some.
const maxAddress = 320

// addressesIn are the addresses in a text, each once.
func addressesIn(text string) []string {
	var all []string
	for _, a := range addressPattern.FindAllString(text, 200) {
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
	if !ok {
		rest = value
	} else if kind = strings.ToLower(strings.TrimSpace(kind)); strings.HasPrefix(kind, "x-") && strings.HasSuffix(kind, "400") {
		return ""
	}
	rest = strings.TrimSpace(rest)
	if quoted, ok := strings.CutPrefix(strings.Trim(rest, "<>"), `"`); ok { // a quoted local part
		if local, domain, ok := strings.Cut(quoted, `"@`); ok && !strings.ContainsAny(domain, " <>") {
			return `"` + local + `"@` + domain
		}
	}
	return firstAddress(rest)
}
