package listfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/subscribers/listfile"
)

// To mail somebody takes a word: the file's, or the operator's.
func TestSilentLinesAreSkipped(t *testing.T) {
	t.Parallel()
	skipped := " (" + listfile.NoWord + ")"
	tests := []struct {
		name, give string
		says       bool
		want       []string
	}{
		{"plain list", "a@x.org\nb@x.org\n", false, []string{"1 a@x.org" + skipped, "2 b@x.org" + skipped}},
		{"plain list with a word of leaving", "a@x.org,Ann\nb@x.org,unsubscribed\n", false, []string{"1 a@x.org Ann" + skipped, "2 b@x.org unsubscribed unsubscribed"}},
		{"unknown tool", "email,type\na@x.org,regular\n", false, []string{"2 a@x.org" + skipped}},
		{"a column of statuses", "email,status\na@x.org,active\nb@x.org,\n", true, []string{"2 a@x.org active", "3 b@x.org" + skipped}},
		{"a column of leavings", "email,unsubscribed_at\na@x.org,\nb@x.org,2026-01-02\n", true, []string{"2 a@x.org active", "3 b@x.org unsubscribed"}},
		{"active, and bounced in another column", "email,status,remark\na@x.org,active,bounced\n", true, []string{"2 a@x.org active hard_bounce"}},
		{"active, and a label that says so", "email,status,tags\na@x.org,active,bounced\n", true, []string{"2 a@x.org active bounced"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list, err := listfile.OpenCSV(strings.NewReader(tt.give), listfile.ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for row, reject := range list.Rows() {
				got = append(got, tell(row, reject))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || list.Format.Says != tt.says {
				t.Errorf("says %v, want %v; (-want +got):\n%s", list.Format.Says, tt.says, diff)
			}
		})
	}
}

func TestActiveWhen(t *testing.T) {
	t.Parallel()
	const file = "email,type,status\na@x.org,regular,\nb@x.org,Premium,\nc@x.org,unactivated,\nd@x.org,unsubscribed,\ne@x.org,spammy,\nf@x.org,regular,unsubscribed\ng@x.org,,\n"
	const not = " (its type is %s, which is not among those to be mailed)"
	want := []string{
		"2 a@x.org active", "3 b@x.org active", "4 c@x.org pending", "5 d@x.org unsubscribed",
		"6 e@x.org" + strings.Replace(not, "%s", `"spammy"`, 1), "7 f@x.org unsubscribed", "8 g@x.org" + strings.Replace(not, "%s", `""`, 1),
	}
	when, ok := listfile.ParseActiveWhen("Type=regular,premium")
	if !ok {
		t.Fatal("not understood")
	}
	list, err := listfile.OpenCSV(strings.NewReader(file), listfile.ReadOptions{ActiveWhen: when})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row, reject := range list.Rows() {
		got = append(got, tell(row, reject))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{"", "type", "=regular", " =x"} {
		if _, ok := listfile.ParseActiveWhen(bad); ok {
			t.Errorf("%q was understood", bad)
		}
	}
}

// A survey shows the columns that may tell who left, and not those of names,
// numbers and texts.
func TestSurvey(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("id,email,country,type,created_at,note\n")
	for i := range 30 {
		kind, country := "regular", "IT"
		if i%10 == 0 {
			kind = "unactivated"
		}
		if i%2 == 0 {
			country = ""
		}
		file.WriteString(strings.Join([]string{string(rune('A' + i)), "r" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@x.org", country, kind, "2024-01-02", ""}, ",") + "\n")
	}
	file.WriteString("99,nobody,IT,regular,,\n")
	list, err := listfile.OpenCSV(strings.NewReader(file.String()), listfile.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := list.Survey()
	if got.First == nil || got.First.Line != 32 || got.Addresses != 30 {
		t.Errorf("got %d addresses, %+v", got.Addresses, got.First)
	}
	want := []listfile.ColumnValues{
		{Column: "type", Values: []listfile.ValueCount{{Value: "regular", Count: 27}, {Value: "unactivated", Count: 3}}},
		{Column: "country", Values: []listfile.ValueCount{{Value: "", Count: 15}, {Value: "IT", Count: 15}}},
	}
	if diff := cmp.Diff(want, got.Columns); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
