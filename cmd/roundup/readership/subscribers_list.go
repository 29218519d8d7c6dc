package readership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/list"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

func newSubscribersList(a *app.App) *cobra.Command {
	var status, text string
	var noPager bool
	c := &cobra.Command{
		Use:   "list [<filter>...]",
		Short: "the readers, one a line",
		Long:  "The readers, one a line.\n\n" + app.FilterHelp,
		Example: `  roundup subscribers list status:pending "joined:<2026-01-01"
  roundup subscribers list -- domain:example.org -label:patron`,
		RunE: func(cmd *cobra.Command, args []string) error {
			only, err := words.OneOf("--status", status, subscribers.Statuses())
			if err != nil {
				return err
			}
			where, err := a.ParseFilter(args)
			if err != nil {
				return err
			}
			f := store.SubscriberFilter{Status: only, Text: text, Where: where}
			return paged(cmd.Context(), a, noPager, func(ctx context.Context, w io.Writer) error {
				return listSubscribers(ctx, a, w, f)
			})
		},
	}
	c.Flags().StringVar(&status, "status", "", "only those of this `STATUS`: pending, active or unsubscribed")
	c.Flags().StringVar(&text, "text", "", "only those with this `WORD` in address or name")
	c.Flags().BoolVar(&noPager, "no-pager", false, "do not page on a terminal")
	return c
}

// listSubscribers prints page after page of the list as it is read: its columns
// have fixed widths, since what is to come is not known yet.
func listSubscribers(ctx context.Context, a *app.App, w io.Writer, f store.SubscriberFilter) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	out := terminal.NewList(w, listWidths()...)
	heading := terminal.Is(a.Out) && !a.JSON // what reads it elsewhere wants readers alone
	n := 0
	for s, err := range st.Listed(ctx, f) {
		if err != nil {
			return err
		}
		if n++; n == 1 && heading {
			if err := out.Row("EMAIL", "STATUS", "NAME"); err != nil {
				return err
			}
		}
		if a.JSON {
			err = app.EncodeJSON(out, asjson.SubscriberOf(s))
		} else {
			err = out.Row(s.Email, statusWords(s), s.Name)
		}
		if err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil || n > 0 || a.JSON {
		return err
	}
	if !f.All() {
		a.Printf("No reader matches.\n")
		return nil
	}
	a.Printf("The list is empty. `roundup subscribers add EMAIL` or `import FILE` fills it.\n")
	return nil
}

func statusWords(s store.Listed) string {
	if s.Suppressed != "" {
		return string(s.Status) + ", " + string(s.Suppressed)
	}
	return string(s.Status)
}

// listWidths are the columns of a list of addresses: the address, what holds of it, and the rest.
func listWidths() []int { return []int{40, 25} }

// paged runs list into the user's pager on a terminal, else to standard output.
func paged(ctx context.Context, a *app.App, plain bool, write func(context.Context, io.Writer) error) error {
	if plain || a.JSON || a.Quiet || !terminal.Is(a.Out) {
		return write(ctx, a.Out)
	}
	pager := strings.Fields(cmp.Or(strings.TrimSpace(a.Env("PAGER")), "less")) // PAGER="less -S" is a habit of many
	path, err := exec.LookPath(pager[0])
	if err != nil {
		return write(ctx, a.Out)
	}
	// Ctrl-C is the pager's own business while it runs: it is not killed with ctx.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, pager[1:]...)
	cmd.Env = a.Environ
	if a.Env("LESS") == "" {
		cmd.Env = append(slices.Clip(cmd.Env), "LESS=FRX") // leave at once when it fits on a screen
	}
	cmd.Stdout, cmd.Stderr = a.Out, a.Err
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return write(ctx, a.Out)
	}
	err = write(ctx, in)
	if errors.Is(err, syscall.EPIPE) {
		err = nil // the pager was left before the end: nobody reads on
	}
	return errors.Join(err, in.Close(), cmd.Wait())
}

func newSubscribersShow(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "show <email>",
		Short: "what is known of one reader",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return showSubscriber(cmd.Context(), a, args[0]) },
	}
}

func showSubscriber(ctx context.Context, a *app.App, email string) error {
	s, err := a.Reader(ctx, email)
	if err != nil {
		return err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	events, err := st.SubscriberEvents(ctx, s.ID)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.PrintJSON(asjson.Shown{Subscriber: asjson.SubscriberOf(s), Events: asjson.EventsOf(events)})
	}
	a.Printf("%s\n", oneline.Plain(s.Email))
	t := terminal.NewTable(a.People())
	t.Row("Name", cmp.Or(s.Name, "-"))
	t.Row("Status", string(s.Status)+" since "+a.Local(s.Changed))
	if s.Suppressed != "" {
		t.Row("Suppressed", string(s.Suppressed)+": not mailed, whatever the status")
	}
	if !s.Choice.IsAll() {
		t.Row("Gets", words.Choice(a.Settings, s.Choice))
	}
	if s.Paused.After(a.Now()) {
		t.Row("Paused", "until "+a.Local(s.Paused))
	}
	if s.WhyLeft != "" {
		t.Row("Left because", words.WhyLeft(s.WhyLeft))
	}
	t.Row("Joined", a.Local(s.Joined))
	t.Row("Consent", consentWords(s.Consent, a.Local))
	t.Row("Labels", cmp.Or(strings.Join(s.Labels, ", "), "-"))
	if err := t.Flush(); err != nil {
		return err
	}
	return a.PrintEvents(events)
}

func newSubscribersData(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "data <email>",
		Short: "all that is held of one reader, as a JSON file to give them",
		Long: `Print all that is held of one reader, as the JSON file that they can download from their
own page: what happened to them, what they were sent and what came back of it. Of who
changed something it has no colleague's name. That it was given is put on record.`,
		Example: `  roundup subscribers data ann@example.org > ann.json`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			held, err := a.Held(cmd.Context(), args[0], a.Actor())
			if err != nil {
				return err
			}
			if a.JSON {
				return a.PrintJSON(held) // on one line, as all that --json prints
			}
			file, err := held.File()
			if err != nil {
				return err
			}
			_, err = a.Out.Write(file)
			return err
		},
	}
}

func consentWords(c subscribers.Consent, local func(time.Time) string) string {
	words := cmp.Or(c.How, "unknown")
	if c.From != "" {
		words += " from " + c.From
	}
	if !c.At.IsZero() {
		words += ", " + local(c.At)
	}
	if c.Wording != "" {
		words += fmt.Sprintf(": %q", c.Wording)
	}
	return words
}

func newSubscribersExport(a *app.App) *cobra.Command {
	var status string
	c := &cobra.Command{
		Use:   "export [<file> [<filter>...]]",
		Short: "write the list as CSV; to standard output without a file",
		Long:  "Write the list as CSV: to standard output without a file, or where the file is -.\n\n" + app.FilterHelp,
		Example: `  roundup subscribers export readers.csv
  roundup subscribers export - label:patron status:active`,
		RunE: func(cmd *cobra.Command, args []string) error {
			only, err := words.OneOf("--status", status, subscribers.Statuses())
			if err != nil {
				return err
			}
			if len(args) > 0 && isFilter(args[0]) {
				return &words.UsageError{
					Msg:  fmt.Sprintf("%q is a filter; the file stands before it", oneline.Plain(args[0])),
					Hint: "- stands for standard output; a file of that name is ./" + oneline.Plain(args[0]),
				}
			}
			where, err := a.ParseFilter(args[min(1, len(args)):])
			if err != nil {
				return err
			}
			f := store.SubscriberFilter{Status: only, Where: where}
			if len(args) == 0 || args[0] == "-" {
				_, err := export(cmd.Context(), a, a.Out, f, func(int) {})
				return err
			}
			return exportFile(cmd.Context(), a, args[0], f)
		},
	}
	c.Flags().StringVar(&status, "status", "", "only those of this `STATUS`: pending, active or unsubscribed")
	return c
}

// exportFile writes the list to a new file, whole or not at all, also where it is killed.
func exportFile(ctx context.Context, a *app.App, path string, f store.SubscriberFilter) error {
	all, err := sizeOf(ctx, a, f)
	if err != nil {
		return err
	}
	exists := &words.HintedError{Err: fmt.Errorf("export: %s exists already", path), Hint: "name a new file: an export replaces nothing"}
	if _, err := os.Lstat(path); err == nil { // as a link that leads nowhere does
		return exists
	}
	out, err := list.NewPart(path)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	reading := terminal.NewReading(a.UnlessQuiet())
	n, err := export(ctx, a, out, f, func(n int) { reading.Update(wording.Count(n, "reader"), int64(n), int64(all)) })
	reading.Done()
	if err == nil {
		err = out.Put(path)
	}
	if err != nil {
		_ = out.Drop() // half a list is worse than none
		if errors.Is(err, fs.ErrExist) {
			return exists
		}
		return fmt.Errorf("export to %s: %w", path, err)
	}
	a.Printf("%s written to %s.\n", wording.Count(n, "reader"), path)
	a.Tell(asjson.ListFile{File: path, Readers: n})
	return nil
}

// sizeOf is how many readers an export of the whole list has; 0 where a filter would have to
// be counted first, which takes as long as a part of the export.
func sizeOf(ctx context.Context, a *app.App, f store.SubscriberFilter) (int, error) {
	if f.Status != "" || len(f.Where.Terms) > 0 {
		return 0, nil
	}
	st, err := a.Store(ctx)
	if err != nil {
		return 0, err
	}
	c, err := st.Stats(ctx)
	return c.Pending + c.Active + c.Unsubscribed, err
}

// exportTells is after how many readers each an export tells how many it has written.
const exportTells = 1000

func export(ctx context.Context, a *app.App, w io.Writer, f store.SubscriberFilter, told func(n int)) (int, error) {
	st, err := a.Store(ctx)
	if err != nil {
		return 0, err
	}
	out := listfile.NewCSVWriter(w)
	n := 0
	for s, err := range st.Listed(ctx, f) {
		if err != nil {
			return n, err
		}
		if err := out.Write(s.Subscriber, s.Suppressed); err != nil {
			return n, err
		}
		if n++; n%exportTells == 0 {
			told(n)
		}
	}
	return n, out.Flush()
}
