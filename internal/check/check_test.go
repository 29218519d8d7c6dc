package check_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/internal/check"
	"roundup/internal/check/finding"
	"roundup/internal/check/maildns"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/internal/remedy"
	"roundup/internal/testing/dnstest"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/web/readers"
)

// office is everything a check looks at: a name server, a relay with TLS and a
// login, the magazine's site, and the readers' pages.
type office struct {
	t       *testing.T
	dns     *dnstest.Server
	relay   *smtptest.Server
	site    *http.ServeMux
	www     string
	desk    *desk.Desk
	checker *check.Checker
	store   *store.Store
	extent  check.Extent
	rule    atomic.Pointer[smtptest.Script] // of the relay; nil while it behaves
	ahead   time.Duration                   // how far the machine's clock is
}

const officeConfig = `newsletter:
  name: The Weekly
  base_url: WWW/news
  postal_address: "The Weekly, 1 Main St, Springfield"
mail:
  from: "The Weekly <weekly@magazine.example>"
  return_path: bounces@magazine.example
sources: [{url: WWW/feed.xml}]
digest: {min_articles: 1}
notify: {email: [editor@magazine.example]}
schedule: {cron: "0 7 * * FRI"}
fetch: {allow_private: true}
smtp: {host: 127.0.0.1, port: PORT, tls: starttls, ca_file: ca.pem, username: weekly, password: secret}
`

// officeFeed has a link that is gone, one that has moved, one that turns
// programs away, and a picture that is a page.
const officeFeed = `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>M</title>
<item><title>Here</title><link>WWW/a</link><description>One.</description></item>
<item><title>Gone</title><link>WWW/gone</link><description>Two.</description><media:content url="WWW/page" medium="image" width="600" height="400"/></item>
<item><title>Moved</title><link>WWW/moved</link><description>Three.</description></item>
<item><title>Choosy</title><link>WWW/choosy</link><description>Four.</description></item>
</channel></rss>`

// newOffice makes one in which all is well but for what the feed links to.
func newOffice(t *testing.T, change ...string) *office {
	t.Helper()
	o := &office{t: t, site: http.NewServeMux()}
	server := httptest.NewServer(o.site)
	t.Cleanup(server.Close)
	o.www = server.URL
	var err error
	if o.dns, err = dnstest.New(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.dns.Close() })
	o.extent.Resolver = maildns.NewResolver(o.dns.Addr())
	o.publish()
	o.relay, err = smtptest.New(smtptest.Options{
		Extensions: []string{"STARTTLS", "AUTH PLAIN", "SIZE 20000000", "8BITMIME", "PIPELINING", "CHUNKING"},
		RequireTLS: true, RequireAuth: true, Users: map[string]string{"weekly": "secret"},
		Script: func(e smtptest.Event) *smtptest.Action {
			if rule := o.rule.Load(); rule != nil {
				return (*rule)(e)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.relay.Close() })
	o.open(strings.NewReplacer(change...).Replace(officeConfig))
	o.serve()
	return o
}

// misbehave is how the relay answers from now on; nil for as before.
func (o *office) misbehave(rule smtptest.Script) {
	if rule != nil {
		o.rule.Store(&rule)
	}
}

// publish is the records of a domain that is in order.
func (o *office) publish() {
	o.dns.TXT("magazine.example", "v=spf1 mx -all")
	o.dns.TXT("_dmarc.magazine.example", "v=DMARC1; p=quarantine; rua=mailto:dmarc@magazine.example")
	o.dns.MX("magazine.example", 10, "mx.magazine.example")
	o.dns.A("mx.magazine.example", netip.MustParseAddr("192.0.2.1"))
}

func (o *office) open(text string) {
	t := o.t
	t.Helper()
	folder := t.TempDir()
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	key, err := mail.NewEd25519Key()
	if err != nil {
		t.Fatal(err)
	}
	pem, err := mail.EncodeKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write("key.pem", pem)
	write("ca.pem", o.relay.RootPEM())
	write("roundup.yaml", []byte(strings.NewReplacer("WWW", o.www, "PORT", fmt.Sprint(o.relay.Port())).Replace(text)))
	cfg, err := config.Load(filepath.Join(folder, "roundup.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(o.ahead) } // a certificate and another server's clock are of today
	if o.store, _, err = sqlite.Create(t.Context(), string(cfg.Database), sqlite.Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.store.Close() })
	o.desk, err = desk.New(t.Context(), desk.Options{Config: cfg, Store: o.store, Now: now, Version: "test", Log: slog.New(slog.DiscardHandler), By: storetest.Anna()})
	if err != nil {
		t.Fatal(err)
	}
	o.checker = check.New(check.Options{Desk: o.desk, Config: cfg, Store: o.store, Now: now, Version: "test"})
}

// serve puts the site and the readers' pages on the web.
func (o *office) serve() {
	o.site.HandleFunc("/feed.xml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.ReplaceAll(officeFeed, "WWW", o.www))
	})
	o.site.HandleFunc("/a", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			http.Error(w, "", http.StatusNotImplemented) // GET is tried then
			return
		}
		fmt.Fprint(w, "<p>An article")
	})
	o.site.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<p>No picture") })
	o.site.Handle("/moved", http.RedirectHandler("/a", http.StatusMovedPermanently))
	o.site.HandleFunc("/choosy", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusForbidden) })
	ring, err := o.store.Keyring(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	everybody, err := list.New(o.t.Context(), o.store, list.Policy{}, time.Now)
	if err != nil {
		o.t.Fatal(err)
	}
	pages, err := readers.New(readers.Options{Name: "The Weekly", BaseURL: o.www + "/news", Keyring: ring, Readers: everybody, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		o.t.Fatal(err)
	}
	o.site.Handle("/news/", pages)
}

// check runs it and answers in lines "outcome what: detail+aside → hint+what to do | record".
func (o *office) check() []string {
	o.t.Helper()
	return lines(o.checker.Look(o.t.Context(), o.extent))
}

func lines(all []finding.Finding) []string {
	said := make([]string, len(all))
	for i, f := range all {
		said[i] = fmt.Sprintf("%s %s: %s%s → %s%s", f.Outcome, f.What, f.Detail, named(f.InDetail), f.Hint, named(f.Do))
		for _, r := range f.Publish {
			said[i] += fmt.Sprintf(" | %s %s %s", r.Name, r.Type, r.Value)
		}
	}
	return said
}

// named is a remedy in a line: "[release 1]".
func named(r remedy.Remedy) string {
	if r.Code == "" {
		return ""
	}
	return "[" + strings.TrimSpace(string(r.Code)+" "+r.About) + "]"
}

// says fails the test unless one line has all of these words.
func says(t *testing.T, said []string, words ...string) {
	t.Helper()
	for _, line := range said {
		found := true
		for _, w := range words {
			found = found && strings.Contains(line, w)
		}
		if found {
			return
		}
	}
	t.Errorf("nothing says %q:\n%s", words, strings.Join(said, "\n"))
}

func TestCheckEverything(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var told []finding.Finding
	o.extent.Found = func(f finding.Finding) { told = append(told, f) }
	o.extent.Spam = "spamassassin"
	said := o.check()
	if len(told) != len(said) {
		t.Errorf("told of %d findings of %d", len(told), len(said))
	}
	for _, words := range [][]string{
		{"passed configuration: complete"},
		{"passed database: whole, and in charge here"},
		{"passed clock", "as 1 other clock says"},
		{"passed disk: ", "free on the disk"},
		{"passed source: ", "4 items"},
		{"passed next issue: No. 1, 4 articles; due Friday"},
		{"passed subject: "},
		{"failed link: ", "/gone", "is not there: 404"},
		{"failed picture: ", "/page ", "is no picture but text/html"},
		{"passed redirects: 1 link moved for good"},
		{"skipped links: not told to programs", "/choosy (403)"},
		{"passed links: 2 of 5 links and pictures answer"},
		{"passed way out: ", "answers"},
		{"warned unsubscribe: ", "not with one click"},
		{"passed one click: "},
		{"warned list: nobody would be mailed"},
		{"passed relay: ", "takes our login, and mail from bounces@magazine.example"},
		{"warned encryption: TLS 1.3", "CN=smtptest authority", "in 0 days"},
		{"passed offers: SIZE 20000000, 8BITMIME, PIPELINING, CHUNKING, AUTH PLAIN: one round trip a mail"},
		{"passed addresses: no SMTPUTF8"},
		{"passed SPF: magazine.example: v=spf1 mx -all (1 of 10 lookups)"},
		{"passed DMARC: magazine.example: v=DMARC1; p=quarantine"},
		{"passed alignment: the return path is of magazine.example"},
		{"skipped DKIM: ", "can't be known from outside", "[try signing]"},
		{"passed MX: magazine.example (mail.return_path, mail.unsubscribe, mail.from): mx.magazine.example"},
	} {
		says(t, said, words...)
	}
	if _, err := exec.LookPath("spamassassin"); err == nil {
		says(t, said, "passed spam score: ", " of 5.0 points")
	} else {
		says(t, said, "skipped spam score: SpamAssassin is not installed")
	}
	if v := o.relay.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	if n := o.relay.Kept(); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	// Groups come in order, and within one the worst first.
	rank := map[finding.Outcome]int{finding.Failed: 0, finding.Warned: 1, finding.Passed: 2, finding.Skipped: 3}
	for i := 1; i < len(told); i++ {
		if a, b := told[i-1], told[i]; a.Group == b.Group && rank[a.Outcome] > rank[b.Outcome] {
			t.Errorf("%s %s stands before %s %s", a.Outcome, a.What, b.Outcome, b.What)
		}
	}
}

// A mail without a link has none to ask for, offline too.
func TestCheckOfflineWithoutLinks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.extent.Offline = true
	says(t, o.check(), "passed links: ", "links to nothing")
}

func TestCheckOffline(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	if _, err := o.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	connections, asked := o.relay.Connections(), o.dns.Asked()
	o.extent.Offline = true
	said := o.check()
	for _, words := range [][]string{
		{"passed source: ", "4 items"}, {"skipped links: ", "[offline]"}, {"skipped way out: "}, {"skipped relay: "}, {"skipped DNS: "}, {"passed size: "},
	} {
		says(t, said, words...)
	}
	if o.relay.Connections() != connections || o.dns.Asked() != asked {
		t.Error("it looked outward")
	}
	for _, line := range said {
		if strings.HasPrefix(line, "failed") {
			t.Errorf("failed without looking: %s", line)
		}
	}
}

// What can't be looked at before the configuration is filled in is said, too.
func TestCheckIncomplete(t *testing.T) {
	t.Parallel()
	o := newOffice(t,
		"  base_url: WWW/news\n", "",
		"mail:\n  from: \"The Weekly <weekly@magazine.example>\"\n  return_path: bounces@magazine.example\n", "")
	said := o.check()
	for _, what := range []string{"relay: not asked", "way out: not asked", "DNS: SPF, DKIM, DMARC and MX not looked at"} {
		says(t, said, "skipped "+what+": the configuration is not complete")
	}
}

func TestCheckPlan(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	checkPlan := func() []string {
		p, err := o.desk.Preview(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := o.desk.Draft(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		return lines(o.checker.LookAtPlan(p, m))
	}
	said := checkPlan()
	says(t, said, "warned next issue: No. 1, ")
	if _, err := o.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	said = checkPlan()
	for _, words := range [][]string{
		{"passed next issue: "}, {"warned preheader: "}, {"passed template: "}, {"passed size: "}, {"unsubscribe: "},
		{"passed postal address: "}, {"pictures: "}, {"passed contrast: "}, {"passed accessibility: "}, {"passed mail clients: "},
	} {
		says(t, said, words...)
	}
	if o.relay.Connections() != 0 {
		t.Error("it looked outward")
	}
}

// The address is known in the text part whatever keeps its words together there or
// apart from what is written in the other direction.
func TestCheckPostalAddress(t *testing.T) {
	t.Parallel()
	const address = `"The Weekly, 1 Main St, Springfield"`
	tests := []struct{ name, language, address string }{
		{"spaces that do not break", "pl", "Tygodnik, ul. Długa 5, budynek w podwórzu na tyłach kamienicy i z ogrodem, 14 000 Łódź"},
		{"from the right in a mail from the left", "en", "المجلة، شارع النيل 1، الطابق الثاني على اليمين بعد المصعد، القاهرة، جمهورية مصر العربية"},
		{"from the left in a mail from the right", "ar", "The Weekly, 1 Main St, second floor to the right behind the lift, Springfield"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, address, `"`+tt.address+`"`, "  name: The Weekly\n", "  name: The Weekly\n  language: "+tt.language+"\n")
			p, err := o.desk.Preview(t.Context(), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := o.desk.Draft(p, nil)
			if err != nil {
				t.Fatal(err)
			}
			says(t, lines(o.checker.LookAtPlan(p, m)), "passed postal address: "+tt.address)
		})
	}
}

func TestCheckRelay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change []string
		rule   smtptest.Script
		want   []string
	}{
		{"login refused", []string{"password: secret", "password: wrong"}, nil, []string{"failed relay: AUTH to", "535", "check smtp.username"}},
		{"sender refused", nil, smtptest.On(smtptest.MAIL, smtptest.Reply("553 5.7.1 not yours")), []string{"failed relay: MAIL FROM:<bounces@magazine.example>", "553 5.7.1 not yours", "correct mail.return_path"}},
		{"full", nil, smtptest.On(smtptest.Connect, smtptest.Reply("421 4.7.0 busy")), []string{"failed relay: greeting", "421"}},
		{"no such relay", []string{"port: PORT", "port: 1"}, nil, []string{"failed relay: connect to 127.0.0.1:1: connection refused", "is the relay running?", "smtp.host and smtp.port"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, tt.change...)
			o.misbehave(tt.rule)
			said := o.check()
			says(t, said, tt.want...)
			if tt.name == "sender refused" {
				says(t, said, "passed offers: ")
			}
		})
	}
}

// A check that is given up ends at once, whoever it waits for, and keeps what it
// has told.
func TestCheckGivenUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.misbehave(smtptest.On(smtptest.Connect, smtptest.Stall()))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan []finding.Finding)
	go func() { ended <- o.checker.Look(ctx, o.extent) }()
	if err := o.relay.WaitConnections(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	stop()
	select {
	case all := <-ended:
		if finding.Count(all, finding.Failed) > 2 {
			t.Errorf("blamed on others: %q", lines(all))
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it did not end")
	}
}

// A site that answers everything is not the readers' pages.
func TestCheckOneClick(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		serve http.HandlerFunc
		want  []string
	}{
		{"anything is answered", func(http.ResponseWriter, *http.Request) {}, []string{"failed one click: ", "an address that belongs to nobody"}},
		{"POST is redirected", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				http.Redirect(w, r, "/login", http.StatusFound)
			}
		}, []string{"failed one click: ", "redirected (302)"}},
		{"POST is refused", func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				http.Error(w, "csrf", http.StatusForbidden)
			}
		}, []string{"failed one click: ", "answered with 403"}},
		{"nobody is there", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) }, []string{"failed way out: ", "502"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// Also where somebody reads what is mailed there: links that are dead are no way out.
			o := newOffice(t, "WWW/news", "WWW/elsewhere", "mail:\n", "mail:\n  unsubscribe: from\n")
			o.site.HandleFunc("/elsewhere/", tt.serve)
			says(t, o.check(), tt.want...)
		})
	}
}
