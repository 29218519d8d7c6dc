package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Groups of commands in `roundup --help`, in its order.
const (
	groupWeek   = "week"
	groupList   = "list"
	groupServer = "server"
)

// newRoot builds the whole tree of commands.
func newRoot(a *app) *cobra.Command {
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
		a.asked = slices.Contains(asked, words)
	}
	root.SetVersionTemplate("roundup {{ .Version }}\n")
	root.SetIn(a.std.In)
	root.SetOut(a.std.Out)
	root.SetErr(a.std.Err)
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().StringVarP(&a.configPath, "config", "c", "", "`FILE` to read settings from (default: the first found, see `roundup --help`)")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print JSON on standard output, everything else on standard error")
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "print nothing but errors and what was asked for")
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
		{groupList, []*cobra.Command{
			newSubscribers(a), newSuppressions(a), newReport(a), newDeliveries(a), newHistory(a), newBounces(a),
		}},
		{groupServer, []*cobra.Command{
			newDemo(a), newInit(a), newConfig(a), newTemplates(a), newCheck(a), newDKIMKey(a), newServe(a), newEmbed(a), newKeys(a), newBackup(a), newAdopt(a), newVersion(a),
		}},
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

// asked are the commands that are for what they print.
var asked = []string{
	"articles", "articles list", "check", "config", "deliveries", "edit", "embed", "explain", "history", "issues", "issues list",
	"issues show", "report", "schedule", "schedule calendar", "sources", "sources list", "subscribers list", "subscribers show",
	"subscribers stats", "suppressions", "suppressions list", "templates", "templates list", "version",
}

// strict makes mistakes in arguments usage errors that say what is wrong, in
// every command below c.
func strict(c *cobra.Command) {
	c.SuggestionsMinimumDistance = 2
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := flagGroups(cmd); err != nil {
				return err
			}
			err := check(cmd, args)
			if err == nil {
				return nil
			}
			return &usageError{msg: argumentWords(cmd, args, err), hint: "see `" + cmd.CommandPath() + " --help`"}
		}
	}
	for _, sub := range c.Commands() {
		strict(sub)
	}
}

// flagGroups says in plain words which flags do not go together.
func flagGroups(cmd *cobra.Command) error {
	err := cmd.ValidateFlagGroups()
	if err == nil {
		return nil
	}
	words := err.Error()
	if i, j := strings.LastIndexByte(words, '['), strings.LastIndexByte(words, ']'); 0 <= i && i < j {
		words = "--" + strings.Join(strings.Fields(words[i+1:j]), " and --") + " do not go together"
	}
	return &usageError{msg: words, hint: "see `" + cmd.CommandPath() + " --help`"}
}

// argumentWords says what is wrong with the arguments of a command, with the
// nearest command for a typo.
func argumentWords(cmd *cobra.Command, args []string, err error) string {
	if !cmd.HasSubCommands() || len(args) == 0 {
		return takes(cmd, args, err)
	}
	words := fmt.Sprintf("there is no `%s %s`", cmd.CommandPath(), args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		words += "; did you mean `" + cmd.CommandPath() + " " + strings.Join(near, "` or `") + "`?"
	}
	return words
}

// takes says what arguments a command takes, in the words of its own usage line:
// cobra counts them.
func takes(cmd *cobra.Command, args []string, err error) string {
	_, wanted, some := strings.Cut(cmd.Use, " ")
	switch {
	case !strings.Contains(err.Error(), "arg(s)") && !strings.Contains(err.Error(), "unknown command"):
		return err.Error() // a command's own check says it already
	case !some:
		return fmt.Sprintf("`%s` takes no argument: %q", cmd.CommandPath(), strings.Join(args, " "))
	case len(args) == 0:
		return fmt.Sprintf("`%s` needs %s", cmd.CommandPath(), wanted)
	}
	return fmt.Sprintf("`%s` takes %s, and no more", cmd.CommandPath(), wanted)
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

` + "`roundup send`" + ` may be run every few minutes; it never starts an issue twice.`,
	}
}
