package letter_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"roundup/digest/letter"
)

// hostileTemplates would each take gigabytes, or hours, if what they make were
// measured only once it is there. They are for the text part, the HTML part and
// the lines of the configuration alike.
func hostileTemplates() []struct{ name, text, want string } {
	grow := func(with string) string {
		return `{{ $x := "ab" }}{{ range 60 }}{{ $x = ` + with + ` }}{{ end }}`
	}
	const long = `{{ $x := printf "%900d" 1 }}{{ range 6 }}{{ $x = print $x $x }}{{ end }}` // 58 kB
	return []struct{ name, text, want string }{
		{"a width again and again", `{{ printf "` + strings.Repeat("%1000000[1]d", 5800) + `" 1 }}`, "printf has a width or precision of 1000000; the most is 1000"},
		{"small widths again and again", `{{ printf "` + strings.Repeat("%1000[1]d", 8000) + `" 1 }}`, "printf makes a text of more than 100,000 octets"},
		{"a width from a value", `{{ printf "%*d" 1000000000 1 }}`, "printf has a width or precision of 1000000000; the most is 1000"},
		{"a width from a value, to the left", `{{ printf "%*d" -999999 1 }}`, "printf has a width or precision of -999999; the most is 1000"},
		{"a width by number", `{{ printf "%[2]*[1]d" 1 999999 }}`, "printf has a width or precision of 999999; the most is 1000"},
		{"a width beyond all numbers", `{{ printf "%99999999999999999999999999d" 1 }}`, "printf has a width or precision of 99999999999999999999; the most is 1000"},
		{"a precision", `{{ printf "%.999999999f" 1.5 }}`, "printf has a width or precision of 999999999; the most is 1000"},
		{"a precision from a value", `{{ printf "%.*f" 999999999 1.5 }}`, "printf has a width or precision of 999999999; the most is 1000"},
		{"many flags", `{{ printf "%` + strings.Repeat("0", 100_000) + `d" 1 }}`, "printf has more than 1000 flags"},
		{"one text again and again", long + `{{ printf "` + strings.Repeat("%[1]s", 10_000) + `" $x }}`, "printf makes a text of more than 100,000 octets"},
		{"one text in hexadecimals", long + `{{ printf "` + strings.Repeat("%# [1]x", 10_000) + `" $x }}`, "printf makes a text of more than 100,000 octets"},
		{"many texts at once", long + `{{ print` + strings.Repeat(" $x", 50_000) + ` }}`, "print makes a text of more than 100,000 octets"},
		{"many lines at once", long + `{{ println` + strings.Repeat(" $x", 50_000) + ` }}`, "println makes a text of more than 100,000 octets"},
		{"many texts to escape", long + `{{ html` + strings.Repeat(" $x", 50_000) + ` }}`, "html makes a text of more than 100,000 octets"},
		{"many scripts to escape", long + `{{ js` + strings.Repeat(" $x", 50_000) + ` }}`, "js makes a text of more than 100,000 octets"},
		{"many texts to escape, in parentheses", long + `{{ len (html` + strings.Repeat(" $x", 50_000) + `) }}`, "html makes a text of more than 100,000 octets"},
		{"many queries to escape", long + `{{ urlquery` + strings.Repeat(" $x", 50_000) + ` }}`, "urlquery makes a text of more than 100,000 octets"},
		{"many texts joined", long + `{{ join ""` + strings.Repeat(" $x", 50_000) + ` }}`, "join makes a text of more than 100,000 octets"},
		{"a long separator", long + `{{ join $x` + strings.Repeat(` "a"`, 40_000) + ` }}`, "join makes a text of more than 100,000 octets"},
		{"twice as long each time", grow(`printf "%s%s" $x $x`), "printf makes a text of more than 100,000 octets"},
		{"twice as long, printed", grow(`print $x $x`), "print makes a text of more than 100,000 octets"},
		{"twice as long, joined", grow(`join $x $x $x`), "join makes a text of more than 100,000 octets"},
		{"escaped each time", `{{ $x := "<" }}{{ range 60 }}{{ $x = html (print $x $x) }}{{ end }}`, "makes a text of more than 100,000 octets"},
		{"quoted each time", grow(`printf "%q" $x`), "printf makes a text of more than 100,000 octets"},
		{"percent signs", grow(`urlquery (print $x "%")`) + grow(`urlquery (print $x $x)`), "makes a text of more than 100,000 octets"},
		{"a printf of its own result", `{{ $x := "%[1]s%[1]s" }}{{ range 60 }}{{ $x = printf $x $x }}{{ end }}`, "printf makes a text of more than 100,000 octets"},
		{"all the data again and again", `{{ range 40000 }}{{ $y := print $ $ $ $ $ $ $ $ }}{{ end }}`, "print makes more than 20 MB of texts in all"},
		{"texts nobody prints", long + `{{ range 49000 }}` + strings.Repeat(`{{ $y := html $x }}`, 20) + `{{ end }}`, "html makes more than 20 MB of texts in all"},
		{"texts that are only measured", long + `{{ range 49000 }}{{ if len (print $x) }}{{ end }}{{ end }}`, "print makes more than 20 MB of texts in all"},
		{"what the engine prints", long + `{{ range 49000 }}{{ $x }}{{ end }}`, "grows beyond 1 MB"},
		{"itself", `{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}`, "goes on for ever: stopped 200 templates deep"},
		{"two of each other", `{{ define "a" }}{{ template "b" . }}{{ end }}{{ define "b" }}{{ template "a" . }}{{ end }}{{ template "a" . }}`, "goes on for ever: stopped 200 templates deep"},
		{"itself, growing", `{{ define "a" }}{{ template "a" (print . .) }}{{ end }}{{ template "a" "ab" }}`, "print makes a text of more than 100,000 octets"},
		{"loops in more loops", strings.Repeat("{{ range 1000 }}", 7) + strings.Repeat("{{ end }}", 7), "more than 6 loops, or 100 blocks, stand within each other"},
		{"loops in loops", strings.Repeat("{{ range 1000 }}", 6) + strings.Repeat("{{ end }}", 6), "goes on for ever: stopped after 50,000 rounds"},
		{"much to do in each round", `{{ range 49000 }}` + strings.Repeat(`{{ if 1 }}{{ end }}`, 10_000) + `{{ end }}`, "goes on for ever: stopped after 50,000 rounds"},
		{"much to compare in each round", `{{ range 49000 }}{{ if and` + strings.Repeat(` 1`, 90_000) + ` }}{{ end }}{{ end }}`, "goes on for ever: stopped after 50,000 rounds"},
	}
}

// hostileMarkup would take as much once it is printed, or before.
func hostileMarkup() []struct{ name, text, want string } {
	fill := func(s string, octets int) string { return strings.Repeat(s, octets/len(s)) }
	return []struct{ name, text, want string }{
		{"many actions", fill("{{.}}", 199_000), "mail.html: grows beyond 1 MB"},
		{"loops within loops", strings.Repeat("{{range 1}}", 40) + strings.Repeat("{{end}}", 40),
			"note.html: line 1: more than 6 loops, or 100 blocks, stand within each other"},
		{"blocks within blocks", fill("{{if 1}}", 90_000) + fill("{{end}}", 78_750), "note.html: line 1: more than 6 loops, or 100 blocks, stand within each other"},
		{"on line 3", "\n\n" + fill("{{if 1}}", 90_000) + fill("{{end}}", 78_750), "note.html: line 3: more than 6 loops"},
		{"parentheses", "{{ if " + fill("(", 90_000) + "1" + fill(")", 90_000) + " }}{{ end }}", "note.html: line 1: max expression depth exceeded"},
		{"tags within tags", fill("<i>", 199_000), "note.html: line 1: <i> stands within more than 400 elements"},
		{"a style sheet of a website", "<style>" + fill("i{color:red}", 100_000) + "</style>" + fill("<i></i>", 99_000), "style.html: about 8508 rules are too many for a mail of "},
		{"a slow style sheet", "<style>" + fill("i>i i i{color:red}", 100_000) + "</style>" + fill("<i></i>", 99_000), "style.html: about 5730 rules are too many for a mail of "},
	}
}

func TestHostileMarkupTakesLittle(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	for _, tt := range hostileMarkup() {
		t.Run(tt.name, func(t *testing.T) { //nolint:paralleltest // as above
			err := takesLittle(t, func() error { return letter.CheckTemplates("", fstest.MapFS{"note.html": file(tt.text)}) })
			if !strings.HasPrefix(fmt.Sprint(err), tt.want) {
				t.Errorf("error is %.300v, want %q", err, tt.want)
			}
		})
	}
}

// mostAllocated is how much may be allocated for one hostile template, over all
// of a rendering: much of it is long gone when the last is taken. Nothing here
// runs beside other tests, whose memory would be counted, too.
const mostAllocated = 300 << 20

func TestHostileTemplatesTakeLittle(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	if testing.Short() {
		t.Skip("takes as long as such templates may")
	}
	places := []struct {
		name, at string
		try      func(text string) error
	}{
		{"text part", "note.txt: line 1: ", func(text string) error {
			return letter.CheckTemplates("", fstest.MapFS{"note.txt": file(text)})
		}},
		{"HTML part", "note.html: line 1: ", func(text string) error {
			return letter.CheckTemplates("", fstest.MapFS{"note.html": file(text)})
		}},
		{"subject", "digest.subject: ", func(text string) error { return letter.CheckLine("digest.subject", text) }},
		{"preheader", "digest.preheader: ", func(text string) error { return letter.CheckLine("digest.preheader", text) }},
	}
	for _, place := range places {
		for _, tt := range hostileTemplates() {
			t.Run(place.name+"/"+tt.name, func(t *testing.T) { //nolint:paralleltest // as above
				err := takesLittle(t, func() error { return place.try(tt.text) })
				var mistake *letter.TemplateError
				if !errors.As(err, &mistake) || !strings.Contains(fmt.Sprint(err), tt.want) {
					t.Fatalf("error is %.300v, want %q", err, tt.want)
				}
				if tt.want != "grows beyond 1 MB" && !strings.HasPrefix(err.Error(), place.at) {
					t.Errorf("error is %.300v, want it to begin with %q", err, place.at)
				}
				if len(err.Error()) > 400 {
					t.Errorf("the error has %d octets", len(err.Error()))
				}
				if mistake.Hint == "" {
					t.Errorf("%v: no hint", err)
				}
			})
		}
	}
}

// takesLittle measures what one try allocates.
func takesLittle(t *testing.T, try func() error) error {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	err := try()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	got := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d kB, stack %d kB, %v", got>>10, after.StackSys>>10, took)
	if got > mostAllocated {
		t.Errorf("allocated %d MB, want at most %d", got>>20, mostAllocated>>20)
	}
	return err
}
