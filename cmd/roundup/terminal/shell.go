package terminal

import "strings"

// ShellWord quotes s where a shell would not take it as it is.
func ShellWord(s string) string {
	plain := func(r rune) bool { return !strings.ContainsRune(" \t\"'`$&|;<>()*?[]{}!#~\\", r) }
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
