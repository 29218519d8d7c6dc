package feeds_test

import (
	"testing"

	"roundup/digest"
)

func TestPicture(t *testing.T) {
	t.Parallel()
	const site = "https://mag.example/"
	in := func(html string) string {
		return rss("<item><title>T</title><content:encoded>" + cdata(html) + "</content:encoded></item>")
	}
	with := func(inner string) string { return rss("<item><title>T</title>" + inner + "</item>") }
	tests := []struct {
		name, doc string
		want      digest.Image
	}{
		{"media:content described", with(`<media:content url="https://mag.example/a.jpg" medium="image" width="1200" height="800"><media:title>Two men at a table</media:title><media:description>They talk.</media:description><media:credit role="photographer">Ann Poe/AFP</media:credit></media:content>`),
			digest.Image{URL: site + "a.jpg", Alt: "Two men at a table", Caption: "They talk.", Credit: "Ann Poe/AFP", Width: 1200, Height: 800}},
		{"described beside", with(`<media:content url="https://mag.example/a.jpg" type="image/jpeg"/><media:description>They talk.</media:description><media:credit>Photo by Ann Poe</media:credit>`),
			digest.Image{URL: site + "a.jpg", Caption: "They talk.", Credit: "Ann Poe"}},
		{"in a group, the wide one", with(`<media:group><media:content url="https://mag.example/s.jpg" medium="image" width="140"/><media:content url="https://mag.example/m.jpg" medium="image" width="460"/><media:content url="https://mag.example/l.jpg" medium="image" width="1200"/><media:credit>Ann Poe</media:credit></media:group>`),
			digest.Image{URL: site + "l.jpg", Credit: "Ann Poe", Width: 1200}},
		{"avatar first", with(`<media:content url="https://1.gravatar.com/avatar/0?s=96" medium="image"><media:title>jane</media:title></media:content><media:content url="https://mag.example/a.jpg" medium="image"/>`),
			digest.Image{URL: site + "a.jpg"}},
		{"video's thumbnail", with(`<media:content url="https://mag.example/v.mp4" type="video/mp4"><media:thumbnail url="https://mag.example/v.jpg" width="640" height="360"/></media:content>`),
			digest.Image{URL: site + "v.jpg", Width: 640, Height: 360}},
		{"video in a group", with(`<media:group><media:title>T</media:title><media:content url="https://mag.example/v?x=3" type="application/x-shockwave-flash"/><media:thumbnail url="https://mag.example/v.jpg" width="480" height="360"/><media:description>All about it.</media:description></media:group>`),
			digest.Image{URL: site + "v.jpg", Width: 480, Height: 360}},
		{"small thumbnail loses to the body's", rss(`<item><title>T</title><media:thumbnail url="https://mag.example/t.jpg" width="150" height="150"/><content:encoded>` + cdata(`<img src="/b.jpg" alt="A bridge">`) + `</content:encoded></item>`),
			digest.Image{URL: site + "b.jpg", Alt: "A bridge"}},
		{"small thumbnail alone", with(`<media:thumbnail url="https://mag.example/t.jpg" width="150" height="150"/>`), digest.Image{URL: site + "t.jpg", Width: 150, Height: 150}},
		{"enclosure", with(`<enclosure url="https://mag.example/a.jpg" type="image/jpeg" length="1"/>`), digest.Image{URL: site + "a.jpg"}},
		{"enclosure of sound", with(`<enclosure url="https://mag.example/a.mp3" type="audio/mpeg" length="1"/><itunes:image href="https://mag.example/cover.jpg"/>`), digest.Image{URL: site + "cover.jpg"}},
		{"described by its twin in the body", rss(`<item><title>T</title><enclosure url="https://mag.example/up/a.jpg" type="image/jpeg"/><content:encoded>` + cdata(`<figure><img src="/up/a-300x200.jpg" alt="A bridge" width="300"><figcaption>The bridge. (Photo: Ann Poe/AFP)</figcaption></figure>`) + `</content:encoded></item>`),
			digest.Image{URL: site + "up/a.jpg", Alt: "A bridge", Caption: "The bridge.", Credit: "Ann Poe/AFP"}},
		{"figure", in(`<p>Text</p><figure><img src="a.jpg" alt="A bridge" width="800" height="600"><figcaption>The bridge. <span class="credit">Photo by Ann Poe</span></figcaption></figure>`),
			digest.Image{URL: site + "a.jpg", Alt: "A bridge", Caption: "The bridge.", Credit: "Ann Poe", Width: 800, Height: 600}},
		{"wp caption", in(`<div id="a" class="wp-caption alignnone"><a href="x"><img src="a.jpg" alt=""></a><p class="wp-caption-text">The bridge. Credit: Ann Poe</p></div><p>Text</p>`),
			digest.Image{URL: site + "a.jpg", Caption: "The bridge.", Credit: "Ann Poe"}},
		{"shortcode left over", in(`<p>[caption id="attachment_9" width="900"]<a href="x"><img src="a.jpg" alt=""></a> The bridge. (Photo by Ann Poe/AFP)[/caption]</p><p>Text</p>`),
			digest.Image{URL: site + "a.jpg", Caption: "The bridge.", Credit: "Ann Poe/AFP"}},
		{"what asks to subscribe is no caption", in(`<figure><img src="a.jpg"><figcaption>The bridge. Photo: Ann Poe</figcaption></figure><p>Text</p><p class="cta-caption">Thanks for reading The Mag!</p>`),
			digest.Image{URL: site + "a.jpg", Caption: "The bridge.", Credit: "Ann Poe"}},
		{"icons, pixels and decoration", in(`<img src="https://pixel.example/1.gif" width="1" height="1"><img src="/wp-includes/images/smilies/x.png"><img class="emoji" src="/e.png"><img src="/spacer.gif"><img src="https://counter.theconversation.com/content/1/count.gif"><img src="logo.svg"><img src="data:image/gif;base64,R0"><img src="javascript:x"><img src="/real.jpg">`),
			digest.Image{URL: site + "real.jpg"}},
		{"only a tracking pixel", in(`<img src="https://feeds.feedburner.com/~r/x/~4/1" height="1" width="1"/>`), digest.Image{}},
		{"late-loading, shown by a script", in(`<img src="data:image/gif;base64,R0" data-src="/late.jpg" style="opacity:0">`), digest.Image{URL: site + "late.jpg"}},
		{"late-loading", in(`<img src="data:image/gif;base64,R0" data-src="/late.jpg" alt="IMG_1234.jpg">`), digest.Image{URL: site + "late.jpg"}},
		{"late-loading with noscript", in(`<img class="lazy" src="/placeholder.png"><noscript><img src="/real.jpg" alt="A bridge"></noscript>`), digest.Image{URL: site + "real.jpg", Alt: "A bridge"}},
		{"srcset only", in(`<img srcset="/s.jpg 300w, /l.jpg 900w">`), digest.Image{URL: site + "l.jpg"}},
		{"in the description", with("<description>" + cdata(`<img src="https://mag.example/a.jpg" alt="A bridge"/>A dek.`) + "</description>"), digest.Image{URL: site + "a.jpg", Alt: "A bridge"}},
		{"Atom enclosure", atom(`<entry><title>T</title><link rel="enclosure" type="image/png" href="/a.png"/></entry>`), digest.Image{URL: site + "a.png"}},
		{"JSON Feed", `{"version":"https://jsonfeed.org/version/1","home_page_url":"https://mag.example/","items":[{"id":"1","title":"T","image":"/a.jpg","banner_image":"/b.jpg"}]}`, digest.Image{URL: site + "a.jpg"}},
		{"none", in("<p>Text</p>"), digest.Image{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := only(t, tt.doc).Image; got != tt.want {
				t.Errorf("image = %+v\nwant    %+v", got, tt.want)
			}
		})
	}
}

func TestUnseenPictures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, html string
		seen       bool
	}{
		{"display", `<img src="/u.jpg" style="display:none">`, false},
		{"display, shouted", `<img src="/u.jpg" style="Float: left; DISPLAY : None !important;">`, false},
		{"visibility", `<img src="/u.jpg" style="visibility: hidden">`, false},
		{"opacity", `<img src="/u.jpg" style="opacity:0.0">`, false},
		{"hidden", `<img src="/u.jpg" hidden>`, false},
		{"width of a style", `<img src="/u.jpg" style="width:1px">`, false},
		{"height of a style", `<img src="/u.jpg" style="height:0">`, false},
		{"both", `<img src="/u.jpg" style="width:1px;height:1px;border:0">`, false},
		{"at most", `<img src="/u.jpg" style="max-height:0px;overflow:hidden">`, false},
		{"style against attributes", `<img src="/u.jpg" width="1200" height="800" style="width:1px;height:1px">`, false},
		{"attributes", `<img src="/u.jpg" width="1" height="1">`, false},
		{"attributes of nothing", `<img src="/u.jpg" width="0" height="0">`, false},
		{"off the screen", `<img src="/u.jpg" style="position:absolute; left:-9999px">`, false},
		{"in a box", `<div style="display:none"><p><img src="/u.jpg"></p></div>`, false},
		{"in a hidden box", `<div hidden><img src="/u.jpg"></div>`, false},
		{"in a box without room", `<div style="height:0;overflow:hidden"><img src="/u.jpg"></div>`, false},
		{"in a span", `<span style="opacity:0"><img src="/u.jpg"></span>`, false},
		{"after a hidden box", `<div style="display:none">x</div><img src="/u.jpg">`, true},
		{"in a box of a fixed shape", `<div style="height:0;overflow:hidden;padding-bottom:66%"><img src="/u.jpg"></div>`, true},
		{"half transparent", `<img src="/u.jpg" style="opacity:.5">`, true},
		{"a share of the width", `<img src="/u.jpg" style="width:100%;height:auto;max-width:640px">`, true},
		{"a border", `<img src="/u.jpg" style="border-width:0;margin:0 0 0 -4px">`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := "https://mag.example/other.jpg"
			if tt.seen {
				want = "https://mag.example/u.jpg"
			}
			if got := body(t, "<p>Text</p>"+tt.html+`<img src="/other.jpg">`).Image.URL; got != want {
				t.Errorf("picture %q, want %q", got, want)
			}
		})
	}
}

func TestStockPictureIsDropped(t *testing.T) {
	t.Parallel()
	with := func(name string) string {
		return `<item><title>` + name + `</title><link>/` + name + `</link><media:content url="https://mag.example/` + name[:1] + `.jpg" medium="image"/></item>`
	}
	f := parse(t, rss(with("s1")+with("s2")+with("s3")+with("own")))
	for i, want := range []string{"", "", "", "https://mag.example/o.jpg"} {
		if got := f.Articles[i].Image.URL; got != want {
			t.Errorf("%s: picture %q, want %q", f.Articles[i].Title, got, want)
		}
		if shared := f.Articles[i].Image.Shared; (shared == "https://mag.example/s.jpg") != (want == "") {
			t.Errorf("%s: shares %q", f.Articles[i].Title, shared)
		}
	}
}

func TestStockPictureIsTold(t *testing.T) {
	t.Parallel()
	with := func(name, picture string) string {
		return `<item><title>` + name + `</title><link>/` + name + `</link><enclosure type="image/jpeg" url="/` + picture + `"/></item>`
	}
	f := parse(t, rss(with("a", "s.jpg")+with("b", "s.jpg")+with("c", "s.jpg")+with("d", "own.jpg")))
	const want = "3 of 4 items have the same picture, which is taken for the publication's and not printed with them: https://mag.example/s.jpg"
	if len(f.Warnings) != 1 || f.Warnings[0] != want || !f.Whole {
		t.Errorf("warnings %q, whole %t, want %q of a whole feed", f.Warnings, f.Whole, want)
	}
	if f = parse(t, rss(with("a", "s.jpg")+with("b", "s.jpg")+with("c", "x.jpg")+with("d", "own.jpg"))); len(f.Warnings) > 0 {
		t.Errorf("half of the articles share a picture: %q", f.Warnings)
	}
}

func TestCredit(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, caption, credit string }{
		{"The bridge at dawn.", "The bridge at dawn.", ""},
		{"The bridge. (Photo: Ann Poe)", "The bridge.", "Ann Poe"},
		{"The bridge (Photo by Ann Poe/Getty Images)", "The bridge", "Ann Poe/Getty Images"},
		{"The bridge. (AP Photo/Ann Poe)", "The bridge.", "AP Photo/Ann Poe"},
		{"The bridge. (Ann Poe/AFP via Getty Images)", "The bridge.", "Ann Poe/AFP via Getty Images"},
		{"The bridge. [Ann Poe/Reuters]", "The bridge.", "Ann Poe/Reuters"},
		{"The bridge. Photo: Ann Poe", "The bridge.", "Ann Poe"},
		{"The bridge. Photograph by Ann Poe.", "The bridge.", "Ann Poe"},
		{"The bridge. Credit: Ann Poe / Reuters", "The bridge.", "Ann Poe / Reuters"},
		{"The bridge. Image credit: NASA", "The bridge.", "NASA"},
		{"The bridge | Photo: Ann Poe", "The bridge", "Ann Poe"},
		{"Photo: Ann Poe", "", "Ann Poe"},
		{"The bridge. Courtesy of the UN", "The bridge.", "Courtesy of the UN"},
		{"The bridge. © Ann Poe", "The bridge.", "© Ann Poe"},
		{"Die Brücke. Foto: Anna Müller/dpa", "Die Brücke.", "Anna Müller/dpa"},
		{"The bridge. Ann Poe/AFP", "The bridge.", "Ann Poe/AFP"},
		{"The bridge. Image: Ann Poe via Wikimedia Commons (CC BY-SA 4.0)", "The bridge.", "Ann Poe via Wikimedia Commons (CC BY-SA 4.0)"},
		{"The bridge. Photo: A. Poe", "The bridge.", "A. Poe"},
		{"The bridge. (Photo: Nino G.)", "The bridge.", "Nino G."},
		{"The bridge. REUTERS/Ann Poe", "The bridge.", "REUTERS/Ann Poe"},
		{"The bridge. [Ann Poe/Al Jazeera]", "The bridge.", "Ann Poe/Al Jazeera"},
		{"The bridge. (Ann Poe / The New York Times)", "The bridge.", "Ann Poe / The New York Times"},
		{"The bridge. Photography by Ann Poe", "The bridge.", "Ann Poe"},
		{"Il ponte. Foto di Anna Poe", "Il ponte.", "Anna Poe"},
		{"The bridge. Photo / Ann Poe", "The bridge.", "Ann Poe"},
		{"Мост. Фото: Анна По", "Мост.", "Анна По"},
		{"Most. Fot. Anna Poe", "Most.", "Anna Poe"},
		{"The bridge and its keepers (left/right)", "The bridge and its keepers (left/right)", ""},
		{"The bridge (built in 1901) at dawn", "The bridge (built in 1901) at dawn", ""},
		{"A photo of the bridge. It is old.", "A photo of the bridge. It is old.", ""},
		{"The march reached the city in the morning (Red Square / Kremlin)", "The march reached the city in the morning (Red Square / Kremlin)", ""},
		{"The bridge at dawn (Golden Gate / San Francisco)", "The bridge at dawn (Golden Gate / San Francisco)", ""},
		{"The bridge. (Ann Poe/Magnum Photos)", "The bridge.", "Ann Poe/Magnum Photos"},
		{"Die Brücke. (Anna Poe / Der Spiegel)", "Die Brücke.", "Anna Poe / Der Spiegel"},
		{"Il ponte. Foto di Anna Poe/Ansa", "Il ponte.", "Anna Poe/Ansa"},
		{"Foto di gruppo davanti al palazzo.", "Foto di gruppo davanti al palazzo.", ""},
		{"Il ponte. Foto di famiglia con i tre figli", "Il ponte. Foto di famiglia con i tre figli", ""},
		{"Photography by night is hard.", "Photography by night is hard.", ""},
		{"The march. Photo / video stills from 1989", "The march. Photo / video stills from 1989", ""},
		{"Picture / frame: the march of 1989", "Picture / frame: the march of 1989", ""},
		{"Bild / Text: eine Ausstellung.", "Bild / Text: eine Ausstellung.", ""},
		{"Fotografia: o museu reabre.", "Fotografia: o museu reabre.", ""},
		{"Фото: мост на рассвете.", "Фото: мост на рассвете.", ""},
		{"Two crews. Picture by J. Roe Jr.", "Two crews.", "J. Roe Jr."},
		{"(Photography by Ann Poe)", "", "Ann Poe"},
		{"Foto di Roma di notte.", "Foto di Roma di notte.", ""},
		{"The image by night.", "The image by night.", ""},
		{"Sources: the river rises here.", "Sources: the river rises here.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			i := body(t, `<figure><img src="https://mag.example/a.jpg"><figcaption>`+tt.in+`</figcaption></figure>`).Image
			if i.Caption != tt.caption || i.Credit != tt.credit {
				t.Errorf("caption %q, credit %q; want %q, %q", i.Caption, i.Credit, tt.caption, tt.credit)
			}
		})
	}
}
