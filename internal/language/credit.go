package language

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// creditWords are words that say what a credit is for, in the languages that
// credits come in, and creditPrepositions those that stand between such a word and a name.
func creditWords() []string {
	return strings.Fields(`photo photos photograph photographs photography photographed image images picture illustration graphic
		drawing cartoon map credit courtesy foto fotos fotografie fotografia fotografía fot bild grafik zeichnung karte
		illustrationen photographie dessin carte crédit infographie imagen ilustración gráfico mapa imagem ilustração immagine
		illustrazione disegno mappa beeld illustratie tekening kaart rys il ilustracja zdjęcie фото рис рисунок иллюстрация
		изображение صورة الصورة تصوير رسم`)
}

func creditPrepositions() []string {
	return strings.Fields("by of credit courtesy von par de di da por door przez")
}

// maxCreditKind is how long, in characters, what stands before a colon may be to
// be taken for what a credit is for: "Composite: Guardian Design".
const maxCreditKind = 24

// CreditOf says who made a picture, always in the same words: "Picture: Jonas Berg"
// for "Jonas Berg", "Photo by Jonas Berg" and "Fotografie: Jonas Berg". A credit
// that begins with such a word and no name after it stays as it is.
func (w Words) CreditOf(by string) string {
	name := creditedName(by)
	switch {
	case name == "":
		return ""
	case name == by && slices.Contains(creditWords(), firstWord(by)):
		return Isolate(by, w.fromRight)
	}
	return w.Fill(w.Credit, "credit", name)
}

// creditedName is a credit without what it says it is for.
func creditedName(by string) string {
	by = strings.TrimSpace(by)
	if kind, name, ok := strings.Cut(by, ":"); ok && strings.TrimSpace(name) != "" &&
		utf8.RuneCountInString(kind) <= maxCreditKind && !strings.ContainsAny(kind, "/,@") {
		return strings.TrimSpace(name)
	}
	rest := by
	for slices.Contains(creditWords(), firstWord(rest)) {
		_, after, ok := strings.Cut(rest, " ")
		if !ok {
			return by
		}
		rest = strings.TrimSpace(after)
		if _, name, ok := strings.Cut(rest, " "); ok && slices.Contains(creditPrepositions(), firstWord(rest)) {
			return creditedName(name)
		}
	}
	return by
}

// firstWord is the first word of a credit, in lower case.
func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.ToLower(strings.TrimFunc(word, unicode.IsPunct))
}
