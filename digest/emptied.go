package digest

import (
	"fmt"
	"strings"
)

// emptied begins what is said of a source that suddenly has no article.
const emptied = "there is no article in it any more"

// Emptied says why a reading is not taken at its word: it has no article, while
// the last one that had any had this many items. Empty feeds look like that, and,
// far more often, broken ones. "" when there is no such reason.
func (r Reading) Emptied(items int) string {
	if len(r.Articles) > 0 || items == 0 {
		return ""
	}
	return fmt.Sprintf("%s, where it had %d", emptied, items)
}

// SaysEmptied reports whether a source fails because of what Emptied says.
func SaysEmptied(failure string) bool { return strings.HasPrefix(failure, emptied) }
