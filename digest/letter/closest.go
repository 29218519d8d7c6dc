package letter

import (
	"strings"

	"roundup/internal/nearest"
)

// closest returns the known name that a mistyped one most likely meant; ""
// where none is close.
func closest(typed string, known []string) string {
	for _, name := range known {
		if at := strings.LastIndex(name, "."); at > 0 && strings.EqualFold(name[at:], typed) {
			return name // ".Title" where .Lead.Title is known
		}
	}
	return nearest.Of(typed, known)
}
