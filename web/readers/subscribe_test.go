package readers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"roundup/subscribers"
	"roundup/web/readers"
)

// signUps is a list that writes down who was asked.
type signUps struct {
	mu    sync.Mutex
	asked []string
	takes time.Duration
	err   error

	email     string // of whom a mail asked
	void      error
	confirmed subscribers.Confirmed
	never     bool
	requested bool
	choice    subscribers.Choice
	chose     bool
}

func (s *signUps) SignUp(_ context.Context, up subscribers.SignUp, by subscribers.Actor) (bool, error) {
	time.Sleep(s.takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, fmt.Sprint(up.Address.Given, " ", up.Name, " ", up.Consent.From, " ", by.Kind))
	s.choice, s.chose = up.Choice, up.Chose
	return true, s.err
}

// count is how many were asked.
func (s *signUps) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func (s *signUps) Asked(context.Context, subscribers.PublicID, time.Time) (string, error) {
	return s.email, s.void
}

func (s *signUps) ConfirmAsked(_ context.Context, _ subscribers.PublicID, _ time.Time, _ string, _ subscribers.Actor) error {
	s.confirmed.Email = s.email
	return s.void
}

func (s *signUps) Confirmed(context.Context, subscribers.PublicID, time.Time) (subscribers.Confirmed, error) {
	return s.confirmed, s.void
}

func (s *signUps) RequestIssue(context.Context, subscribers.PublicID, time.Time, subscribers.Actor) error {
	s.requested = true
	s.confirmed.OnItsWay = s.confirmed.Latest > 0
	return s.void
}

func (s *signUps) NeverAgain(context.Context, subscribers.PublicID, time.Time, subscribers.Actor) error {
	s.never = true
	return s.void
}

// door is the pages with the door that people join by.
type door struct {
	list  *signUps
	pages *readers.Pages
	keys  *subscribers.Keyring
	now   time.Time
	log   strings.Builder
}

func newDoor(t *testing.T, change ...func(*readers.Options)) *door {
	t.Helper()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: []byte(strings.Repeat("a", 32))}}, []byte(strings.Repeat("b", 32)))
	if err != nil {
		t.Fatal(err)
	}
	d := &door{list: &signUps{email: "ann@example.org"}, keys: keys, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	o := readers.Options{
		Name: "The Weekly", BaseURL: "https://news.example", Keyring: keys, SignUps: d.list, Requests: d.list, AskIn: time.Nanosecond,
		Origins: []string{"https://magazine.example"}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(&d.log, nil)),
	}
	for _, c := range change {
		c(&o)
	}
	if d.pages, err = readers.New(o); err != nil {
		t.Fatal(err)
	}
	return d
}

// press posts to a page, and looks at the page that it leads to, in the same address.
func (d *door) press(t *testing.T, path string) (int, string) {
	t.Helper()
	w := d.do(t, ask{method: http.MethodPost, path: path})
	if w.Code == http.StatusSeeOther {
		to := w.Header().Get("Location")
		if !strings.HasPrefix(to, "?done=") || w.Body.Len() > 0 {
			t.Errorf("%s leads to %q: %s", path, to, w.Body)
		}
		path, _, _ = strings.Cut(path, "?")
		w = d.do(t, ask{method: http.MethodGet, path: path + to})
	}
	return w.Code, w.Body.String()
}

// ask is one request; header and field are pairs.
type ask struct {
	method, path string
	header       map[string]string
	form         url.Values
	from         string
}

func (d *door) do(t *testing.T, a ask) *httptest.ResponseRecorder {
	t.Helper()
	if a.method == "" {
		a.method, a.path = http.MethodPost, "/subscribe"
	}
	req := httptest.NewRequestWithContext(t.Context(), a.method, "https://news.example"+a.path, strings.NewReader(a.form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	if a.from != "" {
		req.RemoteAddr = a.from
	}
	w := httptest.NewRecorder()
	d.pages.ServeHTTP(w, req)
	return w
}

// form is what a person sends who has read for a while.
func (d *door) form(change ...string) url.Values {
	v := url.Values{"email": {"ann@example.org"}, "name": {"Ann"}, "website": {""}}
	v.Set("moment", d.keys.TimedToken(subscribers.PurposeForm, subscribers.PublicID{}, d.now.Add(-5*time.Second)))
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func (d *door) moment(age time.Duration) string {
	return d.keys.TimedToken(subscribers.PurposeForm, subscribers.PublicID{}, d.now.Add(-age))
}

// What looks as if no person had sent it is refused with a page to press once more; all
// else is handed on. In the order of the layers.
func TestSubscribe(t *testing.T) {
	t.Parallel()
	origin := func(o, site string) map[string]string {
		h := map[string]string{}
		if o != "" {
			h["Origin"] = o
		}
		if site != "" {
			h["Sec-Fetch-Site"] = site
		}
		return h
	}
	tests := []struct {
		name   string
		header map[string]string
		form   func(*door) url.Values
		want   int
	}{
		{"our own page", origin("null", "same-origin"), nil, 200},
		{"our own page without TLS", origin("null", ""), nil, 200},
		{"our own page, named", origin("https://news.example", ""), nil, 200},
		{"a browser that says nothing", nil, nil, 200},
		{"the publication's page", origin("https://magazine.example", "cross-site"), nil, 200},
		{"another site", origin("https://evil.example", "cross-site"), nil, 403},
		{"another site, which hides", origin("null", "cross-site"), nil, 403},
		{"a site next door", origin("https://other.magazine.example", "same-site"), nil, 403},
		{"the publication's without TLS", origin("http://magazine.example", "cross-site"), nil, 403},
		{"a field no person sees", nil, func(d *door) url.Values { return d.form("website", "http://pills.example") }, 422},
		{"no moment", nil, func(d *door) url.Values { return d.form("moment", "") }, 422},
		{"a moment of another's", nil, func(d *door) url.Values { return d.form("moment", d.moment(0)[:40]) }, 422},
		{"a token for something else", nil, func(d *door) url.Values {
			return d.form("moment", d.keys.TimedToken(subscribers.PurposeConfirm, subscribers.PublicID{}, d.now.Add(-time.Minute)))
		}, 422},
		{"too quick", nil, func(d *door) url.Values { return d.form("moment", d.moment(2*time.Second-time.Millisecond)) }, 422},
		{"just slow enough", nil, func(d *door) url.Values { return d.form("moment", d.moment(2*time.Second)) }, 200},
		{"a day", nil, func(d *door) url.Values { return d.form("moment", d.moment(24*time.Hour)) }, 200},
		{"more than a day", nil, func(d *door) url.Values { return d.form("moment", d.moment(24*time.Hour+time.Millisecond)) }, 422},
		{"from tomorrow", nil, func(d *door) url.Values { return d.form("moment", d.moment(-time.Hour)) }, 422},
		{"no address", nil, func(d *door) url.Values { return d.form("email", "ann") }, 422},
		{"two addresses", nil, func(d *door) url.Values { return d.form("email", "a@x.example, b@x.example") }, 422},
		{"too long", nil, func(d *door) url.Values { return d.form("name", strings.Repeat("x", 9<<10)) }, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			form := d.form()
			if tt.form != nil {
				form = tt.form(d)
			}
			w := d.do(t, ask{header: tt.header, form: form})
			if w.Code != tt.want || (len(d.list.asked) == 1) != (tt.want == 200) {
				t.Errorf("got %d, asked %q; want %d", w.Code, d.list.asked, tt.want)
			}
			if tt.want != 200 && tt.want != 400 {
				again := regexp.MustCompile(`name="moment" value="([^"]+)"`).FindStringSubmatch(w.Body.String())
				if again == nil || !strings.Contains(w.Body.String(), `value="`+strings.ReplaceAll(form.Get("email"), "<", "&lt;")+`"`) {
					t.Fatalf("no form to send once more: %s", w.Body)
				}
				d.now = d.now.Add(3 * time.Second)
				if w := d.do(t, ask{header: origin("null", "same-origin"), form: d.form("moment", again[1])}); w.Code != 200 {
					t.Errorf("once more: %d", w.Code)
				}
			}
			if log := d.log.String(); strings.Contains(log, "ann") || strings.Contains(log, "192.0.2") {
				t.Errorf("the log names somebody: %s", log)
			}
		})
	}
}

// A form that was sent too quickly can be sent again once it would have been slow enough at
// first, and no sooner.
func TestSubscribeCountsFromTheFirstForm(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	moment := d.moment(0)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 422}, {time.Second, 422}, {time.Second - time.Millisecond, 422}, {time.Millisecond, 200}} {
		d.now = d.now.Add(step.after)
		w := d.do(t, ask{form: d.form("moment", moment)})
		if w.Code != step.want {
			t.Fatalf("after %v more: %d, want %d", step.after, w.Code, step.want)
		}
		if again := regexp.MustCompile(`name="moment" value="([^"]+)"`).FindStringSubmatch(w.Body.String()); again != nil {
			moment = again[1]
		}
	}
	// One that is too old, or of no form of ours, counts from now.
	for _, moment := range []string{d.moment(24*time.Hour + time.Millisecond), d.moment(-time.Second), "x"} {
		page := d.do(t, ask{form: d.form("moment", moment)}).Body.String()
		if !strings.Contains(page, `name="moment" value="`+d.moment(0)+`"`) {
			t.Errorf("goes on with %s: %s", moment, page)
		}
	}
}

// The consent says which site the form was on.
func TestSubscribeRecordsThePage(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.do(t, ask{form: d.form()})
	d.do(t, ask{form: d.form(), header: map[string]string{"Origin": "https://magazine.example"}})
	want := []string{"ann@example.org Ann https://news.example/subscribe reader", "ann@example.org Ann https://magazine.example reader"}
	if fmt.Sprint(d.list.asked) != fmt.Sprint(want) {
		t.Errorf("asked %q, want %q", d.list.asked, want)
	}
}

// Nobody is asked whose address is an office's; the answer is the one all get, and the log
// names nobody.
func TestSubscribeRoleAddress(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	want := d.do(t, ask{form: d.form()})
	for i, email := range []string{"postmaster@example.org", "Abuse+x@example.org", "no-reply@example.org"} {
		got := d.do(t, ask{form: d.form("email", email)})
		as := strings.Replace(got.Body.String(), strings.Replace(email, "+", "&#43;", 1), "ann@example.org", 1) // which is said back
		if got.Code != want.Code || as != want.Body.String() || d.list.count() != 1 || d.pages.SignUpsRefused() != int64(i+1) {
			t.Errorf("%s: %d, asked %q, refused %d\n%s", email, got.Code, d.list.asked, d.pages.SignUpsRefused(), got.Body)
		}
	}
	if log := d.log.String(); strings.Contains(log, "example.org") || strings.Count(log, "an address is not asked") != 3 {
		t.Errorf("logged: %s", log)
	}
}

// That the hour's confirmations are used up is in the log once an hour, also beside a
// network's own refusals.
func TestSubscribeWhenAllAreTooMany(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for range 2 {
		for i := range 23 {
			d.list.err = nil
			if i > 10 {
				d.list.err = subscribers.ErrTooManySignUps
			}
			if got, want := d.do(t, ask{form: d.form()}).Code == 429, i > 10; got != want {
				t.Fatalf("sign-up %d refused: %t", i+1, got)
			}
		}
		d.now = d.now.Add(time.Hour)
	}
	for _, text := range []string{"web.sign_ups_per_hour", "a network has sent"} {
		if got := strings.Count(d.log.String(), text); got != 2 {
			t.Errorf("%q is logged %d times, want 2:\n%s", text, got, d.log.String())
		}
	}
}

// An answer takes as long whatever the list does with the address, and is the same to
// the octet.
func TestSubscribeTellsNothing(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"text/html", "application/json"} {
		var first string
		for _, takes := range []time.Duration{0, time.Millisecond, 200 * time.Millisecond} {
			synctest.Test(t, func(t *testing.T) {
				d := newDoor(t, func(o *readers.Options) { o.AskIn = 0 })
				d.list.takes = takes
				began := time.Now()
				w := d.do(t, ask{form: d.form(), header: map[string]string{"Accept": accept}})
				if took := time.Since(began); took != 250*time.Millisecond {
					t.Errorf("the answer took %v", took)
				}
				got := fmt.Sprint(w.Code, w.Header(), w.Body)
				if first == "" {
					first = got
				}
				if got != first || w.Code != 200 {
					t.Errorf("%v: another answer:\n%s\nthan\n%s", takes, got, first)
				}
			})
		}
	}
}

// The answer says which address was typed, so that a mistake in it is seen, and leads back
// to the form; it is the same for every address but for that one.
func TestSubscribeSaysWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(o *readers.Options) { o.Languages = []string{"en", "de"} })
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 50)+".", 3) + "example"
	var first string
	for _, tt := range []struct{ typed, said string }{
		{"ann@exmaple.org", "ann@exmaple.org"},
		{" Ann.O'Neil&sons@Example.org", "Ann.O&#39;Neil&amp;sons@Example.org"},
		{"abuse@example.org", "abuse@example.org"}, // which is not asked
		{long, strings.Repeat("a", 64) + "@" + strings.Repeat("b", 34) + "…"},
	} {
		w := d.do(t, ask{form: d.form("email", tt.typed, "language", "de")})
		page := w.Body.String()
		if w.Code != http.StatusOK || strings.Count(page, tt.said) != 1 || !strings.Contains(page, `<a href="/subscribe?language=de">Andere Adresse</a>`) {
			t.Errorf("%q: got %d, want %q and a way back in\n%s", tt.typed, w.Code, tt.said, page)
		}
		page = strings.Replace(page, tt.said, "ADDRESS", 1)
		if first == "" {
			first = page
		}
		if page != first {
			t.Errorf("%q is answered otherwise:\n%s\nthan\n%s", tt.typed, page, first)
		}
	}
}

func TestSubscribeInJSON(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	header := map[string]string{"Accept": "application/json", "Origin": "https://magazine.example"}
	var got struct {
		OK                    bool
		Code, Message, Moment string
	}
	read := func(w *httptest.ResponseRecorder) {
		t.Helper()
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if o := w.Header().Get("Access-Control-Allow-Origin"); o != "https://magazine.example" {
			t.Errorf("allowed to %q", o)
		}
	}
	read(d.do(t, ask{method: http.MethodGet, path: "/subscribe", header: header}))
	moment := got.Moment
	read(d.do(t, ask{form: d.form("moment", moment), header: header}))
	if got.OK || got.Code != "moment" {
		t.Errorf("too quick: %+v", got)
	}
	d.now = d.now.Add(time.Minute)
	read(d.do(t, ask{form: d.form("moment", moment), header: header}))
	if !got.OK || got.Code != "asked" || !strings.Contains(got.Message, "mailbox") || !strings.Contains(got.Message, "to ann@example.org, unless") {
		t.Errorf("got %+v", got)
	}
	read(d.do(t, ask{form: d.form("email", "foo at bar"), header: header}))
	if got.OK || got.Code != "address" || got.Message != "This address can’t be right. Please write it like name@example.org." {
		t.Errorf("no address: %+v", got)
	}
	d.list.err = subscribers.ErrTooManySignUps
	read(d.do(t, ask{form: d.form(), header: header}))
	if got.OK || got.Code != "busy" {
		t.Errorf("too many: %+v", got)
	}
	header["Origin"] = "https://evil.example"
	if w := d.do(t, ask{method: http.MethodGet, path: "/subscribe", header: header}); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("any site may read the answer")
	}
}

// A list that can't be written is said to whoever asks, and to the operator.
func TestSubscribeFails(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.list.err = context.DeadlineExceeded
	if w := d.do(t, ask{form: d.form()}); w.Code != 500 || !strings.Contains(d.log.String(), "deadline") {
		t.Errorf("got %d: %s", w.Code, d.log.String())
	}
}

// Who signs up may say which sections they want; what is none of them is not listened to.
func TestSubscribeToSections(t *testing.T) {
	t.Parallel()
	d := newDoor(t, func(o *readers.Options) {
		o.Sections = []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "Opinion", Key: "opinion"}, {Title: "Briefs", Key: "briefs"}}
		o.ArchiveMode = readers.Unlisted
	})
	for _, tt := range []struct {
		said, of []string
		want     []string
	}{
		{nil, nil, nil},
		{[]string{"opinion"}, nil, []string{"analysis", "briefs"}},
		{[]string{"opinion", "briefs", "x"}, nil, []string{"analysis"}},
		{[]string{"x", ""}, nil, nil},
		{[]string{"opinion"}, []string{"analysis", "opinion"}, []string{"analysis"}}, // of a form from before there were briefs
		{[]string{"briefs"}, []string{"gone"}, []string{"analysis", "opinion"}},
		{nil, []string{"gone"}, nil},
	} {
		form := d.form()
		form["sections"], form["of"] = tt.said, tt.of
		if w := d.do(t, ask{form: form}); w.Code != http.StatusOK {
			t.Errorf("%v: got %d", tt.said, w.Code)
		}
		if want := (subscribers.Choice{Off: tt.want}); !d.list.choice.Equal(want) || d.list.chose != (tt.want != nil) {
			t.Errorf("%v: chose %v %+v, want %+v", tt.said, d.list.chose, d.list.choice, want)
		}
	}
	ticked := func(page string) (on []string) {
		for _, box := range regexp.MustCompile(`name="sections" value="(\w+)" checked`).FindAllStringSubmatch(page, -1) {
			on = append(on, box[1])
		}
		return on
	}
	for _, path := range []string{"/", "/subscribe"} {
		page := d.do(t, ask{method: http.MethodGet, path: path}).Body.String()
		if got := ticked(page); !slices.Equal(got, []string{"analysis", "opinion", "briefs"}) || strings.Contains(page, "<details open") {
			t.Errorf("%s: %v are ticked: %s", path, got, page)
		}
	}
	form := d.form("moment", "") // to be sent once more
	form["sections"], form["of"] = []string{"opinion"}, []string{"analysis", "opinion", "briefs"}
	page := d.do(t, ask{form: form}).Body.String()
	if got := ticked(page); !slices.Equal(got, []string{"opinion"}) || !strings.Contains(page, "<details open") {
		t.Errorf("once more: %v are ticked: %s", got, page)
	}
}

// A form with boxes of which none is ticked is refused, as it is on a reader's own page, and
// so is one whose address can't be right: nothing is ticked for anybody, and nobody is asked.
func TestSubscribeToNoSection(t *testing.T) {
	t.Parallel()
	sections := func(o *readers.Options) {
		o.Sections = []readers.Section{{Title: "Analysis", Key: "analysis"}, {Title: "Opinion", Key: "opinion"}, {Title: "Briefs", Key: "briefs"}}
		o.ArchiveMode = readers.Unlisted
	}
	const said = `<p id="subscribe-no-section" class="wrong" role="alert">Please choose at least one section.</p>`
	var first string
	for _, email := range []string{"ann@example.org", "bob@example.org", "postmaster@example.org", "ann"} {
		d := newDoor(t, sections)
		form := d.form("email", email)
		form["of"], form["sections"] = []string{"analysis", "opinion"}, []string{"", "x"}
		w := d.do(t, ask{form: form})
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || d.list.count() > 0 || !strings.Contains(page, said) || !strings.Contains(page, "<details open") {
			t.Errorf("%s: %d, %d asked: %s", email, w.Code, d.list.count(), page)
		}
		// What came after the form was made is on.
		if strings.Count(page, " checked>") != 1 || !strings.Contains(page, `value="briefs" checked`) {
			t.Errorf("%s: what is ticked: %s", email, page)
		}
		if wrong := strings.Contains(page, "subscribe-wrong"); wrong != (email == "ann") {
			t.Errorf("%s: the address is wrong: %v", email, wrong)
		}
		if page = strings.Replace(page, `value="`+email+`"`, "", 1); first == "" {
			first = page
		}
		if page != first && email != "ann" {
			t.Errorf("%s: answered otherwise", email)
		}
	}
	d := newDoor(t, sections)
	form := d.form()
	form["of"] = []string{"analysis", "opinion", "briefs"}
	w := d.do(t, ask{form: form, header: map[string]string{"Accept": "application/json"}})
	if got := w.Body.String(); w.Code != http.StatusUnprocessableEntity || got != `{"code":"sections","message":"Please choose at least one section.","ok":false}`+"\n" {
		t.Errorf("in JSON: %d %s", w.Code, got)
	}
	form["sections"] = []string{"briefs"}
	if w = d.do(t, ask{form: form}); w.Code != http.StatusOK || !d.list.choice.Equal(subscribers.Choice{Off: []string{"analysis", "opinion"}}) {
		t.Errorf("once one is ticked: %d %+v", w.Code, d.list.choice)
	}
}

// What somebody types comes back as text, on a page that sends nobody elsewhere.
func TestHostileForm(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	const hostile = "\"><script>alert(1)</script>{{ .Keyring }}\r\nLocation: https://evil.example"
	form := d.form("email", hostile, "name", hostile, "moment", "", "next", "https://evil.example")
	for _, path := range []string{"/subscribe?next=https://evil.example", "/subscribe//evil.example", "//evil.example"} {
		w := d.do(t, ask{method: http.MethodPost, path: path, form: form})
		if body := w.Body.String(); strings.Contains(body, "<script") || strings.Contains(w.Header().Get("Location"), "//") || strings.Contains(body, `="https://evil`) {
			t.Errorf("%s: %v %s", path, w.Header(), body)
		}
	}
}

// Every answer keeps its address, which may hold a token, from leaking, and lets nothing
// in from elsewhere.
func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for _, path := range []string{"/subscribe", "/confirm/x", "/never/x", "/u/x", "/me/x", "/calendar/x/calendar.ics", "/nowhere"} {
		h := d.do(t, ask{method: http.MethodGet, path: path}).Header()
		for name, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow",
		} {
			if got := h.Get(name); got != want && (name != "X-Robots-Tag" || path != "/subscribe") {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if policy := h.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "script") || h.Get("Set-Cookie") != "" {
			t.Errorf("%s: policy %q, cookie %q", path, policy, h.Get("Set-Cookie"))
		}
	}
}
