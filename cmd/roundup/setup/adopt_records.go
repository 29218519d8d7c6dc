package setup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/wording"
	"roundup/store"
)

// records are what an adoption is told of where it is on record who left.
func (p *adoption) records() store.AdoptOptions {
	return store.AdoptOptions{Moved: p.moved, Records: p.leavings, RecordLost: p.lost}
}

// findRecords makes sure that who left since can be known, before anything else is asked. On a
// terminal it asks for a record that can't be read.
func (p *adoption) findRecords(ctx context.Context, a *app.App, st *store.Store) error {
	_, err := st.Records(ctx, p.records())
	gone := new(store.RecordError)
	if !errors.As(err, &gone) || !a.Interactive() || len(p.leavings) > 0 {
		return recordError(err)
	}
	q := terminal.NewAsker(ctx, a.In, a.Err)
	q.Sayf("Missing: %v.\n", gone)
	file, err := q.Ask("File with a copy of that record (Enter for none): ")
	if err == nil && file != "" {
		p.leavings = []string{file}
		_, err = st.Records(ctx, p.records())
		return recordError(err)
	}
	if err == nil {
		p.lost, err = q.Yes("Without it whoever left since is mailed again. Adopt this database all the same? (y or n): ")
	}
	switch {
	case err != nil:
		return &words.HintedError{Err: err, Hint: "nothing was changed"}
	case !p.lost:
		return recordError(gone)
	}
	return nil
}

// recordsHint goes on about the adoption of a database that was moved: what it lacks to know
// who left since.
func (p *adoption) recordsHint(ctx context.Context, st *store.Store) string {
	o := p.records()
	o.Moved = true
	_, err := st.Records(ctx, o)
	gone := new(store.RecordError)
	switch {
	case !errors.As(err, &gone):
		return ""
	case gone.File == "":
		return ", and with --leavings FILE, the record of who left since"
	}
	return fmt.Sprintf(", once %s is back, which says who left since (or --leavings FILE, a copy of it)", gone.File)
}

const nameRecord = "name with --leavings FILE the NAME.left that was beside the other database, or its leavings_file"

// recordError says what to do about a record of who left that can't be read; nothing was changed then.
func recordError(err error) error {
	gone := new(store.RecordError)
	if !errors.As(err, &gone) {
		return err
	}
	hint := "put it back, or name a copy of it with --leavings FILE"
	if gone.File == "" || errors.Is(err, store.ErrNoRecord) {
		hint = nameRecord
	}
	return &words.HintedError{Err: err, Hint: hint + "; where there is none, --leavings-lost adopts all the same, and mails whoever left since"}
}

// playBack makes those leave again who left elsewhere, in a database that sends already.
func (p *adoption) playBack(ctx context.Context, a *app.App, st *store.Store) error {
	if p.answered() || p.nextNumber > 0 || p.moved || p.lost {
		return &words.UsageError{
			Msg:  "this database is the one that sends already: it takes no answer but --leavings",
			Hint: "give --leavings alone",
		}
	}
	done, err := st.PlayBack(ctx, p.leavings, a.Actor())
	if errors.As(err, new(*store.RecordError)) {
		return &words.HintedError{Err: err, Hint: nameRecord}
	}
	if err != nil {
		return err
	}
	sayReplayed(a, done, p.leavings, nil)
	a.Tell(asjson.PlayedBack(done))
	return nil
}

// sayReplayed tells who left again, by which records, and what is not known of that.
func sayReplayed(a *app.App, r store.Replayed, files []string, missing *store.RecordError) {
	by := strings.Join(files, " and ")
	switch {
	case r.Left+r.Forgotten+r.Suppressed > 0:
		a.Printf("Left since, by %s: %s unsubscribed again, %d forgotten again, %d suppressed again.\n",
			by, wording.Count(r.Left, "reader"), r.Forgotten, r.Suppressed)
	case missing != nil: // told below
	case r.Lines == 0 && len(files) == 1:
		a.Printf("Who left since is not on record: there is nothing in %s.\n", by)
	default:
		a.Printf("Nobody left since, by %s.\n", by)
	}
	if missing != nil {
		a.Warn("whoever left since the move is mailed again, but for those on record here: should that record turn up, `roundup adopt --leavings FILE` has them leave")
	}
}
