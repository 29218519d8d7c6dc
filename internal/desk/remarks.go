package desk

import (
	"slices"

	"roundup/digest"
	"roundup/internal/wording"
)

// Remark is something a person should know of an issue, which stops nothing.
type Remark struct {
	What    string // "note", "pictures"
	Text    string
	Warning bool // something is not as it was meant to be
}

// Notes are what a person should know of a plan: edits that could not be followed,
// and what is in the issue or not for another reason.
func (p Plan) Notes() []string {
	notes := slices.Clone(p.Selection.Problems)
	for _, r := range p.Remarks {
		notes = append(notes, r.Text)
	}
	return append(notes, sharedPictures(p.Selection.Fates)...)
}

// SharedPicture is the picture that an article goes without, since most of its
// source have it; "" for none.
func SharedPicture(f digest.Fate) string {
	if f.Candidate.Image.URL != "" {
		return ""
	}
	return f.Candidate.Image.Shared
}

// sharedPictures says, a line for each picture, how many of the articles
// go without one that most articles of their source have.
func sharedPictures(fates []digest.Fate) []string {
	var order []string
	uses := map[string]int{}
	for _, f := range fates {
		if picture := SharedPicture(f); picture != "" && f.Outcome == digest.In {
			if uses[picture]++; uses[picture] == 1 {
				order = append(order, picture)
			}
		}
	}
	for i, picture := range order {
		order[i] = wording.Count(uses[picture], "article") + " without a picture: most of the source have this one, so it is taken for the publication's: " + picture
	}
	return order
}
