package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/desk"
	"roundup/store"
	"roundup/store/engine"
	"roundup/store/postgres"
	"roundup/store/sqlite"
)

// ExitCode is what the program tells its caller; `roundup help exit-codes`
// explains each.
type ExitCode int

const (
	ExitDone    ExitCode = 0 // done; failed recipients alone, and nothing due, are 0 too
	ExitFailed  ExitCode = 1 // failed, or an issue is held
	ExitUsage   ExitCode = 2 // usage or configuration
	ExitRunMore ExitCode = 3 // deliveries still owed, or another sender at work: run again

	// ExitTryLater is for a mail server that hands a mail over: it keeps the mail and tries
	// again (EX_TEMPFAIL of sysexits.h). At whatever other code it takes the mail for refused,
	// and one that came back is refused to nobody: it is lost.
	ExitTryLater ExitCode = 75
)

// CodeError ends the program with a code after everything was already said.
type CodeError struct{ Code ExitCode }

func (e *CodeError) Error() string { return fmt.Sprintf("exit %d", e.Code) }

// PrintError translates an error for people, once, and returns its exit code.
func PrintError(w io.Writer, err error) ExitCode {
	if err == nil {
		return ExitDone
	}
	if closedPipe(err) {
		return ExitDone
	}
	var coded *CodeError
	if errors.As(err, &coded) {
		return coded.Code
	}
	code, hint := explain(err)
	var problems config.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			fmt.Fprintf(w, "roundup: error: %s\n", p)
			if hint := words.ProblemHint(p); hint != "" {
				fmt.Fprintf(w, "roundup: hint: %s\n", hint)
			}
		}
		return code
	}
	fmt.Fprintf(w, "roundup: error: %s\n", strings.TrimRight(err.Error(), "\n"))
	if hint != "" {
		fmt.Fprintf(w, "roundup: hint: %s\n", hint)
	}
	return code
}

// AddHint adds what else to do to what an error is hinted at.
func AddHint(err error, hint string) error {
	_, first := explain(err)
	return &words.HintedError{Err: err, Hint: words.JoinHints(first, hint)}
}

// Interrupted says of a command that ended because its context did that it was interrupted:
// where it was at that moment tells nobody anything. The exit code stays.
func Interrupted(ctx context.Context, err error) error {
	code, hint := explain(err)
	if ctx.Err() == nil || code != ExitRunMore || !errors.Is(err, context.Canceled) {
		return err
	}
	return &words.HintedError{Err: terminal.ErrInterrupted, Hint: hint}
}

// closedPipe reports whether err is that nobody reads our output any more, as
// with `roundup subscribers list | head -1`: no mistake of anybody's.
func closedPipe(err error) bool {
	var where *fs.PathError
	return errors.Is(err, syscall.EPIPE) && errors.As(err, &where) && where.Path == os.Stdout.Name()
}

// explain sorts an error: the exit code, and what to do.
func explain(err error) (ExitCode, string) {
	var (
		hinted   *words.HintedError
		usage    *words.UsageError
		problems config.Problems
		busy     *desk.BusyError
		notReady *desk.NotReadyError
		moved    *engine.MovedError
		owner    *sqlite.OwnerError
		server   *postgres.Error
		trouble  *relay.Trouble
		template *letter.TemplateError
		tooLarge *letter.TooLargeError
		change   *digest.ChangeError
	)
	switch {
	case errors.As(err, &hinted):
		code, _ := explain(hinted.Err)
		return code, hinted.Hint
	case errors.As(err, &usage):
		return ExitUsage, usage.Hint
	case errors.As(err, &problems):
		return ExitUsage, ""
	case errors.Is(err, config.ErrNoFile):
		return ExitUsage, "run `roundup init` to write one, or name it with --config"
	case errors.Is(err, config.ErrUnreadable) && errors.Is(err, fs.ErrPermission):
		return ExitUsage, "let this user read it, or name another file with --config"
	case errors.Is(err, config.ErrUnreadable):
		return ExitUsage, "name another file with --config"
	case errors.As(err, &busy):
		return ExitRunMore, "run again when it is done; this is safe"
	case errors.As(err, &notReady):
		return ExitFailed, words.NotReadyHint(notReady)
	case errors.As(err, &moved):
		return ExitFailed, words.MovedHint(moved)
	case errors.As(err, &owner):
		return ExitFailed, words.OwnerHint(owner)
	case errors.As(err, &server):
		return serverHint(server)
	case errors.Is(err, engine.ErrMissing):
		return ExitUsage, "run `roundup init` to create it, or mend database: in the configuration; for one that was lost, put a backup in its place and run `roundup adopt`"
	case errors.Is(err, engine.ErrEarlier):
		return ExitFailed, "run `roundup subscribers export readers.csv` with the roundup that made it, move it and its -wal and -shm away, " +
			"then run `roundup init` and `roundup subscribers import readers.csv`"
	case errors.Is(err, engine.ErrNewer):
		return ExitFailed, "install the newer roundup that made it"
	case errors.Is(err, engine.ErrCorrupt):
		return ExitFailed, "move it and its -wal and -shm away together, put a backup in its place, then run `roundup adopt`"
	case errors.Is(err, engine.ErrMoved):
		return ExitFailed, "what was recorded until then is in the file that was there: put it back, or a backup and run `roundup adopt`"
	case errors.Is(err, engine.ErrFull):
		return ExitFailed, "free some space on the disk of the database, then run again: it goes on where it stopped"
	case errors.Is(err, engine.ErrDisk):
		return ExitFailed, "look at the disk of the database and at the system's log; run again when it works: it goes on where it stopped"
	case errors.Is(err, engine.ErrUnwritable):
		return ExitFailed, "Roundup writes to the database and beside it: mend the folder's owner and mode, or a mount that is read-only"
	case errors.Is(err, delivery.ErrLeaseLost):
		return ExitRunMore, "another process sends this newsletter now; run again when it is done"
	case errors.Is(err, engine.ErrLocked):
		return ExitRunMore, "another roundup is at work on this database; run again when it is done"
	case errors.Is(err, engine.ErrBusy):
		return ExitRunMore, "close what has it open (a database browser, a copy under way) and run again; this is safe"
	case errors.Is(err, store.ErrUnderWay):
		return ExitRunMore, ""
	case errors.Is(err, store.ErrNotFresh):
		return ExitUsage, ""
	case errors.As(err, &change):
		return ExitFailed, words.ChangeHint(change)
	case errors.As(err, &template):
		return ExitUsage, template.Hint
	case errors.As(err, &tooLarge):
		return ExitFailed, tooLarge.Hint
	case errors.As(err, &trouble):
		return ExitFailed, trouble.Hint
	case errors.Is(err, context.Canceled), errors.Is(err, terminal.ErrInterrupted):
		return ExitRunMore, ""
	}
	return ExitFailed, ""
}

// serverHint sorts an error of a database that is on a server: the exit code, and what to
// do. What is right for a file is wrong there.
func serverHint(e *postgres.Error) (ExitCode, string) {
	is := func(kind error) bool { return errors.Is(e.Kind, kind) }
	var unknown *net.DNSError
	switch {
	case is(postgres.ErrAddress):
		return ExitUsage, "mend what follows the ? of the URL in database: or the file of database_file"
	case is(postgres.ErrDenied):
		return ExitUsage, "mend user and password in database: or the file of database_file, or write the password to ~/.pgpass; the server's pg_hba.conf says who may come from where, and as what"
	case is(postgres.ErrNoTLS):
		return ExitUsage, "set `ssl = on` and a certificate in the server's postgresql.conf; where nobody can listen in between, sslmode=disable in the URL goes without"
	case is(postgres.ErrPooled):
		return ExitUsage, "name the server itself in database:, with its own port: through PgBouncer it does not work"
	case is(postgres.ErrNoDatabase):
		return ExitUsage, "mend database: in the configuration, or let the server's administrator make it: createdb --owner USER DATABASE"
	case is(postgres.ErrForbidden):
		return ExitUsage, "let the server's administrator make this user the owner: ALTER DATABASE … OWNER TO …"
	case is(postgres.ErrEncoding):
		return ExitUsage, "name a database in UTF-8; the server's administrator makes one: createdb -E UTF8 -T template0 --owner USER DATABASE"
	case is(postgres.ErrOccupied):
		return ExitUsage, "name an empty database, or add ?search_path=NAME for a schema of Roundup's own"
	case is(engine.ErrMissing):
		return ExitUsage, "run `roundup init` to create its tables, or mend database: in the configuration"
	case is(engine.ErrEarlier):
		return ExitFailed, "run `roundup subscribers export readers.csv` with the roundup that made it, drop the schema, " +
			"then run `roundup init` and `roundup subscribers import readers.csv`"
	case is(engine.ErrNewer):
		return ExitFailed, "install the newer roundup that made it"
	case is(engine.ErrMoved):
		return ExitFailed, "its tables were dropped or restored meanwhile: after a restore run `roundup adopt`"
	case is(engine.ErrCorrupt):
		return ExitFailed, "restore a dump into another database, name that in the configuration, then run `roundup adopt`"
	case is(postgres.ErrReplica):
		return ExitFailed, "name the primary in database:, or all servers with commas between them and ?target_session_attrs=read-write"
	case is(engine.ErrFull):
		return ExitFailed, "free some space on the disk of the server, then run again: it goes on where it stopped"
	case is(engine.ErrDisk):
		return ExitFailed, "look at the server's disk, memory and log; run again when it works: it goes on where it stopped"
	case is(engine.ErrBusy):
		return ExitRunMore, "somebody has locked its tables; run again, this is safe"
	case is(engine.ErrAway) && errors.As(e, &unknown):
		return ExitRunMore, "mend the server's name in database: or the file of database_file; where it is right, run again when this machine's name server knows it"
	case is(engine.ErrAway):
		return ExitRunMore, "run again when the server answers and has a connection to spare (max_connections): it goes on where it stopped"
	}
	return ExitFailed, ""
}
