package readers_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"roundup/internal/language"
	"roundup/web/readers"
)

// tally is what became of sign-ups.
type tally struct {
	asked, confirmed int
	since, until     time.Time
	looked           int
	err              error
}

func (c *tally) Confirmed(_ context.Context, since, until time.Time) (asked, confirmed int, err error) {
	c.since, c.until = since, until
	c.looked++
	return c.asked, c.confirmed, c.err
}

// doubtedDoor is one whose sign-ups were not confirmed.
func doubtedDoor(t *testing.T, change ...func(*readers.Options)) (*door, *tally) {
	t.Helper()
	c := &tally{asked: 20}
	change = append(change, func(o *readers.Options) { o.Confirmations = c })
	return newDoor(t, change...), c
}

var (
	shownDigits = regexp.MustCompile(`<strong dir="ltr">(\d \d \d \d)</strong>`)
	hiddenField = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`)
)

// filledIn is the form of a page that asks for a code, as a person sends it.
func filledIn(t *testing.T, w *httptest.ResponseRecorder) url.Values {
	t.Helper()
	page := w.Body.String()
	digits := shownDigits.FindStringSubmatch(page)
	if w.Code != http.StatusUnprocessableEntity || digits == nil {
		t.Fatalf("asks for no code: %d %s", w.Code, page)
	}
	form := url.Values{"digits": {digits[1]}}
	for _, field := range hiddenField.FindAllStringSubmatch(page, -1) {
		form.Add(field[1], html.UnescapeString(field[2]))
	}
	return form
}

// A code is asked for from twenty sign-ups on, of which more than half are not confirmed.
func TestDoubt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		asked, confirmed int
		want             bool
	}{
		{0, 0, false}, {19, 0, false}, {20, 0, true}, {20, 9, true}, {20, 10, false}, {20, 20, false}, {21, 10, true}, {200, 100, false}, {200, 99, true},
	} {
		d, c := doubtedDoor(t)
		c.asked, c.confirmed = tt.asked, tt.confirmed
		if got := d.do(t, ask{form: d.form()}).Code == http.StatusUnprocessableEntity; got != tt.want || d.list.count() > 0 == tt.want {
			t.Errorf("%d asked, %d confirmed: asks for a code: %v, %d handed on; want %v", tt.asked, tt.confirmed, got, d.list.count(), tt.want)
		}
		if c.since != d.now.Add(-time.Hour) || c.until != d.now.Add(-10*time.Minute) {
			t.Errorf("counted from %v to %v", c.since, c.until)
		}
	}
}

// It begins and ends by itself, is looked at once a minute, and is said once each.
func TestCodeIsAskedFor(t *testing.T) {
	t.Parallel()
	d, c := doubtedDoor(t)
	c.asked = 19
	for _, step := range []struct {
		after            time.Duration
		asked, confirmed int
		want, looked     int
	}{
		{0, 19, 0, 200, 1}, {time.Minute - 1, 20, 0, 200, 1}, {1, 20, 0, 422, 2}, {time.Minute, 40, 3, 422, 3},
		{time.Minute, 40, 20, 200, 4}, {time.Second, 40, 0, 200, 4}, {-time.Hour, 0, 0, 200, 5},
	} {
		d.now = d.now.Add(step.after)
		c.asked, c.confirmed = step.asked, step.confirmed
		if got := d.do(t, ask{form: d.form()}).Code; got != step.want || c.looked != step.looked {
			t.Errorf("%+v: got %d, looked %d times", step, got, c.looked)
		}
	}
	log := d.log.String()
	if strings.Count(log, "\n") != 2 || !strings.Contains(log, "level=WARN") || !strings.Contains(log, "asked=20 confirmed=0") || !strings.Contains(log, "no code any more") {
		t.Errorf("the log: %s", log)
	}
	d.now, c.err = d.now.Add(time.Minute), errors.New("disk on fire")
	if w := d.do(t, ask{form: d.form()}); w.Code != http.StatusInternalServerError || !strings.Contains(d.log.String(), "disk on fire") {
		t.Errorf("what can't be counted: %d", w.Code)
	}
}

// The code holds for a quarter of an hour, and for what was signed up with.
func TestCodeIsOfOneSignUp(t *testing.T) {
	t.Parallel()
	set := func(name string, values ...string) func(*door, url.Values) {
		return func(_ *door, form url.Values) { form[name] = values }
	}
	later := func(by time.Duration) func(*door, url.Values) {
		return func(d *door, _ url.Values) { d.now = d.now.Add(by) }
	}
	for _, tt := range []struct {
		name   string
		change func(*door, url.Values)
		want   bool
	}{
		{"as it is", func(*door, url.Values) {}, true},
		{"without spaces", func(_ *door, f url.Values) { f.Set("digits", strings.ReplaceAll(f.Get("digits"), " ", "")) }, true},
		{"on an Arabic keyboard", func(_ *door, f url.Values) {
			f.Set("digits", strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩").Replace(f.Get("digits")))
		}, true},
		{"just in time", later(15*time.Minute - time.Millisecond), true},
		{"too late", later(15 * time.Minute), false},
		{"from tomorrow", later(-time.Second), false},
		{"no digits", set("digits"), false},
		{"other digits", func(_ *door, f url.Values) { f.Set("digits", "1"+f.Get("digits")) }, false},
		{"another address", set("email", "bob@example.org"), false},
		{"another name", set("name", "Bob"), false},
		{"another choice", set("sections", "analysis"), false},
		{"no token", set("code", ""), false},
		{"a token for something else", func(_ *door, f url.Values) { f.Set("code", f.Get("moment")) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, _ := doubtedDoor(t, func(o *readers.Options) {
				o.Sections = []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "Opinion", Key: "opinion"}}
			})
			first := d.form("name", " Ann  “A” Lee")
			first["sections"], first["of"] = []string{"opinion"}, []string{"analysis", "opinion"}
			w := d.do(t, ask{form: first})
			if strings.Contains(w.Body.String(), "subscribe-wrong") {
				t.Error("something is wrong before anything was typed")
			}
			form := filledIn(t, w)
			tt.change(d, form)
			w = d.do(t, ask{form: form})
			if got := w.Code == http.StatusOK; got != tt.want || d.list.count() == 1 != tt.want {
				t.Fatalf("got %d, %d asked: %s", w.Code, d.list.count(), w.Body)
			}
			if tt.want {
				if !slices.Equal(d.list.choice.Off, []string{"analysis"}) || !strings.HasPrefix(d.list.asked[0], "ann@example.org  Ann  “A” Lee") {
					t.Errorf("asked %q, without %v", d.list.asked, d.list.choice.Off)
				}
				return
			}
			if !strings.Contains(w.Body.String(), `role="alert"`) {
				t.Errorf("it is not said what is wrong: %s", w.Body)
			}
			if w := d.do(t, ask{form: filledIn(t, w)}); w.Code != http.StatusOK {
				t.Errorf("the new digits: %d", w.Code)
			}
		})
	}
}

// Who said nothing of sections has said nothing with the code either: who comes back keeps
// what they chose before.
func TestCodeKeepsWhatWasNotChosen(t *testing.T) {
	t.Parallel()
	d, _ := doubtedDoor(t, func(o *readers.Options) {
		o.Sections = []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "Opinion", Key: "opinion"}}
	})
	if w := d.do(t, ask{form: filledIn(t, d.do(t, ask{form: d.form()}))}); w.Code != http.StatusOK || d.list.chose || d.list.choice.Off != nil {
		t.Errorf("%d, chose %v: %+v", w.Code, d.list.chose, d.list.choice)
	}
}

// The page is the same for every address, and nothing is asked of the list for it.
func TestCodeTellsNothing(t *testing.T) {
	t.Parallel()
	differ := regexp.MustCompile(`\d \d \d \d|\w+@example\.org|name="code" value="[^"]*"`)
	for _, header := range []map[string]string{nil, {"Accept": "application/json"}} {
		var first string
		for _, email := range []string{"new@example.org", "ann@example.org", "suppressed@example.org"} {
			d, _ := doubtedDoor(t)
			w := d.do(t, ask{form: d.form("email", email), header: header})
			got := fmt.Sprint(w.Code, w.Header(), differ.ReplaceAllString(w.Body.String(), ""))
			if first == "" {
				first = got
			}
			if got != first || d.list.count() > 0 {
				t.Errorf("%s: another answer, %d asked:\n%s\nthan\n%s", email, d.list.count(), got, first)
			}
		}
		if header != nil && !strings.Contains(first, `"code":"type_code"`) {
			t.Errorf("in JSON: %s", first)
		}
	}
}

// A page with a code is no way around what else is looked at.
func TestCodeComesAfterTheOtherLayers(t *testing.T) {
	t.Parallel()
	d, c := doubtedDoor(t)
	for _, form := range []url.Values{d.form("moment", ""), d.form("website", "x"), d.form("email", "x")} {
		if w := d.do(t, ask{form: form}); shownDigits.MatchString(w.Body.String()) || c.looked > 0 {
			t.Errorf("a code is shown: %s", w.Body)
		}
	}
	form := filledIn(t, d.do(t, ask{form: d.form()}))
	for i := range 20 {
		if w := d.do(t, ask{form: form}); w.Code != http.StatusOK {
			t.Fatalf("%d: %d", i, w.Code)
		}
	}
	if w := d.do(t, ask{form: form}); w.Code != http.StatusTooManyRequests {
		t.Errorf("the network's next: %d", w.Code)
	}
}

func TestCodeSpeaksTheLanguage(t *testing.T) {
	t.Parallel()
	for _, tag := range language.Known() {
		d, _ := doubtedDoor(t, func(o *readers.Options) { o.Language = tag })
		words := language.WordsFor(tag).Join
		page := html.UnescapeString(d.do(t, ask{form: d.form("code", "x")}).Body.String())
		for _, text := range []string{words.Code, words.CodeSaid, words.CodeDigits, words.CodeWrong, words.Button} {
			if !strings.Contains(page, ">"+text+"<") {
				t.Errorf("%s: no %q in %s", tag, text, page)
			}
		}
	}
}

// The code is of the language that was chosen, too, and so are the page once the digits were
// wrong and what the sign-up keeps.
func TestCodeKeepsTheLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ chose, in, kept string }{{"ar", "ar", "ar"}, {"en", "en", ""}, {"", "en", ""}} {
		d, _ := doubtedDoor(t, offer)
		first := d.form()
		if tt.chose != "" {
			first.Set("language", tt.chose)
		}
		form := filledIn(t, d.do(t, ask{form: first}))
		wrong := maps.Clone(form)
		wrong.Set("digits", "1"+form.Get("digits"))
		if page := d.do(t, ask{form: wrong}).Body.String(); !in(page, tt.in, language.WordsFor(tt.in).Join.CodeWrong) {
			t.Errorf("%q: wrong digits are not answered in it: %s", tt.chose, page)
		}
		if w := d.do(t, ask{form: form}); w.Code != http.StatusOK || d.list.choice.Language != tt.kept || !in(w.Body.String(), tt.in, language.WordsFor(tt.in).Join.Asked) {
			t.Errorf("%q: the digits are answered %d, kept %q: %s", tt.chose, w.Code, d.list.choice.Language, w.Body)
		}
	}
}
