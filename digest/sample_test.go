package digest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/digest"
)

const sampleUID = "0123456789abcdef0123456789abcdef"

// samplePublication is the magazine of the golden mails.
func samplePublication(t *testing.T) digest.Publication {
	t.Helper()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return digest.Publication{
		Name:          "The Meridian Review",
		Tagline:       "World affairs, once a week",
		SiteURL:       "https://meridian.example/",
		BaseURL:       "https://news.meridian.example",
		Language:      "en",
		Location:      newYork,
		PostalAddress: "The Meridian Review, 14 Harbour Street, Portland, ME 04101, USA",
		Social: []digest.SocialLink{
			{Name: "Mastodon", URL: "https://social.example/@meridian"},
			{Name: "RSS", URL: "https://meridian.example/feed.xml"},
		},
	}
}

// sampleMoment is the slot of the sample issues, a Friday at seven in New York.
func sampleMoment() time.Time { return time.Date(2025, time.November, 21, 12, 0, 0, 0, time.UTC) }

func sampleArticle(day int, title, dek, labels string, authors ...string) digest.Printed {
	slug := strings.ToLower(strings.Join(strings.FieldsFunc(title, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}), "-"))
	if len(slug) > 40 {
		slug = slug[:40]
	}
	article := digest.Article{
		URL:       "https://meridian.example/articles/" + slug + "/",
		Title:     title,
		Dek:       dek,
		Labels:    strings.Split(labels, " | "),
		Published: time.Date(2025, time.November, day, 14, 0, 0, 0, time.UTC),
	}
	for _, author := range authors {
		article.Authors = append(article.Authors, digest.Author{Name: author})
	}
	return digest.Printed{Article: article, Headline: title, Text: dek}
}

func withPicture(p digest.Printed, file, alt, caption, credit string, width, height int) digest.Printed {
	p.Image = digest.Image{
		URL:     "https://meridian.example/pictures/" + file,
		Alt:     alt,
		Caption: caption,
		Credit:  credit,
		Width:   width,
		Height:  height,
	}
	return p
}

// sampleSections are nine articles as a magazine writes them.
func sampleSections() []digest.IssueSection {
	cables := withPicture(sampleArticle(18, "The Quiet War Under the Baltic",
		"Five severed cables in fourteen months have taught the region’s navies that deterrence at sea now begins on the sea floor, with ships nobody is allowed to board.",
		"Analysis | Security | Europe", "Ngozi Achebe", "Tomas Lindqvist"),
		"baltic.jpg", "A grey patrol vessel under a low sky, seen from a jetty",
		"A coast guard vessel off Hanko, where the Estlink 2 cable comes ashore.", "Jonas Berg/Meridian", 1600, 900)
	water := withPicture(sampleArticle(17, "Who Owns the Water Beneath the Sahel?",
		"Three governments are drilling into the same aquifer, and none of them knows how much is left.",
		"Reporting | Climate | Africa", "Amina Diallo"),
		"sahel.jpg", "A drilling rig beside a line of acacias", "A new borehole near Gao.", "Ibrahim Keïta", 1200, 800)
	jakarta := sampleArticle(20, "Jakarta’s New Neutrality Has a Price, and Its Neighbours Are Paying It",
		"Indonesia’s balancing act looks effortless from a distance. Up close it is a series of invoices.",
		"Analysis | Diplomacy | Asia", "Putri Hartono", "Daniel Okafor", "Mei-Ling Tan")
	cables.Words, water.Words, jakarta.Words = 2140, 1650, 930
	grain := withPicture(sampleArticle(19, "The Grain Corridor That Outlived Its Treaty",
		"Shippers, insurers and two navies keep a deal alive that no longer exists on paper.",
		"Reporting | Trade", "Elif Yıldız"),
		"grain.jpg", "", "", "", 0, 0)
	grain.Republished = "This article was first published in Harbour & Hinterland and is republished here with permission."

	sanctions := sampleArticle(16, "Sanctions Are a Habit, Not a Strategy",
		"The tool gets easier to use each year, which is exactly why it works less often.",
		"Opinion", "Rutger van Dam")
	vote := withPicture(sampleArticle(18, "Let Cities Vote at the Climate Table",
		"National pledges are written in capitals and broken, or kept, in city halls.",
		"Opinion | Climate", "Lucía Ferrer"),
		"city.jpg", "Tram lines at dusk", "", "Lucía Ferrer", 900, 1200)

	briefly := sampleArticle(15, "A Border Reopens in the Caucasus",
		"After 31 years the first freight train crossed on Tuesday, eleven minutes late.", "Europe")
	chips := sampleArticle(14, "What the Chip Truce Leaves Out", "", "Trade | Asia", "Sun-hee Park")
	election := withPicture(sampleArticle(13, "Five Questions Before Chile’s Run-off",
		"Turnout, the north, the copper royalty, the Senate and the one nobody asks.",
		"Explainer | Americas", "Camila Rojas"),
		"chile.jpg", "A polling station in a school gym", "Voters in Valparaíso in the first round.", "Agencia Andes", 1500, 1000)
	return []digest.IssueSection{
		{Title: "Analysis & Reporting", Articles: []digest.Printed{cables, jakarta, water, grain}},
		{Title: "Opinion", Articles: []digest.Printed{sanctions, vote}},
		{Title: "Also this week", Articles: []digest.Printed{election, briefly, chips}},
	}
}

const sampleNote = `This week’s lead took *eleven months* to report. If you read one thing on the train home, let it be [the Baltic piece](https://meridian.example/articles/the-quiet-war-under-the-baltic/).

**Next week** we are off; the week after, a special on rivers.`

// compiled compiles an issue of the sample publication.
func compiled(t *testing.T, sections []digest.IssueSection, note string) digest.Issue {
	t.Helper()
	issue, err := digest.Compile(digest.CompileInput{
		Selection:   digest.Selection{Sections: sections},
		Edits:       digest.Edits{Note: note},
		Publication: samplePublication(t),
		Number:      12,
		Kind:        digest.Regular,
		Slot:        sampleMoment(),
		Now:         sampleMoment().Add(3 * time.Minute),
		UID:         sampleUID,
	})
	if err != nil {
		t.Fatal(err)
	}
	return issue
}

// sample is one mail that the golden and structural tests look at.
type sample struct {
	name  string
	issue digest.Issue
	pub   digest.Publication
}

func samples(t *testing.T) []sample {
	t.Helper()
	pub := samplePublication(t)
	nine := sampleSections()

	one := []digest.IssueSection{{Title: "Analysis", Articles: nine[0].Articles[:1]}}

	fifteen := append(sampleSections(), digest.IssueSection{Title: "In brief", Compact: true})
	for i := range 6 {
		fifteen[3].Articles = append(fifteen[3].Articles, sampleArticle(12, fmt.Sprintf("Dispatch %d: What the Harbour Pilots Know", i+1),
			"Notes from a coast where every ship has three flags and every captain two telephones.", "Dispatches", "Ngozi Achebe"))
	}

	plain := sampleSections()
	for s := range plain {
		for a := range plain[s].Articles {
			plain[s].Articles[a].Image = digest.Image{}
		}
	}
	plain[0].Articles[0].Headline = "After Five Severed Cables in Fourteen Months, the Baltic’s Navies Have Learned That Deterrence Now Begins on the Sea Floor With Unmanned Ships"

	return []sample{
		{"nine", compiled(t, nine, sampleNote), pub},
		{"none", compiled(t, nil, ""), pub},
		{"one", compiled(t, one, ""), pub},
		{"fifteen", compiled(t, fifteen, ""), pub},
		{"no-pictures", compiled(t, plain, ""), pub},
		{"untitled-section", compiled(t, []digest.IssueSection{{Articles: nine[1].Articles}}, ""), withLogo(pub)},
		inGerman(t), inPolish(t), inArabic(t),
		{"hostile", hostileIssue(t), hostilePublication(pub)},
	}
}

func withLogo(pub digest.Publication) digest.Publication {
	pub.Logo = "https://meridian.example/pictures/logo.png"
	pub.AccentColor = "#ffe14d" // far too pale for text
	pub.Language = "en-GB"
	pub.Tagline = ""
	return pub
}

// hostileIssue is what a feed could do at its worst.
func hostileIssue(t *testing.T) digest.Issue {
	t.Helper()
	forged := "x-" + sampleUID[:31] + "e-unsubscribe-x"
	evil := sampleArticle(18, `</a></h3></td></tr></table><script>alert(1)</script>`,
		`<img src=x onerror=alert(1)> {{ .Unsubscribe }} "quoted" 'single' `+forged, `<b>Bold</b> | A&B | "><svg onload=alert(1)>`,
		`<i>Mallory</i>`, "O'Brien\r\nBcc: everyone@example.org")
	evil = withPicture(evil, `x.jpg" onerror="alert(1)`, `" onload="alert(1)`, "</p><h1>Caption</h1>", "<!-- credit -->", 0, 0)
	evil.Republished = "--><style>body{display:none}</style>"
	override := sampleArticle(18, "\u202Egpj.exe\u202C reversed \u2066isolated\u2069 \u0000null \u0085 line\u2028separator", "zalgo "+"e"+strings.Repeat("\u0301", 400), "")
	override.URL = "javascript:alert(1)"
	override.Image = digest.Image{URL: "https://meridian.example/pixel.gif", Width: 1, Height: 1}
	long := sampleArticle(18, strings.Repeat("W", 10_000), strings.Repeat("字", 5_000), strings.Repeat("L", 500), strings.Repeat("A", 500))
	long.URL = "https://meridian.example/" + strings.Repeat("a", 5_000)
	emoji := sampleArticle(18, strings.Repeat("👩‍👩‍👧‍👦", 200), strings.Repeat("🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪", 100), "")
	emoji.URL = "https://user:secret@meridian.example/login"
	query := sampleArticle(18, "Ampersands & <angle> brackets", "", "")
	query.URL = `https://meridian.example/a b?q="<script>"&x='1'#ü`
	query.Image = digest.Image{URL: "data:image/svg+xml,<svg onload=alert(1)>"}
	arabic := sampleArticle(18, "عنوان عربي مع (أقواس) 123", "نص قصير.", "تحليل | أوروبا", "ليلى حداد")
	unnamed := sampleArticle(18, " \u200d ", "", "")
	return compiled(t, []digest.IssueSection{
		{Title: `</h2><h1>Section</h1>`, Articles: []digest.Printed{evil, override, long}},
		{Title: "Rest", Articles: []digest.Printed{emoji, query, arabic, unnamed}},
	}, "# Not a heading\n\n<script>alert(1)</script>\n\nSee [a link](javascript:alert(1)) ![img](https://tracker.example/p.gif)\n\n- one\n- two &#8238;\n\n> said <b>so</b> <https://meridian.example/?a=1&b=2>")
}

func hostilePublication(pub digest.Publication) digest.Publication {
	pub.Name = `The "Best" <Review> & Co. </title><script>alert(1)</script>`
	pub.Tagline = strings.Repeat("very ", 200) + "long"
	pub.AccentColor = "red;}</style><script>"
	pub.SiteURL = "javascript:alert(1)"
	pub.Language = `en"><script>`
	pub.Social = append(pub.Social, digest.SocialLink{Name: "x", URL: "ftp://example.org"})
	return pub
}
