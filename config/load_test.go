package config_test

import (
	"errors"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roundup/config"
)

// load writes text as roundup.yaml into a folder of its own and loads it.
func load(tb testing.TB, text string, environ ...string) (*config.Config, error) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "roundup.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return config.Load(path, environ)
}

func mustLoad(tb testing.TB, text string, environ ...string) *config.Config {
	tb.Helper()
	c, err := load(tb, text, environ...)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// full is the configuration of the design.
const full = `
newsletter:
  name: The Weekly Round-up
  tagline: The world, once a week
  site_url: https://magazine.example
  base_url: https://news.magazine.example/
  language: pt-BR
  languages: [pt-br, de, ar-EG, de]
  timezone: America/New_York
  postal_address: |
    Magazine
    1 Main St
  logo: https://magazine.example/logo.png
  accent_color: "#1A5276"
  social:
    - {name: Mastodon, url: https://social.example/@magazine}
mail:
  from: "The Magazine <weekly@magazine.example>"
  reply_to: editors@bücher.example
  return_path: bounces@magazine.example
  unsubscribe: leave@magazine.example
sources:
  - url: https://magazine.example/feed.xml
    labels: [world]
    include: {labels: [a], authors: [b], words: [c]}
    exclude: {labels: sponsored, authors: [d], words: [e]}
  - path: feeds/*.xml
digest:
  subject: "{{ .Lead.Title }}"
  preheader: "{{ .Count }} articles"
  labels: {hide: [uncategorized, homepage-top], rename: [{from: op-ed, to: Opinion}], only: [opinion, world], max: 2}
  dates: all
  sections:
    - {title: Analysis, labels: [analysis], max: 5}
    - {title: Opinion, key: views, labels: [opinion], max: 3, overflow: next}
    - {title: Also this week, rest: true, max: 10, compact: true}
  min_articles: 2
  max_articles: 12
  max_age: 3w
  first_window: 1d12h
  cut_off: 0h
  republished_patterns: ["(?i)^reprinted"]
  images: embed
  note_file: note.md
  link_params: {utm_source: newsletter, Ref: "A & B"}
schedule:
  cron: "0 7 * * FRI"
  every: 2
  starting: 2026-12-04
  catch_up: 24h
delivery:
  unknown: hold
  give_up_after: 2d
  wait: 90s
smtp:
  host: smtp.example
  port: 2525
  username: weekly
  password_file: password
  tls: implicit
  connections: 2
  rate: 2.5
  per_hour: 900
  messages_per_connection: 100
  local_name: news.magazine.example
fetch:
  interval: 30m
  stale_after: 12h
  allow_private: yes
  enrich: true
  timeout: 10s
  max_bytes: 4096
notify: {email: editor@magazine.example, url: https://hooks.example/T0KEN, late_after: 1h}
bounces:
  imap: {host: imap.example, tls: starttls, username: bounces, password_file: password, interval: 10m}
  listen: lmtp:/run/roundup/bounces.sock
web:
  listen: ":9000"
  metrics_listen: 127.0.0.1:9465
  trusted_proxies: [10.0.0.0/8, "::1"]
  allow_origins: https://magazine.example
  sign_ups_per_hour: 50
templates: .
database: data/roundup.db
`

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "password"), "hunter2\n", 0o600)
	path := filepath.Join(dir, "roundup.yaml")
	write(t, path, full, 0o600)
	write(t, filepath.Join(dir, "footer.txt"), "", 0o600)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		Path: path, Templates: dir,
		Newsletter: config.Newsletter{
			Name: "The Weekly Round-up", Tagline: "The world, once a week", SiteURL: "https://magazine.example",
			BaseURL: "https://news.magazine.example", Language: "pt-BR", Languages: []string{"pt-br", "de", "ar-EG", "de"}, Timezone: newYork, PostalAddress: "Magazine\n1 Main St",
			Logo: "https://magazine.example/logo.png", AccentColor: "#1a5276",
			Social: []config.SocialLink{{Name: "Mastodon", URL: "https://social.example/@magazine"}},
		},
		Mail: config.Mail{
			From:       mail.Address{Name: "The Magazine", Address: "weekly@magazine.example"},
			ReplyTo:    mail.Address{Address: "editors@xn--bcher-kva.example"},
			ReturnPath: "bounces@magazine.example", Unsubscribe: "leave@magazine.example", UnsubscribeChosen: true, FeedbackID: "magazine-exampl",
		},
		Sources: []config.Source{
			{
				URL: "https://magazine.example/feed.xml", Labels: []string{"world"},
				Include: config.Match{Labels: []string{"a"}, Authors: []string{"b"}, Words: []string{"c"}},
				Exclude: config.Match{Labels: []string{"sponsored"}, Authors: []string{"d"}, Words: []string{"e"}},
			},
			{Path: filepath.Join(dir, "feeds", "*.xml")},
		},
		Digest: config.Digest{
			Subject: "{{ .Lead.Title }}", Preheader: "{{ .Count }} articles", Theme: "magazine",
			Labels: config.Labels{Hide: []string{"uncategorized", "homepage-top"}, Only: []string{"opinion", "world"}, Rename: []config.Rename{{From: "op-ed", To: "Opinion"}}, Max: 2}, Dates: "all",
			Sections: []config.Section{
				{Title: "Analysis", Key: "analysis", Labels: []string{"analysis"}, Max: 5},
				{Title: "Opinion", Key: "views", Labels: []string{"opinion"}, Max: 3, Overflow: "next"},
				{Title: "Also this week", Key: "also-this-week", Rest: true, Max: 10, Compact: true},
			},
			MinArticles: 2, MaxArticles: 12, MaxAge: 21 * 24 * time.Hour, FirstWindow: 36 * time.Hour,
			RepublishedPatterns: []string{"(?i)^reprinted"},
			Images:              "embed",
			NoteFile:            filepath.Join(dir, "note.md"),
			LinkParams:          []config.Param{{Name: "utm_source", Value: "newsletter"}, {Name: "Ref", Value: "A & B"}},
		},
		Schedule: config.Schedule{Cron: "0 7 * * FRI", Every: 2, Starting: time.Date(2026, 12, 4, 0, 0, 0, 0, time.UTC), CatchUp: 24 * time.Hour},
		Delivery: config.Delivery{Unknown: "hold", GiveUpAfter: 48 * time.Hour, Wait: 90 * time.Second},
		SMTP: config.SMTP{
			Host: "smtp.example", Port: 2525, Username: "weekly", Password: "hunter2", PasswordFile: filepath.Join(dir, "password"),
			TLS: "implicit", Connections: 2, Rate: 2.5, PerHour: 900, MessagesPerConnection: 100, LocalName: "news.magazine.example",
		},
		Fetch:  config.Fetch{Interval: 30 * time.Minute, StaleAfter: 12 * time.Hour, AllowPrivate: true, Enrich: true, Timeout: 10 * time.Second, MaxBytes: 4096},
		Notify: config.Notify{Email: []string{"editor@magazine.example"}, URL: "https://hooks.example/T0KEN", LateAfter: time.Hour},
		Bounces: config.Bounces{
			SoftIssues: 4, SoftFor: 60 * 24 * time.Hour, NotifyHard: 2, NotifyComplaints: 0.1,
			IMAP: config.IMAP{
				Host: "imap.example", Port: 143, TLS: "starttls", Username: "bounces", Password: "hunter2", PasswordFile: filepath.Join(dir, "password"),
				Mailbox: "INBOX", Processed: "Processed", Unknown: "Unknown", Interval: 10 * time.Minute,
			},
			Listen: "lmtp:/run/roundup/bounces.sock", UnknownDir: filepath.Join(dir, "data", "roundup.unknown"),
		},
		Web:      config.Web{Listen: ":9000", MetricsListen: "127.0.0.1:9465", TrustedProxies: []string{"10.0.0.0/8", "::1"}, Archive: "public", AllowOrigins: []string{"https://magazine.example"}, SignUpsPerHour: 50, SignUpCode: "off", Welcome: true},
		Work:     config.Work{Here: true},
		Database: config.Database(filepath.Join(dir, "data", "roundup.db")),
	}
	got, err := config.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := cmp.Diff(want, got, same, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if problems := append(got.SendProblems(), got.Warnings()...); len(problems) > 0 {
		t.Errorf("nothing is missing, and yet:\n%v", problems)
	}
}

func write(tb testing.TB, path, text string, mode os.FileMode) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		tb.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		tb.Fatal(err)
	}
}

func TestLoadDefaults(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an empty file":  "",
		"only comments":  "# nothing\n",
		"only null":      "~\n",
		"empty settings": "newsletter:\nsmtp: {host: , port: '', tls: ~}\nsources: []\ndigest: {sections: }\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := mustLoad(t, text)
			if c.Newsletter.Timezone != time.UTC || c.Newsletter.Language != "en" {
				t.Errorf("newsletter: got %+v", c.Newsletter)
			}
			wantDigest := config.Digest{
				Subject: "{{ .Lead.Title }}", Theme: "magazine", Dates: "old", Labels: config.Labels{Max: 3}, Images: "link", MinArticles: 3, MaxArticles: 15,
				MaxAge: 21 * 24 * time.Hour, FirstWindow: 7 * 24 * time.Hour,
			}
			if diff := cmp.Diff(wantDigest, c.Digest); diff != "" {
				t.Errorf("digest (-want +got):\n%s", diff)
			}
			wantSMTP := config.SMTP{Port: 587, TLS: "starttls", Connections: 4, MessagesPerConnection: 1000}
			if diff := cmp.Diff(wantSMTP, c.SMTP); diff != "" {
				t.Errorf("smtp (-want +got):\n%s", diff)
			}
			if c.Schedule.CatchUp != 24*time.Hour || c.Delivery.Unknown != "resend" || c.Fetch.MaxBytes != 10<<20 || c.Web.Listen != "127.0.0.1:8080" {
				t.Errorf("got %+v %+v %+v %+v", c.Schedule, c.Delivery, c.Fetch, c.Web)
			}
			if want := filepath.Join(filepath.Dir(c.Path), "roundup.db"); string(c.Database) != want {
				t.Errorf("database: got %q, want %q", c.Database, want)
			}
		})
	}
}

func TestLoadDerives(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give string
		got        func(*config.Config) any
		want       any
	}{
		{"port of implicit TLS", "smtp: {tls: implicit}", func(c *config.Config) any { return c.SMTP.Port }, 465},
		{"port without TLS", "smtp: {tls: none}", func(c *config.Config) any { return c.SMTP.Port }, 25},
		{"port as set", "smtp: {tls: none, port: 587}", func(c *config.Config) any { return c.SMTP.Port }, 587},
		{"no octal", "smtp: {port: 0025}", func(c *config.Config) any { return c.SMTP.Port }, 25},
		{"name of the sender", "mail: {from: The Magazine <a@b.example>}", func(c *config.Config) any { return c.Newsletter.Name }, "The Magazine"},
		{"return path", "mail: {from: a@b.example}", func(c *config.Config) any { return c.Mail.ReturnPath }, "a@b.example"},
		{"unsubscribe", "mail: {from: a@b.example, return_path: r@b.example}", func(c *config.Config) any { return c.Mail.Unsubscribe }, "r@b.example"},
		{"unsubscribe not chosen", "mail: {from: a@b.example}", func(c *config.Config) any { return c.Mail.UnsubscribeChosen }, false},
		{"unsubscribe: from", "mail: {from: a@b.example, return_path: r@b.example, unsubscribe: from}", func(c *config.Config) any { return c.Mail.Unsubscribe }, "a@b.example"},
		{"unsubscribe: from is a choice", "mail: {from: a@b.example, unsubscribe: from}", func(c *config.Config) any { return c.Mail.UnsubscribeChosen }, true},
		{"unsubscribe: from nobody", "mail: {unsubscribe: from}", func(c *config.Config) any { return c.Mail.UnsubscribeChosen }, false},
		{"a source's name", "sources: [{url: 'https://u:p@x.example/f?token=t&n=1'}]", func(c *config.Config) any { return c.Sources[0].Name() }, "https://u:********@x.example/f?token=********&n=1"},
		{"a source's name, with parameters that only sound secret", "sources: [{url: 'https://x.example/f?author=3&Author_ID=4&keywords=a&design=b&byAuthor=5'}]", func(c *config.Config) any { return c.Sources[0].Name() }, "https://x.example/f?author=3&Author_ID=4&keywords=a&design=b&byAuthor=5"},
		{"a source's name, with secrets of two words", "sources: [{url: 'https://x.example/f?apikey=a&authKey=b&x_auth=c&sessionid=d&SIG=e'}]", func(c *config.Config) any { return c.Sources[0].Name() }, "https://x.example/f?apikey=********&authKey=********&x_auth=********&sessionid=********&SIG=********"},
		{"a source's name, with secrets within words", "sources: [{url: 'https://x.example/f?authorization=a&passcode=b&apikeyv2=c&accesskeyid=d&sigv4=e&author_key=f'}]", func(c *config.Config) any { return c.Sources[0].Name() }, "https://x.example/f?authorization=********&passcode=********&apikeyv2=********&accesskeyid=********&sigv4=********&author_key=********"},
		{"two sources by their authors", "sources: [{url: 'https://x.example/?feed=rss2&author=3'}, {url: 'https://x.example/?feed=rss2&author=7'}]", func(c *config.Config) any { return c.Sources[1].Name() }, "https://x.example/?feed=rss2&author=7"},
		{"two sources by their secrets, the first", "sources: [{url: 'https://x.example/?key=3'}, {url: 'https://x.example/?key=7'}]", func(c *config.Config) any { return c.Sources[0].Name() }, "https://x.example/?key=********"},
		{"two sources by their secrets, the second", "sources: [{url: 'https://x.example/?key=3'}, {url: 'https://x.example/?key=7'}]", func(c *config.Config) any { return c.Sources[1].Name() }, "https://x.example/?key=********#8a1f69"},
		{"a source's address", "sources: [{url: 'https://u:p@x.example/f?token=t&n=1'}]", func(c *config.Config) any { return c.Sources[0].URL }, "https://u:p@x.example/f?token=t&n=1"},
		{"a source to fill in", "sources: [{url: ''}, {url: https://x.example}]", func(c *config.Config) any { return len(c.Sources) }, 1},
		{"an alias", "newsletter: {site_url: &site https://x.example, base_url: *site}", func(c *config.Config) any { return c.Newsletter.BaseURL }, "https://x.example"},
		{"an absolute path", "database: /var/lib/roundup.db", func(c *config.Config) any { return string(c.Database) }, "/var/lib/roundup.db"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.got(mustLoad(t, tt.give)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLoadFromTheEnvironment(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, "smtp: {host: a.example, port: 2525}\nnotify: {email: [a@x.example]}",
		"ROUNDUP_SMTP_HOST=ignored.example", "ROUNDUP_SMTP_HOST=b.example", "ROUNDUP_SMTP_PORT=",
		"ROUNDUP_NOTIFY_EMAIL=b@x.example, c@x.example,", "ROUNDUP_NEWSLETTER_TIMEZONE=Europe/Berlin",
		"ROUNDUP_DIGEST_MAX_AGE=2w", "ROUNDUP_DATABASE=env.db", "ROUNDUP_SMTP_PASSWORD=p", "ROUNDUP_SMTP_USERNAME=u",
		"ROUNDUP_CLOCK=2026-11-20T12:00:00Z", "ROUNDUP_REQUIRE=postfix", "ROUNDUPX=1", "PATH=/bin", "garbage")
	if c.SMTP.Host != "b.example" || c.SMTP.Port != 2525 || c.SMTP.Password != "p" || c.SMTP.Username != "u" {
		t.Errorf("got %#v", c.SMTP)
	}
	if diff := cmp.Diff([]string{"b@x.example", "c@x.example"}, c.Notify.Email); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.Newsletter.Timezone.String() != "Europe/Berlin" || c.Digest.MaxAge != 14*24*time.Hour {
		t.Errorf("got %v, %v", c.Newsletter.Timezone, c.Digest.MaxAge)
	}
	if want := filepath.Join(filepath.Dir(c.Path), "env.db"); string(c.Database) != want {
		t.Errorf("got %q, want %q", c.Database, want)
	}
}

func TestLoadNoFile(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "mine.yaml")
	_, err := config.Load(missing, nil)
	if !errors.Is(err, config.ErrNoFile) || err.Error() != "no configuration file: "+missing+" does not exist" {
		t.Errorf("got %v", err)
	}
}

func TestLoadLooksInTheUsualPlaces(t *testing.T) { // not parallel: it changes the folder
	t.Chdir(t.TempDir())
	home := t.TempDir()
	environ := []string{"HOME=" + home, "XDG_CONFIG_HOME="}
	_, err := config.Load("", environ)
	want := "no configuration file: looked for roundup.yaml, " + home + "/.config/roundup/roundup.yaml, /etc/roundup/roundup.yaml"
	if !errors.Is(err, config.ErrNoFile) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for _, place := range []string{filepath.Join(home, ".config"), filepath.Join(home, "xdg")} {
		if err := os.MkdirAll(filepath.Join(place, "roundup"), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(place, "roundup", "roundup.yaml"), "newsletter: {name: "+filepath.Base(place)+"}", 0o600)
	}
	check := func(environ []string, want string) {
		t.Helper()
		if c, err := config.Load("", environ); err != nil || c.Newsletter.Name != want {
			t.Errorf("got %v, %v; want the file of %s", c, err, want)
		}
	}
	check(environ, ".config")
	check(append(environ, "XDG_CONFIG_HOME="+home+"/xdg"), "xdg")
	if _, err := config.Load("", append(environ, "XDG_CONFIG_HOME=not/absolute")); !errors.Is(err, config.ErrNoFile) {
		t.Errorf("a relative XDG_CONFIG_HOME: got %v, want ErrNoFile", err)
	}
	write(t, "roundup.yaml", "newsletter: {name: here}", 0o600)
	check(environ, "here")
	if c, err := config.Load("", environ); err != nil || !filepath.IsAbs(c.Path) || filepath.Base(c.Path) != "roundup.yaml" {
		t.Errorf("got %v, %v; want an absolute path", c, err)
	}
}

func TestLoadUnreadable(t *testing.T) {
	t.Parallel()
	if _, err := config.Load(t.TempDir(), nil); !errors.Is(err, config.ErrUnreadable) {
		t.Errorf("a folder: got %v", err)
	}
	huge := filepath.Join(t.TempDir(), "roundup.yaml")
	write(t, huge, strings.Repeat("# \n", 1<<20), 0o600)
	if _, err := config.Load(huge, nil); !errors.Is(err, config.ErrUnreadable) || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("a huge file: got %v", err)
	}
}

func TestParseDuration(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give string
		want time.Duration
		bad  bool
	}{
		{give: "0"}, {give: "0h"}, {give: "15m", want: 15 * time.Minute}, {give: "7d", want: 168 * time.Hour}, {give: "2w", want: 336 * time.Hour},
		{give: "1d12h", want: 36 * time.Hour}, {give: "1.5h", want: 90 * time.Minute}, {give: " 250ms ", want: 250 * time.Millisecond},
		{give: "", bad: true}, {give: "5", bad: true}, {give: "-1h", bad: true}, {give: "h", bad: true}, {give: "1 h", bad: true},
		{give: "1y", bad: true}, {give: "1e9h", bad: true}, {give: "99999999999w", bad: true},
	}
	for _, tt := range tests {
		got, err := config.ParseDuration(tt.give)
		if got != tt.want || (err != nil) != tt.bad {
			t.Errorf("%q: got %v, %v; want %v, error %v", tt.give, got, err, tt.want, tt.bad)
		}
	}
}

// Hosts are kept as they are said in SMTP and asked for in DNS.
func TestHostsAreSaidInASCII(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, "smtp: {host: SMTP.Bücher.example, local_name: news.bücher.example}\n"+
		"bounces: {imap: {host: imap.bücher.example, username: u, password: p}}\n")
	got := []string{c.SMTP.Host, c.SMTP.LocalName, c.Bounces.IMAP.Host}
	if want := []string{"smtp.xn--bcher-kva.example", "news.xn--bcher-kva.example", "imap.xn--bcher-kva.example"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, address := range []string{"::1", "192.0.2.1", "relay-1", "smtp.example."} {
		if c := mustLoad(t, "smtp: {host: '"+address+"'}\n"); c.SMTP.Host != address {
			t.Errorf("%s became %s", address, c.SMTP.Host)
		}
	}
}
