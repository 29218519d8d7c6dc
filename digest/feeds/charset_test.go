package feeds_test

import (
	"bytes"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode/utf32"

	"roundup/digest/feeds"
)

// labelled is a feed that says it is in an encoding, with a title.
func labelled(label, title string) string {
	return `<?xml version="1.0" encoding="` + label + `"?><rss version="2.0"><channel><title>F</title><item><title>` + title + `</title></item></channel></rss>`
}

func encode(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func utf16Bytes(s string, big, mark bool) []byte {
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var b []byte
	for _, u := range units {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	const cafe = "Café “noir” – 5 €"
	tests := []struct {
		name        string
		body        []byte
		contentType string
		want        string
		warned      bool
	}{
		{"UTF-8", []byte(labelled("utf-8", cafe)), "", cafe, false},
		{"UTF-8 with a mark", append([]byte("\xef\xbb\xbf"), labelled("utf-8", cafe)...), "", cafe, false},
		{"two marks and white space", append([]byte("\xef\xbb\xbf\xef\xbb\xbf \n"), labelled("utf-8", cafe)...), "", cafe, false},
		{"UTF-8 that says Latin-1", []byte(labelled("iso-8859-1", cafe)), "text/xml; charset=iso-8859-1", cafe, false},
		{"UTF-8 that says UTF-16", []byte(labelled("utf-16", cafe)), "", cafe, false},
		{"UTF-8 that says nonsense", []byte(labelled("klingon", cafe)), "text/xml; charset=???", cafe, false},
		{"Windows-1252 that says so", encode(t, charmap.Windows1252, labelled("windows-1252", cafe)), "", cafe, false},
		{"Windows-1252 that says Latin-1", encode(t, charmap.Windows1252, labelled("ISO-8859-1", cafe)), "", cafe, false},
		{"Windows-1252 that says UTF-8", encode(t, charmap.Windows1252, labelled("UTF-8", cafe)), "", cafe, true},
		{"both mixed", []byte(labelled("utf-8", "é\xe9 \x93x\x94")), "", "éé “x”", true},
		{"only the header knows", encode(t, charmap.ISO8859_2, labelled("utf-8", "Łódź")), "application/rss+xml; charset=iso-8859-2", "Łódź", false},
		{"document before header", encode(t, charmap.Windows1251, labelled("windows-1251", "Москва")), "text/xml; charset=ISO-8859-1", "Москва", false},
		{"Shift_JIS", encode(t, japanese.ShiftJIS, labelled("Shift_JIS", "日本の首相")), "", "日本の首相", false},
		{"ISO-2022-JP", encode(t, japanese.ISO2022JP, labelled("iso-2022-jp", "日本の首相")), "", "日本の首相", false},
		{"GBK", encode(t, simplifiedchinese.GBK, labelled("gb2312", "中国总理访问")), "", "中国总理访问", false},
		{"GB18030 that says GB2312", encode(t, simplifiedchinese.GB18030, labelled("gb2312", "中国总理访问㐀")), "", "中国总理访问㐀", false},
		{"Shift_JIS with a broken byte", append(encode(t, japanese.ShiftJIS, labelled("Shift_JIS", "日本の首相は物価対策を急ぐと述べた。補正予算を来月提出する")), "<!-- \x82"...), "", "日本の首相は物価対策を急ぐと述べた。補正予算を来月提出する", true},
		{"UTF-8 with a broken byte that says GBK", []byte(labelled("gbk", "日本の首相は物価対策を急ぐと述べた\xe9")), "", "日本の首相は物価対策を急ぐと述べたé", true},
		{"UTF-16LE with a mark", utf16Bytes(labelled("utf-16", cafe), false, true), "", cafe, false},
		{"UTF-16BE with a mark", utf16Bytes(labelled("utf-16", cafe), true, true), "", cafe, false},
		{"UTF-16LE without", utf16Bytes(labelled("utf-16", cafe), false, false), "", cafe, false},
		{"UTF-16BE without", utf16Bytes(labelled("utf-8", cafe), true, false), "", cafe, false},
		{"UTF-16 cut within a character", utf16Bytes(labelled("utf-16", cafe)+" ", false, true)[:2*len([]rune(labelled("utf-16", cafe)))+3], "", cafe, false},
		{"UTF-32", append([]byte("\xff\xfe\x00\x00"), encode(t, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), labelled("utf-32", cafe))...), "", cafe, false},
		{"NULs strewn in", bytes.ReplaceAll([]byte(labelled("utf-8", cafe)), []byte("a"), []byte("a\x00")), "", cafe, false},
		{"XML 1.1", bytes.Replace([]byte(labelled("utf-8", cafe)), []byte("1.0"), []byte("1.1"), 1), "", cafe, false},
		{"JSON with a mark", []byte("\xef\xbb\xbf" + `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"` + cafe + `"}]}`), "", cafe, false},
		{"warnings of the server before", append([]byte("<br />\n<b>Warning</b>: include() in <b>/x.php</b><br />\n"), labelled("utf-8", cafe)...), "", cafe, true},
		{"comment and style sheet before", []byte(`<!-- ` + string(make([]byte, 9000)) + ` --><?xml-stylesheet href="x"?>` + labelled("utf-8", cafe)[38:]), "", cafe, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := feeds.Parse(tt.body, feeds.Meta{ContentType: tt.contentType})
			if err != nil || len(f.Articles) != 1 {
				t.Fatalf("Parse = %d articles, %v", len(f.Articles), err)
			}
			if got := f.Articles[0].Title; got != tt.want {
				t.Errorf("title = %q, want %q", got, tt.want)
			}
			if (len(f.Warnings) > 0) != tt.warned {
				t.Errorf("warnings = %q, want some: %t", f.Warnings, tt.warned)
			}
		})
	}
}
