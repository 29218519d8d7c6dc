package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/store"
	"roundup/web/editor"
)

// Whoever edits an issue sits before a browser, and often can't reach the server:
// the page says what is wrong and what to do there, and names no command.

// noticesOf words why the issue of a number would not go out.
func noticesOf(obstacles []desk.Obstacle, number int) []editor.Notice {
	var all []editor.Notice
	var unfilled []string
	for _, o := range obstacles {
		switch o.Code {
		case desk.Unfilled:
			unfilled = append(unfilled, settingWords(o.Detail))
		case desk.Rehearsing:
			all = append(all, editor.Notice{Text: "This is a rehearsal: its clock is moved, and it may not use a mail server elsewhere."})
		case desk.NotInCharge:
			all = append(all, editor.Notice{
				Text: "This database is a copy, or was put back from a backup, and sends nothing before it is said what went out since.",
				Do:   "Ask whoever runs Roundup to adopt it.",
			})
		case desk.NoWayOut:
			all = append(all, editor.Notice{
				Text: "Readers would have no way to unsubscribe.",
				Do:   "Ask whoever runs Roundup to set newsletter.base_url or mail.unsubscribe.",
			})
		case desk.Unread:
			all = append(all, editor.Notice{Text: "None of the sources could be read for a long time.", Do: "See below what is wrong with each, then read them again."})
		case desk.NoArticles:
			all = append(all, editor.Notice{Text: "There is no article to print.", Do: "Read the sources again, or take in one under “Not in this issue”, if there is any."})
		case desk.TooFew:
			all = append(all, editor.Notice{Text: fmt.Sprintf("There are too few articles: %s.", o.Detail), Do: "Take in or restore one that is listed under “Not in this issue”, or wait for new ones."})
		case desk.NoReaders:
			all = append(all, editor.Notice{Text: "Nobody has subscribed yet."})
		case desk.HeldBefore:
			all = append(all, editor.Notice{
				Text: fmt.Sprintf("Issue %d is held and waits for a person: %s.", o.Issue, o.Detail),
				Do:   fmt.Sprintf("Ask whoever runs Roundup to look at it; issue %d is not affected.", number),
				Mild: true,
			})
		default:
			all = append(all, editor.Notice{Text: o.Detail})
		}
	}
	if len(unfilled) > 0 {
		missing := editor.Notice{Text: "Settings are not filled in yet: " + strings.Join(unfilled, ", ") + ".", Do: "Ask whoever runs Roundup to fill them in."}
		all = append([]editor.Notice{missing}, all...)
	}
	return all
}

// settingWords is what a setting that a send needs says, in words.
func settingWords(key string) string {
	words := map[string]string{
		"newsletter.name":           "the newsletter’s name",
		"newsletter.postal_address": "the postal address",
		"mail.from":                 "who the mail is from",
		"smtp.host":                 "the server that takes the mail",
	}
	if strings.HasPrefix(key, "sources") {
		return "where the articles come from"
	}
	return cmp.Or(words[key], key)
}

// sourceNotice tells which sources could not be read last; ok is false where all were.
func sourceNotice(records []store.SourceRecord, at *time.Location) (n editor.Notice, ok bool) {
	for _, r := range records {
		if r.LastError == "" {
			continue
		}
		line := sourceName(r.URL) + ": " + sourceTrouble(r.LastError)
		if !r.LastReadAt.IsZero() {
			line += "; what is known of it is from " + r.LastReadAt.In(at).Format("2 January, 15:04")
		}
		n.Lines = append(n.Lines, line)
	}
	if len(n.Lines) == 0 {
		return n, false
	}
	n.Mild = true
	n.Text = fmt.Sprintf("%d of %s could not be read.", len(n.Lines), count(len(records), "source"))
	if len(records) == 1 {
		n.Text = "The source could not be read."
	}
	n.Do = "What is new there is not in this issue."
	return n, true
}

// readWords says what reading the sources gave, with what could not be read. It
// is an error only where nothing could.
func readWords(fetched []desk.Fetched) (string, error) {
	fresh, changed := 0, 0
	var failed []string
	for _, f := range fetched {
		fresh, changed = fresh+f.New, changed+f.Changed
		if f.Error != "" {
			failed = append(failed, sourceName(f.Source)+" ("+sourceTrouble(f.Error)+")")
		}
	}
	gave := fmt.Sprintf("%s new, %d changed.", count(fresh, "article"), changed)
	switch len(failed) {
	case 0:
		return fmt.Sprintf("%s read: %s", count(len(fetched), "source"), gave), nil
	case len(fetched):
		return "", errors.New("no source could be read: " + strings.Join(failed, "; "))
	}
	return fmt.Sprintf("Read %d of %s: %s Not read: %s.",
		len(fetched)-len(failed), count(len(fetched), "source"), gave, strings.Join(failed, "; ")), nil
}

// sourceName is a source's address as people name it: its host, and as much of
// its path as two of one host need.
func sourceName(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.Host == "" {
		return path.Base(source)
	}
	return strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/")
}

// sourceTrouble is what keeps a source from being read, without the words of
// resolvers and sockets. It is told from what was put on record then.
func sourceTrouble(said string) string {
	for _, known := range []struct{ mark, words string }{
		{"there is no host", "there is no such address; is it spelled right?"},
		{"no such host", "there is no such address; is it spelled right?"},
		{"lookup ", "its address could not be looked up just now"},
		{"no complete answer in time", "it did not answer in time"},
		{"timeout", "it did not answer in time"},
		{"nothing answers there", "nothing answers at its address"},
		{"connection refused", "nothing answers at its address"},
		{"hung up", "it broke off without an answer"},
		{"connection reset", "it broke off without an answer"},
		{"x509", "its certificate is not valid"},
		{"tls:", "no secure connection to it could be made"},
		{"dial ", "it can’t be reached from here"},
		{"no such file", "the file is not there"},
	} {
		if strings.Contains(said, known.mark) {
			return known.words
		}
	}
	first, _, _ := strings.Cut(said, "\n")
	return first
}

// pageWords are an error and what to do about it in an editor's words.
func pageWords(err error) string {
	var problems config.Problems
	if errors.As(err, &problems) {
		lines := make([]string, len(problems))
		for i, p := range problems {
			lines[i] = withHint(p.String(), withoutCommands(problemHint(p)))
		}
		return strings.Join(lines, "\n")
	}
	var change *digest.ChangeError
	if errors.As(err, &change) {
		switch change.Code {
		case digest.NoSuchArticle:
			return "This article is not known any more. Reload the page."
		case digest.AlreadyCarried:
			return withHint(change.Message, "“Print again” prints it once more")
		case digest.NotOwed:
			return withHint(change.Message, "“Restore” gives it to the next issue")
		}
	}
	_, hint := explain(err)
	return withHint(withoutSockets(strings.TrimRight(err.Error(), "\n")), withoutCommands(hint))
}

// withoutSockets takes what resolvers and sockets said off an explanation, or
// says in their place that something can't be reached.
func withoutSockets(words string) string {
	short := socketWords.ReplaceAllString(words, "")
	if short == words || explained.MatchString(short) {
		return short
	}
	return short + ": it can’t be reached just now"
}

var (
	socketWords = regexp.MustCompile(`:? ?(?:dial (?:tcp|udp)|lookup \S+|(?:read|write) (?:tcp|udp))\b[^;\n]*`)
	explained   = regexp.MustCompile(`there is no host|nothing answers|no complete answer|hung up`)
)

func withHint(words, hint string) string {
	if hint == "" {
		return words
	}
	return words + " – " + hint
}

// pageHint is what to do about a finding, in an editor's words: what is wrong with
// the issue is mended on the page, what is wrong with the rest by somebody else.
func pageHint(f finding.Finding) string {
	switch {
	case f.Do.Code == "" || f.Group.OfIssue():
		return withoutCommands(f.Hint)
	case f.Hint == "":
		return "ask whoever runs Roundup"
	}
	return withoutCommands(f.Hint) + "; or ask whoever runs Roundup"
}

// withoutCommands leaves out the parts of a hint that say what to type.
func withoutCommands(hint string) string {
	if !hasCommand(hint) {
		return hint
	}
	var kept []string
	for part := range strings.SplitSeq(hint, "; ") {
		if !hasCommand(part) {
			kept = append(kept, part)
		}
	}
	return cmp.Or(strings.Join(kept, "; "), "ask whoever runs Roundup")
}

func hasCommand(words string) bool {
	return strings.Contains(words, "`roundup") || strings.Contains(words, "--offline") || strings.Contains(words, "`ignore`")
}
