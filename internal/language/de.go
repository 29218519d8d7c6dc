package language

// german addresses readers with Sie. Austria and South Tyrol have a January
// of their own.
func german(region string) Words {
	w := Words{
		Number:      "Nr.\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Von {names}",
		Two:         "{first} und {second}",
		Next:        "{names}, {name}",
		Last:        "{names} und {last}",
		Others:      "{names} und andere",
		Greeting:    "Guten Tag {name},",
		GreetingAll: "Liebe Leserinnen und Leser,",
		Browser:     "Im Browser ansehen",
		Contents:    "Außerdem in dieser Ausgabe",
		More:        Plural{One: "und ein weiterer Artikel", Other: "und {n} weitere Artikel"},
		InBrief:     "Kurz gemeldet",
		Minutes:     Plural{One: "{n}\u00a0Min.\u00a0Lesezeit", Other: "{n}\u00a0Min.\u00a0Lesezeit"},
		Credit:      "Bild: {credit}",
		Colon:       ":",
		KeepReading: "Weiterlesen",
		SentTo:      "Diese E-Mail ging an {email}, weil Sie {name} abonniert haben.",
		Unsubscribe: "Abbestellen",
		NothingNew:  "Diesmal gibt es keine neuen Artikel.",
		Untitled:    "Ohne Titel",
		Joints:      germanJoints(),
		Seconds:     germanSeconds(),
		Quotes:      quotes{"„", "“", "‚", "‘"},
		Pages: PageWords{
			Leave:       "{name} abbestellen?",
			LeaveHow:    "Ein Klick auf die Schaltfläche genügt, und Sie erhalten keine weitere Ausgabe.",
			Left:        "Sie sind abgemeldet",
			LeftSaid:    "Sie erhalten keine weitere Ausgabe von {name}. Sollte in diesem Augenblick eine unterwegs sein, ist es die letzte.",
			Test:        "Das war eine Testmail",
			TestSaid:    "In einer echten Ausgabe führt dieser Link zur Abmeldung. Hier bewirkt er nichts.",
			BadLink:     "Dieser Link funktioniert nicht",
			BadLinkHelp: "Vielleicht hat ein Mailprogramm ihn zerteilt. Öffnen Sie ihn aus der E-Mail selbst, oder antworten Sie auf die E-Mail und bitten Sie um Abmeldung.",
			Fault:       "Bei uns ist etwas schiefgegangen",
			FaultHelp:   "Es liegt nicht an Ihnen, und es wurde nichts geändert. Bitte versuchen Sie es in einigen Minuten noch einmal.",
			Missing:     "Diese Seite gibt es nicht",
			NoIssue:     "Diese Ausgabe ist nicht hier",
			NoIssueHelp: "Eine Ausgabe steht hier, sobald sie verschickt ist; erst dann führt auch der Link einer Testmail zu ihr. Wenn Sie aus einer E-Mail von {name} kommen, wurde der Link vielleicht zerteilt.",
			ReadOnly:    "Diese Seite ist nur zum Lesen da",
		},
		DateWords: DateWords{
			FullDate:  "{weekday}, {day}.\u00a0{month} {year}",
			LongDate:  "{day}.\u00a0{month} {year}",
			ShortDate: "{day}.\u00a0{month}",
			Months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli",
				"August", "September", "Oktober", "November", "Dezember"},
			Weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		},
	}
	if region == "CH" || region == "LI" {
		w.Quotes = quotes{"«", "»", "‹", "›"}
	}
	if region == "AT" || region == "IT" {
		w.Months[0] = "Jänner"
	}
	return w
}
