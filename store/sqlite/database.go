package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"roundup/store/engine"
)

// database is one open file.
type database struct {
	path    string
	version int         // of the schema this program was built for
	file    fs.FileInfo // the file that was opened
	writer  *sql.DB     // one connection
	readers *sql.DB
	resting atomic.Int32 // how many rests still leave the log as it is

	marker          // what stays when this file alone is replaced
	*engine.Journal // of who left, which stays too
}

// leftFile is where it is on record who left, unless another file is named:
// roundup.left beside roundup.db.
func leftFile(path string) string { return strings.TrimSuffix(realPath(path), ".db") + ".left" }

// connect opens the writer and the readers; no statement is run yet.
func connect(path string, version int, o Options) (*database, error) {
	file, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	// A pool gives a connection to one goroutine at a time, so that SQLite's own mutex, taken for
	// each value of a row, protects nothing; the writer keeps it.
	readers := openPool(path, url.Values{"_query_only": {"true"}, "_mutex": {"no"}})
	readers.SetMaxOpenConns(max(2, runtime.NumCPU()))
	return &database{
		path: path, version: version, file: file, writer: openWriter(path), readers: readers,
		marker: marker{path: path}, Journal: engine.NewJournal(cmp.Or(o.Left, leftFile(path)), o.Log),
	}, nil
}

// Path implements engine.Engine.
func (e *database) Path() string { return e.path }

// Close closes the database. The last process to do so folds the write-ahead
// log into the file.
func (e *database) Close() error {
	e.close()
	return errors.Join(e.readers.Close(), e.writer.Close())
}

// Write holds the write lock from its start, where the busy timeout applies, instead
// of failing half-way.
func (e *database) Write(ctx context.Context, work func(engine.Querier) error) error {
	return classify(engine.Within(ctx, e.writer, "BEGIN IMMEDIATE", func(q engine.Querier) error {
		if err := e.inPlace(); err != nil {
			return err
		}
		if err := e.checkVersion(ctx, q); err != nil {
			return err
		}
		return work(q)
	}))
}

// restFor is how long others have between two of many transactions. SQLite has no queue for
// the write lock: who waits looks again after at most 25 ms until they have waited for 128
// (then after 50 and more), and against work without rests would look in vain for seconds.
const restFor = 25 * time.Millisecond

// unfolded is how many rests follow one that folding the log made longer, as on a slow disk,
// before it is folded again. That waits for the disk twice, and so does the commit that begins
// the log anew: at every rest, it left an import a sixth of its speed where the disk takes 30 ms.
// In so many turns of an import the log stays below foldAt.
const unfolded = 3

// Rest folds the write-ahead log into the file meanwhile, which keeps no writer waiting, so
// that no commit has to.
func (e *database) Rest(ctx context.Context) {
	over := time.After(restFor)
	if e.resting.Add(-1) < 0 {
		_, _ = e.readers.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`) // what is left is folded by a later one
		select {
		case <-over:
			e.resting.Store(unfolded)
			return
		default:
			e.resting.Store(0)
		}
	}
	select {
	case <-ctx.Done():
	case <-over:
	}
}

// Read implements engine.Engine.
func (e *database) Read(ctx context.Context, work func(engine.Querier) error) error {
	return classify(engine.Within(ctx, e.readers, "BEGIN", work))
}

// checkVersion refuses to write once a newer program has migrated the database
// under a running older one.
func (e *database) checkVersion(ctx context.Context, q engine.Querier) error {
	var got int
	if err := q.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&got); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if got != e.version {
		return fmt.Errorf("%w: it became version %d while this program, made for version %d, was running", engine.ErrNewer, got, e.version)
	}
	return nil
}

// inPlace fails with ErrMoved unless the path still names the file that was opened.
func (e *database) inPlace() error {
	now, err := os.Stat(e.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(now, e.file) {
		return fmt.Errorf("%w: %q", engine.ErrMoved, e.path)
	}
	if err != nil {
		return fmt.Errorf("%w: look for the database: %w", engine.ErrDisk, err)
	}
	return nil
}

// LastID implements engine.Engine.
func (*database) LastID(ctx context.Context, q engine.Querier, table string) (last int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?`, table).Scan(&last)
	return last, err
}

// SetLastID implements engine.Engine.
func (*database) SetLastID(ctx context.Context, q engine.Querier, table string, last int64) error {
	_, err := q.ExecContext(ctx, `DELETE FROM sqlite_sequence WHERE name = ?`, table)
	if err == nil {
		_, err = q.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, table, last)
	}
	return err
}

// Size is that of the file and its write-ahead log.
func (e *database) Size(context.Context) (size int64, _ error) {
	for _, file := range []string{e.path, e.path + "-wal"} {
		info, err := os.Stat(file)
		if err == nil {
			size += info.Size()
		}
	}
	return size, nil
}

// Wiping is tried again, where others read or write, for this long.
const (
	wipeFor   = 2 * time.Second
	wipePause = 20 * time.Millisecond
)

// Wipe folds the write-ahead log into the file and cuts it to nothing. The file has
// the pages as they were before the erasure until then, and the log may have them
// too; the erasure itself is durable by now. No try waits for others, so that no
// sender waits for it; where others read all the while, the pages stay until the log is
// written anew from its start, another erasure wipes it, or the last process closes.
func (e *database) Wipe(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wipeFor) // whoever asked may be gone
	defer cancel()
	db := openPool(e.path, url.Values{"_synchronous": {"FULL"}})
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // which doesn't wait
	if _, err := db.ExecContext(ctx, `PRAGMA busy_timeout = 0`); err != nil {
		return
	}
	for !folded(ctx, db) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wipePause):
		}
	}
}

// folded folds the write-ahead log into the file, and says whether all of it was.
func folded(ctx context.Context, db *sql.DB) bool {
	var busy bool
	var pages, moved int
	err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	return err == nil && !busy
}
