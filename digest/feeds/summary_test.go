package feeds_test

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("The talks went on and on in the capital. ", 30)
	tests := []struct{ name, body, want string }{
		{"whole sentences", "<p>One is here. Two is here. " + long + "</p>", ""},
		{"short body", "<p>All there is.</p>", "All there is."},
		{"next paragraph while there is room", "<p>A start.</p><p>A middle.</p>", "A start. A middle."},
		{"a paragraph without a stop", "<p>" + strings.Repeat("A start ", 15) + "and no end</p><p>A middle.</p>", strings.Repeat("A start ", 15) + "and no end. A middle."},
		{"one that ends in a colon", "<p>What " + strings.Repeat("she said ", 12) + "was this:</p><p>Nothing.</p>", "What " + strings.Repeat("she said ", 12) + "was this: Nothing."},
		{"titles and honours", "<p>Mr. Smith met Dr. J. R. Jones, Gen. Lee and Sen. Poe on Jan. 3 in St. Louis. They ate. " + long, ""},
		{"acronym within", "<p>In the U.S. Senate, votes are rare. Few mind.</p>", "In the U.S. Senate, votes are rare. Few mind."},
		{"picture, caption and heading skipped", `<figure><img src="a.jpg"><figcaption>A caption.</figcaption></figure><h2>Heading</h2><p>The text.</p>`, "The text."},
		{"wp caption skipped", `<div class="wp-caption"><img src="a.jpg"><p class="wp-caption-text">A caption.</p></div><p>The text.</p>`, "The text."},
		{"update first", "<p><strong>UPDATE, March 3:</strong> The minister has resigned.</p><p>The minister was in trouble.</p>", "The minister was in trouble."},
		{"updated at", "<p>Updated at 5 p.m. with a reaction.</p><p>The minister was in trouble.</p>", "The minister was in trouble."},
		{"capitals", "<p>UPDATE The minister has resigned.</p><p>The minister was in trouble.</p>", "The minister was in trouble."},
		{"only an update", "<p>UPDATE: The minister has resigned.</p>", "UPDATE: The minister has resigned."},
		{"editor's note first", "<p><em>Editor’s note: This is part two.</em></p><p>Part one told of war.</p>", "Part one told of war."},
		{"updated as a word", "<p>Updated rules come into force today. They bite.</p><p>More.</p>", "Updated rules come into force today. They bite. More."},
		{"byline first", "<p>By Jane Doe</p><p>The text is here.</p>", "The text is here."},
		{"title repeated", "<p>T</p><p>The text is here.</p>", "The text is here."},
		{"read more", `<p>The text is here.</p><p><a href="/x">Read more</a></p>`, "The text is here."},
		{"watch as a word", "<p>Watch the skies: rain is coming to the whole of the north.</p>", "Watch the skies: rain is coming to the whole of the north."},
		{"thanks for reading", "<p>Thanks for reading Notes! Subscribe for free to support my work.</p><p>The yen is falling.</p>", "The yen is falling."},
		{"disclosure", "<p>The yen is falling.</p><p>Jane Doe does not work for, consult, own shares in or receive funding from any company.</p>", "The yen is falling."},
		{"line without a stop", "<p>Why this matters</p><p>Because it does.</p>", "Because it does."},
		{"only lines without a stop", "<p>Why this matters</p>", "Why this matters"},
		{"dangling colon dropped", "<p>It has three parts. They are:</p><ul><li>one</li></ul>", "It has three parts."},
		{"broken with br", "First line.<br><br>Second line.", "First line. Second line."},
		{"question and quotation", "<p>“Why?” he asked. “Because.” She left!</p>", "“Why?” he asked. “Because.” She left!"},
		{"Japanese", "<p>" + strings.Repeat("日本の首相は東京で会見した。", 40) + "</p>", strings.Join(repeat("日本の首相は東京で会見した。", 18), " ")},
		{"Arabic", "<p>وصل الوزير إلى القاهرة. هل يبقى؟ لا أحد يعلم.</p>", "وصل الوزير إلى القاهرة. هل يبقى؟ لا أحد يعلم."},
		{"Hindi", "<p>वह आया। वह गया।</p>", "वह आया। वह गया।"},
		{"words of a table", "<table><tr><td>a</td><td>b</td></tr></table><p>Text it is.</p>", "Text it is."},
		{"script in the body", "<p>Safe.</p><script>var x = 'evil.';</script>", "Safe."},
		{"unclosed", "<p>One is open.<p>Two is open.<div>Three.", "One is open. Two is open. Three."},
		{"no markup at all", "Just text.\n\nAnd more.", "Just text. And more."},
		{"escaped twice", "&lt;p&gt;One text.&lt;/p&gt;&lt;p&gt;Two &amp;amp; three.&lt;/p&gt;", "One text. Two & three."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := body(t, tt.body).Summary
			if tt.want != "" && got != tt.want {
				t.Errorf("summary = %q, want %q", got, tt.want)
			}
			if n := utf8.RuneCountInString(got); n > 300 || n == 0 || tt.want == "" && (n < 160 || !strings.HasSuffix(got, ".")) {
				t.Errorf("summary of %d characters: %q", n, got)
			}
		})
	}
}

func repeat(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

func TestSentencesEnd(t *testing.T) {
	t.Parallel()
	// Each is one sentence, followed by another that is too long to fit.
	for _, sentence := range []string{
		"He met Mr. Smith.",
		"It fell 3.5 percent to $1.2 billion in No. 10 Downing St. today.",
		"The U.S. Senate voted.",
		"He was born in the U.S.",
		"They came at 5 p.m. Friday.",
		"They left at 5 p.m.",
		"J. K. Rowling wrote it.",
		"See e.g. Kissinger.",
		"Am 3. Oktober wird gefeiert.",
		"It was 1989.",
		"Is it over?",
		"“It is over.”",
		"He said (see p. 4).",
		"He hesitated… and left.",
		"The EU has 27.",
		"M. Macron est parti.",
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			rest := "The " + strings.Repeat("next sentence is very long ", 14) + "indeed."
			if got := body(t, "<p>"+sentence+" "+rest+"</p>").Summary; got != sentence {
				t.Errorf("summary = %q, want %q", got, sentence)
			}
		})
	}
}

func TestLongSentenceIsCutAtAWord(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"words": strings.Repeat("endless ", 200),
		"Thai":  strings.Repeat("ภาษาไทย", 200),
	} {
		got := body(t, "<p>"+in+"</p>").Summary
		if n := utf8.RuneCountInString(got); !strings.HasSuffix(got, "…") || n < 200 || n > 450 || name == "words" && !strings.HasSuffix(got, "endless…") {
			t.Errorf("%s: summary of %d characters: %q", name, n, got)
		}
	}
}

func TestDek(t *testing.T) {
	t.Parallel()
	content := "<content:encoded>" + cdata("<p>The army entered the city at dawn on Monday. Nobody resisted. The mayor had left.</p><p>More.</p>") + "</content:encoded>"
	summary := "The army entered the city at dawn on Monday. Nobody resisted. The mayor had left. More."
	tests := []struct{ name, in, dek, summary string }{
		{"beside a body", "<description>How a city fell without a shot.</description>" + content, "How a city fell without a shot.", summary},
		{"with markup", "<description>" + cdata("<p>How a <i>city</i> fell.</p>") + "</description>" + content, "How a city fell.", summary},
		{"cut from the body", "<description>The army entered the city at dawn on Monday. Nobody resis [&#8230;]</description>" + content, "", summary},
		{"cut from the body, unmarked", "<description>The army entered the city at dawn on</description>" + content, "", summary},
		{"the body's first sentence by choice", "<description>The army entered the city at dawn on Monday.</description>" + content, "The army entered the city at dawn on Monday.", summary},
		{"WordPress trailer", "<description>" + cdata(`<p>How a city fell.</p><p>The post <a href="x">T</a> appeared first on <a href="y">Mag</a>.</p>`) + "</description>" + content, "How a city fell.", summary},
		{"read more after", "<description>" + cdata(`How a city fell. <a href="x">Read more</a>`) + "</description>" + content, "How a city fell.", summary},
		{"the title again", "<description>T</description>" + content, "", summary},
		{"alone and short", "<description>How a city fell.</description>", "How a city fell.", ""},
		{"alone, cut off", "<description>The army entered the city. Nobody resis...</description>", "", "The army entered the city."},
		{"alone, cut off in the first sentence", "<description>The army entered the [...]</description>", "", "The army entered the…"},
		{"alone, a whole article", "<description>" + cdata(strings.Repeat("<p>The army entered the city at dawn on Monday, and stayed.</p>", 20)) + "</description>", "",
			strings.TrimSpace(strings.Repeat("The army entered the city at dawn on Monday, and stayed. ", 3))},
		{"only a link to comments", `<description>` + cdata(`<a href="x">Comments</a>`) + `</description>`, "", ""},
		{"only a picture", `<description>` + cdata(`<img src="https://mag.example/a.jpg">`) + `</description>`, "", ""},
		{"alone, a standfirst before the text", "<description>" + cdata("<p>Residents tell of hunger as strikes continue</p><p>When it began, Amal ran. She has not stopped.</p> <a href=x>Continue reading...</a>") + "</description>",
			"Residents tell of hunger as strikes continue", "When it began, Amal ran. She has not stopped."},
		{"itunes:summary", "<itunes:summary>How a city fell.</itunes:summary>", "How a city fell.", ""},
		{"none", content, "", summary},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := item(t, tt.in)
			if a.Dek != tt.dek || a.Summary != tt.summary {
				t.Errorf("dek %q, summary %q\nwant %q, %q", a.Dek, a.Summary, tt.dek, tt.summary)
			}
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]int{
		"<p>One two, three — four.</p><ul><li>five</li></ul><figure><img src=a.jpg><figcaption>not these</figcaption></figure>": 5,
		"<p>日本の首相。</p>": 3,
		"":              0,
	} {
		if got := body(t, html).Words; got != want {
			t.Errorf("words of %q = %d, want %d", html, got, want)
		}
	}
}
