package words

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"roundup/internal/nearest"
)

// FlagError says what is wrong with a flag, and which was meant where there is
// one like it: of this command, else of another.
func FlagError(cmd *cobra.Command, err error) error {
	usage := &UsageError{Msg: err.Error(), Hint: "see `" + cmd.CommandPath() + " --help`"}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return usage
	}
	name := unknown.GetSpecifiedName()
	if near := nearest.Of(name, flagNames(cmd)); near != "" {
		usage.Msg += "; did you mean --" + near + "?"
		return usage
	}
	if owner := ownerOf(cmd.Root(), name); owner != nil {
		usage.Hint = "`" + owner.CommandPath() + "` takes it; " + usage.Hint
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

// FlagGroups says in plain words which flags do not go together.
func FlagGroups(cmd *cobra.Command) error {
	err := cmd.ValidateFlagGroups()
	if err == nil {
		return nil
	}
	words := err.Error()
	if i, j := strings.LastIndexByte(words, '['), strings.LastIndexByte(words, ']'); 0 <= i && i < j {
		words = "--" + strings.Join(strings.Fields(words[i+1:j]), " and --") + " do not go together"
	}
	return &UsageError{Msg: words, Hint: "see `" + cmd.CommandPath() + " --help`"}
}

// FlagValues refuses a number below zero, which counts nothing, and a text that is empty: of
// a shell's variable that is not set nothing remains, and the command would do what it does
// without the flag. Only a flag whose help says what "" does takes one.
func FlagValues(cmd *cobra.Command) (err error) {
	nothing := func(text string) bool { return strings.TrimSpace(text) == "" }
	cmd.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.Type() == "string" && nothing(f.Value.String())
		if all, ok := f.Value.(pflag.SliceValue); ok {
			empty = len(all.GetSlice()) == 0 || slices.ContainsFunc(all.GetSlice(), nothing)
		}
		if f.Value.Type() == "int" && strings.HasPrefix(f.Value.String(), "-") && err == nil {
			err = &UsageError{Msg: "--" + f.Name + " is below 0: " + f.Value.String(), Hint: "see `" + cmd.CommandPath() + " --help`"}
		}
		if empty && !strings.Contains(f.Usage, `""`) && err == nil {
			err = &UsageError{Msg: "--" + f.Name + " is empty", Hint: NotSet}
		}
	})
	return err
}

// FileNames refuses a file without a name, in the words of a command's usage line: what the
// system says of one names none.
func FileNames(cmd *cobra.Command, args []string) error {
	_, wanted, _ := strings.Cut(cmd.Use, " ")
	files := args[:min(1, len(args))]
	if strings.HasSuffix(wanted, "<path>...") {
		files = args
	}
	kind, _, _ := strings.Cut(strings.TrimLeft(wanted, "[<"), ">")
	if (kind == "file" || kind == "path") && slices.Contains(files, "") {
		return &UsageError{Msg: "the " + kind + "'s name is empty", Hint: NotSet}
	}
	return nil
}

// NotSet is the most likely reason for an empty text in a command line.
const NotSet = "in a script, is a variable not set?"

// Arguments says what is wrong with the arguments of a command, with the
// nearest command for a typo.
func Arguments(cmd *cobra.Command, args []string, err error) string {
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
	case len(args) == 0, strings.Contains(err.Error(), "requires at least"):
		return fmt.Sprintf("`%s` needs %s", cmd.CommandPath(), wanted)
	}
	return fmt.Sprintf("`%s` takes %s, and no more", cmd.CommandPath(), wanted)
}

// OneOf checks a flag's value against the words it may be; "" is none of them
// and allowed.
func OneOf[T ~string](flag, value string, allowed []T) (T, error) {
	if value == "" {
		return "", nil
	}
	names := make([]string, len(allowed))
	for i, w := range allowed {
		if string(w) == value {
			return w, nil
		}
		names[i] = string(w)
	}
	msg := fmt.Sprintf("%s: there is no %q", flag, value)
	if near := nearest.Of(value, names); near != "" {
		msg += fmt.Sprintf("; did you mean %q?", near)
	}
	return "", &UsageError{
		Msg:  msg,
		Hint: "it may be " + strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1],
	}
}
