package eml_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"roundup/internal/eml"
)

const letter = `Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0000
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
received: second
X-Long: one
 two
	three
Content-Type: multipart/alternative; boundary=x

preamble
--x
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--x
Content-Type: TEXT/HTML; charset=utf-8
Content-Transfer-Encoding: base64

PHA+aGk8L3A+
--x--
`

func TestRead(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"saved":     letter,
		"wire":      strings.ReplaceAll(letter, "\n", "\r\n"),
		"from mbox": "From x@y Mon Nov 23 10:00:00 2026\n" + letter,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := eml.Read(strings.NewReader(source))
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Decoded("subject"); got != "Grüße" {
				t.Errorf("subject %q", got)
			}
			if got := m.Get("X-Long"); got != "one two three" {
				t.Errorf("folded field %q", got)
			}
			if got := m.All("Received"); len(got) != 2 || got[1] != "second" {
				t.Errorf("received %q", got)
			}
			text, _ := m.Part("text/plain")
			html, ok := m.Part("text/html")
			if text.Text != "Grüße" || text.Encoding != "quoted-printable" || !ok || html.Text != "<p>hi</p>" || html.Encoding != "base64" {
				t.Errorf("parts %+v", m.Parts)
			}
			if m.Cut {
				t.Error("a whole mail is said to be cut")
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"empty":           "",
		"no header":       "hello there\n",
		"a list":          "root:x:0:0:root:/root:/bin/bash\n",
		"a page":          "<!DOCTYPE html>\n<p>x</p>",
		"endless header":  strings.Repeat("X: "+strings.Repeat("y", 900)+"\n", 1500) + "\nx",
		"endless folding": "From: a\nX: a\n" + strings.Repeat(" b\n", 250_000) + "\nx",
		"too many fields": "From: a\n" + strings.Repeat("X: y\n", 2100) + "\nx",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := eml.Read(strings.NewReader(source)); !errors.Is(err, eml.ErrNotMail) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestReadWithinLimits(t *testing.T) {
	t.Parallel()
	var deep strings.Builder
	deep.WriteString("From: a\n")
	for i := range 50 {
		b := strings.Repeat("b", i+1)
		deep.WriteString("Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n")
	}
	many := "From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\n\nhi\n", 5000) + "--x--\n"
	for name, source := range map[string]string{"deep": deep.String(), "many": many} {
		m, err := eml.Read(strings.NewReader(source))
		if err != nil || len(m.Parts) > 200 {
			t.Errorf("%s: %v, %d parts", name, err, len(m.Parts))
		}
	}
	folded, err := eml.Read(strings.NewReader("From: a\nX: a\n" + strings.Repeat(" b\n", 4998) + "\nx"))
	if err != nil || folded.Get("X") != "a"+strings.Repeat(" b", 4998) {
		t.Errorf("5000 lines of a header: %v", err)
	}
	cut, err := eml.Read(strings.NewReader(letter[:strings.Index(letter, "--x--")]))
	if err != nil || !cut.Cut || len(cut.Parts) != 2 {
		t.Errorf("cut short: %v, %+v", err, cut)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(letter)
	f.Add("From: b\n\n<table><td style='color:#777;background:#888'>x<form>")
	f.Fuzz(func(_ *testing.T, source string) {
		m, err := eml.Read(strings.NewReader(source))
		if err != nil {
			return
		}
		for _, p := range m.Parts {
			eml.ReadHTML(p.Text)
		}
		eml.ReadHTML(source)
	})
}

func TestReadHTML(t *testing.T) {
	t.Parallel()
	held := eml.ReadHTML(`<html lang="de" dir="ltr"><head><title>T</title><style>.a{display:flex} @media (x){.b{position:fixed}}</style></head>
<body><table role="presentation"><tr><td bgcolor="#ffffff"><h1>One</h1><a href=" https://m.example/a ">A  <b>link</b></a>
<a href="https://m.example/b"><img src="https://m.example/p.png" alt="A boat" width="1"></a>
<div style="display:none;color:#eee">hidden</div><img src=x></td></tr></table></body></html>`)
	if held.Language != "de" || held.Direction != "ltr" || held.Title != "T" || held.Tables != 0 {
		t.Errorf("held %+v", held)
	}
	want := []eml.Link{{URL: "https://m.example/a", Text: "A link"}, {URL: "https://m.example/b", Text: "A boat"}}
	if !slices.Equal(held.Links, want) {
		t.Errorf("links %+v", held.Links)
	}
	if len(held.Pictures) != 2 || !held.Pictures[0].Hidden() || held.Pictures[1].HasAlt || held.Pictures[1].Hidden() {
		t.Errorf("pictures %+v", held.Pictures)
	}
	if len(held.Faint) != 0 {
		t.Errorf("faint %+v", held.Faint)
	}
	if len(held.Lacking) != 1 || !strings.HasPrefix(held.Lacking[0], "display: flex, which Outlook") {
		t.Errorf("lacking %q", held.Lacking)
	}
	if flaws := held.Flaws(); len(flaws) != 0 {
		t.Errorf("flaws %q", flaws)
	}
}

func TestFlaws(t *testing.T) {
	t.Parallel()
	got := strings.Join(eml.ReadHTML(`<table><tr><td><h2>a</h2><h4>b</h4><a href="https://m.example"></a></td></tr></table>`).Flaws(), "|")
	for _, want := range []string{"no lang", "no dir", "no title", "1 table has no role=presentation and is read out", "level 4 follows one of level 2", "0 headings of level 1", "no words: https://m.example"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not among %s", want, got)
		}
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, html string
		faint      int
	}{
		{"black on white", `<p>x</p>`, 0},
		{"grey on white", `<p style="color:#999999">x</p>`, 1},
		{"inherited", `<div style="background-color:#222"><p><b style="color:#333">x</b></p></div>`, 1},
		{"the last declaration wins", `<p style="color:#999;color:#111 !important">x</p>`, 0},
		{"large text may be fainter", `<p style="color:#888888;font-size:24px">x</p>`, 0},
		{"but not that faint", `<p style="color:#bbbbbb;font-size:24px">x</p>`, 1},
		{"hidden", `<p style="color:#fff;display:none">x</p>`, 0},
		{"tiny", `<p style="color:#fff;font-size:1px">x</p>`, 0},
		{"a picture behind it", `<td style="background:url(x.png);color:#fff">x</td>`, 0},
		{"a transparent background", `<table bgcolor="#000000"><tr><td style="background:transparent;color:#fff">x</td></tr></table>`, 0},
		{"a form not known", `<p style="color:hsl(0 0% 90%)">x</p>`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := eml.ReadHTML(tt.html).Faint; len(got) != tt.faint {
				t.Errorf("got %+v, want %d", got, tt.faint)
			}
		})
	}
}

// What we say that clients lack is what caniemail.com says.
func TestFeaturesAreLacking(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..", "shared", "data", "caniemail", "_features")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no caniemail data beside the repository")
	}
	at := map[string][2]string{eml.OutlookWindows: {"outlook", "windows"}, eml.Gmail: {"gmail", "desktop-webmail"}, eml.Yahoo: {"yahoo", "desktop-webmail"}}
	for _, f := range eml.Features() {
		if f.Source == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, f.Source+".md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, client := range f.Lacking {
			family := regexp.MustCompile(`(?s)\b` + at[client][0] + `: *\{(.*?\n\s*\}\s*\n?\s*\})`).FindSubmatch(text)
			if family == nil {
				t.Fatalf("%s: nothing about %s", f.Source, client)
			}
			platform := regexp.MustCompile(`(?s)` + at[client][1] + `: *\{(.*?)\}`).FindSubmatch(family[1])
			if platform == nil {
				t.Fatalf("%s: nothing about %s", f.Source, client)
			}
			values := regexp.MustCompile(`:\s*"([^"]*)"`).FindAllSubmatch(platform[1], -1)
			if last := string(values[len(values)-1][1]); !strings.HasPrefix(last, "n") {
				t.Errorf("%s: %s has it: %q", f.Source, client, last)
			}
		}
	}
}

// TestSalvage reads what is no mail by the standard.
func TestSalvage(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, source, header, text string }{
		{"a line that is no field", "Subject: a\nwhat is this\nTo: b\n\nhi\n", "a", "hi\r\n"},
		{"CR alone", "Subject: a\r\rhi\r", "a", "hi\r\n"},
		{"another boundary than it says", "Subject: a\nContent-Type: multipart/mixed; boundary=\"said/1\"\n\n--meant-to-be/2\n\nhi\n--meant-to-be/2--\n", "a", "hi"},
		{"a boundary that is not folded", "Subject: a\nContent-Type: multipart/mixed;\nboundary=\"--meant-to-be\"\n\n----meant-to-be\n\nhi\n----meant-to-be--\n", "a", "hi"},
		{"no boundary at all", "Subject: a\nContent-Type: multipart/report; boundary=b\n\nhi\n", "a", "hi\r\n"},
		{"parameters with mistakes", "Subject: a\nContent-Type: text/plain; charset=UFT-8;; x\n\nhi\n", "a", "hi\r\n"},
		{"nothing", "", "", ""},
	}
	for _, tt := range tests {
		m := eml.Salvage([]byte(tt.source))
		part, _ := m.Part("text/plain")
		if m.Get("Subject") != tt.header || part.Text != tt.text {
			t.Errorf("%s: subject %q, text %q; want %q, %q", tt.name, m.Get("Subject"), part.Text, tt.header, tt.text)
		}
	}
}
