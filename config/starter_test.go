package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func answers() config.Answers {
	return config.Answers{
		Name:          `The "Weekly": Round-up \ #1`,
		From:          "The Magazine <weekly@magazine.example>",
		Feed:          "https://magazine.example/feed.xml",
		SMTPHost:      "smtp.example:2525",
		Rate:          "12.5",
		PerHour:       " 5000 ",
		PostalAddress: "Magazine, 1 Main St # 2, <Springfield> & Œuvre",
	}
}

func TestStarter(t *testing.T) {
	t.Parallel()
	golden(t, "starter.yaml", config.Starter(config.Answers{}))
	golden(t, "starter-answered.yaml", config.Starter(answers()))
}

// The starter loads as it is, and once the lines it points at are filled in
// nothing is missing to send.
func TestStarterWorks(t *testing.T) {
	t.Parallel()
	text := config.Starter(config.Answers{})
	marked := regexp.MustCompile(`(?m)^.*""  # <- \d of 3: .*$`).FindAllString(text, -1)
	if len(marked) != 3 {
		t.Fatalf("points at %q, want three lines", marked)
	}
	c := mustLoad(t, text)
	if got := len(c.SendProblems()); got != 3 {
		t.Errorf("got %d things to fill in, want the three lines:\n%v", got, c.SendProblems())
	}
	for i, p := range c.SendProblems() {
		if line := strings.Split(text, "\n")[p.Line-1]; line != marked[i] {
			t.Errorf("%v points at %q, want %q", p, line, marked[i])
		}
	}
	for mark, value := range map[string]string{
		"1 of 3": "Magazine, 1 Main St", "2 of 3": "The Magazine <weekly@magazine.example>", "3 of 3": "https://magazine.example/feed.xml",
	} {
		text = strings.Replace(text, `""  # <- `+mark, `"`+value+`"  # <- `+mark, 1)
	}
	c = mustLoad(t, text)
	if len(c.SendProblems()) > 0 || !c.Mail.UnsubscribeChosen || len(c.Sources) != 1 {
		t.Errorf("filled in, and yet: %v %+v %+v", c.SendProblems(), c.Mail, c.Sources)
	}
}

func TestStarterTakesAnswers(t *testing.T) {
	t.Parallel()
	a := answers()
	c := mustLoad(t, config.Starter(a))
	if len(c.SendProblems()) > 0 || len(c.Warnings()) > 0 {
		t.Errorf("got %v %v", c.SendProblems(), c.Warnings())
	}
	if c.Newsletter.Name != a.Name || c.Newsletter.PostalAddress != a.PostalAddress || c.Mail.From.Address != "weekly@magazine.example" ||
		c.Sources[0].URL != a.Feed || c.SMTP.Rate != 12.5 || c.SMTP.PerHour != 5000 || c.SMTP.Host != "smtp.example" || c.SMTP.Port != 2525 || c.SMTP.TLS != "starttls" {
		t.Errorf("got %+v %+v %+v %+v", c.Newsletter, c.Mail, c.Sources, c.SMTP)
	}
	for _, tt := range []struct {
		answers config.Answers
		host    string
		port    int
		tls     string
	}{
		{config.Answers{}, "localhost", 25, "none"},
		{config.Answers{SMTPHost: "127.0.0.1:1025"}, "127.0.0.1", 1025, "none"},
		{config.Answers{SMTPHost: " smtp.example "}, "smtp.example", 587, "starttls"},
		{config.Answers{SMTPHost: "smtp.example:465"}, "smtp.example", 465, "implicit"},
		{config.Answers{SMTPHost: "::1"}, "::1", 25, "none"},
	} {
		if s := mustLoad(t, config.Starter(tt.answers)).SMTP; s.Host != tt.host || s.Port != tt.port || s.TLS != tt.tls {
			t.Errorf("%q: got %s:%d %s, want %s:%d %s", tt.answers.SMTPHost, s.Host, s.Port, s.TLS, tt.host, tt.port, tt.tls)
		}
	}
	if c := mustLoad(t, config.Starter(config.Answers{Feed: "feeds/*.xml"})); filepath.Base(c.Sources[0].Path) != "*.xml" {
		t.Errorf("a path: got %+v", c.Sources)
	}
}

// What stands behind a # in the starter is right too: every example is allowed,
// and one that shows a default shows the default.
func TestStarterExamples(t *testing.T) {
	t.Parallel()
	example := regexp.MustCompile(`^(\s*)# ((?:  )*(?:- |[a-z_]+:).*)$`)
	var lines []string
	for _, line := range strings.Split(config.Starter(answers()), "\n") {
		lines = append(lines, example.ReplaceAllString(line, "$1$2"))
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "smtp-password"), "hunter2", 0o600)
	write(t, filepath.Join(dir, "imap-password"), "hunter2", 0o600)
	write(t, filepath.Join(dir, "dkim-roundup.pem"), testKeys()["key.pem"], 0o600)
	write(t, filepath.Join(dir, "roundup.yaml"), strings.Join(lines, "\n"), 0o600)
	c, err := config.Load(filepath.Join(dir, "roundup.yaml"), nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, strings.Join(lines, "\n"))
	}
	shown := map[string]string{}
	for _, s := range c.Settings() {
		shown[s.Key] = s.Value
	}
	defaults := mustLoad(t, "")
	for _, s := range defaults.Settings() {
		switch s.Key {
		case "smtp.port", "smtp.rate", "smtp.per_hour": // answers
		default:
			if got, there := shown[s.Key]; !there || got != s.Value {
				t.Errorf("%s: the starter shows %q, the default is %q", s.Key, got, s.Value)
			}
		}
	}
	for _, key := range []string{"newsletter.social[0].url", "sources[0].exclude.labels", "sources[1].path", "digest.sections[2].rest", "notify.email", "web.listen"} {
		if shown[key] == "" {
			t.Errorf("the starter has no example of %s", key)
		}
	}
}

// Every key of the table is in the reference, with a sentence, and its variable works.
func TestReference(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| ([^|]*) \\| ([^|]+) \\|$").FindAllStringSubmatch(config.Reference(), -1)
	if len(rows) < 70 {
		t.Fatalf("got %d rows, want all keys", len(rows))
	}
	for _, row := range rows {
		if !strings.HasSuffix(strings.TrimSpace(row[4]), ".") {
			t.Errorf("%s: %q is no sentence", row[1], row[4])
		}
		if strings.Contains(row[1], "[]") {
			continue
		}
		variable := "ROUNDUP_" + strings.ToUpper(strings.ReplaceAll(row[1], ".", "_"))
		if got := problems(t, "", variable+"=\x01"); len(got) != 1 || !strings.Contains(got[0], "control character") {
			t.Errorf("%s: got %q, want one problem with its value", variable, got)
		}
	}
}
