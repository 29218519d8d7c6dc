package config

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"roundup/internal/loopback"
)

// Answers are what is known when `roundup init` writes the first file. What is
// empty is left to be filled in.
type Answers struct {
	Name          string // of the newsletter
	From          string // "The Magazine <weekly@magazine.example>"
	Feed          string // URL, or path of a file
	SMTPHost      string // the relay, with or without a port; empty for the mail server on this machine
	Rate          string // messages a second the relay allows; empty for as fast as it takes them
	PerHour       string // messages an hour; empty for no limit
	PostalAddress string
	Timezone      string // empty for UTC
	Day           string // of sending, and its time: "friday 07:00", or a cron expression; empty for Fridays at seven
	Database      string // its file or URL; empty for roundup.db beside the configuration
	AllowPrivate  bool   // the feed is on this machine or a private network
}

// Problems lists the answers that can't be what was asked for, each under the
// key it is an answer to; "sources" is the feed's. dir is the folder of the
// configuration file, from which a path leads.
func (a Answers) Problems(dir string) Problems {
	a = a.trimmed()
	var problems Problems
	add := func(key, answer, message, hint string) {
		if answer != "" && message != "" {
			problems = append(problems, Problem{Key: key, Message: message, Hint: hint})
		}
	}
	add("newsletter.name", a.Name, (key{kind: oneLine}).check(a.Name), "")
	add("mail.from", a.From, (key{kind: mailbox}).check(a.From), "")
	message, hint := checkFeed(a.Feed, dir)
	add("sources", a.Feed, message, hint)
	add("smtp.host", a.SMTPHost, checkRelay(a.SMTPHost), "")
	add("smtp.rate", a.Rate, checkKey("smtp.rate", a.Rate), "")
	add("smtp.per_hour", a.PerHour, checkKey("smtp.per_hour", a.PerHour), "")
	add("newsletter.postal_address", a.PostalAddress, (key{kind: lines}).check(a.PostalAddress), "")
	add("newsletter.timezone", a.Timezone, checkKey("newsletter.timezone", a.Timezone), "")
	if a.Day != "" {
		_, wrong := parseSendDay(a.Day)
		add("schedule.cron", a.Day, wrong, "")
	}
	add("database", a.Database, checkKey("database", a.Database), "")
	return problems
}

func (a Answers) trimmed() Answers {
	return Answers{
		Name:          strings.TrimSpace(a.Name),
		From:          strings.TrimSpace(a.From),
		Feed:          strings.TrimSpace(a.Feed),
		SMTPHost:      strings.TrimSpace(a.SMTPHost),
		Rate:          strings.TrimSpace(a.Rate),
		PerHour:       strings.TrimSpace(a.PerHour),
		PostalAddress: strings.TrimSpace(a.PostalAddress),
		Timezone:      strings.TrimSpace(a.Timezone),
		Day:           strings.TrimSpace(a.Day),
		Database:      strings.TrimSpace(a.Database),
		AllowPrivate:  a.AllowPrivate,
	}
}

// checkKey says what is wrong with a value for a setting; "" when nothing is.
func checkKey(name, value string) string {
	for _, k := range keys() {
		if k.name == name {
			return k.check(value)
		}
	}
	return ""
}

// checkFeed tells a URL without its beginning from a path: a file may be there
// only later, so that what names none is not wrong for that alone.
func checkFeed(feed, dir string) (message, hint string) {
	if isURL(feed) {
		return (key{kind: webURL}).check(feed), ""
	}
	if message = (key{kind: file}).check(feed); message != "" || isFile(feed, dir) {
		return message, ""
	}
	if _, err := parseAddress(feed); err == nil {
		return fmt.Sprintf("%q is an e-mail address; a feed's begins with https://", feed), ""
	}
	if name, ok := leadingHost(feed); ok {
		scheme := "https://"
		if loopback.Is(name) {
			scheme = "http://"
		}
		return fmt.Sprintf("%q is no file that is there; did you mean %s%s?", feed, scheme, feed),
			"a file that is still to come is written ./" + feed
	}
	if strings.ContainsAny(feed, "/*?[") || feedFiles(feed) {
		return "", ""
	}
	return fmt.Sprintf("%q is neither a URL nor a file that is there; write it as https://magazine.example/feed.xml", feed), ""
}

// isURL reports whether somebody meant to write a whole URL.
func isURL(feed string) bool {
	folded := strings.ToLower(feed)
	return strings.Contains(feed, "://") || strings.HasPrefix(folded, "http:") || strings.HasPrefix(folded, "https:")
}

func isFile(path, dir string) bool {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// leadingHost returns the host that a feed begins with when it reads like a URL
// without its https://: "magazine.example/feed", "localhost:8080".
func leadingHost(feed string) (string, bool) {
	first, _, more := strings.Cut(feed, "/")
	first, _, query := strings.Cut(first, "?")
	name, port, withPort := strings.Cut(first, ":")
	switch {
	case strings.HasPrefix(name, ".") || checkHost(name) != "":
		return "", false
	case withPort:
		return name, isPort(port)
	}
	dotted := strings.Contains(strings.TrimSuffix(name, "."), ".")
	return name, loopback.Is(name) || dotted && (more || query || !feedFiles(name))
}

// feedFiles reports whether a name ends as those of feeds' files do.
func feedFiles(name string) bool {
	return slices.Contains([]string{".xml", ".rss", ".atom", ".rdf", ".json", ".feed"}, strings.ToLower(filepath.Ext(name)))
}

// checkRelay checks a host with or without a port.
func checkRelay(answer string) string {
	name, port := splitRelay(answer)
	switch {
	case strings.Contains(answer, "://"):
		name = answer
	case port != "" && !isPort(port):
		return fmt.Sprintf("%q has no port from 1 to 65535", shown(host, answer))
	case name == "":
		return fmt.Sprintf("%q has no host", answer)
	}
	return (key{kind: host}).check(name)
}

// splitRelay takes the port off, where there is one.
func splitRelay(answer string) (name, port string) {
	name, port, err := net.SplitHostPort(answer)
	if err != nil {
		return answer, ""
	}
	return name, port
}

func isPort(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && n >= 1 && n <= 65535
}
