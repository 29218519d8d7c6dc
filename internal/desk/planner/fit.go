package planner

import (
	"roundup/digest"

	"roundup/digest/letter"
)

// fitting finds how many of the articles chosen fit into one mail.
type fitting struct {
	planner *Planner
	choice  choice
	input   letter.Input
	size    func(digest.Issue, digest.Publication) (int, error)
	problem error // why the issue measured last can't be rendered
	left    int   // articles that did not fit
}

// fit compiles the issue of a selection. Where its HTML would be larger than mail
// programs show whole, though without a single blurb, the choice is made again
// with room for fewer: for as many as fit, looked for by halving, since rendering
// takes time. The error is a *letter.TooLargeError where not even one does. A mail
// that can't be rendered for another reason is left as it is: rendering it says why.
func (f *fitting) fit(s digest.Selection) (digest.Issue, digest.Selection, error) {
	size, err := letter.Shortest(f.planner.RenderOptions())
	if err != nil {
		size = func(digest.Issue, digest.Publication) (int, error) { return 0, err }
	}
	f.size = size
	issue, fits, err := f.try(s)
	if err != nil || fits {
		return issue, s, err
	}
	all, fitted := s.Count(), s
	for least, most := 1, all-1; least <= most; {
		f.choice.rules.Room = (least + most) / 2
		fewer := f.choice.make()
		smaller, fits, err := f.try(fewer)
		switch {
		case err != nil:
			return issue, s, err
		case fits:
			issue, fitted, f.left = smaller, fewer, all-fewer.Count()
			least = f.choice.rules.Room + 1
		default:
			most = f.choice.rules.Room - 1
		}
	}
	if f.left == 0 {
		return issue, s, f.tooLarge(s)
	}
	return issue, fitted, nil
}

// try compiles an issue and says whether it fits, at its shortest and in each language that
// readers may choose: one who does so while it starts must not keep it from going out.
func (f *fitting) try(s digest.Selection) (issue digest.Issue, fits bool, err error) {
	f.input.Selection = s
	fits, f.problem = true, nil
	for i, language := range f.planner.cfg.Newsletter.Offered() {
		in := f.planner.inputIn(language, f.input)
		spoken, err := letter.Compile(in)
		if err != nil {
			return issue, false, err
		}
		if i == 0 { // the newsletter's own
			issue = spoken
		}
		if fits && f.problem == nil {
			var size int
			size, f.problem = f.size(spoken, in.Publication)
			fits = size <= letter.MaxHTML
		}
	}
	return issue, fits, nil
}

// tooLarge says what makes a mail too large that has one article or none.
func (f *fitting) tooLarge(s digest.Selection) error {
	if s.Count() > 1 {
		f.choice.rules.Room = 1
		s = f.choice.make()
	}
	issue, _, err := f.try(s)
	if err != nil || f.problem != nil { // which rendering meets, too
		return err
	}
	size, pub := 0, f.planner.Publication()
	for _, language := range f.planner.cfg.Newsletter.Offered() {
		in := f.planner.Publication().In(language)
		n, err := f.size(issue, in)
		if err != nil {
			return err
		}
		if n > size {
			size, pub = n, in
		}
	}
	e := &letter.TooLargeError{
		Number: issue.Number, Size: size,
		What: "there is too much around the articles", Hint: "print less in your own templates",
	}
	issue.Note = ""
	if alone, err := f.size(issue, pub); err == nil && alone <= letter.MaxHTML {
		e.What, e.Hint = "the editor's note is too long", "shorten the note"
	}
	return e
}
