package pictures

import (
	"bytes"
	"encoding/binary"
	"image"
)

// turn is how a picture is to be turned to be the right way up: the value of
// Exif's Orientation, 1 for not at all, 2 to 8 for the other ways a sheet of
// paper can lie in a frame.
type turn int

// orientation reads how the camera was held from a JPEG's Exif data (CIPA DC-008,
// 4.6.4): browsers turn the picture by it, and what is encoded anew has none.
func orientation(file []byte) turn {
	if !bytes.HasPrefix(file, []byte{0xff, 0xd8}) {
		return 1
	}
	for rest := file[2:]; len(rest) >= 4 && rest[0] == 0xff && rest[1] != 0xda; {
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if length < 2 || len(rest) < 2+length {
			return 1
		}
		segment := rest[4 : 2+length]
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && rest[1] == 0xe1 {
			return tiffOrientation(tiff)
		}
		rest = rest[2+length:]
	}
	return 1
}

// tiffOrientation looks for the tag in the first directory.
func tiffOrientation(tiff []byte) turn {
	const tag, entry = 0x0112, 12
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entry {
			return 1
		}
		if order.Uint16(entries) == tag {
			if v := turn(order.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		entries = entries[entry:]
	}
	return 1
}

// size is that of a picture once turned, and, the other way about, that of the
// picture that has it once turned.
func (t turn) size(s image.Point) image.Point {
	if t >= 5 {
		return image.Pt(s.Y, s.X)
	}
	return s
}

// apply turns a picture.
func (t turn) apply(source *image.RGBA) *image.RGBA {
	if t == 1 {
		return source
	}
	size := source.Bounds().Size()
	out := image.NewRGBA(image.Rectangle{Max: t.size(size)})
	for y := range size.Y {
		for x := range size.X {
			at := t.target(image.Pt(x, y), size)
			out.SetRGBA(at.X, at.Y, source.RGBAAt(x, y))
		}
	}
	return out
}

// target is where a pixel of a picture of this size is once turned.
func (t turn) target(p, size image.Point) image.Point {
	far := size.Sub(image.Pt(1, 1)).Sub(p) // from the other sides
	switch t {
	case 2: // mirrored
		return image.Pt(far.X, p.Y)
	case 3: // upside down
		return far
	case 4: // upside down and mirrored
		return image.Pt(p.X, far.Y)
	case 5: // its columns are rows
		return image.Pt(p.Y, p.X)
	case 6: // lying on its left side
		return image.Pt(far.Y, p.X)
	case 7: // its columns are rows, from the far corner
		return image.Pt(far.Y, far.X)
	case 8: // lying on its right side
		return image.Pt(p.Y, far.X)
	}
	return p
}
