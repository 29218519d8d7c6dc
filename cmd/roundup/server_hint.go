package main

import (
	"errors"
	"fmt"

	"roundup/store/engine"
	"roundup/store/postgres"
)

// serverHint sorts an error of a database that is on a server: the exit code, and what to
// do. What is right for a file is wrong there.
func serverHint(e *postgres.Error) (exitCode, string) {
	is := func(kind error) bool { return errors.Is(e.Kind, kind) }
	switch {
	case is(postgres.ErrAddress):
		return exitUsage, "mend what follows the ? of database: in the configuration"
	case is(postgres.ErrDenied):
		return exitUsage, "mend user and password in database: or the file of database_file; the server's pg_hba.conf says who may come from where, and as what. " +
			"Through PgBouncer it does not work: name the server itself"
	case is(postgres.ErrNoDatabase):
		return exitUsage, "mend database: in the configuration, or let the server's administrator make it: createdb --owner USER DATABASE"
	case is(postgres.ErrForbidden):
		return exitUsage, "let the server's administrator make this user the owner: ALTER DATABASE … OWNER TO …"
	case is(postgres.ErrOccupied):
		return exitUsage, "name an empty database, or add ?search_path=NAME for a schema of Roundup's own"
	case is(engine.ErrMissing):
		return exitUsage, "run `roundup init` to create its tables, or mend database: in the configuration"
	case is(engine.ErrEarlier):
		return exitFailed, "run `roundup subscribers export readers.csv` with the roundup that made it, drop the schema, " +
			"then run `roundup init` and `roundup subscribers import readers.csv`"
	case is(engine.ErrNewer):
		return exitFailed, "install the newer roundup that made it"
	case is(engine.ErrMoved):
		return exitFailed, "its tables were dropped or restored meanwhile; after a restore run `roundup adopt`"
	case is(engine.ErrCorrupt):
		return exitFailed, "restore a dump into another database, name that in the configuration, then run `roundup adopt`"
	case is(postgres.ErrReplica):
		return exitFailed, "name the primary in database:, or all servers with commas between them and ?target_session_attrs=read-write"
	case is(engine.ErrFull):
		return exitFailed, "free some space on the disk of the server, then run again: it goes on where it stopped"
	case is(engine.ErrDisk):
		return exitFailed, "look at the server's disk, memory and log; run again when it works: it goes on where it stopped"
	case is(engine.ErrBusy):
		return exitRunMore, "somebody has locked its tables; run again, this is safe"
	case is(engine.ErrAway):
		return exitRunMore, "run again when the server answers and has a connection to spare (max_connections): it goes on where it stopped"
	}
	return exitFailed, ""
}

// dumpHint is the command that copies a database on a server.
func dumpHint(e *postgres.DumpError, file string) string {
	return fmt.Sprintf("pg_dump --format=custom --schema=%s --file=%s '%s'; restored by pg_restore, it sends nothing until `roundup adopt`", e.Schema, file, e.Address)
}
