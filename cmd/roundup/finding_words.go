package main

import (
	"strings"

	"roundup/internal/check/finding"
)

// worded is a finding with everything in words: what a check leaves to be worded
// by those who show it names commands.
func worded(f finding.Finding) finding.Finding {
	f.Detail += remedyWords(f.Aside)
	if do := remedyWords(f.Do); do != "" && f.Hint != "" {
		f.Hint += "; " + do
	} else {
		f.Hint += do
	}
	f.Aside, f.Do = finding.Remedy{}, finding.Remedy{}
	return f
}

// remedyWords words a remedy for a terminal; ABOUT stands for what it is about.
func remedyWords(r finding.Remedy) string {
	return strings.ReplaceAll(map[finding.Code]string{
		finding.RecordShown:     " (`roundup dkim-key --show` prints the record)",
		finding.RecordNotForAll: " (`roundup dkim-key --show` prints the record): not every receiver verifies Ed25519",
		finding.MakeRSA:         "`roundup dkim-key --rsa` makes a key that all do",
		finding.PutBackBackup:   "stop everything, keep the file and its -wal, put a backup in its place and run `roundup adopt`",
		finding.Adopt:           adoptHint,
		finding.BackupOrReport:  "put a backup from before in its place and run `roundup adopt`, or report it with `roundup version`",
		finding.AcceptEmpty:     "if it may be empty: `roundup sources accept ABOUT`",
		finding.Settle:          "`roundup sources accept` or `ignore`",
		finding.ReadSource:      "`roundup fetch` reads it",
		finding.Release:         "mend the cause, then `roundup issues release ABOUT` and `roundup send`",
		finding.Follow:          "it goes on by itself; `roundup report` tells how far it is",
		finding.NoSchedule:      "no schedule is set: it goes out by `roundup send --now`",
		finding.Explain:         "`roundup explain` says why",
		finding.ShortenSubject:  "put what matters first, or shorten the one set by hand: `roundup edit subject`",
		finding.LengthenPre:     "say more in the one set by hand: `roundup edit preheader`",
		finding.MendTemplate:    "mend it there; `roundup templates` tries it again",
		finding.ServeByHTTPS:    "set newsletter.base_url to an https address at which `roundup serve` is reached",
		finding.EditNote:        "mend it in the note: `roundup edit note`",
		finding.ImportReaders:   "`roundup subscribers import FILE`",
		finding.ReadReport:      "`roundup report ABOUT` has the servers' words",
		finding.ReadBounces:     "read that mailbox with `roundup bounces read`",
		finding.StartPages:      "is `roundup serve` running, and the proxy before it?",
		finding.PassPost:        "let the proxy pass POST to `roundup serve`",
		finding.PassPostAsIs:    "let the proxy pass POST to `roundup serve`, without a login or a form's token",
		finding.OthersPages:     ": something else than `roundup serve` is there",
		finding.PassPages:       "let the proxy pass /u/ to `roundup serve`",
		finding.RelayUnseen:     "; whether the relay's addresses are among them `roundup check --received` tells",
		finding.TrySigning:      "`roundup send --test YOU`, save the mail as it arrived, and `roundup check --received FILE` reads it; `roundup dkim-key` makes a key where it does not",
		finding.TrySender:       "`roundup send --test` and `roundup check --received` show what it does",
		finding.SendTest:        "send one with `roundup send --test` and save it as it arrived; what follows holds for this mail all the same",
		finding.ScoreBefore:     "see which rules it names; `roundup check` asks SpamAssassin beforehand",
		finding.AddToSPF:        "add what the relay's documentation names to the SPF record; `roundup check` shows it",
		finding.PublishSPF:      "publish an SPF record; `roundup check` shows it",
		finding.SignFor:         "ask the relay to sign in the name of ABOUT, or let Roundup sign: `roundup dkim-key`",
		finding.PublishKey:      "publish it; `roundup check` shows the record of a key of ours",
		finding.SignBoth:        "ask the relay to sign both, or let Roundup sign: `roundup dkim-key`",
		finding.AlignWith:       "have the relay sign in the name of ABOUT, or use a return path of it; `roundup check` shows the records",
		finding.PublishDMARC:    "publish a DMARC record; `roundup check` shows it",
	}[r.Code], "ABOUT", r.About)
}
