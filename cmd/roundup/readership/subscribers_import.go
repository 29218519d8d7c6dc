package readership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/list"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

func newSubscribersImport(a *app.App) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import <file>",
		Short: "take readers from a CSV file, a list of addresses, a workbook or a ZIP archive; - for standard input",
		Long: `Take readers from a CSV file with a header (comma, semicolon, tab or bar; UTF-8,
UTF-16 or Windows-1252), from a plain list of addresses, an Excel workbook (its
first sheet), or a ZIP archive of such text files. The exports of listmonk, Ghost,
Mailchimp, MailPoet, Substack, beehiiv, Keila, Curated and Buttondown are known by
their headers. --dry-run shows what each column is taken for and what would change.

Importing the same file again changes nothing. An import can make people leave,
never return: who unsubscribed stays unsubscribed. Lines that are refused go to a
file of their own in the current folder, with line number and reason.

Where the file does not say who left, nobody is taken in on a guess: on a terminal
the command asks, elsewhere it needs --status (of all of them) or --active-when.
Of the columns that are not known by their names, --map says what they hold:
` + strings.Join(listfile.Fields(), ", ") + `.`,
		Example: `  roundup subscribers import --dry-run members.csv
  roundup subscribers import --map email=Contact --map labels=Groups members.csv
  roundup subscribers import --active-when type=regular,premium members.csv
  roundup subscribers import --status active addresses.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := f.options()
			if err != nil {
				return err
			}
			return Import(cmd.Context(), a, args[0], o)
		},
	}
	c.Flags().StringVar(&f.status, "status", "", "`STATUS` of readers whose line says none: active, pending or unsubscribed; the last two are the most that any becomes")
	c.Flags().StringArrayVar(&f.columns, "map", nil, "`FIELD=COLUMN`: take this column, by name or number, for email, name, status …")
	c.Flags().StringVar(&f.activeWhen, "active-when", "", "`COLUMN=VALUE,...`: who has one of these values there may be mailed, others may not")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what the columns are taken for and what would change; change nothing")
	c.Flags().StringVar(&f.rejects, "rejects", "", "`FILE` for refused lines (default NAME.rejects.csv in the current folder)")
	return c
}

// importFlags are as they were typed.
type importFlags struct {
	status, activeWhen, rejects string
	columns                     []string
	dryRun                      bool
}

// ImportOptions say how a file is taken in; the zero value takes it as it says itself.
type ImportOptions struct {
	read    listfile.ReadOptions // its Silent is --status
	rejects string
	dryRun  bool
}

func (f importFlags) options() (ImportOptions, error) {
	o := ImportOptions{rejects: f.rejects, dryRun: f.dryRun}
	var err error
	if o.read.Silent, err = words.OneOf("--status", f.status, subscribers.Statuses()); err != nil {
		return o, err
	}
	o.read.Columns = map[string]string{}
	for _, m := range f.columns {
		name, column, ok := strings.Cut(m, "=")
		if !ok || column == "" {
			return o, &words.UsageError{Msg: fmt.Sprintf("--map: %q is not FIELD=COLUMN", m), Hint: "write it as --map email=Contact"}
		}
		known, err := words.OneOf("--map", strings.ToLower(strings.TrimSpace(name)), listfile.Fields())
		if err != nil {
			return o, err
		}
		o.read.Columns[known] = column
	}
	if f.activeWhen == "" {
		return o, nil
	}
	var ok bool
	if o.read.ActiveWhen, ok = listfile.ParseActiveWhen(f.activeWhen); !ok {
		return o, &words.UsageError{Msg: fmt.Sprintf("--active-when: %q is not COLUMN=VALUE", f.activeWhen), Hint: "write it as --active-when type=regular"}
	}
	return o, nil
}

// Import takes in the readers of a file, or of standard input where it is "-", and says
// what became of its lines.
func Import(ctx context.Context, a *app.App, name string, o ImportOptions) error {
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	files, closer, err := openLists(ctx, a, name, o)
	if errors.Is(err, errSaidNo) {
		a.SaidNo("Nothing was imported")
		return nil
	}
	if err != nil {
		return err
	}
	defer closer()
	var all []importDone
	for _, file := range files {
		for _, w := range file.Format.Warnings {
			a.Warn("%s: %s", file.name, w)
		}
		if o.dryRun {
			words.WriteImportPlan(a.People(), file.name, file.Format, file.read)
		}
		done, err := importInto(ctx, a, l, file, o)
		if err != nil {
			return interrupted(ctx, append(all, done), err)
		}
		if !a.JSON {
			sayImported(a, done, len(files) > 1)
		}
		all = append(all, done)
	}
	return afterImport(ctx, a, all, o)
}

// afterImport says what all lists of a file come to.
func afterImport(ctx context.Context, a *app.App, all []importDone, o ImportOptions) error {
	a.Tell(importJSON(all))
	lines, taken, rejected := 0, 0, 0
	var first *listfile.Reject
	for _, done := range all {
		lines, taken, rejected = lines+done.Lines, taken+done.Taken(), rejected+done.Rejected
		first = cmp.Or(first, done.First)
	}
	if !a.JSON && !o.dryRun && lines > 0 {
		if err := sayMailable(ctx, a); err != nil {
			return err
		}
	}
	if taken > 0 || rejected == 0 {
		return nil
	}
	return nothingTaken(first)
}

// importDone is what an import did, or would do.
type importDone struct {
	list.Imported
	file      *listFile
	rejects   string // where the lines are that were not taken; "" for nowhere
	rehearsal bool
	shown     firstRejects // of a rehearsal
}

func importInto(ctx context.Context, a *app.App, l *list.List, file *listFile, o ImportOptions) (importDone, error) {
	done := importDone{file: file, rehearsal: o.dryRun}
	rejects := list.NewRejectsFile(cmp.Or(o.rejects, defaultRejects(file)), file.Format.Columns)
	in := list.Import{File: file.CSV, Name: file.name, By: a.Actor(), Most: file.read.Silent, Rehearse: o.dryRun, Rejects: rejects}
	if o.dryRun {
		in.Rejects = &done.shown
	}
	reading := terminal.NewReading(a.UnlessQuiet())
	in.Progress = func(done list.Imported) {
		reading.Update(wording.Count(done.Lines, "line"), file.octets.n.Load(), file.size)
	}
	var err error
	done.Imported, err = l.Import(ctx, in)
	reading.Done()
	if err != nil {
		_ = rejects.Drop()
		return done, err
	}
	err = rejects.Close()
	done.rejects = rejects.Path()
	return done, err
}

// defaultRejects is where the person is, not beside the file that is read: that
// may lie in a folder of the system's, or of somebody else.
func defaultRejects(file *listFile) string {
	name := strings.TrimSuffix(file.name, filepath.Ext(file.name))
	if file.stream {
		name = "import"
	}
	return name + ".rejects.csv"
}

// firstRejects are the first few lines that are not taken: what a rehearsal shows.
type firstRejects []listfile.Reject

// fewRejects is how many of those lines are shown on the screen.
const fewRejects = 5

// Write implements list.Rejects.
func (f *firstRejects) Write(reject listfile.Reject) error {
	if len(*f) < fewRejects {
		*f = append(*f, reject)
	}
	return nil
}

// interrupted adds to an error what was done before it, and how to go on.
func interrupted(ctx context.Context, all []importDone, err error) error {
	taken := 0
	for _, done := range all {
		taken += done.Taken()
	}
	in := wording.Agree(taken, "row is", "rows are")
	var rejects *list.RejectsError
	switch {
	case ctx.Err() != nil:
		return &words.HintedError{Err: terminal.ErrInterrupted, Hint: in + " in; import the file again to go on: nothing is taken twice"}
	case errors.As(err, &rejects):
		return &words.HintedError{Err: err, Hint: "name another place for it with --rejects"}
	case taken == 0:
		return err
	}
	return &words.HintedError{Err: err, Hint: in + " in; mend the file and import it again: nothing is taken twice"}
}

// nothingTaken is the error for a file of which no line went in. first is the
// first that was refused; nil for none.
func nothingTaken(first *listfile.Reject) error {
	if first == nil {
		return nil
	}
	return &words.HintedError{
		Err:  fmt.Errorf("nothing was taken in: line %d %s", first.Line, oneline.Plain(saysOf(*first))),
		Hint: "`roundup subscribers import --dry-run FILE` shows what each column is taken for",
	}
}

// saysOf puts a reject's reason behind "line 3".
func saysOf(r listfile.Reject) string {
	if strings.HasPrefix(r.Reason, listfile.LeftAsItWas) {
		return "is " + r.Reason
	}
	if strings.HasPrefix(r.Reason, "has ") || strings.HasPrefix(r.Reason, "holds ") || strings.HasPrefix(r.Reason, "stands ") {
		return r.Reason
	}
	return "is refused: " + r.Reason
}

// importJSON is the line of all lists of a file together; of several, of each as well.
func importJSON(all []importDone) asjson.Imported {
	var sum asjson.Imported
	for _, done := range all {
		line := asjson.Imported{
			File:  done.file.name,
			Added: done.Added, Mailable: done.Mailable, Updated: done.Updated, Unchanged: done.Unchanged, Skipped: done.Skipped, Rejected: done.Rejected,
			RejectsFile: done.rejects, Roles: done.Roles, Unread: done.Unread.Lines, UnreadDate: asjson.UnreadDateOf(done.Unread),
		}
		for _, r := range done.RoleLines {
			line.RoleLines = append(line.RoleLines, r.Line)
		}
		if done.rehearsal {
			line.DryRun = asjson.ReadingOf(done.file.Format)
		}
		if len(all) == 1 {
			line.File = ""
			return line
		}
		sum.Add(line)
	}
	return sum
}

// sayImported says what became of a list. named is whether it needs to be told which.
func sayImported(a *app.App, done importDone, named bool) {
	if done.Lines == 0 {
		a.Printf("%s holds no addresses: nothing to import.\n", done.file.name)
		return
	}
	if named {
		a.Printf("%s: ", oneline.Plain(done.file.name))
	}
	form := "%s: %d added, %d updated, %d unchanged, %d left as they were, %d refused.\n"
	if done.rehearsal {
		form = "%s: %d would be added, %d updated, %d unchanged, %d left as they were, %d refused. Nothing was changed.\n"
	}
	a.Printf(form, wording.Count(done.Lines, "line"), done.Added, done.Updated, done.Unchanged, done.Skipped, done.Rejected)
	if done.rehearsal && done.Added > 0 {
		a.Printf("Of those who would be added, %d would be mailed.\n", done.Mailable)
	}
	if done.Silent > 0 {
		a.Printf("%s not say how the reader stands and %s left out: --status active takes them in.\n", wording.Agree(done.Silent, "line does", "lines do"), wasWere(done.Silent))
	}
	for _, r := range done.shown {
		a.Printf("  line %d %s\n", r.Line, oneline.Plain(saysOf(r)))
	}
	if done.Roles > 0 {
		a.Printf("%s; several people may read one, or nobody:\n", wording.Agree(done.Roles, "line has a role address", "lines have role addresses"))
		for _, r := range done.RoleLines {
			a.Printf("  line %d: %s\n", r.Line, oneline.Plain(r.Address))
		}
		if more := done.Roles - len(done.RoleLines); more > 0 {
			a.Printf("  and %d more\n", more)
		}
	}
	if u := done.Unread; u.Lines > 0 {
		a.Printf("%s not understood, and left out: on line %d %q is %q. Dates are written as 2026-11-30, or 2026-11-30 07:00.\n",
			wording.Agree(u.Lines, "line has a date that is", "lines have a date that is"), u.Line, oneline.Plain(u.Column), oneline.Plain(u.Text))
	}
	if done.rejects != "" {
		a.Printf("Which and why: %s. Mended, that file can be imported itself.\n", done.rejects)
	}
}

// sayMailable says whom the next issue would go to, which is what a list is for.
func sayMailable(ctx context.Context, a *app.App) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	n, err := st.Mailable(ctx)
	if err != nil {
		return err
	}
	if n == 0 {
		a.Printf("Nobody would be mailed.\n")
		return nil
	}
	a.Printf("%s would be mailed.\n", wording.Count(n, "reader"))
	return nil
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
