package language

// ArchiveWords is what the newsletter's own page and the archive of its issues say.
type ArchiveWords struct {
	Issues        string    // "All issues", a title and a link
	Latest        string    // "Latest issues", a title
	Years         string    // "By year", the name of a list of links
	Around        string    // "More issues", the name of the links below an issue
	Search        string    // "Search", on a button
	SearchIn      string    // "Search all issues", above the field
	Found         string    // "Issues with “{words}”", a title
	NothingFound  string    // "No issue has all of these words."
	None          string    // "No issue has appeared yet."
	NoneThen      string    // "No issue appeared in that time."
	Older         string    // "Older issues", a link
	Newest        string    // "Newest issues", a link
	Previous      string    // "Previous issue", a link
	Next          string    // "Next issue", a link
	TakenDown     string    // "This issue was taken down", a title
	TakenDownHelp string    // that it is not coming back by a reader's doing
	Correction    string    // "Correction, {date}:", before what was wrong in an issue
	Follow        string    // "For feed readers", above links
	Coming        string    // "The next issue comes on {date}."
	Daily         string    // "An issue every day"
	Weekly        [7]string // "An issue every Sunday", from Sunday
	Often         string    // "Several issues a week"
	Weeks         Plural    // "An issue every {n} weeks"
	Monthly       string    // "An issue every month"
}
