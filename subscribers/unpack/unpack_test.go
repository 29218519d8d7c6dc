package unpack_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/subscribers/unpack"
)

// pack makes an archive of name, text, name, text ...
func pack(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		f, err := w.Create(pairs[i])
		if err == nil {
			_, err = io.WriteString(f, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t testing.TB, file []byte) unpack.Content {
	t.Helper()
	c, err := unpack.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t testing.TB, p unpack.Part) (string, error) {
	t.Helper()
	r, err := p.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }()
	text, err := io.ReadAll(r)
	return string(text), err
}

func TestArchive(t *testing.T) {
	t.Parallel()
	c := open(t, pack(t,
		"unsubscribed_1.csv", "u", "subscribed_1.csv", "s", "lists/cleaned_1.CSV", "c",
		"__MACOSX/._subscribed_1.csv", "junk", "lists/.DS_Store", "junk", "read me.pdf", "%PDF"))
	var got []string
	for _, p := range c.Parts {
		text, err := read(t, p)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p.Name+" "+text)
	}
	if diff := cmp.Diff([]string{"lists/cleaned_1.CSV c", "subscribed_1.csv s", "unsubscribed_1.csv u"}, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"read me.pdf"}, c.Unread); diff != "" || c.Workbook {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}

func TestNoArchive(t *testing.T) {
	t.Parallel()
	for name, file := range map[string][]byte{
		"nothing": nil, "CSV": []byte("email\na@x.org\n"), "half an archive": pack(t, "a.csv", "email")[:40], "a Word document": pack(t, "[Content_Types].xml", "", "word/document.xml", ""),
	} {
		if c := open(t, file); len(c.Parts) != 0 {
			t.Errorf("%s has %d parts, want none", name, len(c.Parts))
		}
	}
}

// An archive that is made to do harm, or can't be what it says, is refused before
// anything of it is unpacked.
func TestRefused(t *testing.T) {
	t.Parallel()
	zeros := pack(t, "a.csv", strings.Repeat("\x00", 100<<20))
	var many []string
	for i := range 1001 {
		many = append(many, fmt.Sprintf("%d.csv", i), "")
	}
	good := pack(t, "a.csv", strings.Repeat("email\n", 1000))
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"a bomb", zeros, "the archive would become"},
		{"many entries", pack(t, many...), "has 1001 entries"},
		{"many lists", pack(t, many[:102]...), "holds 51 lists"},
		{"no list", pack(t, "a.pdf", ""), "holds no CSV file"},
		{"a lie about its size", bytes.ReplaceAll(good, le(6000), le(1<<31)), "would become"},
		{"a workbook without a sheet", pack(t, "xl/workbook.xml", "<workbook/>"), "can't be read: it has no sheet"},
		{"a workbook without its sheet", pack(t, "xl/workbook.xml", workbookXML), "is missing"},
		{"a damaged workbook", pack(t, "xl/workbook.xml", "<workbook"), "can't be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := unpack.Open(bytes.NewReader(tt.file), int64(len(tt.file)))
			var refused *unpack.RefusedError
			if !errors.As(err, &refused) || !strings.Contains(refused.Reason, tt.want) {
				t.Errorf("error = %v, want a RefusedError with %q", err, tt.want)
			}
		})
	}
}

func le(n uint32) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }

// What an entry holds beyond the size it states is an error, not text.
func TestEntryLargerThanItSays(t *testing.T) {
	t.Parallel()
	file := bytes.ReplaceAll(pack(t, "a.csv", strings.Repeat("email\n", 1000)), le(6000), le(60))
	text, err := read(t, open(t, file).Parts[0])
	if err == nil || len(text) > 60 {
		t.Errorf("%d octets and %v, want an error after 60", len(text), err)
	}
}

const (
	workbookXML = `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` +
		`<sheet name="Old" state="hidden" r:id="r2"/><sheet name="Readers" r:id="r1"/><sheet name="Notes" r:id="r3"/></sheets></workbook>`
	linksXML  = `<Relationships><Relationship Id="r2" Target="worksheets/sheet1.xml"/><Relationship Id="r1" Target="/xl/worksheets/sheet2.xml"/></Relationships>`
	stylesXML = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy hh:mm"/><numFmt numFmtId="165" formatCode="[Red]0&quot;days&quot;"/></numFmts>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/></cellXfs></styleSheet>`
	textsXML = `<sst><si><t>email</t></si><si><t xml:space="preserve"> a@x.org </t></si><si><r><t>An</t></r><r><t>n "B"</t></r><rPh><t>no</t></rPh></si></sst>`
)

func workbookOf(t testing.TB, rows string) []byte {
	t.Helper()
	return pack(t, "[Content_Types].xml", "", "xl/workbook.xml", workbookXML, "xl/_rels/workbook.xml.rels", linksXML,
		"xl/styles.xml", stylesXML, "xl/sharedStrings.xml", textsXML,
		"xl/worksheets/sheet2.xml", `<worksheet><cols><col/></cols><sheetData>`+rows+`</sheetData><mergeCells/></worksheet>`)
}

func TestWorkbook(t *testing.T) {
	t.Parallel()
	c := open(t, workbookOf(t, `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>na</t><t>me</t></is></c></row>`+
		`<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"><v>45292.5</v></c><c r="C3" t="s"><v>2</v></c><c r="D3" t="b"><v>1</v></c><c t="str"><f>1</f><v>a&#10;b</v></c></row>`+
		`<row><c><v>12.5</v></c><c s="2"><v>36526</v></c><c s="3"><v>7</v></c><c r="AA4" t="b"><v>0</v></c></row>`))
	if len(c.Parts) != 1 || !c.Workbook || c.Parts[0].Name != "Readers" {
		t.Fatalf("content = %+v, want the one sheet that is shown first", c)
	}
	if diff := cmp.Diff([]string{"Old", "Notes"}, c.Unread); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
	got, err := read(t, c.Parts[0])
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeff\"email\",,\"name\"\n\n\" a@x.org \",\"2024-01-01 12:00:00\",\"Ann \"\"B\"\"\",\"true\",\"a b\"\n" +
		"\"12.5\",\"2000-01-01 00:00:00\",\"7\"" + strings.Repeat(",", 24) + "\"false\"\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
}

// What is wrong with a sheet is an error where it stands, after what was good.
func TestDamagedSheet(t *testing.T) {
	t.Parallel()
	const good = `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`
	for name, rows := range map[string]string{
		"a text that is not there":   good + `<row r="2"><c t="s"><v>9</v></c></row>`,
		"a row twice":                good + good,
		"a row beyond all":           good + `<row r="99999999"><c><v>1</v></c></row>`,
		"a cell twice":               good + `<row r="2"><c r="B2"/><c r="A2"/></row>`,
		"a column beyond all":        good + `<row r="2"><c r="XFD2"/></row>`,
		"a tag that is never closed": good + `<row r="2"><c>`,
		"a cell without end":         good + `<row r="2"><c><v>` + strings.Repeat("x", 2<<20) + `</v></c></row>`,
		"a cell of many texts":       good + `<row r="2"><c t="inlineStr"><is>` + strings.Repeat("<t>"+strings.Repeat("x", 1000)+"</t>", 2000) + `</is></c></row>`,
		"an attribute without end":   good + `<row r="2"><c r="` + strings.Repeat("x", 2<<20) + `"></c></row>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, open(t, workbookOf(t, rows)).Parts[0])
			if err == nil || got != "\ufeff\"email\"\n" {
				t.Errorf("%q and %v, want the first row and an error", got, err)
			}
		})
	}
}

// FuzzWorkbook: no sheet makes the reader panic, or run on for ever.
func FuzzWorkbook(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)
	f.Add(`<row><c s="1"><v>1e9</v></c><c t="inlineStr"><is><r><t>x</t></r></is></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		text, _ := read(t, open(t, workbookOf(t, rows)).Parts[0])
		if len(text) > 4*len(rows)*len(textsXML)+2<<20 {
			t.Errorf("%d octets of %d", len(text), len(rows))
		}
	})
}

// FuzzOpen: no file makes Open or the reading of its parts panic.
func FuzzOpen(f *testing.F) {
	f.Add(pack(f, "a.csv", "email\na@x.org\n"))
	f.Add(workbookOf(f, `<row><c><v>1</v></c></row>`))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := unpack.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		for _, p := range c.Parts {
			_, _ = read(t, p)
		}
	})
}
