package proof

import (
	"strings"

	"roundup/digest"
)

const hostileNote = "# Not a heading\n\n<script>alert(1)</script>\n\nSee [a link](javascript:alert(1)) ![img](https://tracker.example/p.gif)\n\n- one\n- two &#8238;\n\n> said <b>so</b> <https://meridian.example/?a=1&b=2>"

// hostileArticles are what a feed could do at its worst.
func hostileArticles() []digest.IssueSection {
	forged := "x-" + UID[:31] + "e-unsubscribe-x"
	evil := Article(18, `</a></h3></td></tr></table><script>alert(1)</script>`,
		`<img src=x onerror=alert(1)> {{ .Unsubscribe }} "quoted" 'single' `+forged, `<b>Bold</b> | A&B | "><svg onload=alert(1)>`,
		`<i>Mallory</i>`, "O'Brien\r\nBcc: everyone@example.org")
	evil.Image = digest.Image{URL: pictures + `600x400/x.jpg" onerror="alert(1)`, Alt: `" onload="alert(1)`,
		Caption: "</p><h1>Caption</h1>", Credit: "<!-- credit -->"}
	evil.Republished = "--><style>body{display:none}</style>"
	override := Article(18, "\u202Egpj.exe\u202C reversed \u2066isolated\u2069 \u0000null \u0085 line\u2028separator", "zalgo "+"e"+strings.Repeat("\u0301", 400), "")
	override.URL = "javascript:alert(1)"
	override.Image = digest.Image{URL: pictures + "1x1/pixel.gif", Width: 1, Height: 1}
	long := Article(18, strings.Repeat("W", 10_000), strings.Repeat("字", 5_000), strings.Repeat("L", 500), strings.Repeat("A", 500))
	long.URL = "https://meridian.example/" + strings.Repeat("a", 5_000)
	emoji := Article(18, strings.Repeat("👩‍👩‍👧‍👦", 200), strings.Repeat("🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪", 100), "")
	emoji.URL = "https://user:secret@meridian.example/login"
	query := Article(18, "Ampersands & <angle> brackets", "", "")
	query.URL = `https://meridian.example/a b?q="<script>"&x='1'#ü`
	query.Image = digest.Image{URL: "data:image/svg+xml,<svg onload=alert(1)>"}
	arabic := Article(18, "عنوان عربي مع (أقواس) 123", "نص قصير.", "تحليل | أوروبا", "ليلى حداد")
	unnamed := Article(18, " \u200d ", "", "")
	return []digest.IssueSection{
		{Title: `</h2><h1>Section</h1>`, Articles: []digest.Printed{evil, override, long}},
		{Title: "Rest", Articles: []digest.Printed{emoji, query, arabic, unnamed}},
	}
}

func hostilePublication(pub digest.Publication) digest.Publication {
	pub.Name = `The "Best" <Review> & Co. </title><script>alert(1)</script>`
	pub.Tagline = strings.Repeat("very ", 200) + "long"
	pub.AccentColor = "red;}</style><script>"
	pub.SiteURL = "javascript:alert(1)"
	pub.Language = `en"><script>`
	pub.Social = append(pub.Social, digest.SocialLink{Name: "x", URL: "ftp://example.org"})
	return pub
}
