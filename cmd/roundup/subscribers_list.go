package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"roundup/internal/asjson"
	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersList(a *app) *cobra.Command {
	var status, text string
	var noPager bool
	c := &cobra.Command{
		Use:   "list",
		Short: "the readers, one a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			only, err := oneOf("--status", status, subscribers.Statuses())
			if err != nil {
				return err
			}
			f := store.SubscriberFilter{Status: only, Text: text}
			return a.paged(cmd.Context(), noPager, func(ctx context.Context, w io.Writer) error {
				return a.listSubscribers(ctx, w, f)
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
func (a *app) listSubscribers(ctx context.Context, w io.Writer, f store.SubscriberFilter) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	heading := terminal(a.std.Out) && !a.json // what reads it elsewhere wants readers alone
	n := 0
	for s, err := range st.Listed(ctx, f) {
		if err != nil {
			return err
		}
		if n++; n == 1 && heading {
			if _, err := out.WriteString(listLine("EMAIL", "STATUS", "NAME")); err != nil {
				return err
			}
		}
		if a.json {
			err = encodeJSON(out, asjson.SubscriberOf(s))
		} else {
			_, err = out.WriteString(listLine(oneLine(s.Email), statusWords(s), oneLine(s.Name)))
		}
		if err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil || n > 0 || a.json {
		return err
	}
	if f != (store.SubscriberFilter{}) {
		a.printf("No reader matches.\n")
		return nil
	}
	a.printf("The list is empty. `roundup subscribers add EMAIL` or `import FILE` fills it.\n")
	return nil
}

func statusWords(s store.Listed) string {
	if s.Suppressed != "" {
		return string(s.Status) + ", " + string(s.Suppressed)
	}
	return string(s.Status)
}

func listLine(email, status, name string) string {
	return strings.TrimRight(pad(email, 40)+"  "+pad(status, 25)+"  "+name, " ") + "\n"
}

// pad fills s to a width of n runes; a longer one stays whole.
func pad(s string, n int) string {
	for len([]rune(s)) < n {
		s += " "
	}
	return s
}

// paged runs list into the user's pager on a terminal, else to standard output.
func (a *app) paged(ctx context.Context, plain bool, write func(context.Context, io.Writer) error) error {
	if plain || a.json || a.quiet || !terminal(a.std.Out) {
		return write(ctx, a.std.Out)
	}
	pager := strings.Fields(cmp.Or(a.env("PAGER"), "less")) // PAGER="less -S" is a habit of many
	path, err := exec.LookPath(pager[0])
	if err != nil {
		return write(ctx, a.std.Out)
	}
	// Ctrl-C is the pager's own business while it runs: it is not killed with ctx.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, pager[1:]...)
	cmd.Env = a.environ
	if a.env("LESS") == "" {
		cmd.Env = append(slices.Clip(cmd.Env), "LESS=FRX") // leave at once when it fits on a screen
	}
	cmd.Stdout, cmd.Stderr = a.std.Out, a.std.Err
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return write(ctx, a.std.Out)
	}
	err = write(ctx, in)
	if errors.Is(err, syscall.EPIPE) {
		err = nil // the pager was left before the end: nobody reads on
	}
	return errors.Join(err, in.Close(), cmd.Wait())
}
