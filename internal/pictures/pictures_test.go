package pictures_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"roundup/internal/pictures"
)

var box = pictures.Box{Width: 400, Height: 600, MaxBytes: 200 << 10}

// corner is a picture that is red in its upper left quarter and blue elsewhere.
func corner(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.SetRGBA(x, y, color.RGBA{B: 255, A: 255})
			if x < width/2 && y < height/2 {
				m.SetRGBA(x, y, color.RGBA{R: 255, A: 255})
			}
		}
	}
	return m
}

func noise(width, height int) *image.RGBA {
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = byte(random.UintN(256)) | 255*byte(i%4/3) // opaque
	}
	return m
}

func jpegOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFit(t *testing.T) {
	t.Parallel()
	glass := corner(300, 300)
	glass.SetRGBA(299, 299, color.RGBA{})
	var animation bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 50, 40), color.Palette{color.RGBA{R: 255, A: 255}, color.RGBA{B: 255, A: 255}})
	if err := gif.EncodeAll(&animation, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	webp, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name          string
		file          []byte
		kind          string
		width, height int // of what comes out
		was           image.Point
	}{
		{"a wide one", jpegOf(t, corner(1600, 900)), "image/jpeg", 400, 225, image.Pt(1600, 900)},
		{"a tall one", jpegOf(t, corner(900, 3000)), "image/jpeg", 180, 600, image.Pt(900, 3000)},
		{"never up", jpegOf(t, corner(30, 20)), "image/jpeg", 30, 20, image.Pt(30, 20)},
		{"a line", jpegOf(t, corner(4000, 1)), "image/jpeg", 400, 1, image.Pt(4000, 1)},
		{"an opaque PNG", pngOf(t, corner(800, 800)), "image/jpeg", 400, 400, image.Pt(800, 800)},
		{"one that shows through", pngOf(t, glass), "image/png", 300, 300, image.Pt(300, 300)},
		{"an animation's first", animation.Bytes(), "image/jpeg", 50, 40, image.Pt(50, 40)},
		{"WebP", webp, "image/jpeg", 1, 1, image.Pt(1, 1)},
		{"grey", jpegOf(t, image.NewGray(image.Rect(0, 0, 500, 500))), "image/jpeg", 400, 400, image.Pt(500, 500)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := pictures.Fit(tt.file, box)
			if err != nil {
				t.Fatal(err)
			}
			m, _, err := image.Decode(bytes.NewReader(got.Data))
			if err != nil {
				t.Fatal(err)
			}
			if size := m.Bounds().Size(); size != image.Pt(tt.width, tt.height) || got.Type != tt.kind {
				t.Errorf("got %s of %v, want %s of %dx%d", got.Type, size, tt.kind, tt.width, tt.height)
			}
			if was := image.Pt(got.Width, got.Height); was != tt.was {
				t.Errorf("it was of %v, want %v", was, tt.was)
			}
			again, err := pictures.Fit(tt.file, box)
			if err != nil || !bytes.Equal(again.Data, got.Data) {
				t.Errorf("another picture of the same file: %v", err)
			}
		})
	}
}

// Cropped pictures have the shape of the box, and show the middle.
func TestFitCrops(t *testing.T) {
	t.Parallel()
	striped := func(width, height int) *image.RGBA { // red, green in the middle, blue
		m := image.NewRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				at, most := x, width
				if height > width {
					at, most = y, height
				}
				switch {
				case at < most/4:
					m.SetRGBA(x, y, color.RGBA{R: 255, A: 255})
				case at < most-most/4:
					m.SetRGBA(x, y, color.RGBA{G: 255, A: 255})
				default:
					m.SetRGBA(x, y, color.RGBA{B: 255, A: 255})
				}
			}
		}
		return m
	}
	for _, tt := range []struct {
		name                    string
		give                    image.Point
		width, height           int
		wantWidth, wantHeight   int
		shownWidth, shownHeight int
	}{
		{"a wide one", image.Pt(1600, 400), 300, 200, 300, 200, 600, 400},
		{"a tall one", image.Pt(400, 1600), 320, 180, 320, 180, 400, 225},
		{"never up", image.Pt(90, 30), 300, 200, 45, 30, 45, 30},
		{"as it is", image.Pt(600, 400), 300, 200, 300, 200, 600, 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := pictures.Fit(pngOf(t, striped(tt.give.X, tt.give.Y)), pictures.Box{Width: tt.width, Height: tt.height, MaxBytes: 1 << 20, Crop: true})
			if err != nil {
				t.Fatal(err)
			}
			m, _, err := image.Decode(bytes.NewReader(got.Data))
			if err != nil {
				t.Fatal(err)
			}
			if m.Bounds().Dx() != tt.wantWidth || m.Bounds().Dy() != tt.wantHeight || got.Width != tt.shownWidth || got.Height != tt.shownHeight {
				t.Errorf("%v of %dx%d, want %dx%d of %dx%d", m.Bounds().Size(), got.Width, got.Height, tt.wantWidth, tt.wantHeight, tt.shownWidth, tt.shownHeight)
			}
			if r, g, b, _ := m.At(m.Bounds().Dx()/2, m.Bounds().Dy()/2).RGBA(); g < 0xc000 || r > 0x4000 || b > 0x4000 {
				t.Errorf("the middle is not shown: %x %x %x", r, g, b)
			}
		})
	}
}

func TestFitRefuses(t *testing.T) {
	t.Parallel()
	whole := jpegOf(t, corner(400, 400))
	bomb := pngOf(t, corner(1, 1))
	binary.BigEndian.PutUint32(bomb[16:], 100_000) // its width, and its checksum after that
	binary.BigEndian.PutUint32(bomb[20:], 100_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, pictures.ErrFormat},
		{"a page", []byte("<!doctype html><title>404</title>"), pictures.ErrFormat},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), pictures.ErrFormat},
		{"half of one", whole[:len(whole)/2], pictures.ErrBroken},
		{"a head alone", whole[:20], pictures.ErrBroken},
		{"ten thousand million pixels", bomb, pictures.ErrPixels},
		{"a thousand scans", append(bytes.Clone(whole), bytes.Repeat([]byte{0xff, 0xda}, 1000)...), pictures.ErrBroken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, err := pictures.Fit(tt.file, box); !errors.Is(err, tt.want) {
				t.Errorf("got %d octets and %v, want %v", len(got.Data), err, tt.want)
			}
		})
	}
}

// What can't be made small by a lower quality is made smaller; a stamp is no
// picture any more.
func TestFitBytes(t *testing.T) {
	t.Parallel()
	file := pngOf(t, noise(400, 400))
	got, err := pictures.Fit(file, pictures.Box{Width: 400, Height: 400, MaxBytes: 60 << 10})
	if err != nil || len(got.Data) > 60<<10 {
		t.Errorf("got %d octets and %v, want 60 kB at most", len(got.Data), err)
	}
	if _, err := pictures.Fit(file, pictures.Box{Width: 400, Height: 400, MaxBytes: 1000}); !errors.Is(err, pictures.ErrTooLarge) {
		t.Errorf("got %v, want %v", err, pictures.ErrTooLarge)
	}
}

// A camera that was turned says so in Exif; what is encoded anew lies right.
func TestFitTurns(t *testing.T) {
	t.Parallel()
	// Where the red quarter is, for each way the camera was held: of left and
	// right, top and bottom.
	red := map[uint16][2]bool{
		1: {true, true}, 2: {false, true}, 3: {false, false}, 4: {true, false},
		5: {true, true}, 6: {false, true}, 7: {false, false}, 8: {true, false},
	}
	for way, want := range red {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			got, err := pictures.Fit(withExif(jpegOf(t, corner(120, 80)), way, order), box)
			if err != nil {
				t.Fatal(err)
			}
			m, err := jpeg.Decode(bytes.NewReader(got.Data))
			if err != nil {
				t.Fatal(err)
			}
			size := image.Pt(120, 80)
			if way >= 5 {
				size = image.Pt(80, 120)
			}
			if m.Bounds().Size() != size || got.Width != size.X || got.Height != size.Y {
				t.Errorf("way %d: %v of %dx%d, want %v", way, m.Bounds().Size(), got.Width, got.Height, size)
			}
			at := image.Pt(size.X*3/4, size.Y*3/4)
			if want[0] {
				at.X = size.X / 4
			}
			if want[1] {
				at.Y = size.Y / 4
			}
			if r, _, b, _ := m.At(at.X, at.Y).RGBA(); r < b {
				t.Errorf("way %d: no red at %v", way, at)
			}
			if bytes.Contains(got.Data, []byte("Exif")) {
				t.Errorf("way %d: what the camera wrote goes on", way)
			}
		}
	}
}

// withExif writes a minimal Exif segment behind a JPEG's beginning.
func withExif(file []byte, way uint16, order binary.AppendByteOrder) []byte {
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x010f, 7}, {0x0112, way}} {
		tiff = order.AppendUint16(tiff, entry[0])
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, entry[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, byte((len(segment)+2)>>8), byte(len(segment)+2))
	return append(append(out, segment...), file[2:]...)
}

func FuzzFit(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, corner(40, 30), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(withExif(b.Bytes(), 6, binary.LittleEndian))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := pictures.Fit(file, pictures.Box{Width: 20, Height: 20, MaxBytes: 10 << 10})
		if err == nil && (len(got.Data) == 0 || len(got.Data) > 10<<10) {
			t.Errorf("%d octets", len(got.Data))
		}
	})
}
