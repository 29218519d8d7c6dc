package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"roundup/internal/nearest"
)

// flagError says what is wrong with a flag, and which was meant where there is
// one like it: of this command, else of another.
func flagError(cmd *cobra.Command, err error) error {
	usage := &usageError{msg: err.Error(), hint: "see `" + cmd.CommandPath() + " --help`"}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return usage
	}
	name := unknown.GetSpecifiedName()
	if near := nearest.Of(name, flagNames(cmd)); near != "" {
		usage.msg += "; did you mean --" + near + "?"
		return usage
	}
	if owner := ownerOf(cmd.Root(), name); owner != nil {
		usage.hint = "`" + owner.CommandPath() + "` takes it; " + usage.hint
	}
	return usage
}

// flagNames are the flags a command takes.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// ownerOf finds a command with this very flag, at or below c; nil for none.
func ownerOf(c *cobra.Command, flag string) *cobra.Command {
	if slices.Contains(flagNames(c), flag) {
		return c
	}
	for _, sub := range c.Commands() {
		if owner := ownerOf(sub, flag); owner != nil {
			return owner
		}
	}
	return nil
}
