package feeds_test

import (
	"strings"
	"testing"

	"roundup/digest/feeds"
)

// TestBylines splits bylines as magazines of eight languages write them.
func TestBylines(t *testing.T) {
	t.Parallel()
	tests := []struct{ language, in, want string }{
		{"en", "Words and photos by Jane Doe", "Jane Doe"},
		{"en", "Words & photos by Jane Doe", "Jane Doe"},
		{"en", "Story and photos by Jane Doe", "Jane Doe"},
		{"en", "Story, photos by Jane Doe", "Jane Doe"},
		{"en", "Text and photographs by Jane Doe", "Jane Doe"},
		{"en", "Photos and text by Jane Doe and John Roe", "Jane Doe; John Roe"},
		{"en", "Reporting and photos by Jane Doe", "Jane Doe"},
		{"en", "Written and illustrated by Jane Doe", "Jane Doe"},
		{"en", "Story by Jane Doe, photos by Ann Poe", "Jane Doe"},
		{"en", "Story by Jane Doe Photographs by Ann Poe", "Jane Doe"},
		{"en", "Photographs by Ann Poe, words by Jane Doe", "Jane Doe"},
		{"en", "Photos by Ann Poe. Text by Jane Doe", "Jane Doe"},
		{"en", "Jane Doe; photos by Ann Poe", "Jane Doe"},
		{"en", "Jane Doe with photos by Ann Poe", "Jane Doe"},
		{"en", "Jane Doe, with photographs by Ann Poe and John Roe", "Jane Doe"},
		{"en", "Jane Doe (photos by Ann Poe)", "Jane Doe"},
		{"en", "Jane Doe (words), Ann Poe (photos)", "Jane Doe"},
		{"en", "Jane Doe (author), John Roe (illustrator)", "Jane Doe"},
		{"en", "Jane Doe. Illustrations by Ann Poe", "Jane Doe"},
		{"en", "Jane Doe | Graphics: Ann Poe | Video: Sam Lee", "Jane Doe"},
		{"en", "By Jane Doe, additional reporting by Sam Lee and Ann Poe", "Jane Doe; Sam Lee; Ann Poe"},
		{"en", "A photo essay by Ann Poe", "Ann Poe"},
		{"en", "Photo essay by Ann Poe, text by Jane Doe", "Ann Poe; Jane Doe"},
		{"en", "Guest post by Jane Doe", "Jane Doe"},
		{"en", "Photographed by Ann Poe", "Ann Poe"},
		{"en", "Compiled by Jane Doe; edited by Sam Lee", "Jane Doe"},
		{"en", "Words: Jane Doe / Pictures: Ann Poe", "Jane Doe"},
		{"en", "Jane Doe and news agencies", "Jane Doe"},
		{"en", "Jane Doe, translated from the German by Sam Lee", "Jane Doe"},
		{"en", "Translated by Sam Lee", "Sam Lee"},
		{"en", "Bertrand de Jouvenel and Ludwig van der Rohe", "Bertrand de Jouvenel; Ludwig van der Rohe"},
		{"en", "de la Cruz, Ana", "Ana de la Cruz"},
		{"en", "Von Der Leyen, Ursula", "Von Der Leyen; Ursula"},
		{"en", "Von Trier Films", "Von Trier Films"},
		{"en", "Door County Pulse", "Door County Pulse"},
		{"en", "Por Favor Magazine", "Por Favor Magazine"},
		{"en", "Par Excellence Press", "Par Excellence Press"},
		{"en", "Washington Post: Jane Doe", "Washington Post: Jane Doe"},
		{"en", "Harvard Business Review", "Harvard Business Review"},
		{"en", "Words Without Borders", "Words Without Borders"},
		{"en", "Magnum Photos", "Magnum Photos"},
		{"en", "Photos of the Week", "Photos of the Week"},
		{"en", "United Nations Agencies", "United Nations Agencies"},
		{"en", "Tom E Smith", "Tom E Smith"},
		{"de", "Von Jörg Müller und Anna Öz", "Jörg Müller; Anna Öz"},
		{"de-AT", "Von Ursula von der Leyen", "Ursula von der Leyen"},
		{"de", "von Jörg Müller, Anna Öz und Ben Ali", "Jörg Müller; Anna Öz; Ben Ali"},
		{"de", "Text und Fotos: Jörg Müller", "Jörg Müller"},
		{"de", "Text und Fotos von Jörg Müller", "Jörg Müller"},
		{"de", "Text: Jörg Müller, Fotos: Anna Öz", "Jörg Müller"},
		{"de", "Von Jörg Müller (Text) und Anna Öz (Fotos)", "Jörg Müller"},
		{"de", "Jörg Müller (Text und Fotos)", "Jörg Müller"},
		{"de", "Von Jörg Müller, Illustration: Anna Öz", "Jörg Müller"},
		{"de", "Jörg Müller mit Fotos von Anna Öz", "Jörg Müller"},
		{"de", "Jörg Müller, aus dem Englischen übersetzt von Anna Öz", "Jörg Müller"},
		{"de", "Ein Gastbeitrag von Jörg Müller", "Jörg Müller"},
		{"de", "Eine Reportage von Anna Öz", "Anna Öz"},
		{"de", "Interview: Jörg Müller", "Jörg Müller"},
		{"de", "Von Der Leyen, Ursula", "Von Der Leyen; Ursula"},
		{"de", "von der Leyen, Anna", "Anna von der Leyen"},
		{"de", "Von Miller", "Von Miller"},
		{"de", "zu Guttenberg, Maria", "Maria zu Guttenberg"},
		{"fr", "Par Jeanne Dupont et Luc Roi", "Jeanne Dupont; Luc Roi"},
		{"fr", "Par AFP", "AFP"},
		{"fr", "Texte et photos : Jeanne Dupont", "Jeanne Dupont"},
		{"fr", "Textes : Jeanne Dupont, photos : Luc Roi", "Jeanne Dupont"},
		{"fr", "Propos recueillis par Jeanne Dupont", "Jeanne Dupont"},
		{"fr", "Jeanne Dupont (texte) et Luc Roi (photos)", "Jeanne Dupont"},
		{"fr", "Jeanne Dupont, avec des photos de Luc Roi", "Jeanne Dupont"},
		{"fr", "Un récit de Jeanne Dupont", "Jeanne Dupont"},
		{"fr", "Jeanne Dupont, traduit de l’anglais par Luc Roi", "Jeanne Dupont"},
		{"fr", "Dominique de Villepin", "Dominique de Villepin"},
		{"fr", "Jeanne Dupont avec agences", "Jeanne Dupont"},
		{"es", "Por Ana Gómez y Luis Paz", "Ana Gómez; Luis Paz"},
		{"es", "Por Redacción", "Redacción"},
		{"es", "Texto y fotos: Ana Gómez", "Ana Gómez"},
		{"es", "Texto de Ana Gómez, fotos de Luis Paz", "Ana Gómez"},
		{"es", "Ana Gómez con fotografías de Luis Paz", "Ana Gómez"},
		{"es", "Entrevista de Ana Gómez", "Ana Gómez"},
		{"es", "José Ortega y Gasset", "José Ortega y Gasset"},
		{"es", "Ana Gómez y EFE", "Ana Gómez; EFE"},
		{"es", "De la Cruz, Ana", "Ana De la Cruz"},
		{"it", "di Mario Rossi e Anna Bianchi", "Mario Rossi; Anna Bianchi"},
		{"it", "Di Mario Rossi", "Mario Rossi"},
		{"it", "Testo e foto di Mario Rossi", "Mario Rossi"},
		{"it", "Testo di Mario Rossi, foto di Anna Bianchi", "Mario Rossi"},
		{"it", "A cura di Anna Bianchi", "Anna Bianchi"},
		{"it", "Intervista di Mario Rossi", "Mario Rossi"},
		{"it", "Traduzione di Anna Bianchi", "Anna Bianchi"},
		{"it", "Di Stefano, Marco", "Marco Di Stefano"},
		{"it", "Benedetto Croce", "Benedetto Croce"},
		{"nl", "Door Anna de Vries en Jan Smit", "Anna de Vries; Jan Smit"},
		{"nl", "Tekst: Anna de Vries, beeld: Jan Smit", "Anna de Vries"},
		{"nl", "Tekst en foto’s: Anna de Vries", "Anna de Vries"},
		{"nl", "Anna de Vries, foto's Jan Smit", "Anna de Vries; foto's Jan Smit"},
		{"nl", "Foto's van Jan Smit, tekst van Anna de Vries", "Anna de Vries"},
		{"nl", "van der Berg, Anna", "Anna van der Berg"},
		{"nl", "Redactie en ANP", "Redactie; ANP"},
		{"pt-BR", "Por Ana Paz e Rui Costa", "Ana Paz; Rui Costa"},
		{"pt", "Texto e fotos de Rui Costa", "Rui Costa"},
		{"pt", "Reportagem de Ana Paz, fotografia de Rui Costa", "Ana Paz"},
		{"pt", "Artur da Costa e Silva", "Artur da Costa e Silva"},
		{"pt", "Ana Paz (texto) e Rui Costa (fotos)", "Ana Paz"},
		{"pt", "dos Santos, Paulo", "Paulo dos Santos"},
		{"pl", "Tekst: Jan Kowalski, zdjęcia: Anna Nowak", "Jan Kowalski"},
		{"pl", "Tekst i zdjęcia: Anna Nowak", "Anna Nowak"},
		{"pl", "Jan Kowalski i Anna Nowak", "Jan Kowalski; Anna Nowak"},
		{"pl", "Jan Kowalski oraz Anna Nowak", "Jan Kowalski; Anna Nowak"},
		{"pl", "Jan Kowalski, fot. Anna Nowak", "Jan Kowalski"},
		{"pl", "Rozmawiała Anna Nowak", "Anna Nowak"},
		{"pl", "Rozmawiał: Jan Kowalski", "Jan Kowalski"},
		{"pl", "Autor: Jan Kowalski", "Jan Kowalski"},
		{"en", "Words and Pictures", "Words and Pictures"},
		{"en", "Opinion | Jane Doe", "Opinion; Jane Doe"},
		{"en", "The Post and Courier", "The Post and Courier"},
		{"de", "Bild von Morgen", "Bild von Morgen"},
		{"fr", "Tribune de Genève", "Tribune de Genève"},
		{"fr", "Jeanne Dupont, Tribune de Genève", "Jeanne Dupont; Tribune de Genève"},
		{"es", "Ana Gómez, fotos de AFP", "Ana Gómez"},
		{"fr", "Photo de Famille", "Photo de Famille"},
		{"fr", "Images de l’Est", "Images de l’Est"},
		{"it", "Di Maio Luigi", "Di Maio Luigi"},
		{"nl", "Beeld en Geluid", "Beeld en Geluid"},
		{"pl", "Tekst i zdjęcia Anna Nowak", "Tekst i zdjęcia Anna Nowak"},
		{"", "Von Jörg Müller", "Von Jörg Müller"},
		{"", "Par Lagerkvist", "Par Lagerkvist"},
		{"", "Mario Rossi e Anna Bianchi", "Mario Rossi e Anna Bianchi"},
	}
	for _, tt := range tests {
		t.Run(tt.language+" "+tt.in, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(feeds.SplitByline(tt.in, tt.language), "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// The language of a byline is the feed's; where it says none, the newsletter's.
func TestLanguageOfByline(t *testing.T) {
	t.Parallel()
	const rssWith, item = `<rss version="2.0"><channel><title>M</title>%<item><title>T</title><author>Von Jörg Müller</author></item></channel></rss>`, `"items":[{"id":"1","title":"T","author":{"name":"Von Jörg Müller"}}]}`
	tests := []struct{ name, doc, newsletter, want string }{
		{"RSS", strings.Replace(rssWith, "%", "<language>de-DE</language>", 1), "", "Jörg Müller"},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><entry><title>T</title><author><name>Von Jörg Müller</name></author></entry></feed>`, "", "Jörg Müller"},
		{"JSON Feed", `{"version":"https://jsonfeed.org/version/1.1","language":"de",` + item, "", "Jörg Müller"},
		{"JSON Feed, damaged", `{"version":"https://jsonfeed.org/version/1.1","language":"de",` + strings.TrimSuffix(item, "]}"), "", "Jörg Müller"},
		{"none, in a German newsletter", strings.Replace(rssWith, "%", "", 1), "de", "Jörg Müller"},
		{"English, in a German newsletter", strings.Replace(rssWith, "%", "<language>en</language>", 1), "de", "Von Jörg Müller"},
		{"none", strings.Replace(rssWith, "%", "", 1), "", "Von Jörg Müller"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := feeds.Parse([]byte(tt.doc), feeds.Meta{Language: tt.newsletter})
			if err != nil || len(f.Articles) != 1 || len(f.Articles[0].Authors) != 1 || f.Articles[0].Authors[0].Name != tt.want {
				t.Errorf("Parse = %+v, %v, want %s", f.Articles, err, tt.want)
			}
		})
	}
}
