package language

// ChoosingWords is what a reader's pages say of what they get of each issue, and of
// which issues.
type ChoosingWords struct {
	Title       string // "What you get", a heading
	Sections    string // "Sections", above the boxes to tick
	SectionsHow string // that a new section is on until they say otherwise
	Often       string // "How often", above the two answers that follow
	Every       string // "Every issue"
	Monthly     string // "Only the first issue of a month"
	Language    string // "Language", above those offered
	LanguageHow string // that the articles are not in it, and all else is
	NoSection   string // "Please choose at least one section."
	Less        string // "Get less instead of leaving?", on the page to leave on
	LessAfter   string // the same once they have left
	ComeBack    string // "Come back with this choice", on a button, after leaving
	BackPause   string // "Come back after a pause", likewise
}
