package editor_test

import (
	"strings"
	"testing"
)

func TestFrameAnswersTheScheme(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, given, dark, light string }{
		{
			"a media query", "<style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style>",
			"<style>@media (min-width: 0) { p { color: #fff } }</style>", "<style>@media (max-width: 0) { p { color: #fff } }</style>",
		},
		{
			"with others", "<style>@media only screen and (PREFERS-color-scheme:light) and (max-width:600px){a{b:c}}</style>",
			"<style>@media only screen and (max-width: 0) and (max-width:600px){a{b:c}}</style>",
			"<style>@media only screen and (min-width: 0) and (max-width:600px){a{b:c}}</style>",
		},
		{
			"a declaration", "<style>:root { color-scheme: light dark; supported-color-schemes: light dark }</style>",
			"<style>:root { color-scheme: dark; supported-color-schemes: light dark }</style>",
			"<style>:root { color-scheme: light; supported-color-schemes: light dark }</style>",
		},
		{
			"the meta element", `<meta name="color-scheme" content="light dark">`,
			`<meta name="color-scheme" content="dark">`, `<meta name="color-scheme" content="light">`,
		},
		{
			"a style attribute", `<body style="margin:0; color-scheme:light dark">x</body>`,
			`<body style="margin:0; color-scheme:dark">x</body>`, `<body style="margin:0; color-scheme:light">x</body>`,
		},
		{
			"a media attribute", `<img media="(prefers-color-scheme: dark)" src="a&amp;b">`,
			`<img media="(min-width: 0)" src="a&amp;b">`, `<img media="(max-width: 0)" src="a&amp;b">`,
		},
		{"links open beside the page", "<head><title>x</title></head>", `<head><base target="_blank"><title>x</title></head>`, `<head><base target="_blank"><title>x</title></head>`},
		{
			"nothing else", `<!doctype html><!--[if mso]><p style='a'>(prefers-color-scheme: dark)</p><![endif]--><P CLASS=x>(prefers-color-scheme: dark) &copy; <br/></P>`,
			`<!doctype html><!--[if mso]><p style='a'>(prefers-color-scheme: dark)</p><![endif]--><P CLASS=x>(prefers-color-scheme: dark) &copy; <br/></P>`,
			`<!doctype html><!--[if mso]><p style='a'>(prefers-color-scheme: dark)</p><![endif]--><P CLASS=x>(prefers-color-scheme: dark) &copy; <br/></P>`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDesk()
			d.p.HTML = tt.given
			h := handler(t, d)
			for scheme, want := range map[string]string{"dark": tt.dark, "light": tt.light} {
				got := strings.ReplaceAll(ask(t, h, "/issue.html?scheme="+scheme, "").Body.String(), ";color-scheme", "; color-scheme")
				if got != want {
					t.Errorf("%s:\n got %s\nwant %s", scheme, got, want)
				}
			}
		})
	}
}
