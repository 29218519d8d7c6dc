package feeds_test

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTitles(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "Gaza: what next?", "Gaza: what next?"},
		{"entities", "Q&amp;A: Macron &#38; Merz, &#8217;24", "Q&A: Macron & Merz, ’24"},
		{"named entity of HTML", "Caf&eacute; &ndash; bar", "Café – bar"},
		{"bare ampersand", "AT&T and R&D", "AT&T and R&D"},
		{"entities escaped twice", "Russia&amp;#8217;s war &amp;amp; peace", "Russia’s war & peace"},
		{"markup", cdata("The <em>Economist</em> and <b>Brexit</b>"), "The Economist and Brexit"},
		{"escaped markup", "&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "One two"},
		{"markup escaped twice", "&amp;lt;i&amp;gt;Le Monde&amp;lt;/i&amp;gt;", "Le Monde"},
		{"words not joined across blocks", cdata("<b>x</b></p><p>y"), "x y"},
		{"words not parted within", cdata("H<sub>2</sub>O, <b>S</b>udan"), "H2O, Sudan"},
		{"line break", cdata("One<br/>two"), "One two"},
		{"script and style", cdata("A<script>alert(1)</script><style>b{}</style>B"), "AB"},
		{"event handler", cdata(`<img src=x onerror="alert(1)">Vote`), "Vote"},
		{"less than", "5 &lt; 6 &amp;&amp; 7 &gt; 3", "5 < 6 && 7 > 3"},
		{"tag unknown to HTML", "Map&lt;K, V&gt; considered", "Map<K, V> considered"},
		{"unescaped less than", "Growth < 2% again", "Growth < 2% again"},
		{"white space", "  One\n\t two  &#160; three ", "One two three"},
		{"single no-break space kept", "« Non&#160;! »", "« Non\u00a0! »"},
		{"line breaks for a subject", "Win&#13;&#10;Bcc: all@e.example", "Win Bcc: all@e.example"},
		{"control characters", "a&#x1;b\u0007c&#0;d", "abcd"},
		{"Windows characters as references", "&#147;Peace&#148; &#150; now", "“Peace” – now"},
		{"override of direction", "abc\u202Egnp.exe\u2066x\u2069", "abcgnp.exex"},
		{"invisible marks", "in\u00advis\u200bi\u2060ble\ufeff", "invisible"},
		{"joined emoji and Persian kept", "👩\u200d👩\u200d👧 می\u200cخواهم", "👩\u200d👩\u200d👧 می\u200cخواهم"},
		{"decomposed", "Cafe\u0301", "Café"},
		{"towers of marks", "Z" + strings.Repeat("\u0335", 50) + "o", "Z" + strings.Repeat("\u0335", 6) + "o"},
		{"right to left", "غزة: ماذا بعد؟", "غزة: ماذا بعد؟"},
		{"the publication's name behind", "The war goes on | The Magazine", "The war goes on"},
		{"another name behind", "The war goes on | Letters", "The war goes on | Letters"},
		{"CDATA in two", "<![CDATA[One]]> &amp; <![CDATA[two]]>", "One & two"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := item(t, "<title>"+tt.in+"</title>").Title; got != tt.want {
				t.Errorf("title = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLongTitleIsCut(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"words":    strings.Repeat("word ", 2000),
		"one word": strings.Repeat("x", 10000),
		"families": strings.Repeat("👨\u200d👩\u200d👧\u200d👦", 1000),
		"flags":    strings.Repeat("🇺🇦", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := item(t, "<title>"+in+"</title>").Title
			rest, ok := strings.CutSuffix(got, "…")
			if !ok || !strings.HasPrefix(in, rest) || utf8.RuneCountInString(got) > 2500 {
				t.Fatalf("title of %d characters: %q", utf8.RuneCountInString(got), got)
			}
			if strings.HasPrefix(in, rest+"\u200d") || strings.HasSuffix(rest, "\u200d") || strings.HasSuffix(rest, "wor") || strings.Count(rest, "🇺")*2*4 != len(rest) && name == "flags" {
				t.Errorf("cut within a word or a character: %q", got[len(got)-40:])
			}
		})
	}
}

func TestItemsWithoutTitle(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, title, blurb string }{
		{"first sentence", "<description>It rained in Khartoum. Nobody minded.</description>", "It rained in Khartoum.", "Nobody minded."},
		{"only sentence", "<description>It rained in Khartoum.</description>", "It rained in Khartoum.", ""},
		{"from the address", "<link>https://mag.example/2024/the-road-to-khartoum.html</link>", "The road to khartoum", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := only(t, rss("<item>"+tt.in+"</item>"))
			if a.Title != tt.title || a.Blurb() != tt.blurb {
				t.Errorf("title %q, blurb %q; want %q, %q", a.Title, a.Blurb(), tt.title, tt.blurb)
			}
		})
	}
	f := parse(t, rss("<item><link>https://mag.example/?p=7</link></item><item><title>A</title></item>"))
	if len(f.Articles) != 1 || len(f.Warnings) != 1 {
		t.Errorf("%d articles, warnings %q: want the nameless one left out with a warning", len(f.Articles), f.Warnings)
	}
}
