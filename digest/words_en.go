package digest

// english puts the month first in the United States and where no region is
// named, as CLDR does, and the day first elsewhere.
func english(region string) Words {
	w := Words{
		Number:      "No. {number}",
		By:          "By {names}",
		Two:         "{first} and {second}",
		Next:        "{names}, {name}",
		Last:        "{names} and {last}",
		Others:      "{names} and others",
		Greeting:    "Dear {name},",
		GreetingAll: "Dear reader,",
		Browser:     "View in browser",
		Contents:    "In this issue",
		InBrief:     "In brief",
		Minutes:     Plural{One: "{n} min read", Other: "{n} min read"},
		Credit:      "Picture: {credit}",
		KeepReading: "Keep reading",
		SentTo:      "This mail was sent to {email} because you subscribed to {name}.",
		Unsubscribe: "Unsubscribe",
		NothingNew:  "There are no new articles this time.",
		Untitled:    "Untitled",
		FullDate:    "{weekday}, {month} {day}, {year}",
		LongDate:    "{month} {day}, {year}",
		ShortDate:   "{month} {day}",
		Months: [12]string{"January", "February", "March", "April", "May", "June", "July",
			"August", "September", "October", "November", "December"},
		Weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
	if region != "US" && region != "CA" && region != "PH" {
		w.FullDate, w.LongDate, w.ShortDate = "{weekday}, {day} {month} {year}", "{day} {month} {year}", "{day} {month}"
	}
	return w
}
