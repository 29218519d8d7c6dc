package proof

import (
	"strings"

	"roundup/digest"
)

// elevenNote is a note of the length that editors write.
const elevenNote = `The lead began with a *water bill*. Leila Haddad's neighbour in Amman showed her one for a month in which nothing had come out of the tap; eight months later she had the contracts.

If you have time for one more, read [the story of the seeds](https://meridian.example/articles/seeds-in-a-suitcase/).`

// elevenArticles are eleven articles as the feeds of large newspapers have
// them: up to eleven labels, pictures of every shape and size, and with
// straight quotes, captions without an end and bylines with a job in them.
func elevenArticles() []digest.IssueSection {
	labels := func(list ...string) string { return strings.Join(list, " | ") }
	water := withPicture(read(Article(20, "The City That Paid for Water It Never Got",
		"Amman's pipes run dry six days a week. The bills don't, and the company that sends them is owned by the people who are meant to check it.",
		labels("Analysis", "Water", "Jordan", "Middle East and north Africa", "World news", "Infrastructure", "Environment", "Privatisation"),
		"Leila Haddad Middle East correspondent"), 3900),
		"1300x780/amman.jpg", "", "Water tanks on the roofs of Jabal al-Nadheef, Amman, in October", "Omar Zreiqat/Meridian")
	tromso := withPicture(read(Article(19, `"We Count the Ships at Night": Letters From Tromsø`,
		"A harbour master, a priest and a radio amateur on what has changed at 69 degrees north since the cables were cut.",
		labels("Reporting", "Norway", "Arctic", "Defense and Military Forces", "Ships and Shipping", "Submarine Cables", "Russia", "North Atlantic Treaty Organization", "Espionage", "Content Type: Personal Profile", "Fishing, Commercial"),
		"Ingrid Solberg", "Tomas Lindqvist"), 2600),
		"1050x1050/tromso.jpg", "A lit pier in blue dusk", "The pier at Tromsø.", "Marte Lien for The Meridian Review")
	bank := withPicture(read(Article(18, "Nobody at the Central Bank Wants to Be Governor Any More",
		"Four candidates have said no. The fifth hasn't been asked.", labels("Reporting", "Economics", "Central banks"),
		"Daniel Okafor"), 900), "240x135/bank.jpg", "", "", "Getty Images")
	seeds := withPicture(Article(18, "Seeds in a Suitcase",
		"How a botanist carried the last of Sudan's sorghum collection out of Wad Madani, and why she can't say to whom she gave it.",
		labels("Reporting", "Sudan", "Agriculture"), "Amina Diallo"),
		"800x1200/seeds.jpg", "A woman holding up a glass jar of grain", "", "Ibrahim Keïta")
	court := read(Article(17, "The Court Has Ruled on the Rhine Barges, and Pleased Nobody",
		"Shippers, towns and the people who sleep beside the locks all say that they'll appeal.",
		labels("Analysis", "Law"), "Käthe Großmann"), 1200)

	sanctions := withPicture(read(Article(20, "Sanctions Are a Habit, Not a Strategy",
		"The tool gets easier to use each year, which is exactly why it works less often.",
		labels("Opinion", "Foreign policy"), "Rutger van Dam"), 1100), "460x276/harbour.jpg", "Containers on a quay", "", "Reuters")
	cities := withPicture(Article(16, "Let Cities Vote at the Climate Table",
		"National pledges are written in capitals and broken, or kept, in city halls.",
		labels("Opinion", "Climate crisis", "Cities"), "Lucía Ferrer"), "1600x900/city.jpg", "", "", "")
	letters := Article(15, "What Our Readers Said About the '90s",
		"You remember the hope. Some of you also remember the price of bread.", labels("Opinion", "Letters"))

	election := withPicture(Article(19, "Five Questions Before Chile's Run-off",
		"Turnout, the north, the copper royalty, the Senate and the one nobody asks.",
		labels("Explainer", "Americas"), "Camila Rojas"),
		"1024x576/chile.jpg", "Ballot boxes in a school gym", "Voters in Valparaíso in the first round.", "Agencia Andes")
	border := Article(18, "A Border Reopens in the Caucasus",
		"After 31 years the first freight train crossed on Tuesday, eleven minutes late.", labels("Europe"))
	chips := withPicture(Article(14, "What the Chip Truce Leaves Out", "", labels("Trade", "Asia"), "Sun-hee Park"),
		"1200x1200/chips.jpg", "", "", "Sun-hee Park/Meridian")
	return []digest.IssueSection{
		{Title: "Analysis & Reporting", Articles: []digest.Printed{water, tromso, bank, seeds, court}},
		{Title: "Opinion", Articles: []digest.Printed{sanctions, cities, letters}},
		{Title: "Also this week", Articles: []digest.Printed{election, border, chips}},
	}
}
