package listfile

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sampleSize is how much of a file is looked at before its first row, in octets.
const sampleSize = 64 << 10

// openText returns r as UTF-8 without a byte order mark, as far as that can be
// told from its beginning, and the name of the encoding. Single lines in
// Windows-1252 among UTF-8 are decoded later, by decodeCell: only that way does
// a file whose first accent is in its last line keep constant memory.
func openText(r io.Reader) (*bufio.Reader, string) {
	raw := bufio.NewReaderSize(r, sampleSize)
	sample, _ := raw.Peek(sampleSize) // its error comes again on reading
	switch {
	case bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")):
		_, _ = raw.Discard(3)
		return raw, "UTF-8"
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		return utf16(raw, unicode.LittleEndian), "UTF-16LE"
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return utf16(raw, unicode.BigEndian), "UTF-16BE"
	}
	switch even, odd := countZeros(sample); {
	case odd > len(sample)/5 && even < odd/4:
		return utf16(raw, unicode.LittleEndian), "UTF-16LE"
	case even > len(sample)/5 && odd < even/4:
		return utf16(raw, unicode.BigEndian), "UTF-16BE"
	case !validSample(sample):
		return raw, "Windows-1252"
	}
	return raw, "UTF-8"
}

func utf16(r io.Reader, order unicode.Endianness) *bufio.Reader {
	decoder := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	return bufio.NewReaderSize(transform.NewReader(r, decoder), sampleSize)
}

// countZeros counts zero octets at even and odd places: in UTF-16 without a
// mark, nearly every second octet of an address list is zero.
func countZeros(sample []byte) (even, odd int) {
	for i, c := range sample {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// validSample is utf8.Valid for text whose last character may be cut off.
func validSample(sample []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(sample); cut++ {
		if utf8.Valid(sample[:len(sample)-cut]) {
			return cut == 0 || !utf8.FullRune(sample[len(sample)-cut:])
		}
	}
	return false
}

// decodeCell makes text of a cell: UTF-8, or Windows-1252 where it is not valid
// UTF-8. Text in Windows-1252 with any accent in it is practically never valid
// UTF-8 by accident.
func decodeCell(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	return decode1252(raw)
}

// decode1252 never fails: the five octets Windows-1252 leaves open become U+FFFD.
func decode1252(raw []byte) string {
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return string(bytes.ToValidUTF8(raw, []byte("\uFFFD")))
	}
	return string(text)
}
