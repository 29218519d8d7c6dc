package feeds_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"roundup/digest"
	"roundup/digest/feeds"
)

func TestSplitByline(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want []string
	}{
		{"Jane Doe", []string{"Jane Doe"}},
		{"By Jane Doe", []string{"Jane Doe"}},
		{"BY JANE DOE", []string{"JANE DOE"}},
		{"by: Jane Doe", []string{"Jane Doe"}},
		{"Words by Jane Doe", []string{"Jane Doe"}},
		{"By Jane Doe and John Roe", []string{"Jane Doe", "John Roe"}},
		{"Jane Doe, John Roe and Ann Poe", []string{"Jane Doe", "John Roe", "Ann Poe"}},
		{"Jane Doe, John Roe, and Ann Poe", []string{"Jane Doe", "John Roe", "Ann Poe"}},
		{"Jane Doe & John Roe", []string{"Jane Doe", "John Roe"}},
		{"Jane Doe; John Roe | Ann Poe", []string{"Jane Doe", "John Roe", "Ann Poe"}},
		{"Jane Doe with John Roe", []string{"Jane Doe", "John Roe"}},
		{"Anna Müller und José Ñandú", []string{"Anna Müller", "José Ñandú"}},
		{"Ana Gómez y Luis Paz", []string{"Ana Gómez", "Luis Paz"}},
		{"Anne Sy et Luc Yver", []string{"Anne Sy", "Luc Yver"}},
		{"José Ortega y Gasset", []string{"José Ortega y Gasset"}},
		{"José Ortega y Gasset y Ana Paz", []string{"José Ortega y Gasset", "Ana Paz"}},
		{"Center for Arms Control and Non-Proliferation", []string{"Center for Arms Control and Non-Proliferation"}},
		{"Jane Doe, additional reporting by John Roe", []string{"Jane Doe", "John Roe"}},
		{"Photographs and text by Jane Doe", []string{"Jane Doe"}},
		{"Sandy Withers", []string{"Sandy Withers"}},
		{"Martin Luther King, Jr.", []string{"Martin Luther King, Jr."}},
		{"Jane Doe, Ph.D., and John Roe III", []string{"Jane Doe, Ph.D.", "John Roe III"}},
		{"Doe, Jane", []string{"Jane Doe"}},
		{"García Márquez, Gabriel", []string{"Gabriel García Márquez"}},
		{"Vargas Llosa, Mario; García Márquez, Gabriel", []string{"Mario Vargas Llosa", "Gabriel García Márquez"}},
		{"van Gogh, Vincent", []string{"Vincent van Gogh"}},
		{"Jane Doe, Gabriel", []string{"Jane Doe", "Gabriel"}},
		{"Jane Doe, John Smith", []string{"Jane Doe", "John Smith"}},
		{"Oriana Doe, Bellingcat", []string{"Oriana Doe", "Bellingcat"}},
		{"Oriana Doe, John Smith", []string{"Oriana Doe", "John Smith"}},
		{"LAPALU, N., SIMON, A.", []string{"N. LAPALU", "A. SIMON"}},
		{"Lapalu, N., Simon, J.-P. and Poe, E. A.", []string{"N. Lapalu", "J.-P. Simon", "E. A. Poe"}},
		{"Lapalu N., Simon A.", []string{"Lapalu N.", "Simon A."}},
		{"García Márquez, G., Simon, AB, et al.", []string{"G. García Márquez", "AB Simon"}},
		{"Jane Doe, UN", []string{"Jane Doe", "UN"}},
		{"Doe, J.", []string{"J. Doe"}},
		{"Jane Doe, MP, John Roe, PhD", []string{"Jane Doe, MP", "John Roe, PhD"}},
		{"Jane Doe, AP", []string{"Jane Doe", "AP"}},
		{"Jane Doe, PA, John Roe, AP", []string{"Jane Doe", "PA", "John Roe", "AP"}},
		{"Reuters, AFP", []string{"Reuters", "AFP"}},
		{"Jane Doe, Foreign Editor", []string{"Jane Doe"}},
		{"Jane Doe, University of Oslo", []string{"Jane Doe"}},
		{"Jane Doe in Kyiv and John Roe in Washington D.C.", []string{"Jane Doe", "John Roe"}},
		{"jane@mag.example (Jane Doe)", []string{"Jane Doe"}},
		{"Jane Doe (jane@mag.example)", []string{"Jane Doe"}},
		{"Jane Doe <jane@mag.example>", []string{"Jane Doe"}},
		{"jane@mag.example (Jane Doe and John Roe)", []string{"Jane Doe", "John Roe"}},
		{`"Jane Doe" <jane@mag.example>`, []string{"Jane Doe"}},
		{`"Weird Al" Yankovic`, []string{`"Weird Al" Yankovic`}},
		{"Jane Doe (@jane)", []string{"Jane Doe"}},
		{"By Jane Doe and John Roe | Photo by Ann Poe", []string{"Jane Doe", "John Roe"}},
		{"Story by Jane Doe; illustrations by Ann Poe", []string{"Jane Doe"}},
		{"Text: Jane Doe, Fotos: Ann Poe", []string{"Jane Doe"}},
		{"Jane Doe, translated by John Roe", []string{"Jane Doe"}},
		{"Photos by Ann Poe", []string{"Ann Poe"}},
		{"Published by Jane Doe", []string{"Jane Doe"}},
		{"As told to Jane Doe", []string{"Jane Doe"}},
		{"Jane Doe in Khartoum and agencies", []string{"Jane Doe"}},
		{"Agencies", []string{"Agencies"}},
		{"Von Miller", []string{"Von Miller"}},
		{"von Hammerstein, Konstantin", []string{"von Hammerstein", "Konstantin"}},
		{"Super User", nil},
		{"jane@mag.example", nil},
		{"noreply@blogger.com (Unknown)", nil},
		{"admin", nil},
		{"Administrator", nil},
		{"https://mag.example/jane", nil},
		{"Staff", []string{"Staff"}},
		{"The Editors", []string{"The Editors"}},
		{"Jane Doe, jane doe", []string{"Jane Doe"}},
		{"<b>Jane</b> Doe", []string{"Jane Doe"}},
		{"Jane\u202E Doe\n", []string{"Jane Doe"}},
		{"", nil},
		{"By", nil},
		{" , and ; ", nil},
		{"山田太郎、鈴木花子", []string{"山田太郎", "鈴木花子"}},
		{"Leila al-Masri", []string{"Leila al-Masri"}},
		{"Byron Smith", []string{"Byron Smith"}},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			if got := feeds.SplitByline(tt.in, ""); !slices.Equal(got, tt.want) {
				t.Errorf("SplitByline(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestAuthors(t *testing.T) {
	t.Parallel()
	jane, john := digest.Author{Name: "Jane Doe"}, digest.Author{Name: "John Roe"}
	tests := []struct {
		name, doc string
		want      []digest.Author
	}{
		{"dc:creator repeated", rss(`<item><title>T</title><dc:creator>Jane Doe</dc:creator><dc:creator>By John Roe</dc:creator></item>`), []digest.Author{jane, john}},
		{"dc:creator before author", rss(`<item><title>T</title><author>web@mag.example (Web Desk)</author><dc:creator>Jane Doe and John Roe</dc:creator></item>`), []digest.Author{jane, john}},
		{"author", rss(`<item><title>T</title><author>jane@mag.example (Jane Doe)</author></item>`), []digest.Author{jane}},
		{"author without a name", rss(`<item><title>T</title><author>jane@mag.example</author></item>`), nil},
		{"podcast", rss(`<item><title>T</title><itunes:author>Jane Doe</itunes:author></item>`), []digest.Author{jane}},
		{"Atom in RSS", rss(`<item><title>T</title><atom:author><atom:name>Jane Doe</atom:name><atom:uri>https://mag.example/jane</atom:uri></atom:author></item>`),
			[]digest.Author{{Name: "Jane Doe", URI: "https://mag.example/jane"}}},
		{"the channel's editor wrote nothing", rss(`<managingEditor>ed@mag.example (Ed)</managingEditor><item><title>T</title></item>`), nil},
		{"Atom", atom(`<author><name>The Feed</name></author><entry><title>T</title><author><name>Jane Doe</name><uri>/jane</uri></author><author><name>John Roe</name><uri>javascript:x</uri></author></entry>`),
			[]digest.Author{{Name: "Jane Doe", URI: "https://mag.example/jane"}, john}},
		{"Atom, the feed's", atom(`<author><name>Jane Doe</name><email>j@mag.example</email></author><entry><title>T</title></entry>`), []digest.Author{jane}},
		{"Atom, the source's", atom(`<author><name>X</name></author><entry><title>T</title><source><author><name>Jane Doe</name></author></source></entry>`), []digest.Author{jane}},
		{"JSON Feed 1.1", `{"version":"https://jsonfeed.org/version/1.1","authors":[{"name":"X"}],"items":[{"id":"1","title":"T","authors":[{"name":"Jane Doe","url":"https://mag.example/jane"},null,{"name":"John Roe"}]}]}`,
			[]digest.Author{{Name: "Jane Doe", URI: "https://mag.example/jane"}, john}},
		{"JSON Feed 1.0", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"T","author":{"name":"Jane Doe"}}]}`, []digest.Author{jane}},
		{"JSON Feed, the feed's", `{"version":"https://jsonfeed.org/version/1.1","authors":[{"name":"Jane Doe"}],"items":[{"id":"1","title":"T"}]}`, []digest.Author{jane}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := only(t, tt.doc).Authors; !slices.Equal(got, tt.want) {
				t.Errorf("authors = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, doc string
		want      []string
	}{
		{"RSS", rss(`<item><title>T</title><category>Analysis | Reporting | Europe</category><category domain="x">Opinión</category><dc:subject>opinion</dc:subject><dc:subject>Arts &amp; Culture</dc:subject></item>`),
			[]string{"Analysis", "Reporting", "Europe", "Opinión", "Arts & Culture"}},
		{"media and podcast", rss(`<item><title>T</title><media:keywords>war, peace</media:keywords><itunes:keywords>talks</itunes:keywords></item>`), []string{"talks", "war", "peace"}},
		{"Atom", atom(`<entry><title>T</title><category term="op" label="Opinion"/><category term="europe"/><category scheme="http://schemas.google.com/g/2005#kind" term="http://x" label="document"/><category term="https://mag.example/tag/x"/></entry>`),
			[]string{"Opinion", "europe"}},
		{"JSON Feed", `{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"title":"T","tags":["Analysis | Europe","<b>x</b>"]}]}`, []string{"Analysis", "Europe", "x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := only(t, tt.doc).Labels; !slices.Equal(got, tt.want) {
				t.Errorf("labels = %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzSplitByline(f *testing.F) {
	for _, seed := range []string{"By Jane Doe, John Roe and Ann Poe", "a@b.example (Jane Doe)", "Doe, Jane", "King, Jr.", "<b>x", "\xff, \x00", "、"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, byline string) {
		for _, name := range feeds.SplitByline(byline, "") {
			if strings.TrimSpace(name) == "" || !utf8.ValidString(name) || strings.ContainsAny(name, "\r\n\x00\u202e") {
				t.Fatalf("SplitByline(%q) holds %q", byline, name)
			}
		}
	})
}
