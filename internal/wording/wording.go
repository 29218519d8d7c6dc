// Package wording owns the turns of English that every room needs which has
// something to say to those who run Roundup: a count with its noun, a span of
// time, a size, the first of many, a text cut short.
//
// It must not know what is counted, and has no word of a mail: those are in the
// newsletter's language.
//
// Start reading with Count.
package wording

import (
	"fmt"
	"strings"
	"time"
)

// Count is "1 article" or "3 articles".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	switch {
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ay"): // days
		noun = strings.TrimSuffix(noun, "y") + "ie"
	case strings.HasSuffix(noun, "ss"):
		noun += "e"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Agree is a count with words that agree with it: "1 item is", "3 items are".
func Agree(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Percent is how many per cent n is of all, to the nearest; 0 of none.
func Percent(n, all int) int {
	if all == 0 {
		return 0
	}
	return (200*n + all) / (2 * all)
}

// Thousands is a number with commas: "1,204".
func Thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Span writes a duration as a configuration would: "24h", "7h30m", "0s".
func Span(t time.Duration) string {
	words := t.Round(time.Minute).String()
	if t < time.Minute {
		return t.Round(time.Second).String()
	}
	words = strings.TrimSuffix(words, "0s")
	if strings.HasSuffix(words, "h0m") {
		words = strings.TrimSuffix(words, "0m")
	}
	return words
}

// Bytes is a number of bytes in the unit people use.
func Bytes(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", (n+1023)>>10)
}

// First joins the first of many, and says how many more there are.
func First(all []string, most int) string {
	if n := len(all) - most; n > 0 {
		return strings.Join(all[:most], "; ") + fmt.Sprintf("; and %d more", n)
	}
	return strings.Join(all, "; ")
}

// Cut shortens a text to at most n runes, and says so with an ellipsis.
func Cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}
