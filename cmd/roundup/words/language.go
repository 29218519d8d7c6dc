package words

import (
	"fmt"
	"strings"

	"roundup/config"
	"roundup/internal/language"
	"roundup/internal/nearest"
)

// Language is the one of those offered to readers that a tag on the command line stands
// for. It fails with a *UsageError.
func Language(n config.Newsletter, tag string) (string, error) {
	offered := n.Offered()
	found := language.Among(tag, offered)
	switch {
	case found != "":
		return found, nil
	case len(offered) < 2:
		return "", &UsageError{Msg: "--language: there is nothing to choose from", Hint: "the newsletter is in " + n.Language + "; newsletter.languages offers more"}
	}
	hint := "there are: " + strings.Join(offered, ", ")
	if meant := nearest.Of(tag, offered); meant != "" && !language.HasWords(tag) {
		hint = "did you mean " + meant + "? " + hint
	}
	return "", &UsageError{Msg: fmt.Sprintf("--language: %q is not offered", tag), Hint: hint}
}
