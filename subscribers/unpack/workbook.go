package unpack

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The parts of an Excel workbook (ECMA-376, part 1, section 18) that say where a sheet
// is, which of its cells are dates, and the texts that cells share.

// maxTexts is how many octets the texts of a workbook may have: they stay in memory.
const maxTexts = 64 << 20

// book is what all sheets of a workbook share.
type book struct {
	texts   texts
	dates   []bool // by style: a number in it is a date
	from904 bool   // dates count from 1904 and not from 1900
}

// workbook offers the first sheet that is not hidden.
func workbook(files []*zip.File) (Content, error) {
	refused := func(err error) (Content, error) {
		return Content{}, &RefusedError{Reason: "the Excel workbook can't be read: " + err.Error(), Advice: "open it and save it as CSV"}
	}
	var listed struct {
		Props struct {
			From904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := decode(files, "xl/workbook.xml", &listed); err != nil {
		return refused(err)
	}
	c := Content{Workbook: true}
	for _, sheet := range listed.Sheets {
		if len(c.Parts) > 0 || sheet.State == "hidden" || sheet.State == "veryHidden" {
			c.Unread = append(c.Unread, sheet.Name)
			continue
		}
		file, err := target(files, sheet.ID)
		if err != nil {
			return refused(err)
		}
		from904 := listed.Props.From904 == "1" || listed.Props.From904 == "true"
		c.Parts = []Part{{Name: sheet.Name, Open: func() (io.ReadCloser, error) { return openSheet(files, file, from904) }}}
	}
	if len(c.Parts) == 0 {
		return refused(errors.New("it has no sheet"))
	}
	return c, nil
}

// target is the file of a sheet.
func target(files []*zip.File, id string) (string, error) {
	var links struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decode(files, "xl/_rels/workbook.xml.rels", &links); err != nil {
		return "", err
	}
	for _, link := range links.All {
		if link.ID == id {
			if rooted, ok := strings.CutPrefix(link.Target, "/"); ok {
				return rooted, nil
			}
			return path.Join("xl", link.Target), nil
		}
	}
	return "", fmt.Errorf("its sheet %q: %w", id, errMissing)
}

// decode reads a small file whole.
func decode(files []*zip.File, name string, into any) error {
	const most = 8 << 20
	f, err := openEntry(files, name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := xml.NewDecoder(io.LimitReader(f, most)).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// dateStyles tells of each style whether numbers in it are dates. A workbook without
// styles has none.
func dateStyles(files []*zip.File) ([]bool, error) {
	var styles struct {
		Own []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := decode(files, "xl/styles.xml", &styles); err != nil {
		if errors.Is(err, errMissing) {
			return nil, nil
		}
		return nil, err
	}
	own := map[int]bool{}
	for _, format := range styles.Own {
		own[format.ID] = isDate(format.Code)
	}
	dates := make([]bool, len(styles.Cells))
	for i, cell := range styles.Cells {
		dates[i] = own[cell.ID] || slices.Contains([]int{14, 15, 16, 17, 22}, cell.ID) || cell.ID >= 27 && cell.ID <= 36 || cell.ID >= 50 && cell.ID <= 58
	}
	return dates, nil
}

// isDate reports whether a format has years or days in it, outside of what it quotes.
func isDate(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[' || c == ']':
			bracket = c == '['
		case !bracket && strings.IndexByte("yYdD", c) >= 0:
			return true
		}
	}
	return false
}

// texts are the strings that cells share, in one piece: a slice of strings would
// take as much again.
type texts struct {
	all  []byte
	ends []uint32
}

// at is a text by its number as a cell has it.
func (t texts) at(number string) (string, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(t.ends) {
		return "", fmt.Errorf("a cell shares the text %q, and there are %d", number, len(t.ends))
	}
	begin := uint32(0)
	if n > 0 {
		begin = t.ends[n-1]
	}
	return string(t.all[begin:t.ends[n]]), nil
}

// sharedTexts reads them. A workbook without has none.
func sharedTexts(files []*zip.File) (t texts, err error) {
	f, err := openEntry(files, "xl/sharedStrings.xml")
	if errors.Is(err, errMissing) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	defer func() { _ = f.Close() }()
	d := newTokens(f)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, fmt.Errorf("shared texts: %w", err)
		}
		if begin, ok := token.(xml.StartElement); ok && begin.Name.Local == "si" {
			text, err := d.text("t", pronounced)
			if err != nil {
				return t, fmt.Errorf("shared texts: %w", err)
			}
			if len(t.all)+len(text) > maxTexts {
				return t, fmt.Errorf("its texts are more than %d MiB", maxTexts>>20)
			}
			t.all = append(t.all, text...)
			t.ends = append(t.ends, uint32(len(t.all)))
		}
	}
}

// pronounced is the element that says how a text is pronounced.
const pronounced = "rPh"
