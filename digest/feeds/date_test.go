package feeds_test

import (
	"strings"
	"testing"
	"time"
)

func TestUnusualDates(t *testing.T) {
	t.Parallel()
	const afternoon, inNewYork, midnight = "2023-12-16T14:02:33Z", "2023-12-16T19:02:33Z", "2023-12-16T00:00:00Z"
	tests := []struct{ in, want string }{
		{"Sat, Dec 16 2023 02:02:33 PM", afternoon},
		{"Sat, Dec 16 2023 12:02:33 AM", "2023-12-16T00:02:33Z"},
		{"Sat, Dec 16 2023 12:02:33 PM", "2023-12-16T12:02:33Z"},
		{"Sat, Dec 16 2023 02:02:33 PM EST", inNewYork},
		{"Sat, Dec 16 2023 02:02:33 PM -0500", inNewYork},
		{"Sat, 16 Dec 2023 02:02:33 PM", afternoon},
		{"Sat, Dec 16, 2023 2:02 PM", "2023-12-16T14:02:00Z"},
		{"Saturday, December 16th, 2023 at 2:02 p.m.", "2023-12-16T14:02:00Z"},
		{"16 December 2023, 2:02 pm", "2023-12-16T14:02:00Z"},
		{"Dec 16 2023 2:02PM", "2023-12-16T14:02:00Z"},
		{"Sat, Dec 16 2023 14:02:33", afternoon},
		{"Sat, 16-Dec-2023 14:02:33 GMT", afternoon},
		{"Sat, 16 Sept 2023 14:02:33 GMT", "2023-09-16T14:02:33Z"},
		{"Sat, 16 Dec 2023 14:02:33 GMT+0100", "2023-12-16T13:02:33Z"},
		{"2023-12-16 02:02:33 PM", afternoon},
		{"2023/12/16 14:02:33", afternoon},
		{"20231216T140233Z", afternoon},
		{"20231216", midnight},
		{"12-16-2023 2:02 PM", "2023-12-16T14:02:00Z"},
		{"16.12.2023", midnight},
		{"16.12.2023, 14:02 Uhr", "2023-12-16T14:02:00Z"},
		// In other languages than the feed's.
		{"Sa, 16 Dez 2023 15:02:33 +0100", afternoon},
		{"samedi 16 décembre 2023 à 14:02:33", afternoon},
		{"16 de diciembre de 2023", midnight},
		{"Sáb, 16 dez 2023 14:02:33", afternoon},
		{"1er août 2023", "2023-08-01T00:00:00Z"},
		{"4 juin 2023", "2023-06-04T00:00:00Z"},
		{"4 juillet 2023", "2023-07-04T00:00:00Z"},
		{"Сб, 16 дек 2023 17:02:33 +0300", afternoon},
		{"3 мая 2023", "2023-05-03T00:00:00Z"},
		{"16 października 2023", "2023-10-16T00:00:00Z"},
		{"2023年12月16日 14:02:33", afternoon},
		{"16/12/2023 14:02:33", afternoon},
		{"12/16/2023 14:02:33", afternoon},
		{"Sat, Dec 16 2023 15:02:33 GMT+0100 (Mitteleuropäische Normalzeit)", afternoon},
		// Known to the library, and read as before.
		{"Sat, 16 Dec 2023 14:02:33 EST", inNewYork},
		{"2023-12-16T14:02:33-05:00", inNewYork},
		{"Sat, 16 Dec 2023 14:02:33 +0100", "2023-12-16T13:02:33Z"},
		// No dates.
		{"Sat, Feb 30 2023 02:02:33 PM", ""},
		{"Sat, Dec 16 2023 25:02:33", ""},
		{"Sat, Dec 16 2023 14:02:33 PM", ""},
		{"1702735353", ""},
		{"16-12-2023x", ""},
		{"05/06/2023 14:02", ""}, // May or June
		{"16 foo 2023", ""},
		{"yesterday", ""},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			if got := stamp(item(t, "<pubDate>"+tt.in+"</pubDate>").Published); got != tt.want {
				t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestDatesByOtherNames(t *testing.T) {
	t.Parallel()
	const terms = ` xmlns:dcterms="http://purl.org/dc/terms/"`
	const first, then = "2023-12-16T14:02:33Z", "2023-12-17T08:00:00Z"
	in := func(inner string) string { return rss("<item" + terms + "><title>T</title>" + inner + "</item>") }
	in03 := func(inner string) string {
		return `<feed version="0.3" xmlns="http://purl.org/atom/ns#"` + terms + `><title>M</title><entry><title>T</title>` + inner + `</entry></feed>`
	}
	whole := in03("<created>" + first + "</created>")
	tests := []struct{ name, doc, published, updated string }{
		{"issued and modified", in("<dcterms:issued>" + first + "</dcterms:issued><dcterms:modified>" + then + "</dcterms:modified>"), first, then},
		{"created", in("<dcterms:created>" + first + "</dcterms:created>"), first, ""},
		{"issued before created", in("<dcterms:created>2023-12-01</dcterms:created><dcterms:issued>" + first + "</dcterms:issued>"), first, ""},
		{"modified alone", in("<dcterms:modified>" + first + "</dcterms:modified>"), first, ""},
		{"pubDate before them", in("<dcterms:issued>2023-12-01</dcterms:issued><pubDate>Sat, 16 Dec 2023 14:02:33 GMT</pubDate>"), first, ""},
		{"by another prefix", rss(`<item xmlns:t="http://purl.org/dc/terms/"><title>T</title><t:issued>` + first + `</t:issued></item>`), first, ""},
		{"with a zone", in("<dcterms:issued>2023-12-16T15:02:33.5+01:00</dcterms:issued>"), first, ""},
		{"in Atom", atom("<entry" + terms + "><title>T</title><dcterms:issued>" + first + "</dcterms:issued></entry>"), first, ""},
		{"Atom 0.3, created", in03("<created>" + first + "</created>"), first, ""},
		{"Atom 0.3, created and modified", in03("<modified>" + then + "</modified><created>" + first + "</created>"), first, then},
		{"Atom 0.3, issued before created", in03("<created>2023-12-01T00:00:00Z</created><issued>" + first + "</issued>"), first, ""},
		{"Atom 0.3, without a zone", in03("<issued>2023-12-16T14:02:33</issued>"), first, ""},
		{"Atom 0.3, read alone", strings.TrimSuffix(whole, "</feed>") + "<entry><title>cut", first, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := only(t, tt.doc)
			for name, pair := range map[string][2]string{"published": {stamp(a.Published), tt.published}, "updated": {stamp(a.Updated), tt.updated}} {
				if pair[0] != pair[1] {
					t.Errorf("%s %q, want %q", name, pair[0], pair[1])
				}
			}
		})
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// A GUID is a link where it may be one and is an address.
func TestPermalinks(t *testing.T) {
	t.Parallel()
	for guid, want := range map[string]string{
		`<guid>https://mag.example/a</guid>`:                           "https://mag.example/a",
		`<guid isPermaLink="true"> HTTP://mag.example/a </guid>`:       "http://mag.example/a",
		`<link/><guid isPermaLink="true">https://mag.example/a</guid>`: "https://mag.example/a",
		`<link>/b</link><guid>https://mag.example/a</guid>`:            "https://mag.example/b",
		`<guid isPermaLink="false">https://mag.example/a</guid>`:       "",
		`<guid isPermaLink=" False ">https://mag.example/a</guid>`:     "",
		`<guid>12345</guid>`:                            "",
		`<guid isPermaLink="true">mag.example/a</guid>`: "",
		`<guid>tag:mag.example,2023:1</guid>`:           "",
		`<guid>ftp://mag.example/a</guid>`:              "",
	} {
		if got := item(t, guid).URL; got != want {
			t.Errorf("%s: link %q, want %q", guid, got, want)
		}
	}
}
