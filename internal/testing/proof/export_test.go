package proof

import "image"

// Difference is the share of two shots that differs, for the tests of Compare.
func Difference(want, got image.Image) float64 {
	_, off := difference(flat(want), flat(got))
	return off
}

// MaxOff is the share of a shot that may differ from its reference.
const MaxOff = maxOff

// Kept is a shot as its reference is kept.
func Kept(img image.Image) image.Image { return paletted(flat(img)) }
