package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"roundup/store"
	"roundup/subscribers"
)

// importBatch is how many rows go into one transaction: a few milliseconds, so
// that a sender or the web never waits long.
const importBatch = 500

func newSubscribersImport(a *app) *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import <file>",
		Short: "take readers from a CSV file or a plain list of addresses; - for standard input",
		Long: `Take readers from a CSV file with a header (comma, semicolon, tab or bar; UTF-8,
UTF-16 or Windows-1252), the exports of other newsletter tools among them, or from
a plain list of addresses. --dry-run shows what each column is taken for and what
would change.

Importing the same file again changes nothing. An import can make people leave,
never return: who unsubscribed stays unsubscribed. Lines that are refused go to a
file of their own in the current folder, with line number and reason.

Where the file does not say who left, nobody is taken in on a guess: on a terminal
the command asks, elsewhere it needs --status (of all of them) or --active-when.
Of the columns that are not known by their names, --map says what they hold:
` + strings.Join(subscribers.Fields(), ", ") + `.`,
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
			return a.importFile(cmd.Context(), args[0], o)
		},
	}
	c.Flags().StringVar(&f.status, "status", "", "`STATUS` of readers whose line says none: active or pending; pending is the most that any becomes")
	c.Flags().StringArrayVar(&f.columns, "map", nil, "`FIELD=COLUMN`: take this column, by name or number, for email, name, status …")
	c.Flags().StringVar(&f.activeWhen, "active-when", "", "`COLUMN=VALUE,…`: who has one of these values there may be mailed, others may not")
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

// importOptions say how a file is taken in.
type importOptions struct {
	read    subscribers.ReadOptions // its Silent is --status
	rejects string
	dryRun  bool
}

func (f importFlags) options() (importOptions, error) {
	o := importOptions{rejects: f.rejects, dryRun: f.dryRun}
	var err error
	if o.read.Silent, err = oneOf("--status", f.status, []subscribers.Status{subscribers.Active, subscribers.Pending}); err != nil {
		return o, err
	}
	o.read.Columns = map[string]string{}
	for _, m := range f.columns {
		name, column, ok := strings.Cut(m, "=")
		if !ok || column == "" {
			return o, &usageError{msg: fmt.Sprintf("--map: %q is not FIELD=COLUMN", m), hint: "write it as --map email=Contact"}
		}
		known, err := oneOf("--map", strings.ToLower(strings.TrimSpace(name)), subscribers.Fields())
		if err != nil {
			return o, err
		}
		o.read.Columns[known] = column
	}
	if f.activeWhen == "" {
		return o, nil
	}
	var ok bool
	if o.read.ActiveWhen, ok = subscribers.ParseActiveWhen(f.activeWhen); !ok {
		return o, &usageError{msg: fmt.Sprintf("--active-when: %q is not COLUMN=VALUE", f.activeWhen), hint: "write it as --active-when type=regular"}
	}
	return o, nil
}

// imported is what `subscribers import --json` prints.
type imported struct {
	Added       int         `json:"added"`
	Updated     int         `json:"updated"`
	Unchanged   int         `json:"unchanged"`
	Skipped     int         `json:"skipped"`
	Rejected    int         `json:"rejected"`
	RejectsFile string      `json:"rejects_file"`
	Rehearsal   *importPlan `json:"dry_run,omitempty"`
}

func (a *app) importFile(ctx context.Context, file string, o importOptions) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	list, err := a.openList(ctx, file, &o)
	if errors.Is(err, errSaidNo) {
		a.printf("Nothing was imported: you said no.\n")
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = list.Close() }()
	for _, w := range list.Format.Warnings {
		a.warn("%s: %s", list.name, w)
	}
	im := newImporter(st, list, o)
	if o.dryRun {
		a.showPlan(list, o)
	}
	err = im.read(ctx)
	if cerr := im.refused.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return im.brokenOff(ctx, err)
	}
	return a.printImported(im)
}

// brokenOff adds to an error what was done before it, and how to go on.
func (im *importer) brokenOff(ctx context.Context, err error) error {
	var hinted *hintedError
	done := im.counts.taken()
	switch {
	case ctx.Err() != nil:
		return &hintedError{err: errInterrupted, hint: fmt.Sprintf(
			"%s in; import the file again to go on: nothing is taken twice", rowsAre(done))}
	case errors.As(err, &hinted) || done == 0:
		return err
	}
	return &hintedError{err: err, hint: fmt.Sprintf(
		"%s in; mend the file and import it again: nothing is taken twice", rowsAre(done))}
}

func rowsAre(rows int) string {
	if rows == 1 {
		return "1 row is"
	}
	return count(rows, "row") + " are"
}

// importer feeds a file to the store, batch by batch.
type importer struct {
	list    *listFile
	store   *store.Store
	options store.ImportOptions
	refused rejectsFile
	counts  imported
	batch   []subscribers.Row
	lines   int
	silent  int                  // lines skipped because they say nothing of their readers' standing
	first   *subscribers.Reject  // the first that was refused; nil for none
	shown   []subscribers.Reject // the first few that a rehearsal would refuse, or leave as they were
}

// fewRejects is how many of those lines are shown on the screen.
const fewRejects = 5

func newImporter(st *store.Store, list *listFile, o importOptions) *importer {
	im := &importer{
		list:  list,
		store: st,
		options: store.ImportOptions{
			Policy: subscribers.ImportPolicy{Status: o.read.Silent}, Through: "import of " + list.name,
		},
		refused: rejectsFile{wanted: cmp.Or(o.rejects, defaultRejects(list)), columns: list.Format.Columns},
	}
	if o.dryRun {
		im.options.Rehearsal = store.NewRehearsal()
		im.counts.Rehearsal = planOf(list)
	}
	return im
}

func (im *importer) read(ctx context.Context) error {
	for row, reject := range im.list.Rows() {
		if ctx.Err() != nil {
			return errInterrupted
		}
		im.lines++
		if err := im.take(ctx, row, reject); err != nil {
			return err
		}
	}
	return im.flush(ctx)
}

func (im *importer) take(ctx context.Context, row subscribers.Row, reject *subscribers.Reject) error {
	switch {
	case reject == nil:
		im.batch = append(im.batch, row)
		if len(im.batch) < importBatch {
			return nil
		}
		return im.flush(ctx)
	case reject.Err != nil:
		if err := im.flush(ctx); err != nil {
			return err
		}
		return fmt.Errorf("%s: %w", im.list.name, reject.Err)
	}
	im.counts.Rejected++
	if im.first == nil {
		im.first = reject
	}
	return im.refuse(*reject)
}

// refuse writes a line to the file of rejects; a rehearsal keeps the first few.
func (im *importer) refuse(reject subscribers.Reject) error {
	if im.options.Rehearsal != nil {
		if len(im.shown) < fewRejects {
			im.shown = append(im.shown, reject)
		}
		return nil
	}
	return im.refused.write(reject)
}

func (im *importer) flush(ctx context.Context) error {
	if len(im.batch) == 0 {
		return nil
	}
	got, err := im.store.ImportBatch(ctx, im.batch, im.options)
	im.batch = im.batch[:0]
	im.counts.Added += got.Added
	im.counts.Updated += got.Updated
	im.counts.Unchanged += got.Unchanged
	im.counts.Skipped += len(got.Skipped)
	if err != nil {
		return err
	}
	for _, row := range got.Skipped {
		if row.Why == subscribers.NoWord {
			im.silent++
		}
		if err := im.refuse(im.refused.left(row)); err != nil {
			return err
		}
	}
	return nil
}

// taken is how many lines are in the list now.
func (c imported) taken() int { return c.Added + c.Updated + c.Unchanged }

func (a *app) printImported(im *importer) error {
	im.counts.RejectsFile = im.refused.path
	if err := a.sayImported(im); err != nil {
		return err
	}
	if im.counts.taken() > 0 || im.counts.Rejected == 0 {
		return nil
	}
	return nothingTaken(im.first)
}

// nothingTaken is the error for a file of which no line went in. first is the
// first that was refused; nil for none.
func nothingTaken(first *subscribers.Reject) error {
	if first == nil {
		return nil
	}
	return &hintedError{
		err:  fmt.Errorf("nothing was taken in: line %d %s", first.Line, oneLine(saysOf(*first))),
		hint: "`roundup subscribers import --dry-run FILE` shows what each column is taken for",
	}
}

// saysOf puts a reject's reason behind "line 3".
func saysOf(r subscribers.Reject) string {
	if strings.HasPrefix(r.Reason, subscribers.LeftAsItWas) {
		return "is " + r.Reason
	}
	if strings.HasPrefix(r.Reason, "has ") || strings.HasPrefix(r.Reason, "holds ") || strings.HasPrefix(r.Reason, "stands ") {
		return r.Reason
	}
	return "is refused: " + r.Reason
}

func (a *app) sayImported(im *importer) error {
	if a.json {
		return a.printJSON(im.counts)
	}
	c := im.counts
	if im.lines == 0 {
		a.printf("%s holds no addresses: nothing to import.\n", im.list.name)
		return nil
	}
	form := "%s: %d added, %d updated, %d unchanged, %d left as they were, %d refused.\n"
	if im.options.Rehearsal != nil {
		form = "%s: %d would be added, %d updated, %d unchanged, %d left as they were, %d refused. Nothing was changed.\n"
	}
	a.printf(form, count(im.lines, "line"), c.Added, c.Updated, c.Unchanged, c.Skipped, c.Rejected)
	if im.silent > 0 {
		a.printf("%s not say how the reader stands and %s left out: --status active takes them in.\n", linesDo(im.silent), wasWere(im.silent))
	}
	for _, r := range im.shown {
		a.printf("  line %d %s\n", r.Line, oneLine(saysOf(r)))
	}
	if c.RejectsFile != "" {
		a.printf("Which and why: %s. Mended, that file can be imported itself.\n", c.RejectsFile)
	}
	return nil
}

func linesDo(n int) string {
	if n == 1 {
		return "1 line does"
	}
	return count(n, "line") + " do"
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
