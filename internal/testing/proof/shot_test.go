package proof_test

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"roundup/internal/testing/proof"
)

// page is a picture of a page: grey lines of text on white, one of them moved
// or missing, or the whole in another colour.
func page(ground color.Color, moved, missing int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 700, 2000))
	draw.Draw(img, img.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	for i := range 60 {
		if i == missing {
			continue
		}
		top := 40 + i*32
		if i == moved {
			top += 6
		}
		for x := 80; x < 620; x++ {
			if x%7 < 4 { // letters
				draw.Draw(img, image.Rect(x, top, x+1, top+12), image.NewUniform(color.Gray{Y: uint8(40 + x%7*40)}), image.Point{}, draw.Src)
			}
		}
	}
	return img
}

func TestCompareSeesWhatAReaderWouldSee(t *testing.T) {
	t.Parallel()
	want := page(color.White, -1, -1)
	longer := image.NewRGBA(image.Rect(0, 0, 700, 2030))
	draw.Draw(longer, longer.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(longer, want.Rect, want, image.Point{}, draw.Src)
	tests := []struct {
		name string
		got  image.Image
		same bool
	}{
		{"the same", page(color.White, -1, -1), true},
		{"as it is kept", proof.Kept(want), true},
		{"a ground the eye can't tell apart", page(color.Gray{Y: 250}, -1, -1), true},
		{"another ground", page(color.RGBA{R: 255, G: 255, B: 200, A: 255}, -1, -1), false},
		{"a line moved", page(color.White, 10, -1), false},
		{"a line missing", page(color.White, -1, 10), false},
		{"longer", longer, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if off := proof.Difference(want, tt.got); (off <= proof.MaxOff) != tt.same {
				t.Errorf("%.4f of it differs, and %.4f may", off, proof.MaxOff)
			}
		})
	}
}
