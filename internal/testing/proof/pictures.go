package proof

import (
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"

	"roundup/internal/sample"
)

// Photographs answers as Pictures does, with the sample magazine's pictures: for
// shots that people look at.
type Photographs struct{}

// ServeHTTP draws the picture that the path names.
func (Photographs) ServeHTTP(w http.ResponseWriter, r *http.Request) { serve(w, r, sample.Draw) }

// drawn keeps what was drawn once: every view of a sample asks for the same.
type drawn struct {
	pictures http.Handler
	mu       sync.Mutex
	answers  map[string]*httptest.ResponseRecorder
}

// ServeHTTP answers as the first time.
func (d *drawn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	answer := d.answers[r.URL.Path]
	if answer == nil {
		answer = httptest.NewRecorder()
		d.pictures.ServeHTTP(answer, r)
		d.answers[r.URL.Path] = answer
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // whoever asked has gone
}

// Pictures answers for every picture of the samples: the name of its folder is
// its size, /pictures/1600x900/baltic.jpg. They are hills in five flat colours,
// so that reference screenshots stay small.
type Pictures struct{}

// ServeHTTP draws the picture that the path names.
func (Pictures) ServeHTTP(w http.ResponseWriter, r *http.Request) { serve(w, r, hills) }

func serve(w http.ResponseWriter, r *http.Request, draw func(name string, width, height int) image.Image) {
	width, height, ok := size(path.Base(path.Dir(r.URL.Path)))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	name := strings.TrimSuffix(path.Base(r.URL.Path), path.Ext(r.URL.Path))
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	_ = encoder.Encode(w, draw(name, width, height)) // whoever asked has gone
}

// size reads the name of a picture's folder, "1600x900".
func size(folder string) (width, height int, ok bool) {
	_, err := fmt.Sscanf(folder, "%dx%d", &width, &height)
	return width, height, err == nil && min(width, height) > 0 && max(width, height) <= 4000
}

// hills paints ranges of hills under a sky: always the same for a name.
func hills(name string, width, height int) image.Image {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name)) // a hash never fails
	seed := float64(hash.Sum32()%628) / 100
	tints := [][3]float64{{0.55, 0.66, 0.74}, {0.74, 0.63, 0.52}, {0.6, 0.68, 0.56}, {0.7, 0.58, 0.62}}
	tint := tints[hash.Sum32()/628%uint32(len(tints))]
	shade := func(light float64) color.RGBA {
		part := func(i int) uint8 { return uint8(math.Min(255, tint[i]*light*255)) }
		return color.RGBA{R: part(0), G: part(1), B: part(2), A: 255}
	}
	const ranges = 4
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		shade(1.35), shade(1.05), shade(0.8), shade(0.55), shade(0.32),
	})
	for x := range width {
		at := float64(x) / float64(width) * 2 * math.Pi
		for i := range ranges {
			depth := float64(i+1) / ranges
			wave := math.Sin(at*(1+depth)+seed*float64(i+1)) + math.Sin(at*3.1+seed*7*depth)/2
			for y := int(float64(height) * (0.3 + 0.5*depth + 0.06*wave)); y < height; y++ {
				img.Pix[y*img.Stride+x] = uint8(i + 1)
			}
		}
	}
	return img
}
