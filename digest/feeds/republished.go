package feeds

import (
	"regexp"
	"sync"
	"unicode/utf8"

	"roundup/digest/feeds/plain"
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

// defaultRepublished are the patterns of a republication note: "Republished with
// permission", "This article first appeared in", "Originally published by". A
// paragraph that tells of a report that was published somewhere is none.
var defaultRepublished = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(?:re-?published|re-?printed|re-?produced|re-?posted|cross-?posted|syndicated)\b.{0,80}\b(?:permission|licen[cs]e)\b`),
		regexp.MustCompile(`(?i)\bwith the (?:kind )?permission of\b`),
		regexp.MustCompile(`(?i)` + self + `.{0,80}\b(?:first|originally|previously)\s+(?:appeared|published|ran|posted|printed)\b`),
		regexp.MustCompile(`(?i)` + self + `.{0,60}\b(?:appeared|published|ran|posted)\s+(?:first|originally|previously)?\s*(?:in|on|at|by)\b`),
		regexp.MustCompile(`(?i)` + self + `.{0,40}\b(?:is|was|has been|appears)\s+(?:here\s+)?(?:re-?published|re-?printed|cross-?posted|adapted|excerpted|syndicated|reproduced|translated)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*the\s+(?:article|essay|piece|story|post|interview|column|op-?\s?ed)\s+(?:was\s+)?(?:first|originally|previously)\s+(?:appeared|published|ran|posted)\s+(?:in|on|at|by)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*(?:originally|first|previously)\s+(?:published|appeared|posted|printed|ran)\s+(?:in|on|at|by|with)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*(?:re-?published|re-?printed|cross-?posted|syndicated|reproduced)\s+(?:here\s+)?(?:from|by|with|via|courtesy|in partnership)\b`),
		regexp.MustCompile(`(?i)\b(?:co-published with|used (?:here )?(?:by|with) permission)\b`),
		// German, French, Spanish, Portuguese, Italian, Dutch
		regexp.MustCompile(`(?i)^[^\pL\pN]*(?:dieser (?:artikel|text|beitrag)\b.{0,60}(?:erschien|veröffentlicht)|(?:zuerst|ursprünglich) (?:erschienen|veröffentlicht)\b)`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*cet (?:article|entretien|texte)\b.{0,60}\b(?:(?:re)?publié|paru|traduit)`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*est[ea] (?:artículo|artigo|texto|nota|ensayo|matéria)\b.{0,60}\b(?:publicad[oa]|publicó|apareció|republicad[oa])`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*quest(?:o articolo|o testo|a intervista)\b.{0,60}\b(?:pubblicat[oa]|uscit[oa]|apparso)\b`),
		regexp.MustCompile(`(?i)^[^\pL\pN]*dit (?:artikel|stuk|interview)\b.{0,60}\b(?:verscheen|verschenen|gepubliceerd)\b`),
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

// noteIn is a text as a republication note: what an item says of its rights.
func noteIn(text string, patterns []*regexp.Regexp) string {
	return article{paragraphs: []paragraph{{text: plain.Line(text)}}}.findNote(patterns)
}

// own reports a paragraph of the article itself.
func (p paragraph) own() bool {
	if p.kind == caption || p.kind == credit {
		return false
	}
	return len(p.text) > maxLine || !trailer().MatchString(p.text) && !boilerplate().MatchString(p.text)
}
