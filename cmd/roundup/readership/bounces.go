package readership

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/delivery/inbox"
	"roundup/delivery/mailbox"
	"roundup/internal/asjson"
	"roundup/internal/list"
	"roundup/internal/nearest"
	"roundup/internal/oneline"
	"roundup/internal/returns"
	"roundup/internal/wording"
)

func newBounces(a *app.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "bounces",
		Short: "read the mail that came back",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if piped(a.In) { // a mail that is handed over would be lost
				return &words.UsageError{Msg: "bounces: nothing says what to do with the mail on standard input", Hint: "`roundup bounces read -` reads it; `roundup bounces --help` shows what else there is"}
			}
			return cmd.Help()
		},
	}
	var dryRun bool
	read := &cobra.Command{
		Use:   "read <path>...",
		Short: "read mails that came back, from files, mbox files or maildirs; - for standard input",
		Long: `Read mails that came back: bounces, complaints, automatic answers, and the mails of
readers who left through the mailto: link, whom it unsubscribes. A bounce counts by our
Message-ID in what it returns, with mail.verp by the token of the return path alone, a
complaint by either. An address alone is shown, and has no effect. What can't be read is
named and the rest is read, and it ends with 1.

It prints a line for each recipient that a mail tells of, and their sums; with --json the
lines alone.

Where it fails to read a mail that a mail server hands over on standard input, whatever
the reason, it ends with 75, at which the server keeps the mail and tries again.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return readBounces(cmd.Context(), a, args, dryRun) },
	}
	explain := &cobra.Command{
		Use:   "explain <file>",
		Short: "what a mail that came back means, and what would follow; - for standard input",
		Long: `Read a mail that came back and say, of each recipient, why it did, whom of the list it
names and how sure that is, and what would follow. Nothing is changed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return explainBounce(cmd.Context(), a, args[0]) },
	}
	fetch := &cobra.Command{
		Use:   "fetch",
		Short: "read the mailbox that bounces come to (bounces.imap), once",
		Long: `Read what came since the last reading to the mailbox of bounces.imap, as ` + "`bounces read`" + `
does, and move each mail: to bounces.imap.processed what was understood, to
bounces.imap.unknown what was not. ` + "`serve`" + ` does the same every bounces.imap.interval.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return fetchBounces(cmd.Context(), a) },
	}
	c.AddCommand(explain, fetch)
	read.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be done, change nothing")
	c.AddCommand(read)
	return c
}

// HandedOver reports whether a command line is one by which a mail server hands a mail over:
// `bounces read` of its standard input. It is not parsed, since a mail must not be lost for
// mistakes in it either: a name that is misspelt, a word or a dash that is forgotten. commands
// are the names of those that there are.
func HandedOver(args, commands []string, in io.Reader) bool {
	if !piped(in) {
		return false
	}
	at := slices.IndexFunc(args, func(arg string) bool { return nearest.Within(arg, commands, 2) == "bounces" })
	before, after := wordsOf(args), []string(nil)
	if at >= 0 {
		before, after = wordsOf(args[:at]), wordsOf(args[at+1:])
	}
	if slices.ContainsFunc(before, func(word string) bool { return nearest.Within(word, commands, nearest.Slips(word)) != "" }) {
		return false // another command
	}
	if len(after) > 0 && nearest.Within(after[0], []string{"explain", "fetch"}, 2) != "" {
		return false
	}
	return at >= 0 && len(after) < 2 || slices.ContainsFunc(slices.Concat(before, after), isStdin)
}

// piped reports whether something is at hand on standard input that is neither a terminal nor
// nothing.
func piped(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return true
	}
	is, err := f.Stat()
	return err == nil && is.Mode()&os.ModeCharDevice == 0
}

// isStdin reports whether a word stands for standard input, or is meant to.
func isStdin(word string) bool {
	return slices.Contains([]string{"-", "–", "—", "−", "/dev/stdin"}, strings.TrimSpace(word))
}

// wordsOf is a command line without its flags and their values. What follows a flag that
// nobody knows is taken for its value.
func wordsOf(args []string) (words []string) {
	valued := false
	for _, arg := range args {
		flag := len(arg) > 1 && arg[0] == '-'
		if !flag && !valued {
			words = append(words, arg)
		}
		valued = flag && !strings.Contains(arg, "=") && !slices.Contains([]string{"--json", "--quiet", "-q", "--dry-run"}, arg)
	}
	return words
}

func readBounces(ctx context.Context, a *app.App, paths []string, dryRun bool) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	// A database that was moved knows nobody who joined since: their mails would be left alone.
	if _, err := st.Standing(ctx); err != nil {
		return err
	}
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	mails := l.Mails(dryRun, a.Actor())
	each := func(mail io.Reader, envelope inbox.Envelope, where string) error {
		taken, err := mails.Take(ctx, mail, envelope)
		for _, t := range taken {
			printBounce(a, where, t)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		return nil
	}
	unread := 0
	for _, path := range paths {
		err := eachMail(ctx, a, path, each, func(err error) error {
			unread++
			a.Warn("%v", err)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !a.JSON {
		a.Printf("%s\n", words.Mails(mails.Done(), dryRun))
	}
	if unread > 0 {
		return fmt.Errorf("%s could not be read", wording.Count(unread, "path"))
	}
	return nil
}

func fetchBounces(ctx context.Context, a *app.App) error {
	if _, err := a.Config(); err != nil {
		return err
	}
	m, err := a.Mailbox(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	m.Told = func(t list.Taken) { printBounce(a, m.Name, t) }
	for {
		done, err := m.Fetch(ctx)
		if !a.JSON && (err == nil || done != mailbox.Done{}) {
			a.Printf("%s\n", words.Fetched(done, m.Options.Processed, m.Options.Unknown))
		}
		if err != nil || !done.More {
			return mailboxError(m.Name, err)
		}
	}
}

// mailboxError says what is the matter with a mailbox.
func mailboxError(name string, err error) error {
	var trouble *mailbox.Trouble
	switch {
	case errors.As(err, &trouble):
		what, todo := words.Mailbox(trouble)
		return &words.HintedError{Err: fmt.Errorf("mailbox %s: %s", name, what), Hint: todo}
	case errors.Is(err, returns.ErrNotInCharge):
		return &words.HintedError{Err: err, Hint: words.AdoptHint}
	}
	return err
}

func explainBounce(ctx context.Context, a *app.App, path string) error {
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	mails := l.Mails(true, a.Actor())
	return eachMail(ctx, a, path, func(mail io.Reader, envelope inbox.Envelope, where string) error {
		taken, err := mails.Take(ctx, mail, envelope)
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		for _, t := range taken {
			if a.JSON {
				err = a.PrintJSON(asjson.BounceOf(where, t))
			} else {
				err = words.WriteTaken(a.People(), t)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, func(err error) error { return err })
}

// printBounce prints what a mail says of one recipient.
func printBounce(a *app.App, where string, t list.Taken) {
	a.Tell(asjson.BounceOf(where, t))
	if !a.JSON {
		a.Printf("%s: %s\n", oneline.Plain(where), words.Taken(t))
	}
}

// eachMail runs do for every mail at a path, and unread for what can't be read of it; - is
// standard input, where that is an error.
func eachMail(ctx context.Context, a *app.App, path string, do func(mail io.Reader, envelope inbox.Envelope, where string) error, unread func(error) error) error {
	if path != "-" {
		return inbox.EachMailAt(ctx, path, do, unread)
	}
	err := inbox.EachMail(terminal.Patient(ctx, a.In), func(r io.Reader, envelope inbox.Envelope) error { return do(r, envelope, "standard input") })
	if err == nil && ctx.Err() != nil {
		err = terminal.ErrInterrupted // half a mail is none
	}
	return err
}
