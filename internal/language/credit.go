package language

import (
	"slices"
	"strings"
	"unicode"
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

// creditKinds are words that stand for what a credit is for only before a colon:
// "Composite: Guardian Design". They may be joined to one another: "Bildnachweis: dpa".
func creditKinds() []string {
	return strings.Fields(`composite collage montage supplied handout screen shot graphics illustrations pictures
		credits crédits source quelle fuente fonte bron źródło источник المصدر artwork art painting portrait render rendering visualisation
		visualization copyright nachweis rechte urheber bilder grafiken karten fotograf fotografin photographer gemälde repro
		video film still stills frame cover title titel featured main lead header hero file stock archive archives archiv archivo archivio arquivo
		symbol beispiel press presse info aerial luft satellite satelliten animation`)
}

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

// creditedName is a credit without what it says it is for. An agency or a licence
// before a colon is a part of it.
func creditedName(by string) string {
	by = strings.TrimSpace(by)
	if kind, name, ok := strings.Cut(by, ":"); ok && strings.TrimSpace(name) != "" && isCreditKind(kind) {
		return strings.TrimSpace(name)
	}
	rest := by
	for slices.Contains(creditWords(), firstWord(rest)) {
		_, after, ok := strings.Cut(rest, " ")
		if !ok {
			return by
		}
		rest = strings.TrimSpace(after)
		if name, ok := afterPreposition(rest); ok {
			return name
		}
	}
	return by
}

// agencies are picture agencies whose names are nothing but words for what a credit is for,
// as they are written: "Cover images" are those of a cover.
func agencies() []string {
	return []string{"Archive Photos", "Art Images", "Cover Images", "Hero Images", "Still Pictures"}
}

// isCreditKind reports whether what stands before a colon says no more than what a credit
// is for. What is not known is kept, since it may name somebody.
func isCreditKind(s string) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	known := slices.Concat(creditWords(), creditKinds())
	return len(words) > 0 && !slices.Contains(agencies(), strings.TrimSpace(s)) && !slices.ContainsFunc(words, func(word string) bool {
		return !slices.Contains(creditPrepositions(), word) && !slices.Contains(known, word) &&
			!slices.ContainsFunc(known, func(first string) bool {
				rest, ok := strings.CutPrefix(word, first)
				return ok && slices.Contains(known, rest)
			})
	})
}

// afterPreposition is the name behind "by" or "courtesy of". One that begins with
// such a word keeps it: "by De Agostini".
func afterPreposition(s string) (name string, ok bool) {
	word := firstWord(s)
	_, name, ok = strings.Cut(s, " ")
	if !ok || !slices.Contains(creditPrepositions(), word) {
		return s, false
	}
	name = strings.TrimSpace(name)
	if word == "courtesy" || word == "credit" {
		name, _ = afterPreposition(name)
	}
	return name, true
}

// firstWord is the first word of a credit, in lower case.
func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.ToLower(strings.TrimFunc(word, unicode.IsPunct))
}
