package digest

// The longest texts of an issue, in characters. Phones show 35 to 50 characters of
// a subject and about 90 of the preheader behind it; a subject beyond 150 is cut by
// every client known. A longer headline or blurb is cut at a word: the article
// itself is one click away.
const (
	MaxSubject    = 150
	MaxPreheader  = 110
	MaxHeadline   = 280
	MaxBlurb      = 600
	MaxNote       = 20_000
	MaxCorrection = 2_000 // on top of a page, which is to be seen below it
)

// longest is how many characters of a change's text are printed.
func (c Change) longest() int {
	switch c.Do {
	case DoHeadline:
		return MaxHeadline
	case DoSubject:
		return MaxSubject
	case DoPreheader:
		return MaxPreheader
	case DoNote:
		return MaxNote
	}
	return MaxBlurb
}
