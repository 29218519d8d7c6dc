package config_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, `mail: {from: The Magazine <a@b.example>}
sources:
  - url: https://u:hunter2@x.example/f?api_key=hunter2&n=1
    exclude: {words: [x, y]}
  - url: ""
digest:
  sections:
    - title: A
      rest: yes
smtp:
  username: u
  password: hunter2
notify: {url: https://hooks.example/hunter2, email: [a@b.example, c@d.example]}
`, "ROUNDUP_SMTP_HOST=x.example", "ROUNDUP_SMTP_PORT=2525", "ROUNDUP_SMTP_PASSWORD=hunter2")
	var got []string
	for _, s := range c.Settings() {
		if s.Origin == "default" && !strings.HasPrefix(s.Key, "newsletter.") && !strings.HasPrefix(s.Key, "mail.") {
			continue
		}
		origin := strings.TrimPrefix(s.Origin, filepath.Dir(c.Path)+"/")
		got = append(got, fmt.Sprintf("%s = %s (%s)", s.Key, s.Value, origin))
	}
	want := []string{
		"newsletter.name = The Magazine (default)",
		"newsletter.language = en (default)",
		"newsletter.timezone = UTC (default)",
		"mail.from = The Magazine <a@b.example> (roundup.yaml:1)",
		"mail.return_path = a@b.example (default)",
		"mail.verp = false (default)",
		"mail.unsubscribe = a@b.example (default)",
		"mail.feedback_id = b-example (default)",
		"sources[0].url = https://u:********@x.example/f?api_key=********&n=1 (roundup.yaml:3)",
		"sources[0].exclude.words = x, y (roundup.yaml:4)",
		"digest.sections[0].title = A (roundup.yaml:8)",
		"digest.sections[0].rest = yes (roundup.yaml:9)",
		"smtp.host = x.example (environment ROUNDUP_SMTP_HOST)",
		"smtp.port = 2525 (environment ROUNDUP_SMTP_PORT)",
		"smtp.username = u (roundup.yaml:11)",
		"smtp.password = ******** (environment ROUNDUP_SMTP_PASSWORD)",
		"notify.email = a@b.example, c@d.example (roundup.yaml:13)",
		"notify.url = ******** (roundup.yaml:13)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every key outside lists has a line in the settings once it has a value: none
// is forgotten in the table, and none is there twice.
func TestSettingsAreComplete(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "password"), "hunter2", 0o600)
	write(t, filepath.Join(dir, "roundup.yaml"), full, 0o600)
	c, err := config.Load(filepath.Join(dir, "roundup.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, s := range c.Settings() {
		seen[s.Key]++
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(config.Reference(), -1) {
		name := strings.Replace(m[1], "[]", "[0]", 1)
		if strings.HasPrefix(name, "bounces.webhooks.") { // a provider that is not used has none
			continue
		}
		switch m[1] {
		case "smtp.password", "smtp.insecure", "smtp.ca_file", "notify.url_file", "notify.heartbeat_url", "notify.heartbeat_url_file", "database_file", "leavings_file", "dkim.domain", "dkim.selector", "dkim.key_file",
			"bounces.imap.password", "bounces.imap.token_command", "bounces.imap.ca_file": // not in the full configuration
			continue
		case "sources[].path":
			name = "sources[1].path"
		case "digest.sections[].overflow":
			name = "digest.sections[1].overflow"
		case "digest.sections[].key":
			name = "digest.sections[1].key"
		case "digest.sections[].rest":
			name = "digest.sections[2].rest"
		case "digest.sections[].compact":
			name = "digest.sections[2].compact"
		}
		if seen[name] != 1 {
			t.Errorf("%s has %d lines, want 1", name, seen[name])
		}
	}
}

// A secret comes out of nothing that prints a configuration, whole or in part,
// and of no message about one.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	const good = `
newsletter: {name: x}
mail: {from: a@b.example}
sources: [{url: 'https://u:hunter2@x.example/f?token=hunter2'}, {url: 'https://hunter2@x.example/'}]
smtp: {host: x.example, username: u, %s}
notify: {%s}
%s
`
	fromFiles := fmt.Sprintf(good, "password_file: p", "url_file: u", "database_file: d")
	inPlace := fmt.Sprintf(good, "password: hunter2", "url: https://hooks.example/hunter2", "database: 'postgres://u:hunter2@h1,h2:5432/db?sslpassword=hunter2'")
	bad := []string{
		"smtp: {password: hunter2}",
		"smtp: {password: [hunter2]}",
		"smtp: {password: {hunter2: x}, username: u}\nsmtp: {password: hunter2}",
		"smtp:\n  password: *hunter2",
		"smtp:\n  password: 'hunter2\n",
		`smtp: {password: "hunter2\u0007"}`,
		"smtp: {host: u:hunter2@x.example}",
		"smtp: {host: 'smtp://u:hunter2@x.example'}",
		"sources: [{url: 'ftp://u:hunter2@x.example'}]",
		"sources: [{url: 'https://u:hunter2@x y'}]",
		"sources: [{url: 'https://u:hunter2@'}]",
		"sources: [{url: 'https://x.example?token=hunter2'}, {url: 'https://x.example?token=hunter2'}]",
		"notify: {url: hunter2}",
		"notify: {url: 'https://x y/hunter2'}",
		"notify: {url_file: v}",
		"smtp: {password_file: w, username: u}",
		"bounces: {imap: {host: x.example, username: u, password: hunter2, token_command: x}}",
		"bounces: {imap: {host: x.example, password: [hunter2]}}",
		"database: mysql://u:hunter2@h/db",
		"database: postgres://u:hunter2@h",
		"database: postgres://u:hun%ter2@h/db",
		"database: postgres://u:x/hunter2@h/db",
		"database: postgres://u:x?hunter2@h/db",
		"database: postgres://u:x@hunter2@h/db",
		"database: postgres://u:hunter2/db",
		"database: postgres://u:hunter2@h/db\ndatabase_file: p",
		"database_file: x",
	}
	environ := [][]string{nil, {"ROUNDUP_SMTP_PASSWORD=" + secret, "ROUNDUP_SMTP_PASWORD=" + secret, "ROUNDUP_NOTIFY_URL=" + secret}}
	for _, text := range append(bad, fromFiles, inPlace) {
		for _, env := range environ {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "roundup.yaml"), text, 0o644)
			write(t, filepath.Join(dir, "p"), secret, 0o644)
			write(t, filepath.Join(dir, "u"), "https://hooks.example/"+secret, 0o644)
			write(t, filepath.Join(dir, "v"), secret, 0o644)
			write(t, filepath.Join(dir, "d"), "postgres://u:"+secret+"@h/db", 0o644)
			write(t, filepath.Join(dir, "x"), "postgres://u:"+secret+"@h", 0o644)
			write(t, filepath.Join(dir, "w"), secret+"\n"+secret, 0o644)
			c, err := config.Load(filepath.Join(dir, "roundup.yaml"), env)
			printed := fmt.Sprintf("%v %+v %#v", err, err, err)
			if c != nil {
				names := make([]string, len(c.Sources))
				for i, s := range c.Sources {
					names[i] = s.Name()
				}
				asJSON, err := json.Marshal([]any{c.SMTP, c.Notify, c.Settings(), c.SendProblems(), c.Warnings()})
				if err != nil {
					t.Fatal(err)
				}
				printed += fmt.Sprintf("%q %s %v %+v %#v %+v", names, asJSON, c.SMTP, c.SMTP, c.Notify, c.Settings())
				c.Sources = nil // its addresses are for the reader of feeds alone
				printed += fmt.Sprintf("%v %+v", *c, *c)
			}
			if strings.Contains(printed, secret) {
				t.Errorf("%s\nwith %v comes out in:\n%s", text, env, printed)
			}
		}
	}
}
