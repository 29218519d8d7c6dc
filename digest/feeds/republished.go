package feeds

import (
	"regexp"
	"sync"
	"unicode/utf8"

	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// noteLimit is the longest paragraph taken for a republication note, in
// characters: a longer one only happens to use the words.
const noteLimit = 500

const (
	// piece is what an article calls itself.
	piece = `(?:article|essay|piece|story|post|analysis|report|interview|commentary|column|op-?\s?ed|review|text|excerpt|paper|feature|dispatch|translation|episode|content|material)`
	// self is an article speaking of itself.
	self = `\b(?:this|the following|a (?:\w+ )?version of (?:this|the))\s+(?:[\w-]+\s+){0,2}` + piece + `\b`
)

const (
	// sentence is where one begins.
	sentence = `(?:^[^\pL\pN]*|[.!?”"’)]\s+)`
	// day is a date within a sentence: "am 3. März 2026", "le 3 mars", "nel 2020".
	day = `(?:am|le|el|il|op|em)\s+\d{1,2}\S{0,2}\s+(?:de\s+)?\pL+(?:\s+(?:de\s+)?\d{4})?|(?:im|en|em|nel|in)\s+(?:\pL+\s+)?\d{4}`
	// publication begins a name, with or without an article.
	publication = `(?:(?:der|die|das|dem|den|la|le|les|el|los|il|lo|de|het|o|a|os|as)\s+|l['’])?(?:(?-i:["“”„«'‘\p{Lu}])|\pL[\pL\pN-]*\.\pL\pL|taz\b)`
)

// abroad is the pattern of a sentence that begins with an article speaking of itself, and goes
// on with nothing but such words as between and a date, the verb and a name, the last two in any
// order: "Este artículo fue publicado originalmente en El País". An article of a constitution has
// a number or a clause behind it, and a text that appeared in a pocket no name.
func abroad(self, between, verb, place string) *regexp.Regexp {
	words := `(?:\s+(?:` + between + `|` + day + `))*`
	where := `\s+(?:` + place + `)\s+` + publication
	return regexp.MustCompile(`(?i)^[^\pL\pN]*` + self + words + `(?:\s+(?:` + verb + `)` + words + where + `|` + where + `[^,;]{0,60}\s(?:` + verb + `)(?:[^\pL]|$))`)
}

// forbids is what rights say that are no note of republication.
var forbids = lazy.Regexp(`(?i)\b(?:without|may|must|can|no part|not|prohibited|forbidden)\b`)

// defaultRepublished are the patterns of a republication note: "Republished with
// permission", "This article first appeared in", "Originally published by". A
// paragraph that tells of a report that was published somewhere is none.
var defaultRepublished = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(?:re-?published|re-?printed|re-?produced|re-?posted|cross-?posted|syndicated)\b.{0,80}\b(?:permission|licen[cs]e)\b`),
		regexp.MustCompile(`(?i)(?:` + sentence + `|\b(?:published|printed|used|shared|appears?|posted|taken|translated|adapted|excerpted|here)\s+)with the (?:kind )?permission of\b`),
		regexp.MustCompile(`(?i)` + self + `.{0,80}\b(?:first|originally|previously)\s+(?:appeared|published|ran|posted|printed)\b`),
		regexp.MustCompile(`(?i)` + self + `.{0,60}\b(?:appeared|published|ran|posted)\s+(?:first|originally|previously)?\s*(?:in|on|at|by)\b`),
		regexp.MustCompile(`(?i)` + self + `.{0,40}\b(?:is|was|has been|appears)\s+(?:here\s+)?(?:re-?published|re-?printed|cross-?posted|adapted|excerpted|syndicated|reproduced|translated)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*the\s+(?:article|essay|piece|story|post|interview|column|op-?\s?ed)\s+(?:was\s+)?(?:first|originally|previously)\s+(?:appeared|published|ran|posted)\s+(?:in|on|at|by)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*(?:originally|first|previously)\s+(?:published|appeared|posted|printed|ran)\s+(?:in|on|at|by|with)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*(?:re-?published|re-?printed|cross-?posted|syndicated|reproduced)\s+(?:here\s+)?(?:from|by|with|via|courtesy|in partnership)\b`),
		regexp.MustCompile(`(?i)(?:^[^\pL\pN]*|` + self + `.{0,80}\b)co-published with\s+(?:the\s+)?(?-i:\p{Lu})`),
		regexp.MustCompile(`(?i)(?:` + sentence + `|©[^.]{0,80}\s)used (?:here )?(?:by|with) permission(?:\s+(?:of|from|by)\s|\s*[.!);]|\s*$)`),
		// German, French, Spanish and Portuguese, Italian, Dutch
		abroad(`dieser (?:artikel|text|beitrag)`, `ist|wurde|war|zuerst|zunächst|erstmals|ursprünglich|zuvor|bereits|auch|zum ersten mal`,
			`erschien(?:en)?|veröffentlicht`, `in|im|bei|beim|auf|von|vom|unter`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*(?:zuerst|ursprünglich) (?:erschienen|veröffentlicht)(?:\s+` + day + `)?(?:\s*:|\s+(?:in|im|bei|beim|auf|von|vom|unter)\s)`),
		abroad(`cet(?:te)? (?:article|entretien|texte|tribune|interview|enquête|analyse)`, `a|est|été|d['’]abord|initialement|originellement|précédemment|déjà|aussi|également|ici|pour la première fois|en (?:anglais|français|allemand|espagnol)`,
			`(?:re)?publiée?|parue?|traduite?`, `dans|sur|par|en|de|du|chez|à|à partir de|avec|sous`),
		abroad(`est[ea] (?:artículo|artigo|texto|nota|ensayo|matéria)`, `se|fue|foi|ha|sido|es|é|originalmente|primero|primeiro|inicialmente|antes|previamente|anteriormente|también|também|aquí|aqui|por primera vez|pela primeira vez|(?:en|em) ingl[eé]s`,
			`(?:re)?publicad[oa]|publicó|apareció`, `en|por|con|bajo|em|no|na|nos|nas|pelo|pela|sob|com`),
		abroad(`quest(?:['’]articolo|o articolo|o testo|['’]intervista|a intervista)`, `è|era|fu|stat[oa]|già|prima|originariamente|inizialmente|anche|per la prima volta|in inglese|in origine`,
			`pubblicat[oa]|uscit[oa]|appars[oa]`, `da|dal|dalla|dallo|su|sul|sulla|sullo|in|nel|nella|per|con`),
		abroad(`dit (?:artikel|stuk|interview)`, `is|werd|was|eerst|eerder|oorspronkelijk|ook|al|voor het eerst|in het engels`,
			`verscheen|verschenen|gepubliceerd`, `in|op|bij|door|via|met`),
	}
})

// findNote marks and returns the paragraph that says where an article first
// appeared: the first or the last of its text. What sites add below their
// articles does not count as the last.
func (a article) findNote(patterns []*regexp.Regexp) string {
	last := len(a.paragraphs) - 1
	for last >= 0 && !a.paragraphs[last].own() {
		last--
	}
	if last < 0 {
		return ""
	}
	first := 0
	for first < last && !a.paragraphs[first].own() {
		first++
	}
	for _, i := range []int{first, last} {
		if utf8.RuneCountInString(a.paragraphs[i].text) > noteLimit {
			continue
		}
		for _, pattern := range patterns {
			if pattern.MatchString(a.paragraphs[i].text) {
				a.paragraphs[i].note = true
				return a.paragraphs[i].text
			}
		}
	}
	return ""
}

// noteIn is a text as a republication note: what an item says of its rights. What nobody may do
// without permission says nothing of this article.
func noteIn(text string, patterns []*regexp.Regexp) string {
	if forbids().MatchString(text) {
		return ""
	}
	return article{paragraphs: []paragraph{{text: plain.Line(text)}}}.findNote(patterns)
}

// own reports a paragraph of the article itself.
func (p paragraph) own() bool {
	if p.kind == caption || p.kind == credit {
		return false
	}
	return len(p.text) > maxLine || !trailer().MatchString(p.text) && !boilerplate().MatchString(p.text)
}
