package letter

// Contrast is the ratio of two colours' luminances, 1 to 21, as WCAG 2.2
// defines it; false where one of them is not of the form #rrggbb or #rgb.
func Contrast(a, b string) (ratio float64, ok bool) {
	first, okA := parseColour(a)
	second, okB := parseColour(b)
	if !okA || !okB {
		return 0, false
	}
	return contrast(first, second), true
}
