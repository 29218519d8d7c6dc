package setup

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/internal/asjson"
)

func newKeys(a *app.App) *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "the keys there are, without their secrets",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return listKeys(cmd.Context(), a) },
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
		RunE: func(cmd *cobra.Command, _ []string) error { return rotateKeys(cmd.Context(), a) },
	})
	return c
}

func listKeys(ctx context.Context, a *app.App) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	keys, err := st.Keys(ctx)
	if err != nil {
		return err
	}
	t := terminal.NewTable(a.People(), "KEY", "FOR", "MADE", "")
	for _, k := range keys {
		line := asjson.KeyOf(k)
		if a.JSON {
			if err := a.PrintJSON(line); err != nil {
				return err
			}
			continue
		}
		use := "known, for what was made with it"
		if k.Newest {
			use = "in use"
		}
		t.Row(strconv.Itoa(int(k.ID)), line.For, a.Local(k.Created), use)
	}
	if a.JSON {
		return nil
	}
	return t.Flush()
}

func rotateKeys(ctx context.Context, a *app.App) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	if err := st.RotateKey(ctx, a.Actor()); err != nil {
		return err
	}
	a.Printf("Readers' links are signed with a new key from now on. Those in mails that are out work as before.\nMake a new backup: one made earlier does not know this key.\n")
	if a.JSON {
		return listKeys(ctx, a)
	}
	return nil
}
