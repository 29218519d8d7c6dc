package language

import "strings"

// english puts the month first where CLDR does, and where no region is named.
func english(region string) Words {
	return Words{
		Number:      "No. {number}",
		Numbered:    "{name}, {number}",
		By:          "By {names}",
		Two:         "{first} and {second}",
		Next:        "{names}, {name}",
		Last:        "{names} and {last}",
		Others:      "{names} and others",
		Greeting:    "Dear {name},",
		GreetingAll: "Dear reader,",
		Browser:     "View in browser",
		Contents:    "Also in this issue",
		More:        Plural{One: "and one\u00a0more", Other: "and {n}\u00a0more"},
		InBrief:     "In brief",
		Minutes:     Plural{One: "{n}\u00a0min\u00a0read", Other: "{n}\u00a0min\u00a0read"},
		Credit:      "Picture: {credit}",
		Colon:       ":",
		KeepReading: "Keep reading",
		SentTo:      "This mail was sent to {email} because you subscribed to {name}.",
		Unsubscribe: "Unsubscribe",
		NothingNew:  "There are no new articles this time.",
		Untitled:    "Untitled",
		Quotes:      quotes{"“", "”", "‘", "’"},
		Pages: PageWords{
			Leave:       "Leave {name}?",
			LeaveHow:    "One press of the button, and no further issue is sent to you.",
			Left:        "You are unsubscribed",
			LeftSaid:    "No further issue of {name} is sent to you. If one is on its way this very minute, it is the last.",
			Test:        "This was a test mail",
			TestSaid:    "In a real issue this link unsubscribes its reader. Here it does nothing.",
			BadLink:     "This link does not work",
			BadLinkHelp: "It may have been cut in two by a mail program. Open it from the mail itself, or answer the mail and ask to be taken off the list.",
			Fault:       "Something went wrong here",
			FaultHelp:   "It is not your fault, and nothing was changed. Please try again in a few minutes.",
			Missing:     "There is no such page",
			NoIssue:     "This issue is not here",
			NoIssueHelp: "An issue is put here when it is sent; the link of a test mail works from then on. If you came from a mail of {name}, its link may have been cut in two.",
			ReadOnly:    "This page is for reading only",
		},
		DateWords: englishDates(region),
	}
}

func englishDates(region string) DateWords {
	d := DateWords{
		FullDate:  "{weekday}, {day} {month} {year}",
		LongDate:  "{day} {month} {year}",
		ShortDate: "{day} {month}",
		Months: [12]string{"January", "February", "March", "April", "May", "June", "July",
			"August", "September", "October", "November", "December"},
		Weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
	switch {
	case region == "" || strings.Contains("AS BI CA GU JP MH MP PH PR UM US VI", region):
		d.FullDate, d.LongDate, d.ShortDate = "{weekday}, {month} {day}, {year}", "{month} {day}, {year}", "{month} {day}"
	case strings.Contains("BW BZ ZA ZW", region):
		d.FullDate, d.LongDate = "{weekday}, {dd} {month} {year}", "{dd} {month} {year}"
	case region == "IE" || region == "MV":
		d.FullDate = "{weekday} {day} {month} {year}"
	case region == "MT":
		d.LongDate = "{dd} {month} {year}"
	}
	return d
}
