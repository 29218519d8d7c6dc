package main

import (
	"context"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/internal/asjson"
)

func newKeys(a *app) *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "the keys there are, without their secrets",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listKeys(cmd.Context()) },
	}
	c := &cobra.Command{
		Use:   "keys",
		Short: "the keys that readers' links are signed with; make a new one",
		Args:  cobra.NoArgs,
		RunE:  list.RunE,
	}
	c.AddCommand(list, &cobra.Command{
		Use:   "rotate",
		Short: "sign readers' links with a new secret from now on; old links live on",
		Long: `Make a new random secret, with which every link is signed from now on: to confirm, to
leave, to a reader's own page, return paths, the editor's calendar. A daemon that runs
uses it within seconds; a send under way, from the next one on.

Keys are never deleted: links in mails that are out are known by their old key and work
as before, for years. So rotating closes nothing to somebody who has read a key; it limits what
one key can be used for. The key that suppressed addresses are hashed with stays.

Every backup has all keys. One made before does not know the new key: make another.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.rotateKeys(cmd.Context()) },
	})
	return c
}

func (a *app) listKeys(ctx context.Context) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	keys, err := st.Keys(ctx)
	if err != nil {
		return err
	}
	t := terminal.NewTable(a.people(), "KEY", "FOR", "MADE", "")
	for _, k := range keys {
		line := asjson.KeyOf(k)
		if a.json {
			if err := a.printJSON(line); err != nil {
				return err
			}
			continue
		}
		use := "known, for what was made with it"
		if k.Newest {
			use = "in use"
		}
		t.Row(num(int(k.ID)), line.For, a.local(k.Created), use)
	}
	if a.json {
		return nil
	}
	return t.Flush()
}

func (a *app) rotateKeys(ctx context.Context) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	if err := st.RotateKey(ctx, a.actor()); err != nil {
		return err
	}
	a.printf("Readers' links are signed with a new key from now on. Those in mails that are out work as before.\nMake a new backup: one made earlier does not know this key.\n")
	if a.json {
		return a.listKeys(ctx)
	}
	return nil
}
