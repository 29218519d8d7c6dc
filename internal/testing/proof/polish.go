package proof

import (
	"testing"

	"roundup/digest"
)

func polishPublication(t testing.TB) digest.Publication {
	t.Helper()
	pub := Publication(t)
	pub.Language, pub.Name, pub.Tagline = "pl", "Przegląd Południkowy", "Świat raz w tygodniu"
	pub.Location = zone(t, "Europe/Warsaw")
	return pub
}

// polishArticles have every form of a plural in their reading times.
func polishArticles() []digest.IssueSection {
	return []digest.IssueSection{{Title: "Analizy", Articles: []digest.Printed{
		withPicture(at(read(Article(18, "Cicha wojna pod Bałtykiem",
			"Pięć przeciętych kabli w czternaście miesięcy nauczyło floty regionu, że odstraszanie zaczyna się dziś na dnie morza.",
			"Analiza | Europa", "Ngozi Achebe", "Zbigniew Żółć"), 5236), "baltyk"),
			"1600x900/baltic.jpg", "Szary okręt pod niskim niebem", "Okręt straży przybrzeżnej pod Hanko.", "Jonas Berg"),
		at(read(Article(20, "Kto zapłaci za „nową neutralność”?", "Z daleka wygląda to lekko. Z bliska to seria rachunków.",
			"Dyplomacja", "Elżbieta Ćwik"), 700), "neutralnosc"),
		at(read(Article(19, "Krótko: granica na Kaukazie znów otwarta", "Pociąg spóźnił się o jedenaście minut.", "Europa"), 200), "granica"),
	}}}
}
