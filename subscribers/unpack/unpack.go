// Package unpack takes lists of readers out of what they come in: a ZIP archive of
// CSV files, as Mailchimp's export is one, or an Excel workbook.
//
// It must not know what a reader is, or keep more of a file in memory than a line
// and, of a workbook, its table of texts. Start reading in Open; sheet.go reads a workbook.
package unpack

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Part is a list that is in a file.
type Part struct {
	Name string                        // the file's in the archive, or the sheet's
	Size int64                         // of the CSV, in octets; 0 where it is not known
	Open func() (io.ReadCloser, error) // as CSV, from its beginning
}

// Content is what a file holds.
type Content struct {
	Parts    []Part
	Workbook bool     // the only part is a sheet
	Unread   []string // names of what else is in there, which nobody reads
}

// Limits on what is unpacked. An honest archive of lists shrinks to a tenth, a workbook
// to a thirtieth; an archive made to fill a disk or a day, to a thousandth and less.
const (
	mostEntries = 1000
	mostLists   = 50
	alwaysFine  = 64 << 20 // octets that any file may become
	mostRatio   = 200      // times its size that a larger one may
)

// RefusedError says why nothing is taken out of a file.
type RefusedError struct {
	Reason string
	Advice string // what can be done; "" for nothing
}

func (e *RefusedError) Error() string { return e.Reason }

// Open looks into a file of that many octets. Content without parts is a file that is
// neither a sound archive nor a workbook: it is read as it is. Its error is a *RefusedError.
func Open(r io.ReaderAt, size int64) (Content, error) {
	magic := make([]byte, 4)
	if n, _ := r.ReadAt(magic, 0); n < len(magic) || string(magic) != "PK\x03\x04" {
		return Content{}, nil
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return Content{}, nil //nolint:nilerr // whoever reads it as a list says what it seems to be
	}
	if err := harmless(z.File, size); err != nil {
		return Content{}, err
	}
	switch {
	case entry(z.File, "xl/workbook.xml") != nil:
		return workbook(z.File)
	case entry(z.File, "mimetype") != nil, entry(z.File, "[Content_Types].xml") != nil:
		return Content{}, nil // another office's document, which is told by name
	}
	return archive(z.File)
}

// archive takes the CSV files of an archive, in the order of their names: the same
// whoever packed it.
func archive(files []*zip.File) (c Content, err error) {
	for _, f := range files {
		switch name := path.Base(f.Name); {
		case f.FileInfo().IsDir(), strings.HasPrefix(f.Name, "__MACOSX/"), strings.HasPrefix(name, "."):
		case !slices.Contains([]string{".csv", ".tsv", ".txt"}, strings.ToLower(path.Ext(name))):
			c.Unread = append(c.Unread, f.Name)
		case f.Flags&1 != 0:
			return Content{}, &RefusedError{Reason: fmt.Sprintf("%s in the ZIP archive has a password", f.Name), Advice: "unpack it and import the files in it"}
		default:
			c.Parts = append(c.Parts, Part{Name: f.Name, Size: int64(f.UncompressedSize64), Open: func() (io.ReadCloser, error) { return f.Open() }})
		}
	}
	switch {
	case len(c.Parts) == 0:
		return Content{}, &RefusedError{Reason: "the ZIP archive holds no CSV file", Advice: "unpack it and import the file with the readers"}
	case len(c.Parts) > mostLists:
		return Content{}, &RefusedError{
			Reason: fmt.Sprintf("the ZIP archive holds %d lists; at most %d are read", len(c.Parts), mostLists),
			Advice: "unpack it and import those with the readers",
		}
	}
	slices.SortFunc(c.Parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	return c, nil
}

// harmless refuses an archive that is made to become far more than it is: by its own
// word, which archive/zip holds each entry to, or by entries that lie upon each other.
func harmless(files []*zip.File, size int64) error {
	refused := func(reason string) error {
		return &RefusedError{Reason: reason, Advice: "if you trust it, unpack it and import the files in it"}
	}
	if len(files) > mostEntries {
		return refused(fmt.Sprintf("the archive has %d entries; at most %d are looked at", len(files), mostEntries))
	}
	var packed, unpacked uint64
	for _, f := range files {
		if f.UncompressedSize64 > 1<<40 || f.CompressedSize64 > uint64(size) {
			return refused(fmt.Sprintf("the archive's entry %s can't be as large as it says", f.Name))
		}
		packed, unpacked = packed+f.CompressedSize64, unpacked+f.UncompressedSize64
	}
	switch {
	case packed > uint64(size):
		return refused("the archive's entries lie upon each other")
	case unpacked > alwaysFine && unpacked/mostRatio > uint64(size):
		return refused(fmt.Sprintf("the archive would become %d times as large as it is; at most %d are unpacked", unpacked/uint64(size), mostRatio))
	}
	return nil
}

// entry finds a file of an archive; nil for none.
func entry(files []*zip.File, name string) *zip.File {
	for _, f := range files {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

// errMissing is of a workbook without one of the files that make it.
var errMissing = errors.New("a file of it is missing")

func openEntry(files []*zip.File, name string) (io.ReadCloser, error) {
	f := entry(files, name)
	if f == nil {
		return nil, fmt.Errorf("%s: %w", name, errMissing)
	}
	return f.Open()
}
