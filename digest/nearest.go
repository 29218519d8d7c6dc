package digest

import "strings"

// nearest returns the known name that a mistyped one most likely meant; ""
// where none is close, which is a third of its letters.
func nearest(typed string, known []string) string {
	best, bestDistance := "", len(typed)/3+1
	for _, name := range known {
		distance := editDistance(strings.ToLower(typed), strings.ToLower(name))
		if at := strings.LastIndex(name, "."); at >= 0 && strings.EqualFold(name[at:], typed) {
			distance = 1 // ".Title" where .Lead.Title is known
		}
		if distance < bestDistance {
			best, bestDistance = name, distance
		}
	}
	return best
}

// editDistance is the number of octets to insert, delete or replace
// (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
