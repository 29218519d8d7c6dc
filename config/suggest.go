package config

import (
	"slices"
	"strings"
)

// nearest returns the candidate most like a word, or "" when none is like it:
// the one with fewest slips, else the one that the word is the beginning of.
// Case, hyphens and underscores do not count.
func nearest(word string, candidates []string) string {
	return nearestWithin(word, candidates, slips(word))
}

// slips is how many letters may be wrong in a word: one in three, at least one.
func slips(word string) int { return max(1, len(foldKey(word))/3) }

func nearestWithin(word string, candidates []string, most int) string {
	folded := foldKey(word)
	best := ""
	for _, c := range candidates {
		if d := distance(folded, foldKey(c)); d <= most {
			best, most = c, d-1
		}
	}
	if best != "" || len(folded) < 3 {
		return best
	}
	for _, c := range candidates {
		if strings.HasPrefix(foldKey(c), folded) {
			return c
		}
	}
	return ""
}

// suggestKey returns the path of the key an unknown name in a group may have
// meant: a sibling like it, else one of the same name, or one like the whole
// path, elsewhere.
func suggestKey(root, group *schema, name string) string {
	if sibling := nearest(name, group.names()); sibling != "" {
		return join(group.path, sibling)
	}
	all := root.all()
	var same []string
	for _, path := range all {
		if foldKey(path[strings.LastIndex(path, ".")+1:]) == foldKey(name) {
			same = append(same, path)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	return nearestWithin(join(group.path, name), all, slips(name))
}

func foldKey(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// distance counts the letters to insert, drop, change or swap with a neighbour
// to make one word the other (optimal string alignment).
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row := rows[(i+2)%3], rows[i%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return rows[(len(a)+1)%3][len(b)]
}

// anyOf is a list of what is allowed, for people: "a, b or c".
func anyOf(words []string) string {
	words = slices.Clone(words)
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
