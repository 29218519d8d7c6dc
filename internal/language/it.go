package language

// italian addresses readers with Lei, and writes the first of a month as an
// ordinal, which CLDR's patterns can't say.
func italian(region string) Words {
	w := Words{
		Number:      "N.\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Di {names}",
		Two:         "{first} e {second}",
		Next:        "{names}, {name}",
		Last:        "{names} e {last}",
		Others:      "{names} e altri",
		Greeting:    "Gentile {name},",
		GreetingAll: "Care lettrici, cari lettori,",
		Browser:     "Visualizza nel browser",
		Contents:    "Anche in questo numero",
		More:        Plural{One: "e un altro articolo", Other: "e altri {n} articoli"},
		InBrief:     "In breve",
		Minutes:     Plural{One: "{n}\u00a0min\u00a0di\u00a0lettura", Other: "{n}\u00a0min\u00a0di\u00a0lettura"},
		Credit:      "Immagine: {credit}",
		Colon:       ":",
		KeepReading: "Continua a leggere",
		SentTo:      "Questo messaggio è stato inviato a {email} in seguito alla sua iscrizione a {name}.",
		Unsubscribe: "Annulla l’iscrizione",
		NothingNew:  "Questa volta non ci sono articoli nuovi.",
		Untitled:    "Senza titolo",
		Quotes:      quotes{"«", "»", "“", "”"},
		Pages: PageWords{
			Leave:       "Annullare l’iscrizione a {name}?",
			LeaveHow:    "Basta premere il pulsante: non riceverà altri numeri.",
			Left:        "Iscrizione annullata",
			LeftSaid:    "Non riceverà altri numeri di {name}. Se uno è in viaggio proprio ora, sarà l’ultimo.",
			Test:        "Era un messaggio di prova",
			TestSaid:    "In un numero vero questo link annulla l’iscrizione. Qui non ha alcun effetto.",
			BadLink:     "Questo link non funziona",
			BadLinkHelp: "Forse un programma di posta lo ha spezzato in due. Lo apra dal messaggio stesso, oppure risponda al messaggio chiedendo la cancellazione.",
			Fault:       "Qualcosa non ha funzionato da parte nostra",
			FaultHelp:   "Non dipende da lei e nulla è stato modificato. Riprovi tra qualche minuto.",
			Missing:     "Questa pagina non esiste",
			NoIssue:     "Questo numero non è qui",
			NoIssueHelp: "Un numero compare qui quando viene inviato; il link di un messaggio di prova funziona solo da quel momento. Se arriva da un messaggio di {name}, forse il link è stato spezzato in due.",
			ReadOnly:    "Questa pagina è di sola lettura",
		},
		DateWords: DateWords{
			FullDate:  "{weekday} {day}\u00a0{month} {year}",
			LongDate:  "{day}\u00a0{month} {year}",
			ShortDate: "{day}\u00a0{month}",
			Months: [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio",
				"agosto", "settembre", "ottobre", "novembre", "dicembre"},
			Weekdays: [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
			FirstDay: "1º",
		},
	}
	if region == "CH" {
		w.FullDate = "{weekday}, {day}\u00a0{month} {year}"
	}
	return w
}
