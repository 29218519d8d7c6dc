package listfile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// ann is a reader who joined a year ago by the form.
func ann() subscribers.Subscriber {
	past := now.AddDate(-1, 0, 0)
	return subscribers.Subscriber{
		ID: 7, PublicID: subscribers.PublicID{7}, Email: "Ann@x.org", Key: "ann@x.org", Name: "Ann",
		Status: "active", Labels: []string{"vip"}, Joined: past, Changed: past,
		Consent: subscribers.Consent{How: "form", At: past, From: "https://x.org/join"},
	}
}

func export(tb rapid.TB, list []subscribers.Subscriber, suppressed []subscribers.Reason) string {
	tb.Helper()
	var b bytes.Buffer
	w := listfile.NewCSVWriter(&b)
	for i, s := range list {
		if err := w.Write(s, suppressed[i]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func TestExport(t *testing.T) {
	t.Parallel()
	s := ann()
	s.Name = `=cmd|' /C calc'!A0`
	s.Email = "+ann@x.org"
	s.Labels = []string{"a, b", "c"}
	s.Choice.Language = "ar-EG"
	s.Consent.At = time.Time{}
	got := export(t, []subscribers.Subscriber{s}, []subscribers.Reason{"complaint"})
	want := `public_id,email,name,status,suppressed,labels,sections_off,frequency,language,joined,changed,consent_how,consent_at,consent_from,consent_wording
a4aaaaaaaaaaaaaaaaaaaaaaaa,'+ann@x.org,'=cmd|' /C calc'!A0,active,complaint,"""a, b"",c",,every,ar-EG,2025-11-20T12:00:00Z,2025-11-20T12:00:00Z,form,,https://x.org/join,
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := export(t, nil, nil); !strings.HasPrefix(got, "public_id,email,") {
		t.Errorf("an empty list: got %q, want the header", got)
	}
}

// Everything an export says comes back, and into the list it came from it
// brings nothing new.
func TestExportImportRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfNDistinct(drawSubscriber(), 1, 5, func(s subscribers.Subscriber) string { return s.Key }).Draw(t, "list")
		suppressed := make([]subscribers.Reason, len(list))
		for i := range list {
			suppressed[i] = rapid.SampledFrom(append(subscribers.Reasons(), "")).Draw(t, "suppressed")
		}
		text := export(t, list, suppressed)
		i := 0
		again, err := listfile.OpenCSV(strings.NewReader(text), listfile.ReadOptions{Name: "again.csv"})
		if err != nil {
			t.Fatal(err)
		}
		for row, reject := range again.Rows() {
			if reject != nil {
				t.Fatalf("rejected %+v in:\n%s", *reject, text)
			}
			s, standing := list[i], subscribers.ImportPolicy{Suppressed: suppressed[i]}
			if row.Suppress != suppressed[i] {
				t.Fatalf("suppression: got %q, want %q", row.Suppress, suppressed[i])
			}
			if merged, change := subscribers.Merge(&s, row, standing, now); change.Outcome != subscribers.Unchanged || !cmp.Equal(merged, s) {
				t.Fatalf("into its own list: %+v\n%s", change, cmp.Diff(s, merged))
			}
			fresh, change := subscribers.Merge(nil, row, subscribers.ImportPolicy{}, now)
			fresh.ID = s.ID
			if diff := cmp.Diff(s, fresh); diff != "" || change.Outcome != subscribers.Added {
				t.Fatalf("into an empty list: %+v (-want +got)\n%s", change, diff)
			}
			i++
		}
		if i != len(list) {
			t.Fatalf("got %d rows back, want %d:\n%s", i, len(list), text)
		}
	})
}

func drawSubscriber() *rapid.Generator[subscribers.Subscriber] {
	return rapid.Custom(func(t *rapid.T) subscribers.Subscriber {
		given := rapid.StringMatching(`[-+=']?[a-zA-Z0-9ö'+=]{1,20}@(Bücher|x|ex-ample)\.(org|Test)`).Draw(t, "email")
		a, err := subscribers.ParseAddress(given)
		if err != nil {
			t.Fatal(err)
		}
		hostile := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("'=+-@\t\r\n\",;\\#Aé＝"))))
		when := rapid.Map(rapid.Int64Range(1, now.UnixMilli()), func(ms int64) time.Time { return time.UnixMilli(ms).UTC() })
		return subscribers.Subscriber{
			ID:       rapid.Int64Range(1, 1000).Draw(t, "id"),
			PublicID: subscribers.PublicID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "public id")),
			Email:    a.Given,
			Key:      a.Key,
			Name:     subscribers.CleanName(hostile.Draw(t, "name")),
			Status:   rapid.SampledFrom(subscribers.Statuses()).Draw(t, "status"),
			Labels:   subscribers.CleanLabels(rapid.SliceOfN(hostile, 0, 3).Draw(t, "labels")),
			Choice: subscribers.Choice{
				Off: subscribers.CleanKeys(rapid.SliceOfN(rapid.OneOf(hostile, rapid.StringMatching(`[a-zä0-9-]{1,9}`)), 0, 3).Draw(t, "off")), Monthly: rapid.Bool().Draw(t, "monthly"),
				Language: rapid.SampledFrom([]string{"", "de", "pt-PT"}).Draw(t, "language"),
			},
			Joined:  when.Draw(t, "joined"),
			Changed: when.Draw(t, "changed"),
			Consent: subscribers.Consent{
				How:     rapid.SampledFrom([]string{"import", "form", "confirmation"}).Draw(t, "how"),
				At:      when.Draw(t, "consent at"),
				From:    subscribers.CleanName(hostile.Draw(t, "from")),
				Wording: subscribers.CleanName(hostile.Draw(t, "wording")),
			},
		}
	})
}

func TestDefuseIsUndone(t *testing.T) {
	t.Parallel()
	cells := []string{"", "'", "''", "'x", "=1", "'=1", "''=1", "+", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "x=1", " =1"}
	for _, cell := range cells {
		defused := listfile.DefuseCell(cell)
		if strings.ContainsAny("=+-@\t\r\n＝", firstRune(defused)) && defused != "" {
			t.Errorf("%q is still a formula: %q", cell, defused)
		}
		if got := listfile.Restore(defused); got != cell {
			t.Errorf("%q became %q, then %q", cell, defused, got)
		}
	}
	if got := listfile.DefuseCell("Ann"); got != "Ann" {
		t.Errorf("got %q, want what needs nothing as it is", got)
	}
}

func firstRune(s string) string {
	if s == "" {
		return ""
	}
	return string([]rune(s)[:1])
}

// No naughty string makes an export that reads back otherwise, or a formula.
func TestExportOfNaughtyStrings(t *testing.T) {
	t.Parallel()
	var naughtyStrings []string
	if err := json.Unmarshal(sharedFile(t, "blns/blns.json"), &naughtyStrings); err != nil {
		t.Fatal(err)
	}
	for _, naughty := range naughtyStrings {
		s := ann()
		s.Name = subscribers.CleanName(naughty)
		s.Labels = subscribers.CleanLabels([]string{naughty})
		text := export(t, []subscribers.Subscriber{s}, []subscribers.Reason{""})
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%q: %v in\n%s", naughty, err, text)
		}
		if cell := firstRune(rows[1][2]); cell != "" && strings.ContainsAny("=+-@", cell) {
			t.Errorf("%q is still a formula", rows[1][2])
		}
		for row, reject := range open(t, strings.NewReader(text)).Rows() {
			if reject != nil || row.Name != s.Name || !slices.Equal(row.Labels, s.Labels) {
				t.Errorf("%q: got %q %q, %v", naughty, row.Name, row.Labels, reject)
			}
		}
	}
}

// What an import does not understand of its own format keeps the row out.
func TestReadOwnExportChangedByHand(t *testing.T) {
	t.Parallel()
	text := "public_id,email,status,suppressed\n,a@x.org,Active,\nzz,b@x.org,active,\n,c@x.org,active,why not\n,d@x.org,,\n"
	want := []string{
		`2 a@x.org (its status "Active" is none of [pending active unsubscribed])`, "3 b@x.org active",
		`4 c@x.org (its suppression "why not" is none of [hard_bounce soft_bounce complaint erased manual])`,
		`5 d@x.org (its status "" is none of [pending active unsubscribed])`,
	}
	if diff := cmp.Diff(want, read(t, text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRejectWriter(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := listfile.NewRejectWriter(&b, []string{"email", "name"})
	if err := w.Write(listfile.Reject{Line: 3, Reason: "has no address", Raw: []string{"=1", "a,b"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "rejected_line,rejected_because,email,name\n3,has no address,'=1,\"a,b\"\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// A line that was left as it was stays so: its own cell that said why may not
// be in the file of rejects, and nobody is mailed by that detour.
func TestLeftLinesStayLeft(t *testing.T) {
	t.Parallel()
	text := "rejected_line,rejected_because,email\n9,left as it was: its status \"\"perhaps\"\" is not known,a@x.org\n3,,b@x.org\n"
	want := []string{`2 a@x.org (its status ""perhaps"" is not known)`, "3 b@x.org"}
	if diff := cmp.Diff(want, read(t, text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What was refused can be mended in the file of rejects and imported from there.
func TestRejectsCanBeImported(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, mended string }{
		{"header", "name;E-mail\n=Ann;ann@x\n", "2 ann@x.org =Ann"},
		{"plain list", "bob@x.org\nann@x\n", "2 ann@x.org"},
		{"mailboxes", "Bob <bob@x.org>\nAnn <ann@x>\n", "2 ann@x.org Ann"},
		{"name first", "Bob,bob@x.org\nAnn,ann@x\n", "2 ann@x.org Ann"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			list := open(t, strings.NewReader(tt.give))
			w := listfile.NewRejectWriter(&b, list.Format.Columns)
			for _, reject := range list.Rows() {
				if reject == nil {
					continue
				}
				if err := w.Write(*reject); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			// In the reason the address stands in quotation marks.
			mended := strings.NewReplacer("ann@x,", "ann@x.org,", "ann@x\n", "ann@x.org\n", "ann@x>", "ann@x.org>").Replace(b.String())
			if diff := cmp.Diff([]string{tt.mended}, read(t, mended)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, mended)
			}
		})
	}
}

// Rejected again, a line has its number and reason once, and its cells as they were.
func TestRejectsOfRejects(t *testing.T) {
	t.Parallel()
	text := "name,E-mail,'=x\n=Ann,ann@x,''=1\n"
	const want = `rejected_line,rejected_because,name,E-mail,''=x
2,"address ""ann@x"" has a domain without a dot",'=Ann,ann@x,'''=1
`
	for range 3 {
		list := open(t, strings.NewReader(text))
		var b strings.Builder
		w := listfile.NewRejectWriter(&b, list.Format.Columns)
		for _, reject := range list.Rows() {
			if err := w.Write(*reject); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		text = b.String()
	}
}
