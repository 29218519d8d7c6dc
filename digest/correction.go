package digest

import (
	"fmt"
	"time"
	"unicode/utf8"

	"roundup/internal/language"
)

// IssueCorrection says what was wrong in an issue that is out.
type IssueCorrection struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"` // plain, in lines
}

// CorrectionText is a correction as it is printed: plain, in the lines it was typed in. Its
// error is a *ChangeError: a text that is none or too long, or one of which nothing can
// be seen.
func CorrectionText(typed string) (string, error) {
	text := language.PlainLines(typed)
	n := utf8.RuneCountInString(text)
	switch {
	case !language.IsText(typed):
		return "", &ChangeError{Message: "that correction is not text in UTF-8", Hint: "a file in another encoding can be saved in UTF-8"}
	case text == "":
		return "", &ChangeError{Message: "the correction is empty", Hint: "say what was wrong, and what is right"}
	case n > MaxCorrection:
		return "", &ChangeError{
			Message: fmt.Sprintf("a correction of %d characters is too long", n),
			Hint:    fmt.Sprintf("at most %d are printed", MaxCorrection),
		}
	}
	return text, nil
}

// Changed is when an issue's page changed last: it was frozen at the start, and only
// corrections are put on top of it.
func (i Issue) Changed() time.Time {
	if i.Corrected.After(i.Started) {
		return i.Corrected
	}
	return i.Started
}
