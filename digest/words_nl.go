package digest

// dutch addresses readers with u.
func dutch(string) Words {
	return Words{
		Number:      "Nr.\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Door {names}",
		Two:         "{first} en {second}",
		Next:        "{names}, {name}",
		Last:        "{names} en {last}",
		Others:      "{names} en anderen",
		Greeting:    "Beste {name},",
		GreetingAll: "Beste lezer,",
		Browser:     "Bekijk in de browser",
		Contents:    "In dit nummer",
		InBrief:     "In het kort",
		Minutes:     Plural{One: "{n}\u00a0min. leestijd", Other: "{n}\u00a0min. leestijd"},
		Credit:      "Beeld: {credit}",
		Colon:       ":",
		KeepReading: "Lees verder",
		SentTo:      "Deze e-mail is verstuurd naar {email} omdat u zich hebt aangemeld voor {name}.",
		Unsubscribe: "Uitschrijven",
		NothingNew:  "Deze keer zijn er geen nieuwe artikelen.",
		Untitled:    "Zonder titel",
		Pages: PageWords{
			Leave:       "Uitschrijven voor {name}?",
			LeaveHow:    "Eén klik op de knop, en u ontvangt geen nieuwe nummers meer.",
			Left:        "U bent uitgeschreven",
			LeftSaid:    "U ontvangt geen nieuwe nummers van {name} meer. Is er op dit moment nog een onderweg, dan is dat het laatste.",
			Test:        "Dit was een testmail",
			TestSaid:    "In een echt nummer kunt u zich met deze link uitschrijven. Hier doet hij niets.",
			BadLink:     "Deze link werkt niet",
			BadLinkHelp: "Misschien heeft een mailprogramma hem in tweeën geknipt. Open hem vanuit de e-mail zelf, of beantwoord de e-mail en vraag om uitschrijving.",
			Fault:       "Er is bij ons iets misgegaan",
			FaultHelp:   "Het ligt niet aan u en er is niets gewijzigd. Probeer het over een paar minuten opnieuw.",
			Missing:     "Deze pagina bestaat niet",
		},
		DateWords: DateWords{
			FullDate:  "{weekday} {day}\u00a0{month} {year}",
			LongDate:  "{day}\u00a0{month} {year}",
			ShortDate: "{day}\u00a0{month}",
			Months: [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli",
				"augustus", "september", "oktober", "november", "december"},
			Weekdays: [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		},
	}
}
