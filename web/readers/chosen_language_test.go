package readers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"roundup/internal/language"
	"roundup/subscribers"
	"roundup/web/readers"
)

// offer has the pages offer German and Arabic beside English, and a section without a title
// of its own.
func offer(o *readers.Options) {
	o.Language, o.Languages = "en", []string{"en", "de", "ar"}
	o.Sections = []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "In brief", Key: "in-brief", InBrief: true}}
}

// in reports whether a page is in a language, its texts and its attributes.
func in(page, tag, text string) bool {
	words := language.WordsFor(tag)
	return strings.Contains(page, `<html lang="`+tag+`" dir="`+words.Direction()+`">`) &&
		strings.Contains(html.UnescapeString(page), words.Fill(text, "name", "The <Weekly>"))
}

// A reader chooses the language on their own page, and finds it in that language at once; so
// are all pages that their links lead to. What stands for the newsletter's own is kept as none.
func TestChooseLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t, "", offer)
	english, german, arabic := language.WordsFor("en"), language.WordsFor("de"), language.WordsFor("ar")
	_, page, _ := do(t, http.MethodGet, b.me(), "", nil)
	for _, want := range []string{
		`name="language" value="en" checked> <span><bdi lang="en">English<`, `name="language" value="de"> <span><bdi lang="de">Deutsch<`, ">العربية<",
	} {
		if !in(page, "en", english.Me.Title) || !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	for _, tt := range []struct {
		sent, kept, in string
		words          language.Words
	}{
		{"de", "de", "de", german}, {"fr", "de", "de", german}, {"", "de", "de", german}, {"ar", "ar", "ar", arabic}, {"en", "", "en", english},
	} {
		b.readers.did = ""
		_, page, _ := b.press(t, "?choice", "language="+tt.sent+"&often=monthly")
		if b.readers.did != "choose" || b.readers.choice.Language != tt.kept || !b.readers.choice.Monthly || !in(page, tt.in, tt.words.Me.Saved) {
			t.Errorf("sent %q: did %q, chose %+v, wants it in %s: %s", tt.sent, b.readers.did, b.readers.choice, tt.in, page)
		}
	}
	b.readers.choice.Language = "de"
	for _, step := range []struct {
		what string
		do   func() string
		says string
	}{
		{"their own page", func() string { _, p, _ := do(t, http.MethodGet, b.me(), "", nil); return p }, german.InBrief},
		{"another name", func() string { _, p, _ := b.press(t, "?name", "name=Ann"); return p }, german.Me.Saved},
		{"a bad day", func() string { _, p, _ := b.press(t, "?pause", "until=x"); return p }, german.Me.BadDay},
		{"no section", func() string { _, p, _ := b.press(t, "?choice", "of=analysis"); return p }, german.Choosing.NoSection},
		{"asked to leave", func() string {
			_, p, _ := do(t, http.MethodGet, b.url+"/u/"+b.token(subscribers.PurposeUnsubscribe), "", nil)
			return p
		}, german.Pages.LeaveHow},
		{"left", func() string { _, p := b.postForm(t, subscribers.PurposeUnsubscribe, "?page", ""); return p }, german.Pages.Left},
		{"why", func() string { _, p := b.postForm(t, subscribers.PurposeUnsubscribe, "?why", "why=other"); return p }, german.Leaving.WhyThanks},
		{"undone", func() string { _, p := b.postForm(t, subscribers.PurposeUnsubscribe, "?undo", ""); return p }, german.Leaving.Undone},
		{"erased", func() string { _, p, _ := b.press(t, "?erase", "sure=yes"); return p }, german.Me.Erased},
	} {
		if page := step.do(); !in(page, "de", step.says) {
			t.Errorf("%s: no %q in German: %s", step.what, step.says, page)
		}
	}
	b.readers.choice.Language = "fr" // not offered any more
	if _, page, _ = do(t, http.MethodGet, b.me(), "", nil); !in(page, "en", english.Me.Title) {
		t.Errorf("in a language that is not offered: %s", page)
	}
	for _, page := range []string{"/u/x", "/"} {
		if _, page, _ = do(t, http.MethodGet, b.url+page, "", nil); !strings.Contains(page, `<html lang="en"`) {
			t.Errorf("nobody's page is in another language: %s", page)
		}
	}
}

// A language that is not offered any more is kept, until another is chosen than the one that
// stands for it.
func TestLanguageThatIsNotOffered(t *testing.T) {
	t.Parallel()
	b := setup(t, "", offer)
	for _, tt := range []struct{ kept, sent, want string }{
		{"fr", "en", "fr"}, {"fr", "de", "de"}, {"de-CH", "de", "de-CH"}, {"de-CH", "en", ""}, {"de-CH", "ar", "ar"},
	} {
		b.readers.choice.Language = tt.kept
		if b.press(t, "?choice", "language="+tt.sent+"&often=monthly"); b.readers.choice.Language != tt.want {
			t.Errorf("%q, and sent %q: %q is kept, want %q", tt.kept, tt.sent, b.readers.choice.Language, tt.want)
		}
	}
}

// A newsletter of one language asks nobody, and takes no other.
func TestOneLanguageIsNoChoice(t *testing.T) {
	t.Parallel()
	b := setup(t, "", offer, func(o *readers.Options) { o.Languages = o.Languages[:1] })
	b.readers.choice.Language = "de"
	_, page, _ := do(t, http.MethodGet, b.me(), "", nil)
	if strings.Contains(page, `name="language"`) || !strings.Contains(page, `<html lang="en"`) {
		t.Errorf("a newsletter of one language offers others: %s", page)
	}
	if b.press(t, "?choice", "language=ar&often=every"); b.readers.choice.Language == "ar" {
		t.Errorf("chose one that is not offered: %+v", b.readers.choice)
	}
}

// Who signs up chooses a language, too: on the form, or by the address that it is at. They
// are answered in it, and so are the pages of the mails that follow.
func TestSignUpInALanguage(t *testing.T) {
	t.Parallel()
	id := subscribers.PublicID{1, 2, 3}
	l := &list{id: id}
	d := newDoor(t, offer, func(o *readers.Options) { o.Readers, o.Own, o.Addresses = l, l, nil })
	german := language.WordsFor("de")
	get := func(path string) string {
		return d.do(t, ask{method: http.MethodGet, path: path}).Body.String()
	}
	if page := get("/subscribe"); !strings.Contains(page, `name="language" value="en" checked`) {
		t.Errorf("the form offers no language: %s", page)
	}
	page := get("/subscribe?language=de")
	if !in(page, "de", german.Join.Button) || !strings.Contains(page, `name="language" value="de" checked`) || !strings.Contains(page, german.InBrief) {
		t.Errorf("the form is not in German: %s", page)
	}
	for _, tt := range []struct{ sent, kept, in string }{{"de", "de", "de"}, {"en", "", "en"}, {"fr", "", "en"}, {"", "", "en"}} {
		rec := d.do(t, ask{form: d.form("language", tt.sent)})
		if d.list.choice.Language != tt.kept || !in(rec.Body.String(), tt.in, language.WordsFor(tt.in).Join.Asked) {
			t.Errorf("sent %q: chose %+v: %s", tt.sent, d.list.choice, rec.Body)
		}
	}
	if rec := d.do(t, ask{form: d.form("language", "de", "email", "x")}); !in(rec.Body.String(), "de", german.Join.BadAddress) ||
		!strings.Contains(rec.Body.String(), `name="language" value="de" checked`) {
		t.Errorf("the form once more is not as it was sent: %s", rec.Body)
	}
	if rec := d.do(t, ask{form: d.form("language", "de"), header: map[string]string{"Accept": "application/json"}}); !strings.Contains(rec.Body.String(), german.Join.Asked) {
		t.Errorf("answers a program %s", rec.Body)
	}
	l.choice.Language = "de"
	for _, tt := range []struct {
		path, says string
		method     string
	}{
		{"/confirm/" + d.keys.TimedToken(subscribers.PurposeConfirm, id, d.now), german.Join.ConfirmButton, http.MethodGet},
		{"/confirm/" + d.keys.TimedToken(subscribers.PurposeConfirm, id, d.now), german.Join.Confirmed, http.MethodPost},
		{"/never/" + d.keys.TimedToken(subscribers.PurposeNever, id, d.now), german.Join.NeverButton, http.MethodGet},
		{"/never/" + d.keys.TimedToken(subscribers.PurposeNever, id, d.now), strings.Split(german.Join.NeverDone, "{name} ")[1], http.MethodPost},
	} {
		var body string
		if tt.method == http.MethodPost {
			_, body = d.press(t, tt.path)
		} else {
			body = get(tt.path)
		}
		if !in(body, "de", tt.says) {
			t.Errorf("%s %s: no %q in German: %s", tt.method, tt.path, tt.says, body)
		}
	}
	d.list.void = subscribers.ErrVoid
	if rec := d.do(t, ask{method: http.MethodGet, path: "/confirm/" + d.keys.TimedToken(subscribers.PurposeConfirm, id, d.now.Add(-time.Hour))}); !in(rec.Body.String(), "de", german.Join.TooOld) {
		t.Errorf("a link that holds no more: %s", rec.Body)
	}
}

// The form for the publication's own site, in a language, chooses it.
func TestEmbedInALanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		tag    string
		chosen bool
		want   string
	}{{"de", true, `<input type="hidden" name="language" value="de">`}, {"de", false, ""}} {
		form, err := readers.Embed(readers.EmbedOptions{BaseURL: "https://news.example", Language: tt.tag, Chosen: tt.chosen})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(form, "Abonnieren") || strings.Contains(form, `name="language"`) != tt.chosen || !strings.Contains(form, tt.want) {
			t.Errorf("%+v: %s", tt, form)
		}
	}
}
