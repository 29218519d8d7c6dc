package letter

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

// contents lists the headlines of what is farther down. Where the issue is seen
// at a glance there is no list.
func (t typesetter) contents(letter *Letter) {
	if len(letter.articles()) <= fewArticles {
		return
	}
	letter.Contents = t.words.Contents
	var more int
	if letter.Listed, more = listed(letter.Sections); more > 0 {
		letter.More = t.words.Count(t.words.More, more)
	}
}

// listed are articles of the sections in the order of the mail: as many headlines
// as there is room for, by turns of each section, so that the list tells of all of
// them. The first article is not listed, as it follows the list at once. more is
// how many others there was no room for.
func listed(sections []Section) (list []Article, more int) {
	type position struct{ section, place int }
	taken := map[position]bool{}
	room := listedLines
	longest := 0
	for _, section := range sections {
		longest = max(longest, len(section.Articles))
	}
	for place := range longest {
		for i, section := range sections {
			if place >= len(section.Articles) || i == 0 && place == 0 {
				continue
			}
			lines := (utf8.RuneCountInString(section.Articles[place].Headline) + listedColumns - 1) / listedColumns
			if lines <= room {
				taken[position{i, place}] = true
				room -= lines
			}
		}
	}
	for i, section := range sections {
		for place, article := range section.Articles {
			switch {
			case taken[position{i, place}]:
				list = append(list, article)
			case i > 0 || place > 0:
				more++
			}
		}
	}
	return list, more
}
