package listfile_test

import (
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"roundup/subscribers/listfile"
)

func TestRecords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		give      string
		backslash bool
		want      [][]string
		lines     []int
		faults    []string
	}{
		{name: "line ends of every kind", give: "a\nb\r\nc\rd", want: [][]string{{"a"}, {"b"}, {"c"}, {"d"}}, lines: []int{1, 2, 3, 4}},
		{name: "empty lines count", give: "a\n\n\r\nb\n", want: [][]string{{"a"}, {""}, {""}, {"b"}}, lines: []int{1, 2, 3, 4}},
		{name: "ragged", give: "a,b\nc\nd,e,f,\n", want: [][]string{{"a", "b"}, {"c"}, {"d", "e", "f", ""}}, lines: []int{1, 2, 3}},
		{name: "quoted comma and mark", give: `"a, ""b""",c`, want: [][]string{{`a, "b"`, "c"}}, lines: []int{1}},
		{name: "quoted line ends stay as they are", give: "\"a\r\nb\rc\nd\",e\nf", want: [][]string{{"a\r\nb\rc\nd", "e"}, {"f"}}, lines: []int{1, 4 + 1}},
		{name: "padded quotes", give: `a,  "b" ,c`, want: [][]string{{"a", "b", "c"}}, lines: []int{1}},
		{name: "mark inside a bare cell", give: `5" pipe,b`, want: [][]string{{`5" pipe`, "b"}}, lines: []int{1}},
		{name: "unescaped marks inside quotes", give: `"Joe "The Man" Smith",b`, want: [][]string{{`Joe "The Man" Smith`, "b"}}, lines: []int{1}},
		{name: "backslash is a character", give: `"C:\",b`, want: [][]string{{`C:\`, "b"}}, lines: []int{1}},
		{name: "backslash escapes", give: `"a \"b\"","c"`, backslash: true, want: [][]string{{`a "b"`, "c"}}, lines: []int{1}},
		{name: "open quote costs its own line", give: "a,b\n\"c,d\ne,f\ng,h\n", want: [][]string{{"a", "b"}, {`"c,d`}, {"e", "f"}, {"g", "h"}}, lines: []int{1, 2, 3, 4},
			faults: []string{"a quotation mark on this line is never closed"}},
		{name: "Windows-1252 line among UTF-8", give: "Dörte,ß\nD\xf6rte,\x80\nDörte,€", want: [][]string{{"Dörte", "ß"}, {"Dörte", "€"}, {"Dörte", "€"}}, lines: []int{1, 2, 3}},
		{name: "nothing", give: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, lines, faults := listfile.Records(iotest.OneByteReader(strings.NewReader(tt.give)), ',', tt.backslash)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("cells (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.lines, lines); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.faults, texts(faults)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func texts(errs []error) []string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}

func TestRecordsOfAnyLength(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("x", 10<<20)
	got, lines, faults := listfile.Records(strings.NewReader("a\n"+huge+"\nb\n\"c\n"+huge+"\nd\n"), ',', false)
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	wantFaults := []string{"the line is longer than 1 MiB", "a quotation mark on this line is never closed", "the line is longer than 1 MiB"}
	if diff := cmp.Diff(wantFaults, texts(faults)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	for i, row := range got {
		if n := len(row[0]); n > 1<<20 {
			t.Errorf("record %d: kept %d octets", i, n)
		}
	}
	if got[5][0] != "d" {
		t.Errorf("last record %q, want d", got[5])
	}
}

func TestRecordsOpenQuoteBeforeManyLines(t *testing.T) {
	t.Parallel()
	got, _, faults := listfile.Records(strings.NewReader("\"a\n"+strings.Repeat("b,c\n", 10000)), ',', false)
	if len(got) != 10001 || len(faults) != 1 {
		t.Errorf("got %d records and %v, want 10001 and one fault", len(got), faults)
	}
}

func TestCSVSpectrum(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf",
		"quotes_and_newlines", "simple", "simple_crlf", "utf8",
		// location_coordinates: its JSON is of another file than its CSV.
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, _, faults := listfile.Records(strings.NewReader(string(sharedFile(t, path.Join("csv-spectrum/csvs", name+".csv")))), ',', false)
			if len(faults) > 0 || len(rows) == 0 {
				t.Fatalf("got %d rows and %v", len(rows), faults)
			}
			var want []map[string]string
			if err := json.Unmarshal(sharedFile(t, path.Join("csv-spectrum/json", name+".json")), &want); err != nil {
				t.Fatal(err)
			}
			var got []map[string]string
			for _, row := range rows[1:] {
				record := map[string]string{}
				for i, header := range rows[0] {
					record[header] = row[i]
				}
				got = append(got, record)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// sharedFile reads test data that is not part of the repository.
func sharedFile(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("%s is not on this machine", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return text
}
