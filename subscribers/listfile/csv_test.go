package listfile_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// read reads text whole and tells it in one line a row: "line key name status
// suppression labels", and "line: reason" for a reject.
func read(tb testing.TB, text string) []string {
	tb.Helper()
	var told []string
	list, err := listfile.OpenCSV(strings.NewReader(text), listfile.ReadOptions{Name: "list.csv", Silent: subscribers.Active})
	if err != nil {
		return []string{"!: " + err.Error()}
	}
	for row, reject := range list.Rows() {
		told = append(told, tell(row, reject))
	}
	return told
}

// open is OpenCSV of a file that must be a list, whose silent lines are active.
func open(tb testing.TB, r io.Reader) *listfile.CSV {
	tb.Helper()
	list, err := listfile.OpenCSV(r, listfile.ReadOptions{Name: "list.csv", Silent: subscribers.Active})
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

func tell(row subscribers.Row, reject *listfile.Reject) string {
	switch {
	case reject != nil && reject.Err != nil:
		return fmt.Sprintf("%d!: %s", reject.Line, reject.Reason)
	case reject != nil:
		return fmt.Sprintf("%d: %s", reject.Line, reject.Reason)
	}
	words := []string{strconv.Itoa(row.Line), row.Address.Key}
	for _, word := range []string{row.Name, string(row.Status), string(row.Suppress), strings.Join(row.Labels, "|")} {
		if word != "" {
			words = append(words, word)
		}
	}
	if row.Skip != "" {
		words = append(words, "("+row.Skip+")")
	}
	return strings.Join(words, " ")
}

func TestReadCSVShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give string
		want       []string
	}{
		{"nothing", "", nil},
		{"blank", "\n \r\n,,\n", nil},
		{"plain list", "ann@x.org\nBob@x.org\n", []string{"1 ann@x.org", "2 bob@x.org"}},
		{"plain list with comments", "# Friends\nann@x.org\n\n# More\nbob@x.org", []string{"2 ann@x.org", "5 bob@x.org"}},
		{"plain list with a title", "Subscribers\nann@x.org", []string{"1: stands before the first address", "2 ann@x.org"}},
		{"mailboxes", "Ann Lee <ann@x.org>,\n\"Ray, Bob\" <bob@x.org>\n<cy@x.org>\ndi@x.org", []string{"1 ann@x.org Ann Lee", "2 bob@x.org Ray, Bob", "3 cy@x.org", "4 di@x.org"}},
		{"mailboxes in a column", "email,x\n\"\"\"Ray, Bob\"\" <bob@x.org>\",1", []string{"2 bob@x.org Ray, Bob"}},
		{"two columns, no header", "ann@x.org;Ann\nbob@x.org;Bob", []string{"1 ann@x.org Ann", "2 bob@x.org Bob"}},
		{"a name beside a later address", "ann@x.org\nbob@x.org,Bob", []string{"1 ann@x.org", "2 bob@x.org Bob"}},
		{"name first, no header", "Ann,ann@x.org\nBob,bob@x.org", []string{"1 ann@x.org Ann", "2 bob@x.org Bob"}},
		{"more columns, no header", "7,Ann,ann@x.org,x\n8,Bob,bob@x.org", []string{"1 ann@x.org", "2 bob@x.org"}},
		{"bad address in the first line", "ann@@x.org\nbob@x.org", []string{`1: address "ann@@x.org" has more than one @`, "2 bob@x.org"}},
		{"header", "Email,Name\nann@x.org,Ann", []string{"2 ann@x.org Ann"}},
		{"header in any case, padded", " Name , E-MAIL \nAnn , ann@x.org ", []string{"2 ann@x.org Ann"}},
		{"first and last name", "e_mail;First Name;last-name\nann@x.org;Ann;Lee", []string{"2 ann@x.org Ann Lee"}},
		{"tabs", "email\tname\nann@x.org\tLee, Ann", []string{"2 ann@x.org Lee, Ann"}},
		{"semicolons, commas in names", "name;email\n\"Lee, Ann\";ann@x.org", []string{"2 ann@x.org Lee, Ann"}},
		{"Excel's own line", "sep=;\r\nemail;name\r\nann@x.org;Ann", []string{"3 ann@x.org Ann"}},
		{"title above the header", "Export of today\n\nemail,name\nann@x.org,Ann", []string{"1: stands before the first address", "4 ann@x.org Ann"}},
		{"header of another language", "Adresse e-mail,Nom,Prénom\nann@x.org,Lee,Ann", []string{"2 ann@x.org Ann Lee"}},
		{"padded, trailing comma", "email      ,name  ,\nann@x.org  ,Ann   ,\n", []string{"2 ann@x.org Ann"}},
		{"ragged", "email,name\nann@x.org\nbob@x.org,Bob,x,y,z\n,Cy\n", []string{"2 ann@x.org", "3 bob@x.org Bob", "4: has no address"}},
		{"quoted line end in a cell", "email,name\n\"ann@x.org\n\",\"Ann\nLee\"\nbob@x.org,Bob", []string{"2 ann@x.org Ann Lee", "5 bob@x.org Bob"}},
		{"CR only", "email,name\rann@x.org,Ann\rbob@x.org,Bob\r", []string{"2 ann@x.org Ann", "3 bob@x.org Bob"}},
		{"NUL", "email,name\nann@x.org,A\x00nn\nbob@x.org,Bob", []string{"2: holds a NUL octet: the file is damaged", "3 bob@x.org Bob"}},
		{"bad addresses", "email\nann\nbob@x\ncy@x.org", []string{`2: address "ann" has no @`, `3: address "bob@x" has a domain without a dot`, "4 cy@x.org"}},
		{"injection", "email,name\n\"ann@x.org\r\nBcc: y@z.org\",Ann", []string{"2: address \"ann@x.org\\r\\nBcc: y@z.org\" holds a line break"}},
		{"open quote", "email,name\nann@x.org,\"Ann\nbob@x.org,Bob", []string{"2: a quotation mark on this line is never closed", "3 bob@x.org Bob"}},
		{"labels", "email,tags\nann@x.org,\"vip, press ,vip\"\nbob@x.org,\"\"\"a, b\"\",c\"", []string{"2 ann@x.org vip|press", "3 bob@x.org a, b|c"}},
		{"status words", "email,status\na@x.org,Active\nb@x.org,unconfirmed\nc@x.org,Unsubscribed\nd@x.org,bounced\ne@x.org,complained\nf@x.org,blocklisted\ng@x.org,\nh@x.org,vip",
			[]string{"2 a@x.org active", "3 b@x.org pending", "4 c@x.org unsubscribed", "5 d@x.org hard_bounce", "6 e@x.org unsubscribed complaint", "7 f@x.org unsubscribed manual", "8 g@x.org", `9 h@x.org (its status "vip" is not known)`}},
		{"inactive is not active", "email,status\na@x.org,inactive", []string{"2 a@x.org unsubscribed"}},
		{"word of leaving under a foreign header", "Email,Statut global\na@x.org,subscribed\nb@x.org,unsubscribed\nc@x.org,bounced", []string{"2 a@x.org", "3 b@x.org unsubscribed", "4 c@x.org hard_bounce"}},
		{"unsubscribed_at", "email,unsubscribed_at\na@x.org,\nb@x.org,2026-01-02", []string{"2 a@x.org active", "3 b@x.org unsubscribed"}},
		{"no column of addresses", "a,b,c\n1,2,3", []string{`!: line 1 names no column of addresses, and none holds any: "a", "b", "c"`}},
		{"a PDF", "%PDF-1.7\n", []string{"!: not a list: it is a PDF"}},
		{"workbook", "PK\x03\x04...", []string{"!: not a list: it is a ZIP archive"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, read(t, tt.give)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadCSVEncodings(t *testing.T) {
	t.Parallel()
	text := "email;name\r\ndoerte@x.org;Dörte\r\nzoe@x.org;Zoé €\r\n"
	want := []string{"2 doerte@x.org Dörte", "3 zoe@x.org Zoé €"}
	encode := func(s string, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := []struct{ name, give, encoding string }{
		{"UTF-8", text, "UTF-8"},
		{"UTF-8 with mark", "\ufeff" + text, "UTF-8"},
		{"UTF-16LE with mark", encode(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewEncoder().String(text)), "UTF-16LE"},
		{"UTF-16BE with mark", encode(unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewEncoder().String(text)), "UTF-16BE"},
		{"UTF-16LE", encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)), "UTF-16LE"},
		{"UTF-16BE", encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text)), "UTF-16BE"},
		{"Windows-1252", encode(charmap.Windows1252.NewEncoder().String(text)), "Windows-1252"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			list := open(t, strings.NewReader(tt.give))
			for row, reject := range list.Rows() {
				got = append(got, tell(row, reject))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(listfile.Format{Encoding: tt.encoding, Delimiter: ';', Header: true, Columns: []string{"email", "name"}, Roles: []listfile.Role{{Field: "email", Column: "email"}, {Field: "name", Column: "name"}}}, list.Format); diff != "" {
				t.Errorf("format (-want +got):\n%s", diff)
			}
		})
	}
}

// The first accent may be far behind what was looked at to guess the encoding.
func TestReadCSVLateAccent(t *testing.T) {
	t.Parallel()
	text := "email,name\n" + strings.Repeat("ann@x.org,Ann\n", 20000) + "zoe@x.org,Zo\xe9\n"
	got := read(t, text)
	if want := "20002 zoe@x.org Zoé"; got[len(got)-1] != want {
		t.Errorf("got %q, want %q", got[len(got)-1], want)
	}
}

func TestReadCSVBreaksOff(t *testing.T) {
	t.Parallel()
	broken := io.MultiReader(strings.NewReader("email\nann@x.org\nbob@x"), iotest.ErrReader(errors.New("disk on fire")))
	var got []string
	for row, reject := range open(t, broken).Rows() {
		got = append(got, tell(row, reject))
	}
	want := []string{"2 ann@x.org", "3!: the file breaks off: disk on fire"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadCSVStopsWhenTold(t *testing.T) {
	t.Parallel()
	n := 0
	for range open(t, strings.NewReader("a@x.org\nb@x.org\nc@x.org")).Rows() {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("got %d rows, want 2", n)
	}
}

// A file of any length, and a line of any length, take the same memory.
func TestReadCSVMemory(t *testing.T) { // not parallel: it measures the heap
	const rows = 200_000
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		lines <- "email,name\n"
		for i := range rows {
			lines <- fmt.Sprintf("reader%d@example.org,Reader %d\n", i, i)
		}
		endless := strings.Repeat("x", 1<<20) // one for all: what waits to be read counts as heap too
		for range 100 {
			lines <- endless
		}
	}()
	count, rejected := 0, 0
	var highest uint64
	for _, reject := range open(t, &chanReader{lines: lines}).Rows() {
		if reject != nil {
			rejected++
			continue
		}
		if count++; count%50_000 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapAlloc)
		}
	}
	if count != rows || rejected != 1 {
		t.Errorf("got %d rows and %d rejects, want %d and 1", count, rejected, rows)
	}
	if highest > 32<<20 {
		t.Errorf("the heap grew to %d MiB", highest>>20)
	}
}

type chanReader struct {
	lines <-chan string
	rest  string
}

func (c *chanReader) Read(p []byte) (int, error) {
	if c.rest == "" {
		line, ok := <-c.lines
		if !ok {
			return 0, io.EOF
		}
		c.rest = line
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func TestReadCSVConsent(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	tests := []struct {
		name, give string
		want       subscribers.Consent
	}{
		{"nothing known", "email\na@x.org", subscribers.Consent{How: "import", From: "list.csv"}},
		{"signed up", "email,OPTIN_TIME,OPTIN_IP\na@x.org,2024-05-06 07:08:09,192.0.2.7", subscribers.Consent{How: "import", At: at, From: "list.csv; signed up from 192.0.2.7"}},
		{"no network address", "email,OPTIN_TIME,OPTIN_IP\na@x.org,2024-05-06 07:08:09,unknown", subscribers.Consent{How: "import", At: at, From: "list.csv"}},
		{"confirmed", "email,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP\na@x.org,2024-01-01 00:00:00,192.0.2.7,2024-05-06 07:08:09,2001:db8::1",
			subscribers.Consent{How: "confirmation", At: at, From: "list.csv; signed up from 192.0.2.7; confirmed from 2001:db8::1"}},
		{"a time alone confirms nothing", "email,OPTIN_TIME,CONFIRM_TIME,CONFIRM_IP\na@x.org,2024-05-06 07:08:09,2024-06-06 07:08:09,", subscribers.Consent{How: "import", At: at, From: "list.csv"}},
		{"a date that can't be told", "email,OPTIN_TIME\na@x.org,05/06/2024", subscribers.Consent{How: "import", From: "list.csv"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for row, reject := range open(t, strings.NewReader(tt.give)).Rows() {
				if diff := cmp.Diff(tt.want, row.Consent); diff != "" || reject != nil {
					t.Errorf("%v (-want +got):\n%s", reject, diff)
				}
			}
		})
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"", "ann@x.org", "email,name\nann@x.org,\"Ann\nLee\"\n", "sep=;\nemail;name\n", "\ufeffemail\tname\r\n\"a\"\"b\"@x.org\t\r",
		"\xff\xfee\x00m\x00", "e\x00m\x00a\x00i\x00l\x00\n\x00", "email,status\na@x.org,unsubscribed", "public_id,email,status\n,'+a@x.org,active",
		`"Email","Global status"` + "\n" + `"a@x.org","x \"y\""`, "\"\n\"\n\"\n", "PK\x03\x04", "# x\n\na@b.c,,\x00",
		"e-mial;name\nann@x.org;Ann", "email|name\nann@x.org|Ann\n", "email,contact\n1,a@x.org", "a,b\n\nemail\n<x@y.z>", "\x00\x01\x02\x03\x04@x.org", "7,Ann,a@x.org,gone",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		last := 0
		list, err := listfile.OpenCSV(strings.NewReader(string(text)), listfile.ReadOptions{Name: "list.csv"})
		if err != nil {
			return
		}
		for row, reject := range list.Rows() {
			line := row.Line
			if reject != nil {
				line = reject.Line
				if reject.Reason == "" {
					t.Error("a reject without a reason")
				}
			} else {
				checkRow(t, row)
			}
			if line <= last {
				t.Errorf("line %d after line %d", line, last)
			}
			last = line
		}
	})
}

func checkRow(t *testing.T, row subscribers.Row) {
	t.Helper()
	if again, err := subscribers.ParseAddress(row.Address.Given); err != nil || again != row.Address {
		t.Errorf("address %+v: %v", row.Address, err)
	}
	if subscribers.CleanName(row.Name) != row.Name {
		t.Errorf("name %q is not clean", row.Name)
	}
	if row.Status != "" && !row.Status.Known() || row.Suppress != "" && !row.Suppress.Known() || row.Consent.How == "" {
		t.Errorf("row %+v", row)
	}
}
