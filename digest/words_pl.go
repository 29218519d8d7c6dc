package digest

// polish has its months in the genitive, as they stand in a date, and names
// authors and sources behind a noun, where they need no other case.
func polish(string) Words {
	return Words{
		Number:      "Nr\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Tekst: {names}",
		Two:         "{first} i\u00a0{second}",
		Next:        "{names}, {name}",
		Last:        "{names} i\u00a0{last}",
		Others:      "{names} i\u00a0inni",
		Greeting:    "Dzień dobry, {name}!",
		GreetingAll: "Szanowni Państwo!",
		Browser:     "Zobacz w\u00a0przeglądarce",
		Contents:    "W\u00a0tym numerze także",
		InBrief:     "W\u00a0skrócie",
		Minutes: Plural{
			One:   "{n}\u00a0minuta\u00a0czytania",
			Few:   "{n}\u00a0minuty\u00a0czytania",
			Many:  "{n}\u00a0minut\u00a0czytania",
			Other: "{n}\u00a0minuty\u00a0czytania",
		},
		Credit:      "Ilustracja: {credit}",
		Colon:       ":",
		KeepReading: "Czytaj dalej",
		SentTo:      "Ta wiadomość została wysłana na adres {email} w\u00a0związku z\u00a0subskrypcją „{name}”.",
		Unsubscribe: "Zrezygnuj z\u00a0subskrypcji",
		NothingNew:  "Tym razem nie ma nowych artykułów.",
		Untitled:    "Bez tytułu",
		Quotes:      quotes{"„", "”", "«", "»"},
		Tied:        "aiouwzAIOUWZ",
		Pages: PageWords{
			Leave:       "Zrezygnować z\u00a0subskrypcji „{name}”?",
			LeaveHow:    "Wystarczy nacisnąć przycisk, a\u00a0kolejne numery nie będą już wysyłane.",
			Left:        "Subskrypcja została anulowana",
			LeftSaid:    "Kolejne numery „{name}” nie będą już wysyłane. Jeśli jakiś jest właśnie w\u00a0drodze, będzie ostatni.",
			Test:        "To była wiadomość testowa",
			TestSaid:    "W\u00a0prawdziwym numerze ten link służy do rezygnacji z\u00a0subskrypcji. Tutaj nic nie robi.",
			BadLink:     "Ten link nie działa",
			BadLinkHelp: "Być może program pocztowy podzielił go na dwie części. Proszę otworzyć go z\u00a0samej wiadomości albo odpowiedzieć na nią z\u00a0prośbą o\u00a0wypisanie z\u00a0listy.",
			Fault:       "Coś poszło nie tak po naszej stronie",
			FaultHelp:   "To nie Państwa wina i\u00a0nic nie zostało zmienione. Proszę spróbować ponownie za kilka minut.",
			Missing:     "Nie ma takiej strony",
			NoIssue:     "Tego numeru tu nie ma",
			NoIssueHelp: "Numer pojawia się tutaj z\u00a0chwilą wysłania; link z\u00a0wiadomości testowej działa dopiero od tego momentu. Jeśli prowadził tu link z\u00a0wiadomości „{name}”, być może został podzielony na dwie części.",
			ReadOnly:    "Ta strona jest tylko do czytania",
		},
		DateWords: DateWords{
			FullDate:  "{weekday}, {day}\u00a0{month} {year}",
			LongDate:  "{day}\u00a0{month} {year}",
			ShortDate: "{day}\u00a0{month}",
			Months: [12]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
				"sierpnia", "września", "października", "listopada", "grudnia"},
			Weekdays: [7]string{"niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota"},
		},
	}
}
