package config

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"roundup/internal/loopback"
)

// starterText is the file `roundup init` writes, before the answers are put in
// for the words in braces.
//
//go:embed starter.yaml
var starterText string

// Starter is a commented configuration file with the answers in it. It loads as
// it is; the lines that a first issue needs besides end in "# <- 1 of 3" and
// what belongs there.
func Starter(answers Answers) string {
	a := answers.trimmed()
	if a.Name == "" {
		a.Name = "The Weekly Round-up"
	}
	f := &filler{}
	for _, answer := range []string{a.PostalAddress, a.From, a.Feed} {
		if answer == "" {
			f.open++
		}
	}
	return strings.NewReplacer( // in the file's order, which is how f counts
		"{todo}", f.todo(),
		"{name}", quote(a.Name),
		"{timezone}", fmt.Sprintf("%-33s", cmp.Or(a.Timezone, "UTC")),
		"{postal_address}", f.value(a.PostalAddress, "printed in every mail, as the law of many countries asks"),
		"{from}", f.value(a.From, "such as The Magazine <weekly@magazine.example>"),
		"{feed}", feedKey(a.Feed)+": "+f.value(a.Feed, "the address of your feed"),
		"{schedule}", starterSchedule(a.Day),
		"{smtp}", starterRelay(a.SMTPHost),
		"{rate}", starterLimit("rate", a.Rate),
		"{per_hour}", starterLimit("per_hour", a.PerHour),
		"{fetch}", starterFetch(a.AllowPrivate),
		"{database}", starterDatabase(a.Database),
	).Replace(starterText)
}

// filler numbers the lines that are left to fill in.
type filler struct {
	open   int // all of them
	marked int // so far
}

// value is an answer, or the mark of a line to fill in and what belongs there.
func (f *filler) value(answer, what string) string {
	if answer != "" {
		return quote(answer)
	}
	f.marked++
	return fmt.Sprintf(`""  # <- %d of %d: %s`, f.marked, f.open, what)
}

// todo opens the file with what is left to do.
func (f *filler) todo() string {
	switch f.open {
	case 0:
		return "# It is complete: `roundup preview` shows the next issue, `roundup check` looks at the rest."
	case 1:
		return "# One line is to be filled in; it ends in \"# <- 1 of 1\". Then: `roundup preview`."
	}
	return fmt.Sprintf("# %d lines are to be filled in; they end in \"# <- 1 of %d\" and so on. Then: `roundup preview`.", f.open, f.open)
}

// feedKey is the key under which a feed is set.
func feedKey(feed string) string {
	if feed == "" || strings.Contains(feed, "://") {
		return "url"
	}
	return "path"
}

// The relay: this machine's own mail server, which wants no login, or another.
const (
	localRelay = `  host: %-37s# the mail server on this machine
  port: %s
  tls: %s
  # username: weekly
  # password_file: smtp-password             # a file with nothing else in it; chmod 600`

	remoteRelay = `  host: %s
  port: %s
  tls: %s
  # username: weekly                         # most relays want a login
  # password_file: smtp-password             # a file with nothing else in it; chmod 600`
)

// starterRelay is what stands under smtp.
func starterRelay(answer string) string {
	form, otherPort, tls := remoteRelay, "587", "starttls                              # or implicit, with port 465"
	if answer == "" {
		answer = "localhost"
	}
	name, port := splitRelay(answer)
	switch {
	case loopback.Is(name):
		form, otherPort, tls = localRelay, "25", "none                                  # for a relay elsewhere: port 587 and tls: starttls"
	case port == "465":
		tls = "implicit                              # or starttls, with port 587"
	}
	if !isPort(port) {
		port = otherPort
	}
	return fmt.Sprintf(form, quote(name), port, tls)
}

// starterSchedule is the line of when issues go out.
func starterSchedule(day string) string {
	cron, _ := parseSendDay(cmp.Or(day, "friday 07:00"))
	line := fmt.Sprintf("%-43s# minute, hour, day, month, weekday", "cron: "+quote(cron))
	if day == "" {
		line += ": Fridays at seven"
	}
	return line
}

// starterFetch is the section of how feeds are read: all comment, unless one is
// where feeds are not read from by themselves.
func starterFetch(private bool) string {
	lines := []string{
		"fetch:",
		"  interval: 1h",
		"  enrich: false                            # fill a missing picture or dek from the article's page",
		fmt.Sprintf("  %-41s# feeds on this machine and private networks", fmt.Sprintf("allow_private: %v", private)),
	}
	for i := range lines {
		if !private || i == 1 || i == 2 {
			lines[i] = "# " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// starterDatabase is the database: plain by default, quoted where it was given.
func starterDatabase(answer string) string {
	if answer == "" {
		return "roundup.db                         # or postgres://USER@HOST/DATABASE"
	}
	return quote(answer)
}

// starterLimit is a line for a limit of the relay's, as far as its comment; an
// example where there is none.
func starterLimit(key, answer string) string {
	if answer == "" {
		return fmt.Sprintf("%-43s", "# "+key+": 0")
	}
	return fmt.Sprintf("%-43s", key+": "+answer)
}

// quote writes a text in double quotes: what JSON makes of it is YAML too.
func quote(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil { // a string can always be encoded
		return `""`
	}
	return strings.TrimSpace(b.String())
}
