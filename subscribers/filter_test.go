package subscribers_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/subscribers"
)

func TestParseFilter(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		give string
		want []subscribers.Term
	}{
		{"", nil},
		{"  ", nil},
		{"status:active", []subscribers.Term{{Field: "status", Value: "active"}}},
		{`-label:"old \"friends\" \\"  domain:@EXAMPLE.org`, []subscribers.Term{{Not: true, Field: "label", Value: `old "friends" \`}, {Field: "domain", Value: "example.org"}}},
		{"joined:>2026-01-01 joined:<=2026-01-01 joined:2026-01-01", []subscribers.Term{
			{Field: "joined", Op: ">", Day: day}, {Field: "joined", Op: "<=", Day: day}, {Field: "joined", Op: "=", Day: day},
		}},
		{"-section:opinion", []subscribers.Term{{Not: true, Field: "section", Value: "opinion"}}},
		{"label:a:b'%_", []subscribers.Term{{Field: "label", Value: "a:b'%_"}}},
	} {
		got, err := subscribers.ParseFilter(tt.give, sections())
		if diff := cmp.Diff(tt.want, got.Terms); diff != "" || err != nil {
			t.Errorf("%q: %v (-want +got):\n%s", tt.give, err, diff)
		}
	}
}

// sections are those that readers can choose.
func sections() []string { return []string{"analysis", "opinion"} }

// Where nobody can choose, no section is asked for.
func TestFilterWithoutSections(t *testing.T) {
	t.Parallel()
	_, err := subscribers.ParseFilter("status:active section:opinion", nil)
	var mistake *subscribers.FilterError
	if !errors.As(err, &mistake) || mistake.At != 22 || mistake.Near != "" {
		t.Errorf("%+v, want a mistake at the section", mistake)
	}
}

// A mistake is told with its place.
func TestFilterMistakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give string
		at   int
		near string
	}{
		{"active", 0, ""},
		{"status:active lable:x", 14, "label"},
		{"status:activ", 7, "active"},
		{"-status:", 8, ""},
		{`é label:"x`, 0, ""},
		{`label:"x`, 6, ""},
		{`label:"x"y`, 9, ""},
		{"section:opinoin", 8, "opinion"},
		{"joined:>yesterday", 8, ""},
		{"joined:2026-02-30", 7, ""},
		{"domain:nodot", 7, ""},
		{"status:active  -", 16, ""},
	} {
		_, err := subscribers.ParseFilter(tt.give, sections())
		var mistake *subscribers.FilterError
		if !errors.As(err, &mistake) || mistake.At != tt.at || mistake.Near != tt.near || mistake.Text != tt.give {
			t.Errorf("%q: %+v, want a mistake at %d, near %q", tt.give, mistake, tt.at, tt.near)
		}
	}
}

func TestFilterMatch(t *testing.T) {
	t.Parallel()
	ann := subscribers.Subscriber{
		Key: "ann@example.org", Status: subscribers.Active, Labels: []string{"patron"},
		Choice: subscribers.Choice{Off: []string{"analysis"}},
		Joined: time.Date(2026, time.January, 1, 23, 59, 59, 0, time.UTC),
	}
	for text, want := range map[string]bool{
		"": true, "status:active label:patron": true, "status:active -label:patron": false, "label:Patron": false,
		"section:opinion": true, "section:analysis": false, "-section:analysis": true,
		"domain:example.org": true, "domain:xample.org": false, "joined:2026-01-01": true, "joined:>2026-01-01": false,
		"joined:>=2026-01-01": true, "joined:<2026-01-01": false, "joined:<=2026-01-01": true, "-joined:2026-01-02": true,
	} {
		f, err := subscribers.ParseFilter(text, sections())
		if got := f.Match(ann); got != want || err != nil {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

// FuzzParseFilter: a filter is read, or its mistake is told at a place in it.
func FuzzParseFilter(f *testing.F) {
	f.Add(`status:active -label:"a \" b" joined:>=2026-01-01 domain:example.org`)
	f.Add(`label:"`)
	f.Add("-")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := subscribers.ParseFilter(text, sections())
		var mistake *subscribers.FilterError
		if err != nil && (!errors.As(err, &mistake) || mistake.At < 0 || mistake.At > len([]rune(text)) || mistake.Reason == "") {
			t.Errorf("%q: %+v", text, err)
		}
	})
}
