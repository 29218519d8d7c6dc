package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
)

// problems loads text and tells what is wrong with it, a line each, the folder
// of the file left out.
func problems(tb testing.TB, text string, environ ...string) []string {
	tb.Helper()
	dir := tb.TempDir()
	write(tb, filepath.Join(dir, "roundup.yaml"), text, 0o600)
	write(tb, filepath.Join(dir, "empty"), "\n", 0o600)
	write(tb, filepath.Join(dir, "two-lines"), "a\nb\n", 0o600)
	write(tb, filepath.Join(dir, "not-a-url"), "hooks.example/T0KEN\n", 0o600)
	for name, text := range testKeys() {
		write(tb, filepath.Join(dir, name), text, 0o600)
	}
	c, err := config.Load(filepath.Join(dir, "roundup.yaml"), environ)
	if err == nil {
		if c == nil {
			tb.Fatal("neither a configuration nor an error")
		}
		return nil
	}
	var found config.Problems
	if !errors.As(err, &found) || c != nil {
		tb.Fatalf("got %v and %v, want Problems alone", c, err)
	}
	return strings.Split(strings.ReplaceAll(err.Error(), dir+string(os.PathSeparator), ""), "\n")
}

// A comment may stand behind a value, or where one is to be filled in.
func TestComments(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roundup.yaml")
	write(t, path, `newsletter:
  accent_color: # one colour
smtp:
  username: weekly # ours
  password: "hunter #2" # theirs
bounces:
  imap:
    password: # to be filled in
  webhooks:
    brevo:
      secret: LgLyXkCJ3v0d5bNa # posted to by Brevo
notify:
  url: https://hooks.example/T0KEN # the editors' channel
  heartbeat_url: #https://beats.example/T0KEN
`, 0o600)
	c, err := config.Load(path, nil)
	if err != nil || string(c.SMTP.Password) != "hunter #2" || c.SMTP.Username != "weekly" ||
		c.Bounces.Webhooks.Brevo.Secret != "LgLyXkCJ3v0d5bNa" || c.Notify.URL != "https://hooks.example/T0KEN" || c.Notify.HeartbeatURL != "" {
		t.Errorf("got %v", err)
	}
}

// A text that a # cuts is likely meant whole, but for what looks like a comment.
func TestTextsCutByAComment(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roundup.yaml")
	write(t, path, `newsletter:
  name: News #1
  tagline: News # one
  postal_address: "Main St" #1
  site_url: https://magazine.example #1
digest:
  subject: Weekly #{{ .Number }}
  labels:
    hide: [a, b]
    only:
      - C#
      - news #world
    rename: [{from: x, to: y}] #1
  preheader: #1 of all
`, 0o600)
	c, err := config.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range c.Warnings() {
		got = append(got, strings.ReplaceAll(w.String(), path, "roundup.yaml"))
	}
	want := []string{
		`roundup.yaml:2: newsletter.name: is "News": what stands behind it, #1, is a comment`,
		`roundup.yaml:7: digest.subject: is "Weekly": what stands behind it, #{{ .Number }}, is a comment`,
		`roundup.yaml:12: digest.labels.only[1]: is "news": what stands behind it, #world, is a comment`,
		`roundup.yaml:14: digest.preheader: is empty: what stands there, #1 of all, is a comment`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give string
		environ    []string
		want       []string
	}{
		// Keys
		{name: "typo", give: "smtp:\n  hsot: x", want: []string{"roundup.yaml:2: smtp.hsot: unknown key; did you mean smtp.host?"}},
		{name: "typo of a group", give: "newsleter:\n  name: x", want: []string{"roundup.yaml:1: newsleter: unknown key; did you mean newsletter?"}},
		{name: "hyphen", give: "newsletter: {base-url: https://x.example}", want: []string{"roundup.yaml:1: newsletter.base-url: unknown key; did you mean newsletter.base_url?"}},
		{name: "beginning", give: "smtp: {user: x}", want: []string{"roundup.yaml:1: smtp.user: unknown key; did you mean smtp.username?"}},
		{name: "case", give: "newsletter: {siteUrl: https://x.example}", want: []string{"roundup.yaml:1: newsletter.siteUrl: unknown key; did you mean newsletter.site_url?"}},
		{name: "another group", give: "smtp:\n  reply_to: a@b.example", want: []string{"roundup.yaml:2: smtp.reply_to: unknown key; did you mean mail.reply_to?"}},
		{name: "without its group", give: "timezone: UTC", want: []string{"roundup.yaml:1: timezone: unknown key; did you mean newsletter.timezone?"}},
		{name: "nothing like it", give: "schedule:\n  frobnicate: 1", want: []string{"roundup.yaml:2: schedule.frobnicate: unknown key; here can be cron, every, starting or catch_up"}},
		{name: "in an item", give: "sources:\n  - url: https://x.example\n  - ulr: https://y.example\n    path: x", want: []string{"roundup.yaml:3: sources[1].ulr: unknown key; did you mean sources[1].url?"}},
		{name: "deep in an item", give: "sources:\n  - url: https://x.example\n    exclude:\n      label: [a]", want: []string{"roundup.yaml:4: sources[0].exclude.label: unknown key; did you mean sources[0].exclude.labels?"}},
		{name: "twice", give: "smtp:\n  host: a.example\n  host: b.example", want: []string{"roundup.yaml:3: smtp.host: is set twice, first in line 2"}},
		{name: "group twice", give: "smtp: {host: a.example}\nsmtp: {port: 25}", want: []string{"roundup.yaml:2: smtp: is set twice, first in line 1"}},
		{name: "all at once", give: "smtp:\n  hsot: x\n  port: many\nfetch:\n  interval: soon\nx: 1", want: []string{
			"roundup.yaml:2: smtp.hsot: unknown key; did you mean smtp.host?",
			`roundup.yaml:3: smtp.port: "many" is not a whole number`,
			`roundup.yaml:5: fetch.interval: "soon" is not a duration; write it as 90s, 15m, 24h, 7d or 2w`,
			"roundup.yaml:6: x: unknown key; here can be newsletter, mail, sources, digest, schedule, delivery, smtp, dkim, fetch, notify, bounces, web, templates, database, database_file, leavings_file or work",
		}},

		// YAML
		{name: "tab", give: "smtp:\n\thost: x", want: []string{"roundup.yaml:2: not valid YAML: found character that cannot start any token"}},
		{name: "colon", give: "newsletter:\n  name: The Weekly: World", want: []string{"roundup.yaml:2: not valid YAML: mapping values are not allowed in this context"}},
		{name: "anchor that may be a password", give: "smtp:\n  password: *hunter2", want: []string{"roundup.yaml: not valid YAML: a text that begins with * needs quotes around it"}},
		{name: "a list", give: "- a\n- b", want: []string{"roundup.yaml:1: settings are needed, such as newsletter: with name: below it; found a list"}},
		{name: "a text", give: "hello", want: []string{"roundup.yaml:1: settings are needed, such as newsletter: with name: below it; found a single value"}},
		{name: "two documents", give: "smtp: {port: 25}\n---\nsmtp: {port: 26}", want: []string{"roundup.yaml:2: a second document begins here; the settings are one"}},
		{name: "merge key", give: "smtp: &a {port: 25}\nfetch:\n  <<: *a", want: []string{"roundup.yaml:3: fetch.<<: merge keys are not supported; write the settings out"}},
		{name: "key that is none", give: "smtp:\n  ? [a]\n  : b", want: []string{"roundup.yaml:2: smtp: a name is needed before the colon; found a list"}},

		// Types
		{name: "value for a group", give: "smtp: smtp.example", want: []string{"roundup.yaml:1: smtp: settings are needed below it, such as host:; found a single value"}},
		{name: "list for a group", give: "smtp: [a]", want: []string{"roundup.yaml:1: smtp: settings are needed below it, such as host:; found a list"}},
		{name: "list for a value", give: "smtp:\n  host: [a, b]", want: []string{"roundup.yaml:2: smtp.host: one value is needed; found a list"}},
		{name: "group for a list", give: "sources:\n  url: https://x.example", want: []string{`roundup.yaml:1: sources: a list is needed, each item with "- " before it; found a group of settings`}},
		{name: "values for items", give: "sources:\n  - https://x.example", want: []string{"roundup.yaml:2: sources[0]: settings are needed, such as url:; found a single value"}},
		{name: "group in a list of texts", give: "digest: {labels: {hide: [a, {b: c}]}}", want: []string{"roundup.yaml:1: digest.labels.hide[1]: a text is needed; found a group of settings"}},

		// Values
		{name: "choice", give: "smtp: {tls: startls}", want: []string{`roundup.yaml:1: smtp.tls: "startls" is not starttls, implicit or none; did you mean starttls?`}},
		{name: "choice, nothing like it", give: "delivery: {unknown: panic}", want: []string{`roundup.yaml:1: delivery.unknown: "panic" is not resend or hold`}},
		{name: "no folder of templates", give: "templates: mine", want: []string{"roundup.yaml:1: templates: there is no folder mine"}},
		{name: "templates that are a file", give: "templates: empty", want: []string{"roundup.yaml:1: templates: empty is a file; name the folder"}},
		{name: "unknown theme", give: "digest: {theme: magazin}", want: []string{`roundup.yaml:1: digest.theme: "magazin" is not magazine, letter or compact; did you mean magazine?`}},
		{name: "a title is needed unless compact", give: "digest: {sections: [{compact: true, labels: [a]}, {labels: [b], rest: true}]}", want: []string{"roundup.yaml:1: digest.sections[1].title: is missing: give the section a heading"}},
		{name: "two without a title", give: "digest: {sections: [{compact: true, labels: [a]}, {compact: true, rest: true}]}", want: []string{"roundup.yaml:1: digest.sections[1].title: is the title of digest.sections[0] already"}},
		{name: "choice of one", give: "digest: {sections: [{title: A, rest: true, overflow: drop}]}", want: []string{`roundup.yaml:1: digest.sections[0].overflow: "drop" is not next`}},
		{name: "boolean", give: "fetch: {enrich: maybe}", want: []string{`roundup.yaml:1: fetch.enrich: "maybe" is neither true nor false`}},
		{name: "port", give: "smtp: {port: 70000}", want: []string{`roundup.yaml:1: smtp.port: "70000" is not from 1 to 65535`}},
		{name: "less than nothing", give: "smtp: {per_hour: -1, rate: -0.5}", want: []string{
			`roundup.yaml:1: smtp.per_hour: "-1" is less than 0`, `roundup.yaml:1: smtp.rate: "-0.5" is not a number of 0 or more`}},
		{name: "rate", give: "smtp: {rate: inf}", want: []string{`roundup.yaml:1: smtp.rate: "inf" is not a number of 0 or more`}},
		{name: "time zone", give: "newsletter: {timezone: Mars/Olympus}", want: []string{`roundup.yaml:1: newsletter.timezone: "Mars/Olympus" is not a time zone; use a name of the IANA list, such as Europe/Berlin`}},
		{name: "this machine's time zone", give: "newsletter: {timezone: Local}", want: []string{`roundup.yaml:1: newsletter.timezone: "Local" is not a time zone; use a name of the IANA list, such as Europe/Berlin`}},
		{name: "a time zone without its region", give: "newsletter: {timezone: Stockholm}", want: []string{`roundup.yaml:1: newsletter.timezone: "Stockholm" is not a time zone; did you mean Europe/Stockholm?`}},
		{name: "a time zone misspelt", give: "newsletter: {timezone: Europe/Stokholm}", want: []string{`roundup.yaml:1: newsletter.timezone: "Europe/Stokholm" is not a time zone; did you mean Europe/Stockholm?`}},
		{name: "a misspelt region", give: "newsletter: {timezone: Amerika/New-York}", want: []string{`roundup.yaml:1: newsletter.timezone: "Amerika/New-York" is not a time zone; did you mean America/New_York?`}},
		{name: "a city that is none", give: "newsletter: {timezone: Europe/Munich}", want: []string{`roundup.yaml:1: newsletter.timezone: "Europe/Munich" is not a time zone; use a name of the IANA list, such as Europe/Berlin`}},
		{name: "an abbreviation", give: "newsletter: {timezone: PST}", want: []string{`roundup.yaml:1: newsletter.timezone: "PST" is not a time zone; use a name of the IANA list, such as Europe/Berlin`}},
		{name: "a time zone in small letters", give: "newsletter: {timezone: new york}", want: []string{`roundup.yaml:1: newsletter.timezone: "new york" is not a time zone; did you mean America/New_York?`}},
		{name: "a time zone of another region", give: "newsletter: {timezone: Europe/Tokyo}", want: []string{`roundup.yaml:1: newsletter.timezone: "Europe/Tokyo" is not a time zone; did you mean Asia/Tokyo?`}},
		{name: "language", give: "newsletter: {language: english}", want: []string{`roundup.yaml:1: newsletter.language: "english" is not a language; use a tag such as en, de or pt-BR`}},
		{name: "languages that are texts", give: "newsletter:\n  languages:\n    - de\n    - sv\n", want: []string{`roundup.yaml:4: newsletter.languages[1]: "sv" has no words of ours; there are words in ar, de, en, es, fr, it, nl, pl, pt, ru`}},
		{name: "a language of another tag", give: "newsletter: {languages: [dee]}", want: []string{`roundup.yaml:1: newsletter.languages[0]: "dee" has no words of ours; did you mean de? there are words in ar, de, en, es, fr, it, nl, pl, pt, ru`}},
		{name: "a language by its name", give: "newsletter: {languages: [deutsch]}", want: []string{`roundup.yaml:1: newsletter.languages[0]: "deutsch" has no words of ours; did you mean de? there are words in ar, de, en, es, fr, it, nl, pl, pt, ru`}},
		{name: "colour that is a comment", give: "newsletter:\n  accent_color: #1A5276 of the logo\n  name: x", want: []string{`roundup.yaml:2: newsletter.accent_color: needs quotes around it, "#1A5276": what begins with # is a comment`}},
		{name: "secret that is a comment", give: "smtp:\n  password: #hunter2", want: []string{"roundup.yaml:2: smtp.password: needs quotes around it: what stands behind the # is a comment"}},
		{name: "key cut by a comment", give: "bounces:\n  webhooks:\n    mailgun:\n      signing_key: key #1", want: []string{"roundup.yaml:4: bounces.webhooks.mailgun.signing_key: needs quotes around it: what stands behind the # is a comment"}},
		{name: "secret cut by a comment", give: "smtp:\n  username: u\n  password: hunter #2", want: []string{"roundup.yaml:3: smtp.password: needs quotes around it: what stands behind the # is a comment"}},
		{name: "colour", give: "newsletter: {accent_color: red}", want: []string{`roundup.yaml:1: newsletter.accent_color: "red" is not a colour; write it as "#1a5276", in quotes`}},
		{name: "URL without a scheme", give: "sources: [{url: magazine.example/feed}]", want: []string{`roundup.yaml:1: sources[0].url: "magazine.example/feed" is not a whole URL; begin it with https://`}},
		{name: "URL of a file", give: "sources: [{url: 'file:///etc/passwd'}]", want: []string{`roundup.yaml:1: sources[0].url: "file:///etc/passwd" is not an http or https URL`}},
		{name: "URL without a host", give: "newsletter: {logo: 'https:///x'}", want: []string{`roundup.yaml:1: newsletter.logo: "https:///x" is a URL without a host`}},
		{name: "URL with a space", give: "newsletter: {logo: 'https://x.example/a b'}", want: []string{`roundup.yaml:1: newsletter.logo: "https://x.example/a b" is not a URL`}},
		{name: "mailbox", give: "mail: {from: The Magazine}", want: []string{`roundup.yaml:1: mail.from: "The Magazine" is not a mailbox; write it as The Magazine <weekly@magazine.example>`}},
		{name: "mailbox with a bare domain", give: "mail: {from: a@magazine}", want: []string{`roundup.yaml:1: mail.from: "a@magazine" has a domain without a dot`}},
		{name: "mailbox with a bad domain", give: "mail: {from: a@-x.example}", want: []string{`roundup.yaml:1: mail.from: "a@-x.example" has a domain that is not valid`}},
		{name: "address with a name", give: "mail: {return_path: Bounces <b@x.example>}", want: []string{`roundup.yaml:1: mail.return_path: "Bounces <b@x.example>" is not an address; write it as bounces@magazine.example`}},
		{name: "address in a list", give: "notify:\n  email:\n    - a@x.example\n    - editor", want: []string{`roundup.yaml:4: notify.email[1]: "editor" is not an address; write it as bounces@magazine.example`}},
		{name: "header injection", give: `newsletter: {name: "A\r\nBcc: b@x.example"}`, want: []string{"roundup.yaml:1: newsletter.name: is more than one line"}},
		{name: "control character", give: `newsletter: {tagline: "A\u0007"}`, want: []string{"roundup.yaml:1: newsletter.tagline: holds a control character (U+0007)"}},
		{name: "template", give: `digest: {subject: "{{ .Lead.Title "}`, want: []string{`roundup.yaml:1: digest.subject: "{{ .Lead.Title" is not a template: unclosed action`}},
		{name: "parameters that are a text", give: "digest: {link_params: utm_source}", want: []string{"roundup.yaml:1: digest.link_params: names and texts are needed, such as {utm_source: newsletter}; found a single value"}},
		{name: "parameter without a value", give: "digest:\n  link_params:\n    utm_source:", want: []string{`roundup.yaml:3: digest.link_params.utm_source: "utm_source=" has no value`}},
		{name: "parameter's name", give: "digest: {link_params: {utm source: x}}", want: []string{`roundup.yaml:1: digest.link_params.utm source: "utm source=x" does not begin with a name of letters, digits, _, -, . and ~`}},
		{name: "parameter that is a list", give: "digest: {link_params: {utm_source: [x]}}", want: []string{"roundup.yaml:1: digest.link_params.utm_source: one text is needed for each name"}},
		{name: "parameter twice", give: "digest:\n  link_params:\n    a: x\n    a: y", want: []string{"roundup.yaml:4: digest.link_params.a: is set twice, first in line 3"}},
		{name: "parameter of two lines", give: "digest: {link_params: {a: \"x\\ny\"}}", want: []string{"roundup.yaml:1: digest.link_params.a: is more than one line"}},
		{name: "long parameter", give: "digest: {link_params: {a: " + strings.Repeat("x", 101) + "}}", want: []string{`roundup.yaml:1: digest.link_params.a: "a=` + strings.Repeat("x", 78) + `…" has a value of more than 100 characters`}},
		{name: "parameter in the environment", environ: []string{"ROUNDUP_DIGEST_LINK_PARAMS=utm_source"}, want: []string{`environment: ROUNDUP_DIGEST_LINK_PARAMS: "utm_source" is not a parameter; write name=value`}},
		{name: "pattern", give: "digest: {republished_patterns: ['(']}", want: []string{"roundup.yaml:1: digest.republished_patterns[0]: \"(\" is not a regular expression: missing closing ): `(`"}},
		{name: "host that is a URL", give: "smtp: {host: 'smtp://x.example'}", want: []string{`roundup.yaml:1: smtp.host: "smtp://x.example" is a URL; give the host alone`}},
		{name: "host with a port", give: "smtp: {host: 'x.example:25'}", want: []string{`roundup.yaml:1: smtp.host: "x.example:25" is not a host; the port has a key of its own`}},
		{name: "host with a login", give: "smtp: {host: 'u:hunter2@x.example'}", want: []string{`roundup.yaml:1: smtp.host: "********" is not a host; the port has a key of its own`}},
		{name: "host that is none", give: "smtp: {host: 'x y'}", want: []string{`roundup.yaml:1: smtp.host: "x y" is not a host`}},
		{name: "listen", give: "web: {listen: 8080}", want: []string{`roundup.yaml:1: web.listen: "8080" is not an address to listen on; write it as 127.0.0.1:8080`}},
		{name: "listen without a port", give: "web: {listen: 'localhost:http'}", want: []string{`roundup.yaml:1: web.listen: "localhost:http" has no port from 0 to 65535`}},
		{name: "metrics for readers", give: "web: {listen: 127.0.0.1:8080, metrics_listen: 127.0.0.1:8080}", want: []string{"roundup.yaml:1: web.metrics_listen: is the address of web.listen; metrics are not for readers, give them one of their own"}},
		{name: "site", give: "web: {allow_origins: [https://magazine.example/join]}", want: []string{`roundup.yaml:1: web.allow_origins[0]: "https://magazine.example/join" is more than a site; write nothing but scheme and host, as https://magazine.example`}},
		{name: "network", give: "web: {trusted_proxies: [proxy.example]}", want: []string{`roundup.yaml:1: web.trusted_proxies[0]: "proxy.example" is neither an IP address nor a network such as 10.0.0.0/8`}},
		{name: "cron with too few fields", give: "schedule: {cron: 0 7 * FRI}", want: []string{`roundup.yaml:1: schedule.cron: "0 7 * FRI" has 4 fields; it needs 5: minute, hour, day of the month, month, day of the week`}},
		{name: "cron with a bad hour", give: "schedule: {cron: 0 25 * * FRI}", want: []string{`roundup.yaml:1: schedule.cron: "0 25 * * FRI" can't have "25" for the hour; 0 to 23`}},
		{name: "cron with a bad second day", give: "schedule: {cron: '0 7 * * FRI,FUN'}", want: []string{`roundup.yaml:1: schedule.cron: "0 7 * * FRI,FUN" can't have "FUN" for the day of the week; 0 to 7 or SUN to SAT`}},
		{name: "cron of a name", give: "schedule: {cron: '@weekly'}", want: []string{`roundup.yaml:1: schedule.cron: "@weekly" has 1 fields; it needs 5: minute, hour, day of the month, month, day of the week`}},
		{name: "cron that never comes", give: "schedule: {cron: 0 7 31 2 *}", want: []string{`roundup.yaml:1: schedule.cron: "0 7 31 2 *" never comes`}},

		// Between settings
		{name: "base URL with a query", give: "newsletter:\n  base_url: https://x.example/?a=b", want: []string{"roundup.yaml:2: newsletter.base_url: must end with its path, without ?, # or a login"}},
		{name: "social link without a name", give: "newsletter:\n  social:\n    - url: https://x.example", want: []string{"roundup.yaml:3: newsletter.social[0].name: is missing: say what the link is called"}},
		{name: "source with both", give: "sources:\n  - url: https://x.example\n    path: x.xml", want: []string{"roundup.yaml:3: sources[0].path: is set beside url; a source has one of them"}},
		{name: "source with neither", give: "sources:\n  - labels: [a]", want: []string{"roundup.yaml:2: sources[0]: has neither url nor path"}},
		{name: "source twice", give: "sources:\n  - url: https://x.example\n  - url: https://x.example", want: []string{"roundup.yaml:3: sources[1]: is the same source as sources[0]"}},
		{name: "path that is a URL", give: "sources: [{path: 'https://x.example'}]", want: []string{"roundup.yaml:1: sources[0].path: is a URL; set url instead"}},
		{name: "glob", give: "sources: [{path: 'feeds/[a.xml'}]", want: []string{"roundup.yaml:1: sources[0].path: is not a glob: a [ in it is not closed"}},
		{name: "half a rename", give: "digest: {labels: {rename: [{from: a}]}}", want: []string{"roundup.yaml:1: digest.labels.rename[0].to: is missing: say what it is printed as"}},
		{name: "section without a title", give: "digest:\n  sections:\n    - labels: [a]\n    - {title: B, rest: true}", want: []string{"roundup.yaml:3: digest.sections[0].title: is missing: give the section a heading"}},
		{name: "two of one title, as labels match", give: "digest:\n  sections:\n    - {title: Straße, labels: [a]}\n    - {title: STRASSE, labels: [b]}", want: []string{"roundup.yaml:4: digest.sections[1].title: is the title of digest.sections[0] already"}},
		{name: "two of one title", give: "digest:\n  sections:\n    - {title: Análisis, labels: [a]}\n    - {title: analisis, labels: [b]}", want: []string{"roundup.yaml:4: digest.sections[1].title: is the title of digest.sections[0] already"}},
		{name: "two of one key", give: "digest:\n  sections:\n    - {title: Q & A, labels: [a]}\n    - {title: Q. A., labels: [b]}\n    - {title: Other, key: q-a, labels: [c]}", want: []string{
			"roundup.yaml:4: digest.sections[1].key: q-a is the key of digest.sections[0] already",
			"roundup.yaml:5: digest.sections[2].key: q-a is the key of digest.sections[1] already"}},
		{name: "a key that is none", give: "digest:\n  sections:\n    - {title: A, key: 'World & Europe', labels: [a]}\n    - {title: '***', labels: [b]}", want: []string{
			`roundup.yaml:3: digest.sections[0].key: "World & Europe" is not a key: write it world-europe`,
			"roundup.yaml:4: digest.sections[1].key: is missing: the title has no letter to make one of"}},
		{name: "two rests", give: "digest:\n  sections:\n    - {title: A, rest: true}\n    - {title: B, rest: true}", want: []string{"roundup.yaml:4: digest.sections[1].rest: is true for digest.sections[0] already; one section takes the rest"}},
		{name: "section that takes nothing", give: "digest:\n  sections:\n    - {title: A, max: 3}", want: []string{"roundup.yaml:3: digest.sections[0].labels: is missing: without labels or rest: true the section never takes anything"}},
		{name: "section whose labels are gone", give: "digest:\n  sections:\n    - {title: A, labels: [Analysis, b]}\n    - {title: B, labels: [ANÁLYSIS]}",
			want: []string{`roundup.yaml:4: digest.sections[1].labels: are all taken by sections before it, "ANÁLYSIS" by digest.sections[0]; the section never takes anything`}},
		{name: "more than the most", give: "digest:\n  min_articles: 9\n  max_articles: 5", want: []string{"roundup.yaml:2: digest.min_articles: 9 is more than digest.max_articles, 5"}},
		{name: "every other week from when", give: "schedule: {cron: 0 7 * * FRI, every: 2}", want: []string{"roundup.yaml:1: schedule.every: 2 needs schedule.starting: the date of an issue, from which the weeks are counted"}},
		{name: "every other week of what", give: "schedule: {every: 2, starting: 2026-12-04}", want: []string{"roundup.yaml:1: schedule.every: needs schedule.cron: it says on which days of those weeks, and when"}},
		{name: "no date", give: "schedule: {cron: 0 7 * * FRI, starting: 4 December}", want: []string{`roundup.yaml:1: schedule.starting: "4 December" is not a date; write it as 2026-12-04`}},
		{name: "a date that is none", give: "schedule: {cron: 0 7 * * FRI, starting: 2026-02-30}", want: []string{`roundup.yaml:1: schedule.starting: "2026-02-30" is not a date; write it as 2026-12-04`}},
		{name: "no time at all", give: "fetch:\n  timeout: 0\nschedule:\n  catch_up: 0h\ndelivery: {give_up_after: 0}", want: []string{"roundup.yaml:2: fetch.timeout: must be more than 0", "roundup.yaml:4: schedule.catch_up: must be more than 0", "roundup.yaml:5: delivery.give_up_after: must be more than 0"}},
		{name: "plain text over a network", give: "smtp:\n  host: x.example\n  tls: none", want: []string{"roundup.yaml:3: smtp.tls: none is for a relay on this machine, and x.example is not; use starttls or implicit, or set smtp.insecure: true"}},
		{name: "login without a password", give: "smtp: {host: x.example, username: u}", want: []string{"roundup.yaml:1: smtp.username: is set without a password; set smtp.password_file"}},
		{name: "password without a login", give: "smtp:\n  password: hunter2", want: []string{"roundup.yaml:1: smtp.username: is missing: there is a password"}},
		{name: "password twice", give: "smtp:\n  username: u\n  password: hunter2\n  password_file: empty", want: []string{"roundup.yaml:4: smtp.password_file: is set beside smtp.password; keep one of them"}},
		{name: "password in no file", give: "smtp:\n  username: u\n  password_file: nowhere", want: []string{"roundup.yaml:3: smtp.password_file: can't be read: open nowhere: no such file or directory"}},
		{name: "password in an empty file", give: "smtp:\n  username: u\n  password_file: empty", want: []string{"roundup.yaml:3: smtp.password_file: empty is empty"}},
		{name: "password of two lines", give: "smtp:\n  username: u\n  password_file: two-lines", want: []string{"roundup.yaml:3: smtp.password_file: two-lines has more than one line; the secret must stand alone in it"}},
		{name: "certificates in a file without", give: "smtp: {ca_file: roundup.yaml}", want: []string{"roundup.yaml:1: smtp.ca_file: roundup.yaml holds no certificate in PEM"}},
		{name: "a mailbox's, too", give: "bounces: {imap: {host: h.example, username: u, password: p, ca_file: roundup.yaml}}", want: []string{"roundup.yaml:1: bounces.imap.ca_file: roundup.yaml holds no certificate in PEM"}},
		{name: "certificates in no file", give: "smtp: {ca_file: nowhere}", want: []string{"roundup.yaml:1: smtp.ca_file: can't be read: open nowhere: no such file or directory"}},
		{name: "notice to no URL", give: "notify: {url: hooks.example/T0KEN}", want: []string{"roundup.yaml:1: notify.url: the URL, which is not shown, is not a whole URL; begin it with https://"}},
		{name: "heartbeat to no URL", give: "notify: {heartbeat_url: hc.example/T0KEN}", want: []string{"roundup.yaml:1: notify.heartbeat_url: the URL, which is not shown, is not a whole URL; begin it with https://"}},
		{name: "hook's secret of the wrong form in a file", give: "bounces: {webhooks: {brevo: {secret_file: not-a-url}}}", want: []string{"roundup.yaml:1: bounces.webhooks.brevo.secret_file: needs 16 to 200 letters, digits, hyphens and underscores, and nothing else"}},
		{name: "hook's secret twice", give: "bounces: {webhooks: {brevo: {secret: 0123456789abcdef, secret_file: not-a-url}}}", want: []string{"roundup.yaml:1: bounces.webhooks.brevo.secret_file: is set beside bounces.webhooks.brevo.secret; keep one of them"}},
		{name: "notice to no URL in a file", give: "notify: {url_file: not-a-url}", want: []string{"roundup.yaml:1: notify.url_file: the URL, which is not shown, is not a whole URL; begin it with https://"}},

		{name: "feedback id of the wrong form", give: "mail:\n  feedback_id: the:magazine", want: []string{`roundup.yaml:2: mail.feedback_id: "the:magazine" is not a name of 5 to 15 letters, digits and hyphens, or off`}},
		{name: "feedback id too short", give: "mail:\n  feedback_id: mag", want: []string{`roundup.yaml:2: mail.feedback_id: "mag" is not a name of 5 to 15 letters, digits and hyphens, or off`}},
		{name: "mailbox without a login", give: "bounces:\n  imap:\n    host: x.example", want: []string{"roundup.yaml:2: bounces.imap.username: is missing"}},
		{name: "mailbox without a password", give: "bounces: {imap: {host: x.example, username: u}}", want: []string{"roundup.yaml:1: bounces.imap.username: is set without a password; set bounces.imap.password_file, or token_command"}},
		{name: "mailbox with password and token", give: "bounces: {imap: {host: x.example, username: u, password: p, token_command: t}}", want: []string{"roundup.yaml:1: bounces.imap.token_command: takes the place of a password, and there is one"}},
		{name: "mailbox in the open", give: "bounces: {imap: {host: x.example, username: u, password: p, tls: none}}", want: []string{"roundup.yaml:1: bounces.imap.tls: none is for a server on this machine, and x.example is not; use implicit or starttls"}},
		{name: "mailbox without a host", give: "bounces:\n  imap:\n    username: u", want: []string{"roundup.yaml:2: bounces.imap.host: is missing: there is a login for it"}},
		{name: "mailbox moved onto itself", give: "bounces: {imap: {host: x.example, username: u, password: p, mailbox: Bounces, unknown: bounces}}", want: []string{"roundup.yaml:1: bounces.imap.unknown: bounces is another of the mailboxes; each needs one of its own"}},
		{name: "mailbox never read", give: "bounces: {imap: {host: x.example, username: u, password: p, interval: 0s}}", want: []string{"roundup.yaml:1: bounces.imap.interval: must be more than 0"}},
		{name: "listener nowhere", give: "bounces: {listen: /run/x.sock}", want: []string{`roundup.yaml:1: bounces.listen: "/run/x.sock" is not an address to listen on; write it as 127.0.0.1:2525, or lmtp:/run/roundup/bounces.sock`}},
		{name: "listener without a port", give: "bounces: {listen: 'lmtp:127.0.0.1'}", want: []string{`roundup.yaml:1: bounces.listen: "lmtp:127.0.0.1" is not an address to listen on; write it as 127.0.0.1:2525, or lmtp:/run/roundup/bounces.sock`}},

		{name: "verp without room", give: "mail:\n  verp: true\n  return_path: newsletter-bounces-1@x.example", want: []string{"roundup.yaml:3: mail.return_path: with verp there may be 19 octets before the @, so that a token has room; newsletter-bounces-1@x.example has 20"}},
		{name: "verp without room in mail.from", give: "mail:\n  from: the-magazines-newsletter@x.example\n  verp: true", want: []string{"roundup.yaml:3: mail.verp: with verp there may be 19 octets before the @, so that a token has room; the-magazines-newsletter@x.example has 24"}},
		{name: "signing without a key", give: "mail: {from: a@x.example}\ndkim:\n  selector: nov", want: []string{"roundup.yaml:2: dkim.key_file: is missing: name the file with the private key"}},
		{name: "signing without anything", give: "dkim:\n  domain: x.example", want: []string{
			"roundup.yaml:1: dkim.selector: is missing: say under which name the key is in DNS",
			"roundup.yaml:1: dkim.key_file: is missing: name the file with the private key"}},
		{name: "signing for no domain", give: "dkim: {selector: nov, key_file: key.pem}", want: []string{"roundup.yaml:1: dkim.domain: is missing: say which domain signs; it is that of mail.from else, and that is not set"}},
		{name: "signing for an address", give: "dkim: {domain: 192.0.2.1, selector: nov, key_file: key.pem}", want: []string{`roundup.yaml:1: dkim.domain: "192.0.2.1" is not a domain that a key can be published at`}},
		{name: "selector that is none", give: "dkim:\n  domain: x.example\n  selector: 'nov; l=0'\n  key_file: key.pem", want: []string{`roundup.yaml:3: dkim.selector: "nov; l=0" is not made of letters, digits and hyphens, with dots between`}},
		{name: "key in no file", give: "dkim:\n  domain: x.example\n  selector: nov\n  key_file: nowhere", want: []string{"roundup.yaml:4: dkim.key_file: can't be read: open nowhere: no such file or directory"}},
		{name: "key that is none", give: "dkim: {domain: x.example, selector: nov, key_file: two-lines}", want: []string{"roundup.yaml:1: dkim.key_file: two-lines holds no private key in PEM"}},
		{name: "key that nobody trusts", give: "dkim: {domain: x.example, selector: nov, key_file: short.pem}", want: []string{"roundup.yaml:1: dkim.key_file: short.pem holds an RSA key of 512 bits, which nobody trusts; at least 1024 are needed, 2048 are recommended"}},
		{name: "key of another kind", give: "dkim: {domain: x.example, selector: nov, key_file: ecdsa.pem}", want: []string{"roundup.yaml:1: dkim.key_file: ecdsa.pem holds a key that is neither RSA nor Ed25519"}},
		{name: "key that is public", give: "dkim: {domain: x.example, selector: nov, key_file: public.pem}", want: []string{"roundup.yaml:1: dkim.key_file: public.pem holds a public key; a private key is needed, without a password"}},
		{name: "key that is damaged", give: "dkim: {domain: x.example, selector: nov, key_file: damaged.pem}", want: []string{"roundup.yaml:1: dkim.key_file: damaged.pem holds a private key that is damaged"}},

		// What follows from a mistake is not another one.
		{name: "only the first cause", give: "smtp: {username: u, password: [a]}\ndigest: {sections: [{title: [a], labels: {b: c}}]}", want: []string{
			"roundup.yaml:1: smtp.password: one value is needed; found a list",
			"roundup.yaml:2: digest.sections[0].title: one value is needed; found a list",
			"roundup.yaml:2: digest.sections[0].labels: a text is needed; found a group of settings"}},

		// The environment
		{name: "unknown variable", environ: []string{"ROUNDUP_SMTP_HSOT=x"}, want: []string{"environment: ROUNDUP_SMTP_HSOT: unknown variable; did you mean ROUNDUP_SMTP_HOST?"}},
		{name: "nothing like the variable", environ: []string{"ROUNDUP_FROBNICATE_WIDGETS=x"}, want: []string{"environment: ROUNDUP_FROBNICATE_WIDGETS: unknown variable"}},
		{name: "variable for a list of groups", environ: []string{"ROUNDUP_SOURCES=x"}, want: []string{"environment: ROUNDUP_SOURCES: sources is a list of groups; it can be set in the file only"}},
		{name: "bad variable", environ: []string{"ROUNDUP_SMTP_PORT=x", "ROUNDUP_NOTIFY_EMAIL=a@b.example,c"}, want: []string{
			`environment: ROUNDUP_NOTIFY_EMAIL: "c" is not an address; write it as bounces@magazine.example`,
			`environment: ROUNDUP_SMTP_PORT: "x" is not a whole number`}},
		{name: "variable against the file", give: "smtp: {host: x.example}", environ: []string{"ROUNDUP_SMTP_TLS=none"}, want: []string{
			"environment: smtp.tls: none is for a relay on this machine, and x.example is not; use starttls or implicit, or set smtp.insecure: true (ROUNDUP_SMTP_TLS)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, problems(t, tt.give, tt.environ...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What looks like one of the mistakes and is none.
func TestNoProblems(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"tls none to loopback":        "smtp: {host: '::1', tls: none}",
		"tls none to localhost":       "smtp: {host: LOCALHOST., tls: none}",
		"tls none, insecure":          "smtp: {host: x.example, tls: none, insecure: true}",
		"tls none, no host yet":       "smtp: {tls: none}",
		"quoted number":               "smtp: {port: '25'}",
		"number for a text":           "newsletter: {name: 2026, tagline: true}",
		"rest with labels":            "digest: {sections: [{title: A, labels: [a]}, {title: B, labels: [a], rest: true}]}",
		"one label of its own":        "digest: {sections: [{title: A, labels: [a]}, {title: B, labels: [a, b]}]}",
		"label twice in its section":  "digest: {sections: [{title: A, labels: [a, A]}]}",
		"every other week":            "schedule: {cron: 0 7 * * FRI, every: 2, starting: 2026-12-04}",
		"leap day":                    "schedule: {cron: 0 7 29 2 *}",
		"several hours":               "schedule: {cron: '*/30 7-9,17 1,15 jan-jun MON-FRI'}",
		"never late, never too old":   "notify: {late_after: 0}\ndigest: {max_age: 0}",
		"sender on this machine":      "mail: {from: weekly@localhost}",
		"international sender":        "mail: {from: 'Bücher <weekly@bücher.example>'}",
		"carriage returns":            "smtp:\r\n  host: x.example\r\n",
		"byte order mark":             "\ufeffsmtp:\n  host: x.example\n",
		"end of the document written": "smtp: {port: 25}\n...\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := problems(t, text); got != nil {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestProblemHints(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"smtp:\n\thost: x":          "indent with spaces, not tabs, and put text that begins with a special character in quotes",
		"newsletter:\n  name: a: b": "put text with a colon in it in quotes, and mind the indentation",
	} {
		_, err := load(t, text)
		var found config.Problems
		if !errors.As(err, &found) || len(found) != 1 || found[0].Hint != want {
			t.Errorf("%q: got %+v, want the hint %q", text, found, want)
		}
	}
}

func TestSendProblems(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, "newsletter:\n  postal_address: ''\nsources:\n  - url: ''\n")
	var got []string
	for _, p := range c.SendProblems() {
		got = append(got, strings.TrimPrefix(p.String(), filepath.Dir(c.Path)+string(os.PathSeparator)))
	}
	want := []string{
		"roundup.yaml:1: newsletter.name: not filled in yet: the name readers know the newsletter by",
		"roundup.yaml:2: newsletter.postal_address: not filled in yet: the postal address printed in every mail",
		"roundup.yaml:4: sources[0].url: not filled in yet: the address of a feed",
		"roundup.yaml: mail.from: not filled in yet: who the mail is from, as The Magazine <weekly@magazine.example>",
		"roundup.yaml: smtp.host: not filled in yet: the relay that takes the mail",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give string
		mode       os.FileMode // of the configuration and of the file "secret"
		want       []string
	}{
		{"secret file for everybody", "smtp:\n  username: u\n  password_file: secret", 0o644, []string{"roundup.yaml:3: smtp.password_file: secret can be read by everybody on this machine"}},
		{"secret file for the group", "smtp:\n  username: u\n  password_file: secret", 0o640, nil},
		{"secret in a file for everybody", "smtp:\n  username: u\n  password: hunter2", 0o604, []string{"roundup.yaml:3: smtp.password: is in a file that everybody on this machine can read"}},
		{"no secret in a file for everybody", "smtp: {host: x.example}", 0o644, nil},
		{"plain http", "newsletter:\n  base_url: http://x.example", 0o600, []string{"roundup.yaml:2: newsletter.base_url: is not https: mail programs offer to unsubscribe by one click only over https (RFC 8058)"}},
		{"a language without words", "newsletter:\n  language: sv-FI", 0o600, []string{"roundup.yaml:2: newsletter.language: sv-FI has no words yet: English ones are used"}},
		{"a region of a language with words", "newsletter:\n  language: pt-AO", 0o600, nil},
		{"plain http on this machine", "newsletter:\n  base_url: http://127.0.0.1:8080", 0o600, nil},
		{"starttls where TLS begins at once", "smtp: {host: smtp.example, port: 465}", 0o600, []string{"roundup.yaml:1: smtp.port: 465 is for smtp.tls: implicit; starttls has 587"}},
		{"the other way round", "smtp: {host: smtp.example, port: 587, tls: implicit}", 0o600, []string{"roundup.yaml:1: smtp.port: 587 is for smtp.tls: starttls; implicit has 465"}},
		{"metrics for everybody", "web:\n  metrics_listen: \":9465\"", 0o600, []string{"roundup.yaml:2: web.metrics_listen: is reached from other machines: whoever can, sees how many readers there are and how an issue gets on"}},
		{"metrics on this machine", "web:\n  metrics_listen: \"[::1]:9465\"", 0o600, nil},
		{"no rest", "digest:\n  sections:\n    - {title: A, labels: [a]}", 0o600, []string{"roundup.yaml:2: digest.sections: has no section with rest: true: an article with none of their labels is never printed"}},
		{"password in the clear", "smtp:\n  {host: x.example, tls: none, insecure: true, username: u, password: hunter2}", 0o600, []string{"roundup.yaml:2: smtp.insecure: lets the password go over the network for everybody to read"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "secret"), "hunter2", tt.mode)
			write(t, filepath.Join(dir, "roundup.yaml"), tt.give, tt.mode)
			c, err := config.Load(filepath.Join(dir, "roundup.yaml"), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range c.Warnings() {
				got = append(got, strings.ReplaceAll(p.String(), dir+string(os.PathSeparator), ""))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
