package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/readership"
	"roundup/cmd/roundup/setup"
	"roundup/cmd/roundup/words"
)

// Groups of commands in `roundup --help`, in its order.
const (
	groupWeek   = "week"
	groupList   = "list"
	groupServer = "server"
)

// newRoot builds the whole tree of commands.
func newRoot(a *app.App) *cobra.Command {
	root := &cobra.Command{
		Use:   "roundup",
		Short: "compile a publication's recent articles into a digest and mail it to its readers",
		Long: `Roundup compiles a publication's recent articles into a digest and mails it to
its readers, every week, unattended: the right articles, to every subscriber, once.

Try it without any set-up:   roundup demo
Begin with your own:         roundup init

Settings are read from ./roundup.yaml, else $XDG_CONFIG_HOME/roundup/roundup.yaml,
else /etc/roundup/roundup.yaml, unless --config names another file.`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) {
		_, words, _ := strings.Cut(cmd.CommandPath(), " ")
		dry := cmd.Flags().Lookup("dry-run")
		a.Asked = slices.Contains(asked, words) || dry != nil && dry.Value.String() == "true"
	}
	root.SetVersionTemplate("roundup {{ .Version }}\n")
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(words.FlagError)
	root.PersistentFlags().StringVarP(&a.ConfigPath, "config", "c", "", "`FILE` to read settings from (default: the first found, see `roundup --help`)")
	root.PersistentFlags().BoolVar(&a.JSON, "json", false, "print JSON on standard output, everything else on standard error")
	root.PersistentFlags().BoolVarP(&a.Quiet, "quiet", "q", false, "print nothing but errors and what was asked for")
	root.AddGroup(
		&cobra.Group{ID: groupWeek, Title: "The week:"},
		&cobra.Group{ID: groupList, Title: "The list and what it got:"},
		&cobra.Group{ID: groupServer, Title: "Setting up and keeping it running:"},
	)
	for _, g := range []struct {
		id       string
		commands []*cobra.Command
	}{
		{groupWeek, []*cobra.Command{
			newFetch(a), newSources(a), newArticles(a), newExplain(a), newEdit(a), newPreview(a), newSend(a), newIssues(a), newSchedule(a),
		}},
		{groupList, append(readership.Commands(a), newReport(a), newDeliveries(a), newHistory(a))},
		{groupServer, append(setup.Commands(a), newDemo(a), newServe(a), newWork(a), newWorkers(a))},
	} {
		for _, c := range g.commands {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	root.AddCommand(exitCodesTopic())
	strict(root)
	return root
}

// asked are the commands that are for what they print, as every dry run is.
var asked = []string{
	"articles", "articles list", "bounces explain", "check", "config", "deliveries", "edit", "embed", "explain", "history", "issues", "issues list",
	"issues show", "keys", "keys list", "report", "schedule", "schedule calendar", "sources", "sources list", "subscribers data", "subscribers list", "subscribers show",
	"subscribers stats", "suppressions", "suppressions list", "suppressions review", "templates", "templates list",
	"version", "workers",
}

// strict makes mistakes in arguments usage errors that say what is wrong, in
// every command below c.
func strict(c *cobra.Command) {
	c.SuggestionsMinimumDistance = 2
	check := c.Args
	c.Args = func(cmd *cobra.Command, args []string) error {
		if err := cmp.Or(words.FlagValues(cmd), words.FlagGroups(cmd), words.FileNames(cmd, args)); err != nil || check == nil {
			return err
		}
		err := check(cmd, args)
		if err == nil {
			return nil
		}
		return &words.UsageError{Msg: words.Arguments(cmd, args, err), Hint: "see `" + cmd.CommandPath() + " --help`"}
	}
	for _, sub := range c.Commands() {
		strict(sub)
	}
}

// exitCodesTopic is `roundup help exit-codes`.
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "what each exit code means",
		Long: `0  done. Readers whose own server refused them alone are 0; so is nothing due,
   with a line that says so and when the next slot is.
1  failed, or an issue is held: by this run, and it waits for a person. A fetch
   failed where one of its sources did.
2  a mistake in the command line or the configuration.
3  deliveries are still owed, or another sender is at work: run again. An issue that
   was held before this run is owed: release it, then run again.
75 of ` + "`bounces read -`" + ` alone, instead of 1, 2 and 3: the mail server that hands a
   mail over keeps it and tries again (EX_TEMPFAIL).

` + "`roundup send`" + ` may be run every few minutes; it never starts an issue twice.`,
	}
}
