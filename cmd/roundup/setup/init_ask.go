package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/outbound"
	"roundup/internal/wording"
)

// fillIn is what most questions say Enter stands for.
const fillIn = "Enter to fill it in later"

// question is one thing that init asks a person for, or takes from a flag.
type question struct {
	key, flag string // "sources", "--feed"
	words     string // empty where nobody is asked
	enter     string // what Enter stands for, in words
	answer    *string
}

func questions(answers *config.Answers) []question {
	return []question{
		{"sources", "--feed", "Address of the feed, or of the site", fillIn, &answers.Feed},
		{"newsletter.name", "--name", "Name of the newsletter", fillIn, &answers.Name},
		{"mail.from", "--from", "Address its mails are from", fillIn, &answers.From},
		{"smtp.host", "--smtp-host", "Host of the SMTP relay", fillIn, &answers.SMTPHost},
		{"smtp.rate", "--rate", "Messages a second it allows", "Enter for as many as it takes", &answers.Rate},
		{"smtp.per_hour", "--per-hour", "Messages an hour it allows", "Enter for no limit", &answers.PerHour},
		{"newsletter.postal_address", "--postal-address", "Postal address of the publication", fillIn, &answers.PostalAddress},
		{"newsletter.timezone", "--timezone", "Time zone of the schedule and the dates", "", &answers.Timezone},
		{"schedule.cron", "--day", "Day and time it goes out", "", &answers.Day},
		{"database", "--database", "", "", &answers.Database},
	}
}

// interview asks for what no flag said.
type interview struct {
	app     *app.App
	asker   *terminal.Asker
	dir     string // of the configuration file, from which a path leads
	answers *config.Answers
	byEnter map[string]string // key -> the answer that Enter stands for
}

// askAnswers asks for what no flag said, each until it can be what it is for. It
// writes nothing; where the input ends first, neither does its caller.
func askAnswers(ctx context.Context, a *app.App, answers *config.Answers, dir string) error {
	i := &interview{app: a, asker: terminal.NewAsker(ctx, a.In, a.Err), dir: dir, answers: answers, byEnter: map[string]string{
		"newsletter.timezone": terminal.SystemZone(a.Env),
		"schedule.cron":       "Friday 07:00",
	}}
	for _, q := range questions(answers) {
		if q.words == "" { // a flag alone: what holds without it is right for most
			continue
		}
		err := i.settle(q)
		if err == nil && q.key == "sources" {
			err = i.readFeed(ctx, q)
		}
		if err != nil {
			return &words.HintedError{Err: err, Hint: "nothing was written; run `roundup init` again, or give what it asks as flags"}
		}
	}
	return nil
}

// settle asks a question until its answer can be one.
func (i *interview) settle(q question) error {
	byEnter := i.byEnter[q.key]
	if byEnter != "" {
		q.enter = "Enter for " + byEnter
	}
	for *q.answer == "" {
		answer, err := i.asker.Ask(fmt.Sprintf("%s (%s): ", q.words, oneline.Plain(q.enter)))
		if err != nil {
			return err
		}
		*q.answer = cmp.Or(answer, byEnter)
		problems := i.answers.Problems(i.dir) // those before were in order
		if len(problems) == 0 {
			return nil
		}
		*q.answer = ""
		i.asker.Sayf("  That can't be: %s\n", oneline.Plain(problems[0].Message))
		if problems[0].Hint != "" {
			i.asker.Sayf("  (%s)\n", oneline.Plain(problems[0].Hint))
		}
	}
	return nil
}

// readFeed says what the feed holds, and proposes its title as the name. One that
// can't be read may be given anew, or kept.
func (i *interview) readFeed(ctx context.Context, q question) error {
	for i.answers.Feed != "" {
		feed, err := i.tryFeed(ctx)
		if ctx.Err() != nil {
			i.asker.Sayf("\n")
			return terminal.ErrInterrupted
		}
		if err == nil {
			i.sayFeed(feed)
			return nil
		}
		if errors.Is(err, outbound.ErrPrivateAddress) && !i.answers.AllowPrivate {
			answer, err := i.asker.Ask("  That is on this machine, or in a private network. Read feeds from there? [y/N] ")
			if err != nil {
				return err
			}
			if i.answers.AllowPrivate = terminal.IsYes(answer); i.answers.AllowPrivate {
				continue
			}
		} else {
			i.asker.Sayf("  It can't be read: %s\n", oneline.Plain(err.Error()))
		}
		kept := i.answers.Feed
		i.answers.Feed = ""
		q.words, q.enter = "  Another address", "Enter to keep it all the same"
		if err := i.settle(q); err != nil {
			return err
		}
		if i.answers.Feed == "" {
			i.answers.Feed = kept
			return nil
		}
	}
	return nil
}

func (i *interview) tryFeed(ctx context.Context) (desk.TriedFeed, error) {
	o := desk.TryFeedOptions{AllowPrivate: i.answers.AllowPrivate, Now: i.app.Now, Version: i.app.Version}
	if strings.Contains(i.answers.Feed, "://") {
		o.URL = i.answers.Feed
	} else if o.Path = i.answers.Feed; !filepath.IsAbs(o.Path) {
		o.Path = filepath.Join(i.dir, o.Path)
	}
	return desk.TryFeed(ctx, o)
}

// sayFeed says what was read: "The Harbour Review: 20 articles, newest Tuesday".
func (i *interview) sayFeed(feed desk.TriedFeed) {
	if feed.URL != "" {
		i.asker.Sayf("  That is a web page; the feed it names is %s\n", oneline.Plain(feed.URL))
		i.answers.Feed = feed.URL
	}
	title := oneline.Plain(strings.TrimSpace(feed.Title))
	words := wording.Count(feed.Articles, "article")
	if title != "" {
		words = title + ": " + words
	}
	if feed.Articles > 0 {
		words += ", " + newestWords(feed.Newest, i.app.Now())
	}
	i.asker.Sayf("  %s.\n", words)
	for _, w := range feed.Warnings {
		if feed.URL == "" || !strings.Contains(w, "is a web page") {
			i.asker.Sayf("  (%s)\n", oneline.Plain(w))
		}
	}
	proposed := config.Answers{Name: title}
	if len(proposed.Problems(i.dir)) == 0 {
		i.byEnter["newsletter.name"] = title
	}
}

// newestWords tells a day as people would: the newest of this week by its name.
func newestWords(newest, now time.Time) string {
	if newest.IsZero() {
		return "none with a date"
	}
	newest, now = newest.In(time.Local), now.In(time.Local)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.Local)
	switch age := midnight.Sub(newest); {
	case age <= 0:
		return "newest today"
	case age <= 24*time.Hour:
		return "newest yesterday"
	case age <= 6*24*time.Hour:
		return "newest " + newest.Weekday().String()
	}
	return "newest " + newest.Format("2 January 2006")
}
