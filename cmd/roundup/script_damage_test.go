package main

import (
	"database/sql"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdDamage is `damage entry`, which makes the index of queued deliveries list one that
// is not queued any more, as a page of yesterday would that a disk or a copy put back;
// `damage root`, which writes over the beginning of that index; or `damage mend`, which
// puts the first right.
func cmdDamage(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: damage entry|root|mend")
	}
	switch args[0] {
	case "entry":
		for _, change := range []string{
			hideIndex("state = ''queued''", "state = ''nothing''"),
			`UPDATE deliveries SET state = 'skipped', why = 'damage' WHERE subscriber_id = 2`,
			hideIndex("state = ''nothing''", "state = ''queued''"),
		} {
			ts.Check(changeFile(ts.MkAbs("roundup.db"), change))
		}
	case "mend":
		ts.Check(changeFile(ts.MkAbs("roundup.db"), `REINDEX deliveries_queued`))
	case "root":
		ts.Check(overwriteIndex(ts.MkAbs("roundup.db")))
	}
}

// hideIndex has SQLite take the index of queued deliveries for one of other rows.
func hideIndex(from, to string) string {
	return `PRAGMA writable_schema = ON;
		UPDATE sqlite_schema SET sql = replace(sql, '` + from + `', '` + to + `') WHERE name = 'deliveries_queued';
		PRAGMA writable_schema = RESET`
}

func changeFile(path, change string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=rw")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.Exec(change)
	return err
}

func overwriteIndex(path string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=rw")
	if err != nil {
		return err
	}
	var root, size int64
	err = db.QueryRow(`
		SELECT (SELECT rootpage FROM sqlite_schema WHERE name = 'deliveries_queued'), (SELECT page_size FROM pragma_page_size)`).Scan(&root, &size)
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
