// Package readers owns what Roundup answers strangers: the newsletter's own page, the
// archive and its feeds, the pages that mails lead to, and the daemon's health.
//
// It must not speak SMTP, know SQL, or change anything on a GET: mail scanners
// follow every link.
//
// Start reading with New, which lists the routes; each page has a file of its
// own, and errors.go turns failures into answers.
package readers

import (
	"cmp"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"roundup/digest/schedule"
	"roundup/internal/language"
	"roundup/internal/templating"
	"roundup/subscribers"
)

// maxForm is how many octets a request's body may have: strangers send it.
const maxForm = 64 << 10

// Options are what the readers' pages are built from.
type Options struct {
	Name      string         // the newsletter's
	Tagline   string         // what it says of itself; "" for nothing
	Logo      string         // a picture that stands for its name; "" for none
	Home      string         // its site; "" for none
	Accent    string         // its colour, #rrggbb; "" for ours
	Theme     string         // the look of its mails; "" for the default
	Language  string         // of the pages, BCP 47; English where there are no words in it
	Languages []string       // that readers may choose from, Language first; one, or none, where there is nothing to choose
	Location  *time.Location // that dates are in; nil for UTC
	BaseURL   string         // where the pages are reached; its path is taken off each request

	Templates   fs.FS            // parts of the pages that stand in for the built-in ones; nil for none
	ArchiveMode string           // Public, Unlisted or Off; "" for Public
	Sections    []Section        // in the order of the mail; each has feeds
	Rhythm      schedule.Rhythm  // how often issues come
	NextIssue   func() time.Time // when the next one does, zero for nobody knows; nil for never
	Slots       Timetable        // for the editor's calendar; nil for none
	AnswersRead bool             // readers may be asked to answer a mail: somebody reads that

	Keyring   *subscribers.Keyring
	Readers   Subscribers
	Own       Own
	Data      func(context.Context, subscribers.Subscriber) ([]byte, error) // all that is kept about a reader, as a file
	Archive   Archive
	Health    func() Health
	Log       *slog.Logger
	Now       func() time.Time
	SignUps   SignUps  // nil where nobody can sign up
	Requests  Requests // what SignUps goes with, as does Addresses
	Addresses Addresses

	Confirmations Confirmations // by which a code is asked for while most sign-ups stay unconfirmed; nil for never

	Origins  []string       // sites besides the pages' own whose form may post here
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed
	AskIn    time.Duration  // how long each answer to a sign-up takes at least; 0 for what is usual
	AnswerIn time.Duration  // how long a client waits for its unsubscription; 0 for what is usual
}

// Pages is everything `roundup serve` answers.
type Pages struct {
	http.Handler
	pages *pages
}

// New makes the readers' pages.
func New(o Options) (*Pages, error) {
	if o.Templates != nil {
		if err := CheckTemplates(o.Templates); err != nil {
			return nil, err
		}
	}
	set, err := parsePages(o.Templates)
	if err != nil {
		return nil, err
	}
	leaving := &leavings{list: o.Readers, log: o.Log, answer: cmp.Or(o.AnswerIn, answerWithin)}
	r := &pages{
		Options: o, words: language.WordsFor(o.Language), set: set, leavings: leaving, caps: newCaps(),
		doubt: &doubt{}, refused: &atomic.Int64{}, proxyNoted: &sync.Once{},
	}
	r.first = r
	mux := http.NewServeMux()
	mux.HandleFunc("GET /u/{token}", r.forReader(r.askToLeave))
	mux.HandleFunc("POST /u/{token}", r.forReader(r.post))
	mux.HandleFunc("GET /me/{token}", r.mine)
	mux.HandleFunc("POST /me/{token}", r.postMine)
	mux.HandleFunc("/u/{token}", r.otherMethod)
	mux.HandleFunc("/me/{token}", r.otherMethod)
	mux.HandleFunc("/{$}", r.reading(r.face))
	mux.HandleFunc("/issues", r.public(r.toIssues))
	mux.HandleFunc("/issues/{$}", r.public(r.issues))
	mux.HandleFunc("/issues/{slug}", r.reading(r.issue))
	for form := range feedForms() {
		mux.HandleFunc("/issues/"+form, r.public(r.feed(form)))
		mux.HandleFunc("/issues/in/{section}/"+form, r.public(r.feed(form)))
	}
	mux.HandleFunc("GET /calendar/{token}/calendar.ics", r.calendar)
	mux.HandleFunc("GET /healthz", r.healthz)
	if o.SignUps != nil {
		mux.HandleFunc("GET /subscribe", r.framed(r.showForm))
		mux.HandleFunc("POST /subscribe", r.framed(r.subscribe))
		mux.HandleFunc("GET /confirm/{token}", r.askToConfirm)
		mux.HandleFunc("POST /confirm/{token}", r.confirm)
		mux.HandleFunc("GET /address/{token}", r.askToChange)
		mux.HandleFunc("POST /address/{token}", r.changeAddress)
		mux.HandleFunc("GET /back/{token}", r.askToReturn)
		mux.HandleFunc("POST /back/{token}", r.returnAddress)
		mux.HandleFunc("GET /never/{token}", r.askNever)
		mux.HandleFunc("POST /never/{token}", r.never)
		for _, form := range []string{"/subscribe", "/confirm/{token}", "/address/{token}", "/back/{token}", "/never/{token}"} {
			mux.HandleFunc(form, r.otherMethod)
		}
	}
	mux.HandleFunc("/", r.notFound)
	return &Pages{Handler: secure(pagePolicy(o.Logo), underBase(o.BaseURL, mux)), pages: r}, nil
}

// Wait returns once the unsubscriptions under way are done or given up, or ctx
// ends. They outlive their requests, and so a server that was shut down.
func (p *Pages) Wait(ctx context.Context) { p.pages.leavings.wait(ctx) }

// AsksCode reports whether who signs up has to type a code.
func (p *Pages) AsksCode(ctx context.Context) (bool, error) { return p.pages.doubted(ctx) }

// SignUpsRefused is how many sign-ups were refused since the program started because too
// many came from one network, or in all, or because the address is a role address.
func (p *Pages) SignUpsRefused() int64 { return p.pages.refused.Load() }

// pages serves them, in one language. What changes is common to all languages.
type pages struct {
	Options
	first      *pages // in the newsletter's own language
	words      language.Words
	set        *templating.Set // of all pages
	leavings   *leavings
	caps       *caps
	doubt      *doubt
	refused    *atomic.Int64 // sign-ups
	proxyNoted *sync.Once
}

// unframed keeps other sites from putting a page into a frame of theirs, where a reader
// would press its button without seeing whose it is.
const unframed = "frame-ancestors 'none'"

// pagePolicy is the policy of the pages: nothing from elsewhere but the logo.
func pagePolicy(logo string) string {
	pictures := ""
	if u, err := url.Parse(logo); err == nil && u.Host != "" {
		pictures = "img-src " + u.Scheme + "://" + u.Host + "; "
	}
	return "default-src 'none'; " + pictures + "style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; " + unframed
}

// secure sets the headers of every answer and bounds every body. The address of
// a page holds a token: it must not leak through Referer, caches or indexes.
func secure(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		next.ServeHTTP(w, r)
	})
}

// underBase takes the base address's own path off a request, where a proxy in
// front has left it on.
func underBase(base string, next http.Handler) http.Handler {
	u, err := url.Parse(base)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return next
	}
	prefix := "/" + strings.Trim(u.Path, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix+"/"); ok {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/"+rest, ""
		}
		next.ServeHTTP(w, r)
	})
}
