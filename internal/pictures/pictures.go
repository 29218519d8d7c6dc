// Package pictures owns making a picture from anywhere fit to travel in a mail:
// decoded within limits, turned the right way up, scaled down, and encoded anew,
// so that nothing of the file itself goes on to readers: no position a camera
// wrote into it, and no trick played on a decoder.
//
// It must not fetch anything, nor know what a mail is.
//
// Start reading with Fit.
package pictures

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/gif" // formats that can be read: the first picture of an animation
	"image/jpeg"
	"image/png"

	scale "golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // and what many sites serve
)

// MaxSource is how large a picture's file may be, in bytes.
const MaxSource = 8 << 20

// maxPixels is how many pixels a picture may have: those of a good camera. A file
// of a few kilobytes can claim a thousand times as many.
const maxPixels = 25_000_000

// maxScans is how many times a progressive JPEG may go over its pixels; encoders
// use about ten. A hostile one has thousands, and each takes its time.
const maxScans = 50

var (
	// ErrFormat is returned for what is not a JPEG, PNG, GIF or WebP picture.
	ErrFormat = errors.New("it is not a JPEG, PNG, GIF or WebP picture")
	// ErrPixels is returned for a picture that is too large to be decoded.
	ErrPixels = fmt.Errorf("it has more than %d million pixels", maxPixels/1_000_000)
	// ErrBroken is returned for a picture that can't be decoded to its end.
	ErrBroken = errors.New("it is broken")
	// ErrTooLarge is returned where scaling and encoding make no file small enough.
	ErrTooLarge = errors.New("it can't be made small enough")
)

// Box is what a picture is to fit into.
type Box struct {
	Width, Height int  // in pixels
	MaxBytes      int  // of the file
	Crop          bool // to the shape of the box, about the middle
}

// Fitted is a picture made to fit.
type Fitted struct {
	Type   string // image/jpeg, or image/png where something shows through
	Data   []byte
	Width  int // of what is shown of the picture it was made from, the right way up, in pixels
	Height int
}

// Fit scales a picture down into a box, keeping its shape unless it is to be
// cropped, and never up. The same file gives the same picture.
func Fit(file []byte, box Box) (Fitted, error) {
	source, err := decode(file)
	if err != nil {
		return Fitted{}, err
	}
	turn := orientation(file)
	size := turn.size(source.Bounds().Size())
	kept := cropped(size, box)
	fitted := Fitted{Width: kept.X, Height: kept.Y}
	for target := within(kept, box); ; target = image.Pt(target.X*3/4, target.Y*3/4) {
		if target.X < 1 || target.Y < 1 || 4*target.X < min(kept.X, box.Width) { // a stamp, not the picture
			return Fitted{}, ErrTooLarge
		}
		whole := image.Pt(max(size.X*target.X/kept.X, target.X), max(size.Y*target.Y/kept.Y, target.Y))
		picture := middle(turn.apply(shrink(source, turn.size(whole))), target)
		if fitted.Type, fitted.Data, err = encode(picture, box.MaxBytes); err == nil || !errors.Is(err, ErrTooLarge) {
			return fitted, err
		}
	}
}

// decode reads a picture once its head has shown that it is worth it.
func decode(file []byte) (source image.Image, err error) {
	// A decoder that a hostile file leads astray must not take the issue with it.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrBroken, r)
		}
	}()
	head, format, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, ErrFormat
	case err != nil, head.Width < 1, head.Height < 1:
		return nil, ErrBroken
	case head.Width > maxPixels/head.Height:
		return nil, ErrPixels
	case format == "jpeg" && bytes.Count(file, []byte{0xff, 0xda}) > maxScans:
		return nil, ErrBroken
	}
	source, _, err = image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if size := source.Bounds().Size(); size.X < 1 || size.Y < 1 || size.X > maxPixels/size.Y {
		return nil, ErrBroken // a GIF's first picture is not its canvas
	}
	return source, nil
}

// cropped is how much of a size is shown in a box: all of it, or as much as has
// the box's shape.
func cropped(size image.Point, box Box) image.Point {
	if !box.Crop || box.Width < 1 || box.Height < 1 {
		return size
	}
	return image.Pt(
		max(min(size.X, rounded(size.Y*box.Width, box.Height)), 1),
		max(min(size.Y, rounded(size.X*box.Height, box.Width)), 1))
}

// middle is the middle of a picture.
func middle(picture *image.RGBA, size image.Point) *image.RGBA {
	if picture.Rect.Size() == size {
		return picture
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(out, out.Rect, picture, picture.Rect.Min.Add(picture.Rect.Size().Sub(size).Div(2)), draw.Src)
	return out
}

// rounded is a quotient to the nearest whole number: a picture that has the box's
// shape already loses nothing.
func rounded(of, by int) int { return (of + by/2) / by }

// within is a size scaled down into a box.
func within(size image.Point, box Box) image.Point {
	if size.X > box.Width {
		size = image.Pt(box.Width, max(size.Y*box.Width/size.X, 1))
	}
	if size.Y > box.Height {
		size = image.Pt(max(size.X*box.Height/size.Y, 1), box.Height)
	}
	return size
}

// shrink scales a picture down: by halves, which costs little however large it
// is, and the last step well.
func shrink(source image.Image, size image.Point) *image.RGBA {
	for s := source.Bounds().Size(); s.X >= 4*size.X && s.Y >= 4*size.Y; s = source.Bounds().Size() {
		half := image.NewRGBA(image.Rect(0, 0, s.X/2, s.Y/2))
		scale.ApproxBiLinear.Scale(half, half.Bounds(), source, source.Bounds(), draw.Src, nil)
		source = half
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	scale.CatmullRom.Scale(out, out.Bounds(), source, source.Bounds(), draw.Src, nil)
	return out
}

// encode writes a JPEG as good as fits, or a PNG where something shows through.
func encode(picture *image.RGBA, most int) (kind string, data []byte, err error) {
	var b bytes.Buffer
	if !picture.Opaque() {
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&b, picture); err != nil {
			return "", nil, err
		}
		if b.Len() > most {
			return "", nil, ErrTooLarge
		}
		return "image/png", b.Bytes(), nil
	}
	for _, quality := range []int{82, 74, 64} {
		b.Reset()
		if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: quality}); err != nil {
			return "", nil, err
		}
		if b.Len() <= most {
			return "image/jpeg", b.Bytes(), nil
		}
	}
	return "", nil, ErrTooLarge
}
