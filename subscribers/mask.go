package subscribers

import "strings"

// Mask is an address as a page shows it to whoever has its link: enough for its owner
// to know which of their addresses is meant, since mails are forwarded. What is before
// the @ is left out but for its first letter.
func Mask(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return ""
	}
	first := ""
	for _, r := range email[:at] {
		first = string(r)
		break
	}
	return first + "***" + email[at:]
}
