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
		Archive: ArchiveWords{
			Issues:        "All issues",
			Latest:        "Latest issues",
			Years:         "By year",
			Around:        "More issues",
			Search:        "Search",
			SearchIn:      "Search all issues",
			Found:         "Issues with “{words}”",
			NothingFound:  "No issue has all of these words.",
			None:          "No issue has appeared yet.",
			Older:         "Older issues",
			Newest:        "Newest issues",
			Previous:      "Previous issue",
			Next:          "Next issue",
			TakenDown:     "This issue was taken down",
			TakenDownHelp: "The editors of {name} have taken it out of the archive.",
			Follow:        "For feed readers",
			Coming:        "The next issue comes on {date}.",
			Daily:         "An issue every day",
			Weekly: [7]string{
				"An issue every Sunday",
				"An issue every Monday",
				"An issue every Tuesday",
				"An issue every Wednesday",
				"An issue every Thursday",
				"An issue every Friday",
				"An issue every Saturday",
			},
			Often:   "Several issues a week",
			Weeks:   Plural{One: "An issue every week", Other: "An issue every {n}\u00a0weeks"},
			Monthly: "An issue every month",
		},
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
		Join: JoinWords{
			Title:          "Subscribe to {name}",
			Box:            "Newsletter",
			BoxLead:        "Subscribe now to our weekly round-up and don’t miss a beat",
			Address:        "Email address",
			Name:           "Name (optional)",
			Button:         "Subscribe",
			How:            "A mail with a link to confirm is sent to this address. Every issue has a link to leave.",
			Trap:           "Please leave this empty",
			Asked:          "Look into your mailbox",
			AskedSaid:      "A mail with a link to confirm is on its way, unless the address is subscribed to {name} already or does not want it. Is nothing there in a few minutes? Look among the junk mail.",
			Again:          "One more press, please",
			AgainSaid:      "The form came from another page, very quickly, or after a long time. Please check the address and press the button.",
			BadAddress:     "This address can’t be right",
			Busy:           "Too many at the moment",
			BusySaid:       "So many are subscribing that no more mail is sent for now. Please try again in an hour.",
			Confirm:        "Subscribe to {name}?",
			ConfirmSaid:    "One press of the button, and {name} is sent to {email}.",
			ConfirmButton:  "Yes, subscribe",
			Confirmed:      "You are subscribed",
			ConfirmedSaid:  "The next issue of {name} is sent to {email}.",
			UnderWay:       "{number} is being sent just now; your first is {next}.",
			SendNow:        "Send me the latest issue now",
			SendNowSaid:    "The latest issue is on its way to {email}.",
			TooOld:         "This link is too old",
			TooOldHelp:     "It works for seven days. Please subscribe once more.",
			Never:          "Never write to this address?",
			NeverSaid:      "One press of the button, and {name} never writes to {email} again, whoever asks for it.",
			NeverButton:    "Never again",
			NeverDone:      "{name} does not write to this address",
			MailSubject:    "Please confirm: {name}",
			MailSaid:       "Somebody, most likely you, asked for {name} to be sent to this address. One press is all it takes:",
			MailButton:     "Confirm subscription",
			MailIgnore:     "You did not ask for it? Then there is nothing to do: nothing is sent without your confirmation. The link works for seven days.",
			MailNever:      "Never write to this address",
			WelcomeSubject: "Welcome to {name}",
			WelcomeSaid:    "From now on {name} is sent to this address.",
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
