package proof

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const (
	// block is the side of the squares that shots are compared by, in pixels: the
	// edges of letters differ between versions of Chromium, their greyness does not.
	block = 4
	// maxShade is how far a square's red, green or blue may be off, of 255.
	maxShade = 32
	// maxOff is the share of squares that may be off further: a line of small
	// print in a long mail.
	maxOff = 0.001
)

// Compare compares a shot with its reference, a PNG file, and with update
// writes that. Where they differ, what was seen and what differs are kept in a
// folder that the failure names.
func Compare(t testing.TB, reference string, got image.Image, update bool) {
	t.Helper()
	if update {
		write(t, reference, paletted(flat(got)))
		return
	}
	file, err := os.Open(reference)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatalf("%s: %v", reference, err)
	}
	diff, off := difference(flat(want), flat(got))
	if off <= maxOff {
		return
	}
	dir, err := os.MkdirTemp("", "roundup-shots-")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(reference)
	write(t, filepath.Join(dir, "got-"+name), got)
	write(t, filepath.Join(dir, "diff-"+name), diff)
	t.Errorf("%s: %.2f %% of it looks different, want at most %.2f %%: see %s", reference, off*100, maxOff*100, dir)
}

// difference paints what differs red, and returns its share of the larger shot.
func difference(want, got *image.RGBA) (*image.RGBA, float64) {
	all := want.Rect.Union(got.Rect)
	diff := image.NewRGBA(all)
	squares, off := 0, 0
	for y := 0; y < all.Dy(); y += block {
		for x := 0; x < all.Dx(); x += block {
			square := image.Rect(x, y, x+block, y+block).Intersect(all)
			squares++
			a, b := mean(want, square), mean(got, square)
			tint := color.RGBA{R: 255 - (255-b[0])/4, G: 255 - (255-b[1])/4, B: 255 - (255-b[2])/4, A: 255}
			if apart(a, b) {
				off++
				tint = color.RGBA{R: 220, A: 255}
			}
			draw.Draw(diff, square, image.NewUniform(tint), image.Point{}, draw.Src)
		}
	}
	return diff, float64(off) / float64(squares)
}

// mean is the colour of a square; what lies outside the shot is black.
func mean(img *image.RGBA, square image.Rectangle) [3]uint8 {
	var sum [3]int
	inside := square.Intersect(img.Rect)
	for y := inside.Min.Y; y < inside.Max.Y; y++ {
		row := img.Pix[img.PixOffset(inside.Min.X, y):][:4*inside.Dx()]
		for i := 0; i < len(row); i += 4 {
			sum[0], sum[1], sum[2] = sum[0]+int(row[i]), sum[1]+int(row[i+1]), sum[2]+int(row[i+2])
		}
	}
	n := square.Dx() * square.Dy()
	return [3]uint8{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n)}
}

func apart(a, b [3]uint8) bool {
	for i := range a {
		if max(a[i], b[i])-min(a[i], b[i]) > maxShade {
			return true
		}
	}
	return false
}

// flat copies a shot, whatever its file made of it, for quick reading.
func flat(img image.Image) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

// paletted has the 256 colours that are seen most, and for any other the nearest
// of them: on a page the eye can't tell, and files are a third as large.
func paletted(img *image.RGBA) *image.Paletted {
	counts := map[color.RGBA]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		counts[colourAt(img.Pix[i:])]++
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	index := map[color.RGBA]uint8{}
	for _, c := range colours {
		if len(palette) < 256 {
			index[c] = uint8(len(palette))
			palette = append(palette, c)
		} else {
			index[c] = uint8(palette.Index(c))
		}
	}
	out := image.NewPaletted(img.Rect, palette)
	for i := range out.Pix {
		out.Pix[i] = index[colourAt(img.Pix[4*i:])]
	}
	return out
}

func colourAt(pixel []uint8) color.RGBA {
	return color.RGBA{R: pixel[0], G: pixel[1], B: pixel[2], A: 255}
}

func write(t testing.TB, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
