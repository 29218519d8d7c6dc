package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"roundup/delivery/inbox"
	"roundup/store"
	"roundup/subscribers"
)

func newBounces(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "bounces",
		Short: "read the mail that came back",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var dryRun bool
	read := &cobra.Command{
		Use:   "read <path>...",
		Short: "read unsubscribe mails from files, mbox files or maildirs; - for standard input",
		Long: `Read mails sent to mail.unsubscribe by readers who left through the mailto: link,
and unsubscribe them. Each names its reader by an unforgeable token. Mail that is
anything else is left alone and counted.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.readBounces(cmd.Context(), args, dryRun) },
	}
	read.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be done, change nothing")
	c.AddCommand(read)
	return c
}

// bounced counts what `bounces read` found; it is its JSON too.
type bounced struct {
	Mails        int `json:"mails"`
	Unsubscribed int `json:"unsubscribed"`
	Already      int `json:"already"` // had left before
	Other        int `json:"other"`   // not for us, or not readable

	seen map[subscribers.PublicID]bool // who leaves by one of these mails
}

func (a *app) readBounces(ctx context.Context, paths []string, dryRun bool) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	keyring, err := st.Keyring(ctx)
	if err != nil {
		return err
	}
	n := bounced{seen: map[subscribers.PublicID]bool{}}
	each := func(mail io.Reader, where string) error {
		n.Mails++
		id, err := inbox.ReadUnsubscribe(mail, keyring)
		if err != nil {
			n.Other++
			if !a.quiet {
				a.warn("%s: left alone: %v", where, err)
			}
			return nil
		}
		if err := a.leaveByMail(ctx, id, dryRun, &n); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		return nil
	}
	for _, path := range paths {
		if err := a.eachMail(ctx, path, each); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(n)
	}
	verb := "unsubscribed"
	if dryRun {
		verb = "would be unsubscribed"
	}
	a.printf("%s: %d %s, %d had left already, %d left alone.\n", count(n.Mails, "mail"), n.Unsubscribed, verb, n.Already, n.Other)
	return nil
}

func (a *app) leaveByMail(ctx context.Context, id subscribers.PublicID, dryRun bool, n *bounced) error {
	sub, err := a.st.SubscriberByPublicID(ctx, id)
	if errors.Is(err, store.ErrNotFound) { // forgotten since
		n.Already++
		return nil
	}
	if err != nil {
		return err
	}
	left := sub.Status != subscribers.Unsubscribed && !n.seen[id]
	if !dryRun {
		if left, err = a.st.Unsubscribe(ctx, id, "mailto"); err != nil {
			return err
		}
	}
	if !left {
		n.Already++
		return nil
	}
	n.Unsubscribed++
	n.seen[id] = true
	return nil
}

// eachMail runs do for every mail at a path: a file, an mbox file, a maildir or
// a folder of files.
func (a *app) eachMail(ctx context.Context, path string, do func(io.Reader, string) error) error {
	if path == "-" {
		err := inbox.EachMail(patient{ctx, a.std.In}, func(r io.Reader) error { return do(r, "standard input") })
		if err == nil && ctx.Err() != nil {
			err = errInterrupted // half a mail is none
		}
		return err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir(): // a pipe too
		return mailFile(path, do)
	}
	for _, dir := range mailFolders(path) {
		err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return errInterrupted
			case !entry.Type().IsRegular():
				return nil
			}
			return mailFile(name, do)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mailFolders are those of a folder that hold mail: of a maildir not tmp, with
// mails not yet whole, nor what servers keep beside them.
func mailFolders(path string) []string {
	maildir := []string{filepath.Join(path, "new"), filepath.Join(path, "cur")}
	for _, dir := range maildir {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return []string{path + string(filepath.Separator)} // a link is followed
		}
	}
	return maildir
}

func mailFile(name string, do func(io.Reader, string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return inbox.EachMail(f, func(r io.Reader) error { return do(r, name) })
}
