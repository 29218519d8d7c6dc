package feeds

import (
	"regexp"
	"sync"
	"unicode/utf8"
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

// own reports a paragraph of the article itself.
func (p paragraph) own() bool {
	if p.kind == caption || p.kind == credit {
		return false
	}
	return len(p.text) > maxLine || !trailer().MatchString(p.text) && !boilerplate().MatchString(p.text)
}
