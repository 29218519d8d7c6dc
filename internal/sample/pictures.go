package sample

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
)

// Picture is one of the magazine's photographs, drawn rather than taken.
type Picture struct {
	Name string // "strait.jpg"
	JPEG []byte
}

var mediaContent = regexp.MustCompile(`/pictures/([a-z]+)\.jpg" type="image/jpeg" medium="image" width="(\d+)" height="(\d+)"`)

// Pictures draws every picture the feed names, in the size the feed says.
func Pictures() ([]Picture, error) {
	var all []Picture
	for _, m := range mediaContent.FindAllStringSubmatch(feed, -1) {
		w, err := strconv.Atoi(m[2])
		if err != nil {
			return nil, err
		}
		h, err := strconv.Atoi(m[3])
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, Draw(m[1], w, h), &jpeg.Options{Quality: 82}); err != nil {
			return nil, fmt.Errorf("picture %s: %w", m[1], err)
		}
		all = append(all, Picture{Name: m[1] + ".jpg", JPEG: b.Bytes()})
	}
	return all, nil
}

// palettes are sky, sun, and the nearest of the hills.
var palettes = [][3]color.RGBA{
	{{226, 190, 160, 255}, {250, 232, 205, 255}, {58, 46, 52, 255}},
	{{160, 186, 204, 255}, {238, 240, 232, 255}, {34, 56, 72, 255}},
	{{205, 205, 190, 255}, {248, 244, 226, 255}, {60, 66, 48, 255}},
	{{196, 160, 168, 255}, {246, 216, 196, 255}, {52, 36, 60, 255}},
}

// Draw paints ranges of hills, or waves, under a low sun: always the same for a
// name.
func Draw(name string, w, h int) image.Image {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // a hash never fails
	r := rand.New(rand.NewPCG(hash.Sum64(), 1))
	p := palettes[r.IntN(len(palettes))]
	const ranges = 5
	ridges := make([][]float64, ranges)
	for i := range ridges {
		ridges[i] = ridge(r, w, h, float64(i+1)/ranges)
	}
	sunX, sunY, radius := float64(w)*(0.2+0.6*r.Float64()), float64(h)*0.34, float64(h)*0.09
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := mix(p[0], p[1], math.Min(1, float64(y)/(0.7*float64(h))))
			if d := math.Hypot(float64(x)-sunX, float64(y)-sunY); d < radius*4 {
				c = mix(p[1], c, math.Min(1, math.Max(0, (d-radius)/(radius*3))))
			}
			for i, top := range ridges {
				if float64(y) > top[x] {
					c = mix(p[0], p[2], 0.25+0.75*float64(i)/(ranges-1))
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// ridge is the height of one range at each column; depth 1 is the nearest.
func ridge(r *rand.Rand, w, h int, depth float64) []float64 {
	base := float64(h) * (0.42 + 0.48*depth)
	heights := make([]float64, w)
	for octave := 1.0; octave <= 16; octave *= 2 {
		amplitude := float64(h) * 0.07 / octave
		phase, frequency := r.Float64()*2*math.Pi, octave*(0.6+r.Float64())*2*math.Pi/float64(w)
		for x := range heights {
			heights[x] += amplitude * math.Sin(phase+frequency*float64(x))
		}
	}
	for x := range heights {
		heights[x] += base
	}
	return heights
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	part := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 255}
}
