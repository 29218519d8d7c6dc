package proof

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/letter"
	"roundup/templates"
)

// UID is that of every sample issue.
const UID = "0123456789abcdef0123456789abcdef"

// Sample is a mail that every audit looks at.
type Sample struct {
	Name        string // of files: "nine", "german-letter"
	Issue       digest.Issue
	Publication digest.Publication
	Options     letter.Options
}

// Moment is the slot of the sample issues, a Friday at seven in New York.
func Moment() time.Time { return time.Date(2025, time.November, 21, 12, 0, 0, 0, time.UTC) }

// Samples are the mails that a publication sends over the years, and the one
// that a hostile feed would have it send, in every theme.
func Samples(t testing.TB) []Sample {
	t.Helper()
	english, nine := Publication(t), Articles()
	samples := []Sample{
		newSample(t, "nine", english, nine, Note),
		newSample(t, "eleven", english, elevenArticles(), elevenNote),
		newSample(t, "none", english, nil, ""),
		newSample(t, "one", english, []digest.IssueSection{{Title: nine[0].Title, Articles: nine[0].Articles[:1]}}, ""),
		newSample(t, "fifteen", withLogo(english), fifteen(), Note),
		newSample(t, "no-pictures", english, withoutPictures(nine), ""),
		newSample(t, "long-headline", english, withLongHeadline(nine), ""),
		newSample(t, "untitled-section", withLogo(english), []digest.IssueSection{{Articles: nine[1].Articles}}, ""),
		newSample(t, "german", germanPublication(t), germanArticles(), germanNote),
		newSample(t, "polish", polishPublication(t), polishArticles(), ""),
		newSample(t, "arabic", arabicPublication(t), arabicArticles(), arabicNote),
		newSample(t, "german-around", english.In("de"), nine, Note),
		newSample(t, "arabic-around", withLogo(english).In("ar"), nine, Note),
		newSample(t, "hostile", hostilePublication(english), hostileArticles(), hostileNote),
	}
	var all []Sample
	for _, theme := range templates.Themes() {
		for _, s := range samples {
			if s.Options.Theme = theme; theme != templates.DefaultTheme {
				s.Name += "-" + theme
			}
			all = append(all, s)
		}
	}
	return all
}

// Some are all samples; where tests are asked to be short, those that differ most: all
// that is printed, in two themes, from the right, and from a hostile feed.
func Some(t testing.TB) []Sample {
	t.Helper()
	all := Samples(t)
	if !testing.Short() {
		return all
	}
	return slices.DeleteFunc(all, func(s Sample) bool {
		return s.Name != "nine" && s.Name != "nine-compact" && s.Name != "arabic-around" && s.Name != "hostile"
	})
}

func newSample(t testing.TB, name string, pub digest.Publication, sections []digest.IssueSection, note string) Sample {
	t.Helper()
	return Sample{Name: name, Issue: Compiled(t, pub, sections, note), Publication: pub}
}

// Compiled compiles an issue of a publication.
func Compiled(t testing.TB, pub digest.Publication, sections []digest.IssueSection, note string) digest.Issue {
	t.Helper()
	issue, err := letter.Compile(letter.Input{
		Selection:   digest.Selection{Sections: sections},
		Edits:       digest.Edits{Note: note},
		Publication: pub,
		Number:      12,
		Kind:        digest.Regular,
		Slot:        Moment(),
		Now:         Moment().Add(3 * time.Minute),
		UID:         UID,
	})
	if err != nil {
		t.Fatal(err)
	}
	return issue
}

// Publication is the magazine of the samples.
func Publication(t testing.TB) digest.Publication {
	t.Helper()
	return digest.Publication{
		Name:          "The Meridian Review",
		Tagline:       "World affairs, once a week",
		SiteURL:       "https://meridian.example/",
		BaseURL:       "https://news.meridian.example",
		Language:      "en",
		Location:      zone(t, "America/New_York"),
		PostalAddress: "The Meridian Review, 14 Harbour Street, Portland, ME 04101, USA",
		Social: []digest.SocialLink{
			{Name: "Mastodon", URL: "https://social.example/@meridian"},
			{Name: "RSS", URL: "https://meridian.example/feed.xml"},
		},
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

func withLogo(pub digest.Publication) digest.Publication {
	pub.Logo = pictures + "400x96/logo.png"
	pub.AccentColor = "#ffe14d" // far too pale for text
	pub.Language = "en-GB"
	pub.Tagline = ""
	return pub
}

// fifteen has a section of short items at the end.
func fifteen() []digest.IssueSection {
	sections := append(Articles(), digest.IssueSection{Title: "In brief", Compact: true})
	for i := range 6 {
		dispatch := Article(12, fmt.Sprintf("Dispatch %d: What the Harbour Pilots Know", i+1),
			"Notes from a coast where every ship has three flags and every captain two telephones.", "Dispatches", "Ngozi Achebe")
		if i%2 == 0 {
			dispatch = withPicture(dispatch, fmt.Sprintf("1200x800/pilots%d.jpg", i), "A pilot boat beside a tanker", "", "")
		}
		at := 3
		if i == 0 {
			at = 2
		}
		sections[at].Articles = append(sections[at].Articles, dispatch)
	}
	return sections
}

func withoutPictures(sections []digest.IssueSection) []digest.IssueSection {
	var plain []digest.IssueSection
	for _, section := range sections {
		articles := append([]digest.Printed(nil), section.Articles...)
		for i := range articles {
			articles[i].Image = digest.Image{}
		}
		plain = append(plain, digest.IssueSection{Title: section.Title, Articles: articles})
	}
	return plain
}

// withLongHeadline gives the lead, and an article beside its picture, a headline
// of 140 characters.
func withLongHeadline(sections []digest.IssueSection) []digest.IssueSection {
	var long []digest.IssueSection
	for i, section := range sections {
		articles := append([]digest.Printed(nil), section.Articles...)
		if i == 0 {
			articles[0].Headline = "After Five Severed Cables in Fourteen Months, the Baltic’s Navies Have Learned That Deterrence Now Begins on the Sea Floor With Unmanned Ships"
			articles[2].Headline = "Three Governments Are Drilling Into the Same Aquifer Beneath the Sahel, and None of Them Can Say How Much Water Is Left or Who May Drink It"
		}
		long = append(long, digest.IssueSection{Title: section.Title, Articles: articles})
	}
	return long
}
