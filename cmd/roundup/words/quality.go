package words

import (
	"fmt"
	"strings"

	"roundup/store"
)

// Quality says in a sentence what readers made of an issue, with each number's share of
// those who were sent it; "" where nothing came of it.
func Quality(q store.Quality) string {
	var parts []string
	for _, part := range []struct {
		n     int
		words string
	}{
		{q.Left, "%d left"}, {q.Bounced(), "mail to %d came back"}, {q.Complained, "%d called it spam"}, {q.Replied, "%d replied"},
	} {
		if part.n == 0 {
			continue
		}
		words := fmt.Sprintf(part.words, part.n)
		if q.Sent > 0 {
			words += fmt.Sprintf(" (%s)", percent(part.n, q.Sent))
		}
		parts = append(parts, words)
	}
	if len(parts) == 0 {
		return ""
	}
	return "Since then: " + strings.Join(parts, ", ") + "."
}

// percent is how many in a hundred n are of, with two digits where there are few.
func percent(n, of int) string {
	p := 100 * float64(n) / float64(max(of, 1))
	if p < 10 {
		return fmt.Sprintf("%.2f %%", p)
	}
	return fmt.Sprintf("%.0f %%", p)
}
