package listfile_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

func TestWrongHeader(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, column, want string }{
		{"misspelt, comma", "e-mial,name\nann@x.org,Ann\nbob@x.org,Bob\n", "e-mial",
			`line 1 names no column of addresses: "e-mial", "name"; "e-mial", which is nearest to email, holds addresses in 2 of the 2 lines looked at`},
		{"misspelt, semicolon", "e-mial;name\nann@x.org;Ann\nbob@x.org;Bob\n", "e-mial",
			`line 1 names no column of addresses: "e-mial", "name"; "e-mial", which is nearest to email, holds addresses in 2 of the 2 lines looked at`},
		{"misspelt, tab, below a title", "Export of May\n\nname\te-mial\nAnn\tann@x.org\n", "e-mial",
			`line 3 names no column of addresses: "name", "e-mial"; "e-mial", which is nearest to email, holds addresses in 1 of the 1 lines looked at`},
		{"misspelt, nothing below", "e-mial;name\n", "e-mial", `line 1 names no column of addresses: "e-mial", "name"; "e-mial" is nearest to email`},
		{"another word", "Who,Contact\nAnn,ann@x.org\nBob,\n", "Contact",
			`line 1 names no column of addresses: "Who", "Contact"; addresses are in the column "Contact", in 1 of the 2 lines looked at`},
		{"no name at all", "Who,\nAnn,ann@x.org\n", "2",
			`line 1 names no column of addresses: "Who", ""; addresses are in the column "2", in 1 of the 1 lines looked at`},
		{"named, but elsewhere", "email,contact\n1 Main St,ann@x.org\n,bob@x.org\n", "contact",
			`the column "email" is named as the one of addresses and holds none; addresses are in the column "contact", in 2 of the 2 lines looked at`},
		{"no addresses", "name,city\nAnn,Rome\n", "", `line 1 names no column of addresses, and none holds any: "name", "city"`},
		{"prose", "It was a dark night.\nA shot rang out.\n", "", "no line holds an address (2 looked at), and none names a column of them"},
		{"prose with an @", "#!/bin/sh\necho mail bugs to: <bugs@> -- \n", "",
			`no line holds an address (1 looked at); the first that nearly does is line 2: address "echo mail bugs to: <bugs@> --" holds a space`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := listfile.OpenCSV(strings.NewReader(tt.give), listfile.ReadOptions{})
			var header *listfile.HeaderError
			if !errors.As(err, &header) || header.Error() != tt.want || header.Column() != tt.column {
				t.Fatalf("got %v\nwant %s", err, tt.want)
			}
			if tt.column == "" {
				return
			}
			// Named by hand, that column is read.
			_, err = listfile.OpenCSV(strings.NewReader(tt.give), listfile.ReadOptions{Columns: map[string]string{"email": tt.column}})
			if err != nil {
				t.Errorf("with --map email=%s: %v", tt.column, err)
			}
		})
	}
}

func TestColumnsByHand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give string
		columns    map[string]string
		want       []string
	}{
		{"by name", "Contact;Full;Groups\nann@x.org;Ann;vip\n", map[string]string{"email": "contact", "name": "Full", "labels": "groups"}, []string{"2 ann@x.org Ann vip"}},
		{"by number under a header", "Contact;Full\nann@x.org;Ann\n", map[string]string{"email": "1", "name": "2"}, []string{"2 ann@x.org Ann"}},
		{"by number in a plain list", "7,Ann,ann@x.org,gone\n8,Bob,bob@x.org,\n", map[string]string{"name": "2"}, []string{"1 ann@x.org Ann", "2 bob@x.org Bob"}},
		{"over what the header says", "email,contact\nold@x.org,ann@x.org\n", map[string]string{"email": "contact"}, []string{"2 ann@x.org"}},
		{"a status in another language", "email,Statut\na@x.org,subscribed\nb@x.org,unsubscribed\n", map[string]string{"status": "Statut"}, []string{"2 a@x.org active", "3 b@x.org unsubscribed"}},
		{"a status without a header", "a@x.org,active\nb@x.org,unsubscribed\n", map[string]string{"status": "2"}, []string{"1 a@x.org active active", "2 b@x.org unsubscribed unsubscribed"}},
		{"one column", "Contact\nann@x.org\n", map[string]string{"email": "Contact"}, []string{"2 ann@x.org"}},
		{"a slip in the name of the addresses' column", "Contact;Full\nann@x.org;Ann\n", map[string]string{"email": "Contcat"}, []string{`!: there is no column "Contcat"; did you mean "Contact"?`}},
		{"a slip", "Contact,Full\nann@x.org,Ann\n", map[string]string{"email": "Contact", "name": "Ful"}, []string{`!: there is no column "Ful"; did you mean "Full"?`}},
		{"no such column", "Contact,Full\nann@x.org,Ann\n", map[string]string{"email": "Contact", "name": "City"}, []string{`!: there is no column "City"; there are "Contact", "Full"`}},
		{"no such number", "ann@x.org\n", map[string]string{"name": "2"}, []string{`!: there is no column "2": the file does not name its columns, they are 1 to 1`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			list, err := listfile.OpenCSV(strings.NewReader(tt.give), listfile.ReadOptions{Columns: tt.columns, Silent: subscribers.Active})
			if err != nil {
				got = []string{"!: " + err.Error()}
			} else {
				for row, reject := range list.Rows() {
					got = append(got, tell(row, reject))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesThatAreNoText(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte("email\nann@x.org\n")); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 4000)
	for i := range noise {
		noise[i] = byte(i * i * 7)
	}
	tests := []struct{ name, give, want string }{
		{"Excel", "PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "an Excel workbook"},
		{"old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00\xff", 500), "an old Excel workbook or another Office file"},
		{"LibreOffice", "PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "a LibreOffice spreadsheet"},
		{"ZIP", "PK\x03\x04members.csv", "a ZIP archive"},
		{"gzip", zipped.String(), "a gzip archive"},
		{"PDF", "%PDF-1.7\n", "a PDF"},
		{"picture", "\x89PNG\r\n\x1a\n", "a picture (PNG)"},
		{"noise", string(noise), "a binary file, not text"},
		{"web page", "\n<!DOCTYPE HTML>\n<html>ann@x.org", "a web page"},
		{"XML", "<?xml version=\"1.0\"?>\n<a>ann@x.org</a>", "an XML file"},
		{"JSON", "[\n  {\"email\": \"ann@x.org\"}\n]", "a JSON file"},
		{"cards", "BEGIN:VCARD\nEMAIL:ann@x.org\n", "a file of contact cards (vCard)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := listfile.OpenCSV(strings.NewReader(tt.give), listfile.ReadOptions{})
			var kind *listfile.FileKindError
			if !errors.As(err, &kind) || kind.Kind != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
