package letter

import (
	"io/fs"
	"strings"
	"time"

	"roundup/digest"
)

// CheckTemplates tries a theme and the templates of one's own on examples: an
// issue with everything, the same in another language than its texts, one without articles, one with next to nothing, and those
// without one thing, or with one alone. So a mistake shows before an issue has what
// leads to it: a tag left open where there is no picture, for instance. The error is
// a *TemplateError, or that of reading a file.
func CheckTemplates(theme string, own fs.FS) error {
	full, abroad, empty, bare := fullExample(), fullExample(), fullExample(), fullExample()
	abroad.pub = abroad.pub.In("ar")
	empty.issue.Sections, empty.issue.Note = nil, ""
	for _, takeAway := range optional {
		takeAway(&bare)
	}
	for _, e := range []example{full, abroad, empty, bare} {
		options := Options{Theme: theme, Templates: own, Images: e.images}
		if _, err := Render(e.issue, e.pub, options); err != nil {
			return err
		}
		link := "https://news.magazine.example/"
		for _, m := range []Message{Confirmation(e.pub, link, link), Welcome(e.pub, link, link)} {
			if _, _, err := RenderMessage(m, e.pub, options); err != nil {
				return err
			}
		}
	}
	if own == nil {
		return nil // tests try the built-in ones
	}
	set, err := parseTemplates(theme, own)
	if err != nil {
		return err
	}
	for _, e := range branchExamples() {
		if err := set.try(e); err != nil {
			return err
		}
	}
	return nil
}

// try fills the templates with an example, as mail and as page.
func (t templateSet) try(e example) error {
	opts := Options{Images: e.images}
	if _, err := t.HTML("mail", newLetter(e.issue, e.pub, opts, digest.MaxBlurb)); err != nil {
		return err
	}
	opts.page = true
	if _, err := t.HTML("mail", newLetter(e.issue, e.pub, opts, digest.MaxBlurb)); err != nil {
		return err
	}
	opts.page, opts.plain = false, true
	_, err := t.Text("mail", newLetter(e.issue, e.pub, opts, digest.MaxBlurb))
	return err
}

// example is an issue to try templates on.
type example struct {
	issue  digest.Issue
	pub    digest.Publication
	images Images
}

// fullExample has everything that an issue and its publication can have.
func fullExample() example { return example{exampleIssue(), examplePublication(), LinkImages} }

// branchExamples lead a template into each of its branches that hangs on one thing: that
// it is there or not, whatever else is.
func branchExamples() (all []example) {
	for i, takeAway := range optional {
		without, alone := fullExample(), fullExample()
		takeAway(&without)
		for j, other := range optional {
			if j != i {
				other(&alone)
			}
		}
		all = append(all, without, alone)
	}
	return all
}

// optional takes what an issue, its articles and its publication need not have out of
// an example, one thing each.
var optional = []func(*example){
	func(e *example) { e.pub.Tagline = "" },
	func(e *example) { e.pub.SiteURL = "" },
	func(e *example) { e.pub.BaseURL = "" },
	func(e *example) { e.pub.NoArchive = true },
	func(e *example) { e.pub.Language = "ar" },  // which is read from the right
	func(e *example) { e.pub = e.pub.In("de") }, // around texts in another language
	func(e *example) { e.pub.PostalAddress = "" },
	func(e *example) { e.pub.Logo = "" },
	func(e *example) { e.pub.AccentColor = "" },
	func(e *example) { e.pub.Social = nil },
	func(e *example) { e.images = NoImages },
	func(e *example) { e.issue.Kind = digest.Extra },
	func(e *example) { e.issue.Note = "" },
	func(e *example) { e.issue.Preheader = "" },
	func(e *example) { // a note so short that it stands first, with a greeting above
		if e.issue.Note != "" {
			e.issue.Note = "A greeting stands above."
		}
	},
	func(e *example) { e.issue.Sections = e.issue.Sections[:1] }, // and so too few for contents
	func(e *example) { e.sections(func(s *digest.IssueSection) { s.Title = "" }) },
	func(e *example) { e.sections(func(s *digest.IssueSection) { s.Compact = !s.Compact }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Text = "" }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.URL = "" }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Labels = nil }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Authors = nil }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Words = 0 }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Published = time.Time{} }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Republished = "" }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Image = digest.Image{} }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Image.Alt = "" }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Image.Caption = "" }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Image.Credit = "" }) },
	func(e *example) { e.articles(func(a *digest.Printed) { a.Image.Width, a.Image.Height = 0, 0 }) },
}

func (e *example) sections(change func(*digest.IssueSection)) {
	for i := range e.issue.Sections {
		change(&e.issue.Sections[i])
	}
}

func (e *example) articles(change func(*digest.Printed)) {
	for _, s := range e.issue.Sections {
		for i := range s.Articles {
			change(&s.Articles[i])
		}
	}
}

// examplePublication has everything a publication can have.
func examplePublication() digest.Publication {
	return digest.Publication{
		Name: "The Weekly Round-up", Tagline: "The world, once a week", SiteURL: "https://magazine.example/",
		BaseURL: "https://news.magazine.example", Language: "en", PostalAddress: "1 Main Street, Springfield",
		Logo: "https://magazine.example/logo.png", AccentColor: "#1a5276",
		Social: []digest.SocialLink{{Name: "Mastodon", URL: "https://social.example/@magazine"}},
	}
}

// exampleIssue has everything an issue can have, and ten articles, so that
// there are contents.
func exampleIssue() digest.Issue {
	date := time.Date(2025, time.November, 21, 12, 0, 0, 0, time.UTC)
	article := digest.Printed{
		Headline: "The Quiet War Under the Baltic", Text: "Deterrence at sea now begins on the sea floor.",
		Article: digest.Article{
			URL: "https://magazine.example/baltic", Labels: []string{"Analysis", "Reporting", "Europe"},
			Authors: []digest.Author{{Name: "Ngozi Achebe"}, {Name: "Tom Lee"}}, Words: 1700, Published: date.AddDate(0, 0, -10),
			Republished: "This article first appeared in Harbour & Hinterland.",
			Image: digest.Image{URL: "https://magazine.example/baltic.jpg", Alt: "A patrol vessel seen from a jetty",
				Caption: "A coast guard vessel off Hanko.", Credit: "Jonas Berg", Width: 1600, Height: 900},
		},
	}
	long := article
	long.Headline += strings.Repeat(", and What It Teaches", 4)
	sections := []digest.IssueSection{{Title: "Analysis", Articles: []digest.Printed{article, article, long}}}
	sections = append(sections, digest.IssueSection{Title: "In brief", Compact: true,
		Articles: []digest.Printed{article, article, article, article, article, article, article}})
	return digest.Issue{
		UID: "0123456789abcdef0123456789abcdef", Number: 12, Kind: digest.Regular, Date: date, Slug: "12-the-quiet-war",
		Subject: "The Quiet War Under the Baltic", Preheader: "Who owns the water beneath the Sahel?",
		Note: "This week’s lead took *eleven months* to report.", Sections: sections,
	}
}
