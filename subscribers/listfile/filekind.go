package listfile

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// FileKindError says that a file is no text with a list in it.
type FileKindError struct {
	Kind   string // what it is: "an Excel workbook"
	Advice string // how a list is got out of it: "save it as CSV"; "" for none
}

func (e *FileKindError) Error() string { return fmt.Sprintf("not a list: it is %s", e.Kind) }

// save is how a list is got out of an office's document.
const save = "open it and save it as CSV"

// fileKinds are known by how they begin. Archives and workbooks that can be read are
// taken apart before (subscribers/unpack), where a file is one.
func fileKinds() []struct{ begins, kind, advice string } {
	const unpack = "unpack it and import the CSV file that is in it"
	return []struct{ begins, kind, advice string }{
		{"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file", save},
		{"PK\x05\x06", "an empty ZIP archive", ""},
		{"PK\x03\x04", "a ZIP archive", "name the file instead of sending it through standard input; if you did, it is damaged"},
		{"\x1f\x8b", "a gzip archive", "unpack it first (gunzip)"},
		{"BZh", "a bzip2 archive", "unpack it first (bunzip2)"},
		{"\xfd7zXZ\x00", "an xz archive", "unpack it first (unxz)"},
		{"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first (unzstd)"},
		{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", unpack},
		{"Rar!\x1a\x07", "a RAR archive", unpack},
		{"%PDF-", "a PDF", "export the list as CSV instead"},
		{"{\\rtf", "a text document (RTF)", "save it as plain text"},
		{"\x89PNG", "a picture (PNG)", ""},
		{"\xff\xd8\xff", "a picture (JPEG)", ""},
		{"GIF8", "a picture (GIF)", ""},
		{"RIFF", "a picture or a recording (RIFF)", ""},
		{"SQLite format 3\x00", "a SQLite database", "export its table as CSV (sqlite3 -header -csv)"},
		{"\x7fELF", "a program", ""},
		{"MZ\x90\x00", "a program", ""},
		{"\xff\xfe\x00\x00", "text in UTF-32", "save it as UTF-8"},
		{"\x00\x00\xfe\xff", "text in UTF-32", "save it as UTF-8"},
	}
}

// textKinds are texts, and known by how they begin too, but for space and case.
func textKinds() []struct{ begins, kind, advice string } {
	return []struct{ begins, kind, advice string }{
		{"<!doctype html", "a web page", "a download that asks for a login ends so: fetch the export again in a browser"},
		{"<html", "a web page", "a download that asks for a login ends so: fetch the export again in a browser"},
		{"<?xml", "an XML file", "export the list as CSV instead"},
		{"begin:vcard", "a file of contact cards (vCard)", "export the address book as CSV instead"},
		{"[{", "a JSON file", "export the list as CSV instead"},
		{"{\"", "a JSON file", "export the list as CSV instead"},
	}
}

// fileKind tells from the beginning of a file, as it stands on the disk, that it
// can't be a list; nil where it may be one.
func fileKind(raw []byte) error {
	for _, k := range fileKinds() {
		if bytes.HasPrefix(raw, []byte(k.begins)) {
			if document, is := inZIP(raw); is && k.kind == "a ZIP archive" {
				return &FileKindError{document, save}
			}
			return &FileKindError{k.kind, k.advice}
		}
	}
	begin := bytes.TrimPrefix(raw[:min(len(raw), 1024)], []byte("\ufeff"))
	squeezed := bytes.ToLower(bytes.Join(bytes.Fields(begin), []byte(" ")))
	for _, k := range textKinds() {
		if bytes.HasPrefix(squeezed, []byte(k.begins)) || k.begins == "[{" && bytes.HasPrefix(squeezed, []byte("[ {")) ||
			k.begins == "{\"" && bytes.HasPrefix(squeezed, []byte("{ \"")) {
			return &FileKindError{k.kind, k.advice}
		}
	}
	return nil
}

// inZIP names the kind of document that a ZIP archive is, by the first names in it.
func inZIP(raw []byte) (string, bool) {
	begin := raw[:min(len(raw), 8<<10)]
	for _, k := range []struct{ holds, kind string }{
		{"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "a LibreOffice spreadsheet"},
		{"mimetypeapplication/vnd.oasis.opendocument", "a LibreOffice document"},
		{"xl/", "an Excel workbook"},
		{"word/", "a Word document"},
		{"[Content_Types].xml", "an Excel workbook or another Office file"},
		{"Index/Document.iwa", "a Numbers spreadsheet"},
	} {
		if bytes.Contains(begin, []byte(k.holds)) {
			return k.kind, true
		}
	}
	return "", false
}

// noText tells that a text, once decoded, is none: a control character in every
// twentieth place. A damaged line or two are not that many.
func noText(sample []byte) error {
	controls := 0
	for text := sample; len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			controls++
		}
	}
	if controls > 3 && controls > len(sample)/20 {
		return &FileKindError{"a binary file, not text", "export the list as CSV"}
	}
	return nil
}
