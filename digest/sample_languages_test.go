package digest_test

import (
	"testing"

	"roundup/digest"
)

// abroad compiles a sample in another language than English.
func abroad(t *testing.T, name, note string, pub digest.Publication, sections []digest.IssueSection) sample {
	t.Helper()
	issue, err := digest.Compile(digest.CompileInput{
		Selection:   digest.Selection{Sections: sections},
		Edits:       digest.Edits{Note: note},
		Publication: pub,
		Number:      12,
		Kind:        digest.Regular,
		Slot:        sampleMoment(),
		Now:         sampleMoment(),
		UID:         sampleUID,
	})
	if err != nil {
		t.Fatal(err)
	}
	return sample{name, issue, pub}
}

// foreignPublication is the magazine's edition in another language.
func foreignPublication(t *testing.T, language, name, tagline string) digest.Publication {
	t.Helper()
	pub := samplePublication(t)
	pub.Language, pub.Name, pub.Tagline = language, name, tagline
	return pub
}

// read gives an article a length.
func read(p digest.Printed, words int) digest.Printed {
	p.Words = words
	return p
}

func inGerman(t *testing.T) sample {
	t.Helper()
	cables := withPicture(sampleArticle(18, "Der stille Krieg unter der Ostsee: Was fünf gekappte Kabel über die Abschreckung auf dem Meeresgrund verraten",
		"Fünf durchtrennte Leitungen in vierzehn Monaten haben den Marinen der Region gezeigt, dass Abschreckung heute auf dem Meeresgrund beginnt – mit Schiffen, die niemand betreten darf.",
		"Analyse | Sicherheitspolitik | Europa", "Ngozi Achebe", "Tomas Lindqvist"),
		"baltic.jpg", "Ein graues Patrouillenboot unter tiefem Himmel", "Ein Schiff der Küstenwache vor Hanko.", "Jonas Berg/Meridian", 1600, 900)
	law := sampleArticle(20, "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz kehrt zurück",
		"Ein Gesetz, das niemand aussprechen kann, ist wieder da. „Diesmal bleibt es“, sagt die Ministerin.",
		"Bericht", "Jörg Großmann", "Änne Müller-Lüdenscheidt", "Tomas Lindqvist")
	law.Republished = "Dieser Artikel erschien zuerst in Hafen & Hinterland."
	return abroad(t, "german", "diese Ausgabe beginnt in der Ostsee.", foreignPublication(t, "de", "Die Meridian-Rundschau", "Weltpolitik, einmal in der Woche"),
		[]digest.IssueSection{{Title: "Analyse & Bericht", Articles: []digest.Printed{read(cables, 2400), read(law, 700)}}})
}

func inPolish(t *testing.T) sample {
	t.Helper()
	return abroad(t, "polish", "", foreignPublication(t, "pl", "Przegląd Południkowy", "Świat raz w tygodniu"), []digest.IssueSection{
		{Title: "Analizy", Articles: []digest.Printed{
			read(withPicture(sampleArticle(18, "Cicha wojna pod Bałtykiem", "Pięć przeciętych kabli w czternaście miesięcy nauczyło floty regionu, że odstraszanie zaczyna się na dnie.",
				"Analiza | Europa", "Ngozi Achebe", "Zbigniew Żółć"), "baltic.jpg", "Szary okręt", "Okręt straży przybrzeżnej.", "Jonas Berg", 1600, 900), 5236),
			read(sampleArticle(20, "Kto zapłaci za „nową neutralność”?", "Z daleka wygląda to lekko. Z bliska to seria rachunków.", "Dyplomacja", "Elżbieta Ćwik"), 476),
		}},
	})
}

// inArabic has an English headline and English names among Arabic ones.
func inArabic(t *testing.T) sample {
	t.Helper()
	english := read(sampleArticle(20, "Who Owns the Water Beneath the Sahel?", "Three governments are drilling into the same aquifer (and none knows how much is left).",
		"تحليل | Climate | NATO | أفريقيا", "Amina Diallo", "ليلى حداد"), 480)
	english.URL += "who-owns"
	cables := withPicture(sampleArticle(18, "الحرب الهادئة تحت بحر البلطيق: ماذا تكشف خمسة كابلات مقطوعة؟",
		"خمسة كابلات مقطوعة في أربعة عشر شهرًا علّمت أساطيل المنطقة أن الردع يبدأ اليوم من قاع البحر، بسفن لا يُسمح لأحد بالصعود إليها.",
		"تحليل | أمن | أوروبا", "نغوزي أتشيبي", "Tomas Lindqvist"),
		"baltic.jpg", "سفينة دورية رمادية تحت سماء منخفضة", "سفينة لخفر السواحل قرب هانكو.", "Jonas Berg/Meridian", 1600, 900)
	nato := read(sampleArticle(19, "NATO تعلن عن مناورات جديدة في بحر البلطيق (الأكبر منذ 2014)", "تشارك فيها 14 دولة.", "تقرير", "ليلى حداد"), 2600)
	return abroad(t, "arabic", "هذا الأسبوع نبدأ من **بحر البلطيق**.", foreignPublication(t, "ar", "مجلة ميريديان", "شؤون العالم مرة في الأسبوع"),
		[]digest.IssueSection{{Title: "تحليلات وتقارير", Articles: []digest.Printed{read(cables, 2400), english, nato}}})
}
