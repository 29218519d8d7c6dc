// Package nearest owns one question: which of the names that exist did somebody
// mean who typed another. It must not know what the names are of: settings,
// commands, flags, columns. Start reading with Of.
package nearest

import "strings"

// Of returns the candidate most like a word, or "" when none is like it: the one
// with fewest slips, else the one that the word is the beginning of, else the
// longest that the word begins with. Case, hyphens, underscores and spaces do not
// count.
func Of(word string, candidates []string) string {
	best := Within(word, candidates, Slips(word))
	if best != "" {
		return best
	}
	for _, c := range candidates {
		if n := len(fold(c)); n > len(fold(best)) && n >= 4 && strings.HasPrefix(fold(word), fold(c)) {
			best = c
		}
	}
	return best
}

// Slips is how many letters may be wrong in a word: one in three, at least one.
func Slips(word string) int { return max(1, len(fold(word))/3) }

// Within returns the candidate with fewest slips, and at most so many, else the
// one that the word is the beginning of.
func Within(word string, candidates []string, most int) string {
	folded := fold(word)
	best := ""
	for _, c := range candidates {
		if d := distance(folded, fold(c)); d <= most {
			best, most = c, d-1
		}
	}
	if best != "" || len(folded) < 3 {
		return best
	}
	for _, c := range candidates {
		if strings.HasPrefix(fold(c), folded) {
			return c
		}
	}
	return ""
}

// Same reports whether two names differ only in what does not count.
func Same(a, b string) bool { return fold(a) == fold(b) }

func fold(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// distance counts the letters to insert, drop, change or swap with a neighbour
// to make one word the other (optimal string alignment).
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return len(a) + len(b)
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
