package proof

import (
	"testing"

	"roundup/digest"
)

func germanPublication(t testing.TB) digest.Publication {
	t.Helper()
	return digest.Publication{
		Name:          "Die Hafenrundschau",
		Tagline:       "Außenpolitik und Weltwirtschaft, jeden Freitag",
		SiteURL:       "https://hafenrundschau.example/",
		BaseURL:       "https://post.hafenrundschau.example",
		Language:      "de",
		Location:      zone(t, "Europe/Berlin"),
		PostalAddress: "Hafenrundschau Verlagsgesellschaft mbH, Speicherstraße 9, 20457 Hamburg",
		AccentColor:   "#1f4e79",
		Social: []digest.SocialLink{
			{Name: "Mastodon", URL: "https://social.example/@hafenrundschau"},
			{Name: "Feed", URL: "https://hafenrundschau.example/feed.xml"},
		},
	}
}

const germanNote = `in dieser Woche geht es um Wasser: das, das uns trennt, und das, das uns ausgeht. Unser Aufmacher hat *elf Monate* Arbeit gekostet.

Wie immer freuen wir uns über Widerspruch – antworten Sie einfach auf diese Mail.`

func germanArticles() []digest.IssueSection {
	return []digest.IssueSection{
		{Title: "Analysen und Reportagen", Articles: []digest.Printed{
			withPicture(at(read(Article(18, "Der stille Krieg unter der Ostsee",
				"Fünf durchtrennte Kabel in vierzehn Monaten haben den Marinen der Region gezeigt, dass Abschreckung heute auf dem Meeresgrund beginnt.",
				"Analyse | Sicherheit | Europa", "Ngozi Achebe", "Tomas Lindqvist"), 4800), "ostsee"),
				"1600x900/ostsee.jpg", "Ein graues Patrouillenboot unter tiefen Wolken", "Ein Boot der Küstenwache vor Hanko.", "Jonas Berg"),
			withPicture(at(Article(17, "Wem gehört das Wasser unter der Sahelzone?",
				"Drei Regierungen bohren in denselben Grundwasserleiter, und keine weiß, wie viel noch da ist.",
				"Reportage | Klima | Afrika", "Käthe Großmann"), "wasser"),
				"1200x800/sahel.jpg", "Ein Bohrturm neben einer Reihe Akazien", "Ein neuer Brunnen bei Gao.", ""),
			at(Article(19, "Der Getreidekorridor, der seinen Vertrag überlebte",
				"Reeder, Versicherer und zwei Marinen halten ein Abkommen am Leben, das es auf dem Papier nicht mehr gibt.",
				"Reportage | Handel", "Elif Yıldız"), "getreide"),
		}},
		{Title: "Bericht", Articles: []digest.Printed{
			republished(read(Article(20, "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz kehrt zurück",
				"Ein Gesetz, das niemand aussprechen kann, ist wieder da. „Diesmal bleibt es“, sagt die Ministerin.",
				"Bericht", "Jörg Großmann", "Änne Müller-Lüdenscheidt", "Tomas Lindqvist"), 700),
				"Dieser Artikel erschien zuerst in Hafen & Hinterland."),
		}},
		{Title: "Meinung", Articles: []digest.Printed{
			at(Article(16, "Sanktionen sind eine Gewohnheit, keine Strategie",
				"Das Werkzeug wird jedes Jahr handlicher, und genau deshalb wirkt es seltener.", "Meinung", "Rutger van Dam"), "sanktionen"),
		}},
		{Title: "Kurz notiert", Articles: []digest.Printed{
			at(Article(15, "Im Kaukasus öffnet eine Grenze", "Nach 31 Jahren fuhr der erste Güterzug, elf Minuten zu spät.", "Europa"), "grenze"),
			at(Article(14, "Was der Chip-Waffenstillstand auslässt", "", "Handel | Asien", "Sun-hee Park"), "chips"),
		}},
	}
}
