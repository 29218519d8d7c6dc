package digest

import (
	"slices"
	"strings"
)

// credited are words that say what a credit is for, in the languages that
// credits come in.
func credited() []string {
	return strings.Fields(`photo photos photograph photographs photography photographed image images picture illustration graphic
		drawing cartoon map credit courtesy foto fotos fotografie fotografia fotografía fot bild grafik zeichnung karte
		illustrationen photographie dessin carte crédit infographie imagen ilustración gráfico mapa imagem ilustração immagine
		illustrazione disegno mappa beeld illustratie tekening kaart rys il ilustracja zdjęcie фото рис рисунок иллюстрация
		изображение صورة الصورة تصوير رسم`)
}

// credit says who made a picture: "Picture: Jonas Berg", and as it is where
// that is said already, as in "Photo by Jonas Berg" or "© Agencia Andes".
func (w Words) credit(by string) string {
	if by == "" || strings.ContainsAny(by, ":©") {
		return isolate(by, w.fromRight)
	}
	apart := func(r rune) bool { return strings.ContainsRune(" /.,()[]", r) }
	for word := range strings.FieldsFuncSeq(strings.ToLower(by), apart) {
		if slices.Contains(credited(), word) {
			return isolate(by, w.fromRight)
		}
	}
	return w.Fill(w.Credit, "credit", by)
}
