package letter

import (
	"io/fs"
	"strings"
	"time"

	"roundup/digest"
)

// CheckTemplates tries a theme and the templates of one's own on examples: an
// issue with everything, one with next to nothing and one without articles. So a
// mistake shows when the configuration is read and not when an issue is due. The error
// is a *TemplateError, or that of reading a file.
func CheckTemplates(theme string, own fs.FS) error {
	full := exampleIssue()
	bare := digest.Issue{UID: full.UID, Number: 1, Kind: digest.Extra, Subject: "A subject", Date: full.Date, Note: "A greeting stands above.",
		Sections: []digest.IssueSection{{Articles: []digest.Printed{{Headline: "A headline"}, {Headline: "Another"}}}}}
	empty := bare
	empty.Note, empty.Sections = "", nil
	pub := digest.Publication{Name: "A newsletter"}
	for _, try := range []struct {
		issue digest.Issue
		pub   digest.Publication
	}{{full, examplePublication()}, {bare, pub}, {empty, pub}} {
		if _, err := Render(try.issue, try.pub, Options{Theme: theme, Templates: own}); err != nil {
			return err
		}
		link := "https://news.magazine.example/"
		for _, m := range []Message{Confirmation(try.pub, link, link), Welcome(try.pub, link)} {
			if _, _, err := RenderMessage(m, try.pub, Options{Theme: theme, Templates: own}); err != nil {
				return err
			}
		}
	}
	return nil
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
