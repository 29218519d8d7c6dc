package language

// french sets a space that does not break before : and ? and inside « ». The
// first of a month is written as an ordinal, as France and Canada both do;
// CLDR's patterns can't say so.
func french(region string) Words {
	w := Words{
		Number:      "N°\u00a0{number}",
		Numbered:    "{name}, {number}",
		By:          "Par {names}",
		Two:         "{first} et {second}",
		Next:        "{names}, {name}",
		Last:        "{names} et {last}",
		Others:      "{names} et d’autres",
		Greeting:    "Bonjour {name},",
		GreetingAll: "Chères lectrices, chers lecteurs,",
		Browser:     "Voir dans le navigateur",
		Contents:    "Également dans ce numéro",
		More:        Plural{One: "et {n} autre article", Other: "et {n} autres articles"},
		InBrief:     "En bref",
		Minutes:     Plural{One: "{n}\u00a0min\u00a0de\u00a0lecture", Other: "{n}\u00a0min\u00a0de\u00a0lecture"},
		Credit:      "Crédit\u00a0: {credit}",
		Colon:       "\u00a0:",
		KeepReading: "Lire la suite",
		SentTo:      "Ce message a été envoyé à {email} à la suite de votre abonnement à «\u00a0{name}\u00a0».",
		Unsubscribe: "Se désabonner",
		NothingNew:  "Pas de nouvel article cette fois-ci.",
		Untitled:    "Sans titre",
		Quotes:      quotes{"«\u00a0", "\u00a0»", "“", "”"},
		Pages: PageWords{
			Leave:       "Se désabonner de «\u00a0{name}\u00a0»\u00a0?",
			LeaveHow:    "Un clic sur le bouton, et aucun autre numéro ne vous sera envoyé.",
			Left:        "Désabonnement effectué",
			LeftSaid:    "Aucun autre numéro de «\u00a0{name}\u00a0» ne vous sera envoyé. Si l’un d’eux est en route à cet instant, ce sera le dernier.",
			Test:        "C’était un message d’essai",
			TestSaid:    "Dans un vrai numéro, ce lien sert à se désabonner. Ici, il est sans effet.",
			BadLink:     "Ce lien ne fonctionne pas",
			BadLinkHelp: "Un logiciel de messagerie l’a peut-être coupé en deux. Ouvrez-le depuis le message lui-même, ou répondez au message en demandant votre désabonnement.",
			Fault:       "Un problème est survenu de notre côté",
			FaultHelp:   "Vous n’y êtes pour rien, et rien n’a été modifié. Veuillez réessayer dans quelques minutes.",
			Missing:     "Cette page n’existe pas",
			NoIssue:     "Ce numéro n’est pas ici",
			NoIssueHelp: "Un numéro est publié ici dès son envoi\u00a0; le lien d’un message d’essai ne fonctionne qu’ensuite. Si vous venez d’un message de «\u00a0{name}\u00a0», son lien a peut-être été coupé en deux.",
			ReadOnly:    "Cette page est en lecture seule",
		},
		DateWords: DateWords{
			FullDate:  "{weekday} {day}\u00a0{month} {year}",
			LongDate:  "{day}\u00a0{month} {year}",
			ShortDate: "{day}\u00a0{month}",
			Months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet",
				"août", "septembre", "octobre", "novembre", "décembre"},
			Weekdays: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
			FirstDay: "1er",
		},
	}
	if region == "CH" {
		w.FullDate = "{weekday}, {day}\u00a0{month} {year}"
	}
	return w
}
