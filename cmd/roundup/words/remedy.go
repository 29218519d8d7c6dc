package words

import (
	"fmt"
	"strings"

	"roundup/config"
	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/remedy"
	"roundup/internal/wording"
	"roundup/store/engine"
	"roundup/store/sqlite"
)

// What to do about what the rooms find: they name it by a code, and don't know by
// which commands they are reached.

// AdoptHint is what to do about a database that is not in charge.
const AdoptHint = "run `roundup adopt`, which asks what went out since"

// Senders are those who may carry an issue on.
const Senders = "`roundup send`, `serve` or a worker"

// MovedHint is what to do about a database that was moved.
func MovedHint(e *engine.MovedError) string {
	return Remedy(remedy.Remedy{Code: remedy.NameOther, About: e.To})
}

// NotReadyHint is what to do where nothing may be sent.
func NotReadyHint(e *desk.NotReadyError) string {
	switch e.Code {
	case desk.Rehearsing:
		return "unset " + desk.ClockVariable + " to send for real, or point smtp.host at 127.0.0.1"
	case desk.NotInCharge:
		return AdoptHint
	case desk.NoWayOut:
		return "set base_url to where `roundup serve` is reached, or unsubscribe to a mailbox that `roundup bounces read` reads"
	case desk.PagesAway:
		return "start `roundup serve`; without newsletter.base_url readers leave by mail to mail.unsubscribe alone"
	}
	return ""
}

// ChangeHint is what to do about a change that can't be made.
func ChangeHint(e *digest.ChangeError) string {
	switch e.Code {
	case digest.NoSuchArticle:
		return "`roundup articles list` prints the ids"
	case digest.AlreadyCarried:
		return fmt.Sprintf("`roundup articles again %d` prints it once more", e.Article)
	case digest.NotOwed:
		return fmt.Sprintf("`roundup articles restore %d` owes it to the next issue", e.Article)
	}
	return e.Hint
}

// OwnerHint is what to do where the database belongs to somebody else.
func OwnerHint(e *sqlite.OwnerError) string {
	owner := e.Owner
	if strings.HasPrefix(owner, "#") {
		owner = "'" + owner + "'" // or a shell takes the rest for a comment
	}
	return "run it as that user: sudo -u " + owner + " roundup ..."
}

// NextStep says how an issue goes on; "" where it is over.
func NextStep(s delivery.Summary) string {
	next, who := s.Next(), "`roundup serve`, the timer, or the next `roundup send`"
	if s.Working > 0 {
		who = "whoever is at work (`roundup workers`)"
	}
	if s.Working > 0 && (next == delivery.RunAgain || next == delivery.AwaitRelay) {
		return fmt.Sprintf("It goes on by itself: %s at work, see `roundup workers`.", wording.Agree(s.Working, "process is", "processes are"))
	}
	switch next {
	case delivery.ReleaseIt:
		return fmt.Sprintf("It waits for a person: when the cause is mended, `roundup issues release %d`; the next that sends carries it on: %s.", s.Issue, Senders)
	case delivery.AwaitRelay:
		return "Run `roundup send` again: it goes on when the relay takes mail, and nobody is mailed twice."
	case delivery.AwaitDeferred:
		readers := "The deferred reader is"
		if s.Deferred != 1 {
			readers = fmt.Sprintf("The %s deferred readers are", wording.Thousands(s.Deferred))
		}
		return fmt.Sprintf("%s tried again from %s on, by %s. Nobody is mailed twice.",
			readers, s.NextTry.Format("15:04 MST"), who)
	case delivery.RunAgain:
		return "Run `roundup send` again: it goes on where it stopped, and nobody is mailed twice."
	}
	return ""
}

// Remedy words a remedy for a terminal; ABOUT stands for what it is about.
func Remedy(r remedy.Remedy) string {
	if r.Code == remedy.MakeKeyFor {
		selector, domain, _ := strings.Cut(r.About, "._domainkey.")
		return fmt.Sprintf("`roundup dkim-key --domain %s --selector %s --out FILE` makes one", domain, selector)
	}
	if r.Code == remedy.NameOther && config.Database(r.About).OnServer() {
		// About is where it is, and not how it was reached: without its settings the password might go out unencrypted.
		return fmt.Sprintf("in the configuration set database: to the URL of %s that `roundup move` was given, with all that follows its ? (a password: in the file of database_file)", r.About)
	}
	return strings.ReplaceAll(map[remedy.Code]string{
		remedy.ListSettings:    "`roundup config` lists the settings; their variables are ROUNDUP_SECTION_KEY",
		remedy.NameKey:         "`roundup dkim-key` tells",
		remedy.MakeKey:         "`roundup dkim-key` makes a key",
		remedy.MakeLongerKey:   "`roundup dkim-key` makes one, to be published under another selector",
		remedy.ExportTemplates: "`roundup templates export ABOUT` writes the built-in ones",

		remedy.Offline:         ": --offline",
		remedy.RecordShown:     " (`roundup dkim-key --show` prints the record)",
		remedy.RecordNotForAll: " (`roundup dkim-key --show` prints the record): not every receiver verifies Ed25519",
		remedy.MakeRSA:         "`roundup dkim-key --rsa` makes a key that all do",
		remedy.PutBackBackup:   "stop everything, keep the file and its -wal, put a backup in its place and run `roundup adopt`",
		remedy.RestoreDump:     "stop everything, restore a dump into another database, name that in the configuration and run `roundup adopt`",
		remedy.Adopt:           AdoptHint,
		remedy.NameOther:       "in the configuration set database: ABOUT",
		remedy.BackupOrReport:  "put a backup from before in its place and run `roundup adopt`, or report it with `roundup version`",
		remedy.AcceptEmpty:     "if it may be empty: `roundup sources accept ABOUT`",
		remedy.Settle:          "`roundup sources accept` or `ignore`",
		remedy.ReadSource:      "`roundup fetch` reads it",
		remedy.Release:         "mend the cause, then `roundup issues release ABOUT` and `roundup send`",
		remedy.Follow:          "it goes on by itself; `roundup report` tells how far it is",
		remedy.NoSchedule:      "no schedule is set: it goes out by `roundup send --now`",
		remedy.Explain:         "`roundup explain` says why",
		remedy.ShortenSubject:  "put what matters first, or shorten the one set by hand: `roundup edit subject`",
		remedy.LengthenPre:     "say more in the one set by hand: `roundup edit preheader`",
		remedy.MendTemplate:    "mend it there; `roundup templates` tries it again",
		remedy.ServeByHTTPS:    "set newsletter.base_url to an https address at which `roundup serve` is reached",
		remedy.EditNote:        "mend it in the note: `roundup edit note`",
		remedy.ImportReaders:   "`roundup subscribers import FILE`",
		remedy.ReadReport:      "`roundup report ABOUT` has the servers' words",
		remedy.ReadBounces:     "read that mailbox with `roundup bounces read`",
		remedy.StartPages:      "is `roundup serve` running, and the proxy before it?",
		remedy.PassPost:        "let the proxy pass POST to `roundup serve`",
		remedy.PassPostAsIs:    "let the proxy pass POST to `roundup serve`, without a login or a form's token",
		remedy.OthersPages:     ": something else than `roundup serve` is there",
		remedy.PassPages:       "let the proxy pass /u/ to `roundup serve`",
		remedy.RelayUnseen:     "; whether the relay's addresses are among them `roundup check --received` tells",
		remedy.TrySigning:      "`roundup send --test YOU`, save the mail as it arrived, and `roundup check --received FILE` reads it; `roundup dkim-key` makes a key where it does not",
		remedy.TrySender:       "`roundup send --test` and `roundup check --received` show what it does",
		remedy.SendTest:        "send one with `roundup send --test` and save it as it arrived; what follows holds for this mail all the same",
		remedy.ScoreBefore:     "see which rules it names; `roundup check` asks SpamAssassin beforehand",
		remedy.AddToSPF:        "add what the relay's documentation names to the SPF record; `roundup check` shows it",
		remedy.PublishSPF:      "publish an SPF record; `roundup check` shows it",
		remedy.MendRecord:      "`roundup check` says why",
		remedy.SignFor:         "ask the relay to sign in the name of ABOUT, or let Roundup sign: `roundup dkim-key`",
		remedy.PublishKey:      "publish it; `roundup check` shows the record of a key of ours",
		remedy.SignBoth:        "ask the relay to sign both, or let Roundup sign: `roundup dkim-key`",
		remedy.AlignWith:       "have the relay sign in the name of ABOUT, or use a return path of it; `roundup check` shows the records",
		remedy.PublishDMARC:    "publish a DMARC record; `roundup check` shows it",
		remedy.AskElsewhere:    "look again where the name servers answer, or ask another one: --resolver 9.9.9.9",
		remedy.StartListener:   "is `roundup serve` running?",
		remedy.TryMailbox:      "`roundup bounces fetch` says what to do",
		remedy.LookAtUnknown:   "look at them: `roundup bounces explain FILE` says what one means; delete what is done",
		remedy.NameConfig:      "name it with --config",
	}[r.Code], "ABOUT", r.About)
}

// ProblemHint is what to do about a mistake in the configuration.
func ProblemHint(p config.Problem) string { return JoinHints(p.Hint, Remedy(p.Do)) }

// JoinHints is what to do, of which a room said a part; either may be "".
func JoinHints(said, words string) string {
	if said != "" && words != "" {
		return said + "; " + words
	}
	return said + words
}
