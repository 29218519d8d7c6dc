package words_test

import (
	"strings"
	"testing"
	"time"

	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/remedy"
	"roundup/store/engine"
)

func TestStepWords(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 27, 7, 30, 0, 0, time.UTC)
	deferred := func(n int) delivery.Summary {
		return delivery.Summary{Status: string(digest.Sending), Deferred: n, Owed: n, NextTry: at}
	}
	for _, tt := range []struct {
		name    string
		sum     delivery.Summary
		working int
		want    string
	}{
		{"sent", delivery.Summary{Status: string(digest.Sent)}, 0, ""},
		{"held", delivery.Summary{Status: string(digest.Held), Issue: 12}, 0, "It waits for a person: when the cause is mended, `roundup issues release 12`; the next that sends carries it on: `roundup send`, `serve` or a worker."},
		{"waiting", delivery.Summary{Status: string(digest.Waiting)}, 0, "Run `roundup send` again: it goes on when the relay takes mail, and nobody is mailed twice."},
		{"stopped", delivery.Summary{Status: string(digest.Sending), Queued: 2, Owed: 2}, 0, "Run `roundup send` again: it goes on where it stopped, and nobody is mailed twice."},
		{"at work", delivery.Summary{Status: string(digest.Sending), Queued: 2, Owed: 2}, 1, "It goes on by itself: 1 process is at work, see `roundup workers`."},
		{"waiting, at work", delivery.Summary{Status: string(digest.Waiting)}, 4, "It goes on by itself: 4 processes are at work, see `roundup workers`."},
		{"held, at work", delivery.Summary{Status: string(digest.Held), Issue: 12}, 4, "It waits for a person: when the cause is mended, `roundup issues release 12`; the next that sends carries it on: `roundup send`, `serve` or a worker."},
		{"one deferred", deferred(1), 0, "The deferred reader is tried again from 07:30 UTC on, by `roundup serve`, the timer, or the next `roundup send`. Nobody is mailed twice."},
		{"one deferred, at work", deferred(1), 4, "The deferred reader is tried again from 07:30 UTC on, by whoever is at work (`roundup workers`). Nobody is mailed twice."},
		{"many", deferred(1204), 0, "The 1,204 deferred readers are tried again from 07:30 UTC on, by `roundup serve`, the timer, or the next `roundup send`. Nobody is mailed twice."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.sum.Working = tt.working
			if got := words.NextStep(tt.sum); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Every remedy has words, and says what it is about.
func TestRemedyWords(t *testing.T) {
	t.Parallel()
	for _, code := range remedy.Codes() {
		said := words.Remedy(remedy.Remedy{Code: code, About: "7"})
		if said == "" || strings.Contains(said, "ABOUT") {
			t.Errorf("%s is worded %q", code, said)
		}
	}
}

func TestProblemHint(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give config.Problem
		want string
	}{
		{config.Problem{}, ""},
		{config.Problem{Hint: "chmod 600 key.pem"}, "chmod 600 key.pem"},
		{config.Problem{Do: remedy.Remedy{Code: remedy.MakeKeyFor, About: "nov._domainkey.x.example"}},
			"`roundup dkim-key --domain x.example --selector nov --out FILE` makes one"},
		{config.Problem{Do: remedy.Remedy{Code: remedy.ExportTemplates, About: "looks"}}, "`roundup templates export looks` writes the built-in ones"},
		{config.Problem{Hint: "mind the case", Do: remedy.Remedy{Code: remedy.NameKey}}, "mind the case; `roundup dkim-key` tells"},
	} {
		if got := words.ProblemHint(tt.give); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

// Where a database was moved to is no URL to be copied: what it was reached by is not on record.
func TestMovedHint(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"/srv/new.db": "in the configuration set database: /srv/new.db",
		"postgres://roundup@db.example/roundup": "in the configuration set database: to the URL of postgres://roundup@db.example/roundup that `roundup move` was given, " +
			"with all that follows its ? (a password: in the file of database_file)",
	} {
		if got := words.MovedHint(&engine.MovedError{To: to}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
