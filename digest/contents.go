package digest

import "unicode/utf8"

const (
	// fewArticles is how many are seen at a glance; with more, headlines are
	// listed below the lead.
	fewArticles = 8
	// listedLines is how many lines of a phone the list has at most, and
	// listedColumns how many characters stand in one of them.
	listedLines   = 7
	listedColumns = 40
)

// listed are the articles whose headlines stand below the lead, in the order of
// the mail: as many as there is room for, by turns of each section, so that the
// list tells of all of them. There are none where the issue is seen at a glance.
func listed(letter Letter) []LetterArticle {
	count := len(letter.articles())
	if count <= fewArticles {
		return nil
	}
	taken := map[[2]int]bool{} // section, place
	room := listedLines
	for place := range count {
		for i, section := range letter.Sections {
			if place >= len(section.Articles) {
				continue
			}
			lines := (utf8.RuneCountInString(section.Articles[place].Headline) + listedColumns - 1) / listedColumns
			if lines <= room {
				taken[[2]int{i, place}] = true
				room -= lines
			}
		}
	}
	var list []LetterArticle
	for i, section := range letter.Sections {
		for place, article := range section.Articles {
			if taken[[2]int{i, place}] {
				list = append(list, article)
			}
		}
	}
	return list
}
