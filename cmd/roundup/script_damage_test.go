package main

import (
	"database/sql"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdDamage is `damage entry`, which makes a range say that one of its deliveries was sent
// of which there is nothing, as a page of yesterday would that a disk or a copy put back;
// `damage root`, which writes over the beginning of the table of ranges; or `damage mend`,
// which puts the first right.
func cmdDamage(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: damage entry|root|mend")
	}
	switch args[0] {
	case "entry":
		ts.Check(change(ts, `UPDATE ranges SET claimed = claimed + 1, sent = sent + 1`))
	case "mend":
		ts.Check(change(ts, `UPDATE ranges SET claimed = claimed - 1, sent = sent - 1`))
	case "root":
		ts.Check(overwriteRanges(ts.MkAbs("roundup.db")))
	}
}

func change(ts *testscript.TestScript, query string) error {
	db := databaseOf(ts)
	defer func() { _ = db.Close() }()
	_, err := db.Exec(query)
	return err
}

func overwriteRanges(path string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=rw")
	if err != nil {
		return err
	}
	var root, size int64
	err = db.QueryRow(`
		SELECT (SELECT rootpage FROM sqlite_schema WHERE name = 'ranges'), (SELECT page_size FROM pragma_page_size)`).Scan(&root, &size)
	if err != nil {
		return err
	}
	if _, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, err = f.WriteAt(make([]byte, 64), (root-1)*size)
	return err
}
