package proof

import (
	"path"
	"strings"
	"time"

	"roundup/digest"
)

// pictures is where the samples' pictures are; a folder names their size.
const pictures = "https://meridian.example/pictures/"

// Note is the editor's note of the samples in English.
const Note = `This week’s lead took *eleven months* to report. If you read one thing on the train home, let it be [the Baltic piece](https://meridian.example/articles/the-quiet-war-under-the-baltic/).

**Next week** we are off; the week after, a special on rivers.`

// Articles are nine articles in three sections, as a magazine writes them.
func Articles() []digest.IssueSection {
	cables := withPicture(Article(18, "The Quiet War Under the Baltic",
		"Five severed cables in fourteen months have taught the region’s navies that deterrence at sea now begins on the sea floor, with ships nobody is allowed to board.",
		"Analysis | Security | Europe", "Ngozi Achebe", "Tomas Lindqvist"),
		"1600x900/baltic.jpg", "A grey patrol vessel under a low sky, seen from a jetty",
		"A coast guard vessel off Hanko, where the Estlink 2 cable comes ashore.", "Jonas Berg/Meridian")
	water := withPicture(Article(17, "Who Owns the Water Beneath the Sahel?",
		"Three governments are drilling into the same aquifer, and none of them knows how much is left.",
		"Reporting | Climate | Africa", "Amina Diallo"),
		"1200x800/sahel.jpg", "A drilling rig beside a line of acacias", "A new borehole near Gao.", "Ibrahim Keïta")
	jakarta := Article(20, "Jakarta’s New Neutrality Has a Price, and Its Neighbours Are Paying It",
		"Indonesia’s balancing act looks effortless from a distance. Up close it is a series of invoices.",
		"Analysis | Diplomacy | Asia", "Putri Hartono", "Daniel Okafor", "Mei-Ling Tan")
	cables.Words, water.Words, jakarta.Words = 2140, 1650, 930
	grain := withPicture(Article(19, "The Grain Corridor That Outlived Its Treaty",
		"Shippers, insurers and two navies keep a deal alive that no longer exists on paper.",
		"Reporting | Trade", "Elif Yıldız"),
		"1200x750/grain.jpg", "", "", "")
	grain.Image.Width, grain.Image.Height = 0, 0 // its feed does not say
	grain.Republished = "This article was first published in Harbour & Hinterland and is republished here with permission."

	sanctions := Article(16, "Sanctions Are a Habit, Not a Strategy",
		"The tool gets easier to use each year, which is exactly why it works less often.",
		"Opinion", "Rutger van Dam")
	sanctions = read(sanctions, 1100)
	vote := withPicture(Article(18, "Let Cities Vote at the Climate Table",
		"National pledges are written in capitals and broken, or kept, in city halls.",
		"Opinion | Climate", "Lucía Ferrer"),
		"900x1200/city.jpg", "Tram lines at dusk", "", "Lucía Ferrer")

	briefly := Article(15, "A Border Reopens in the Caucasus",
		"After 31 years the first freight train crossed on Tuesday, eleven minutes late.", "Europe")
	chips := Article(14, "What the Chip Truce Leaves Out", "", "Trade | Asia", "Sun-hee Park")
	election := withPicture(Article(13, "Five Questions Before Chile’s Run-off",
		"Turnout, the north, the copper royalty, the Senate and the one nobody asks.",
		"Explainer | Americas", "Camila Rojas"),
		"1500x1000/chile.jpg", "A polling station in a school gym", "Voters in Valparaíso in the first round.", "Agencia Andes")
	return []digest.IssueSection{
		{Title: "Analysis & Reporting", Articles: []digest.Printed{cables, jakarta, water, grain}},
		{Title: "Opinion", Articles: []digest.Printed{sanctions, vote}},
		{Title: "Also this week", Articles: []digest.Printed{election, briefly, chips}},
	}
}

// Article is one that was published on this day of November 2025. A headline
// may be in any script; its address is made of the Latin letters.
func Article(day int, title, dek, labels string, authors ...string) digest.Printed {
	slug := strings.ToLower(strings.Join(strings.FieldsFunc(title, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}), "-"))
	if len(slug) > 40 {
		slug = slug[:40]
	}
	a := digest.Article{
		URL:       "https://meridian.example/articles/" + slug + "/",
		Title:     title,
		Dek:       dek,
		Labels:    strings.Split(labels, " | "),
		Published: time.Date(2025, time.November, day, 14, 0, 0, 0, time.UTC),
	}
	for _, author := range authors {
		a.Authors = append(a.Authors, digest.Author{Name: author})
	}
	return digest.Printed{Article: a, Headline: title, Text: dek}
}

// withPicture adds a picture whose folder is its size: "1600x900/baltic.jpg".
func withPicture(p digest.Printed, file, alt, caption, credit string) digest.Printed {
	width, height, _ := size(path.Base(path.Dir(file)))
	p.Image = digest.Image{
		URL:     pictures + file,
		Alt:     alt,
		Caption: caption,
		Credit:  credit,
		Width:   width,
		Height:  height,
	}
	return p
}

// read gives an article its length in words.
func read(p digest.Printed, words int) digest.Printed {
	p.Words = words
	return p
}

func republished(p digest.Printed, note string) digest.Printed {
	p.Republished = note
	return p
}

// at gives an article the address its headline has no letters for.
func at(p digest.Printed, slug string) digest.Printed {
	p.URL = "https://meridian.example/articles/" + slug + "/"
	return p
}
