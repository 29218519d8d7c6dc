package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"roundup/delivery"
	"roundup/internal/testing/pgtest"
	"roundup/store"
	"roundup/store/engine"
	"roundup/store/migrations"
	"roundup/store/postgres"
	"roundup/store/storetest"
)

func options() postgres.Options { return postgres.Options{Now: storetest.NewClock().Now} }

// fresh makes a database and says where.
func fresh(t *testing.T) (*store.Store, string) {
	t.Helper()
	address := server.URL(t)
	st, created, err := postgres.Create(t.Context(), address, options())
	check(t, err)
	if !created {
		t.Fatal("created = false in a fresh schema")
	}
	t.Cleanup(func() { _ = st.Close() })
	return st, address
}

// run changes a database behind the store's back.
func run(t *testing.T, address, query string) {
	t.Helper()
	db, err := postgres.Pool(address)
	check(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(t.Context(), query)
	check(t, err)
}

// with is an address with another parameter.
func with(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	check(t, err)
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}

func TestOpenMakesNothing(t *testing.T) {
	t.Parallel()
	address := server.URL(t)
	for range 2 {
		if _, err := postgres.Open(t.Context(), address, options()); !errors.Is(err, engine.ErrMissing) {
			t.Errorf("Open = %v, want %v", err, engine.ErrMissing)
		}
	}
}

func TestCreateByManyMakesOne(t *testing.T) {
	t.Parallel()
	address := server.URL(t)
	made := make(chan bool)
	for range 6 {
		go func() {
			st, created, err := postgres.Create(t.Context(), address, options())
			if err != nil {
				t.Error(err)
			} else {
				_ = st.Close()
			}
			made <- created
		}()
	}
	n := 0
	for range 6 {
		if <-made {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 6 made the database, want 1", n)
	}
	st, err := postgres.Open(t.Context(), address, options())
	check(t, err)
	defer func() { _ = st.Close() }()
	if got, err := st.Standing(t.Context()); err != nil || !got.Sends() {
		t.Errorf("standing = %+v, %v, want in charge", got, err)
	}
	check(t, st.Verify(t.Context()))
}

func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	run(t, address, `UPDATE schema_version SET version = 999`)
	if err := st.SetNextNumber(t.Context(), 7); !errors.Is(err, engine.ErrNewer) {
		t.Errorf("write = %v, want %v", err, engine.ErrNewer)
	}
	if _, err := postgres.Open(t.Context(), address, options()); !errors.Is(err, engine.ErrNewer) {
		t.Errorf("Open = %v, want %v", err, engine.ErrNewer)
	}
}

// A schema of before the first release is told as one, and left as it is.
func TestAnEarlierSchemaIsRefused(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	check(t, st.Close())
	run(t, address, `UPDATE schema_version SET version = 9`)
	if _, err := postgres.Open(t.Context(), address, options()); !errors.Is(err, engine.ErrEarlier) || !strings.Contains(err.Error(), "has version 9; nothing in it was changed") {
		t.Errorf("Open = %v, want %v", err, engine.ErrEarlier)
	}
}

// Tables that were put in the place of those opened are another database.
func TestChangesNeedTheTablesInTheirPlace(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"removed":  `DROP TABLE mark`,
		"replaced": `ALTER TABLE mark RENAME TO old; CREATE TABLE mark AS SELECT * FROM old; DROP TABLE old`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, address := fresh(t)
			run(t, address, change)
			if err := st.SetNextNumber(t.Context(), 7); !errors.Is(err, engine.ErrMoved) || errors.Is(err, delivery.ErrLedgerAway) {
				t.Errorf("write = %v, want %v", err, engine.ErrMoved)
			}
		})
	}
}

// A database that keeps text in another encoding is refused before anything is made in it.
func TestEncodingIsUTF8(t *testing.T) {
	t.Parallel()
	address := server.URL(t)
	db, err := postgres.Pool(address)
	check(t, err)
	_, err = db.Exec(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`)
	check(t, errors.Join(err, db.Close()))
	address = strings.Replace(address, "/postgres?", "/latin?", 1)
	if _, _, err := postgres.Create(t.Context(), address, postgres.Options{Now: time.Now}); !errors.Is(err, postgres.ErrEncoding) || !strings.Contains(err.Error(), "LATIN1") {
		t.Errorf("Create = %v, want %v", err, postgres.ErrEncoding)
	}
	if _, err := postgres.Open(t.Context(), address, postgres.Options{Now: time.Now}); !errors.Is(err, postgres.ErrEncoding) {
		t.Errorf("Open = %v, want %v", err, postgres.ErrEncoding)
	}
}

// Somebody else's tables are left alone.
func TestCreateRefusesAnOccupiedSchema(t *testing.T) {
	t.Parallel()
	address := server.URL(t)
	parsed, err := url.Parse(address)
	check(t, err)
	schema := parsed.Query().Get("search_path")
	run(t, address, `CREATE SCHEMA `+schema+`; CREATE TABLE `+schema+`.theirs (x int)`)
	_, _, err = postgres.Create(t.Context(), address, options())
	if !errors.Is(err, postgres.ErrOccupied) || !strings.Contains(err.Error(), "theirs") {
		t.Errorf("Create = %v, want %v", err, postgres.ErrOccupied)
	}
}

// What was restored from a dump, here or elsewhere, is not in charge until adopted.
func TestARestoredDumpIsNotInCharge(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	check(t, st.SetNextNumber(t.Context(), 8))
	check(t, st.Close())
	// As pg_restore makes it: another table with the same rows.
	run(t, address, `ALTER TABLE mark RENAME TO old; CREATE TABLE mark AS SELECT * FROM old; DROP TABLE old`)
	again, err := postgres.Open(t.Context(), address, options())
	check(t, err)
	defer func() { _ = again.Close() }()
	got, err := again.Standing(t.Context())
	check(t, err)
	if got.Case != store.NeverHere {
		t.Errorf("standing = %+v, want never here", got)
	}
	_, err = again.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
	check(t, err)
	if got, err := again.Standing(t.Context()); err != nil || !got.Sends() {
		t.Errorf("standing after Adopt = %+v, %v, want in charge", got, err)
	}
}

func TestMigration(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	newer := options().WithMigrations(withStep(t, `CREATE TABLE extra (x text); CREATE TABLE extra (x text)`))
	if _, err := postgres.Open(t.Context(), address, newer); err == nil || !strings.Contains(err.Error(), "9999_test.sql") {
		t.Errorf("a step that fails: %v, want it named", err)
	}
	check(t, st.SetNextNumber(t.Context(), 7)) // nothing of it was kept

	newer = options().WithMigrations(withStep(t, `CREATE TABLE extra (x text)`))
	lock, err := st.Lock(t.Context())
	check(t, err)
	if _, err := postgres.Open(t.Context(), address, newer); !errors.Is(err, engine.ErrLocked) {
		t.Errorf("Open under another's lock = %v, want %v", err, engine.ErrLocked)
	}
	check(t, lock.Unlock())
	migrated, err := postgres.Open(t.Context(), address, newer)
	check(t, err)
	check(t, migrated.SetNextNumber(t.Context(), 9))
	check(t, migrated.Close())
	if err := st.SetNextNumber(t.Context(), 10); !errors.Is(err, engine.ErrNewer) {
		t.Errorf("the older program's write = %v, want %v", err, engine.ErrNewer)
	}
}

// withStep is the program's migrations and one more.
func withStep(t *testing.T, sql string) fs.FS {
	t.Helper()
	own, err := migrations.Postgres()
	check(t, err)
	text, err := fs.ReadFile(own, "0001_init.sql")
	check(t, err)
	return fstest.MapFS{"0001_init.sql": {Data: text}, "9999_test.sql": {Data: []byte(sql)}}
}

func TestLockIsOnePerSchema(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	other, err := postgres.Open(t.Context(), with(t, address, "application_name", "another"), options())
	check(t, err)
	defer func() { _ = other.Close() }()
	lock, err := other.Lock(t.Context())
	check(t, err)
	if _, err := st.Lock(t.Context()); !errors.Is(err, engine.ErrLocked) {
		t.Errorf("second Lock = %v, want %v", err, engine.ErrLocked)
	}
	if got := st.LockHolder(t.Context()); got != "another" {
		t.Errorf("holder = %q, want another", got)
	}
	elsewhere, _ := fresh(t)
	free, err := elsewhere.Lock(t.Context())
	check(t, err)
	check(t, free.Unlock())

	// Whoever dies gives it up: the server notices that the connection ends.
	run(t, address, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'another'`)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if again, err := st.Lock(t.Context()); err == nil {
			check(t, again.Unlock())
			_ = lock.Unlock()
			return
		}
		time.Sleep(10 * time.Millisecond) // a poll for another process, bounded
	}
	t.Error("the lock outlived its holder's connection")
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	st, address := fresh(t)
	check(t, st.SetNextNumber(t.Context(), 7))

	for name, tt := range map[string]struct {
		address string
		want    error
	}{
		"an unknown user":  {strings.Replace(address, "roundup@", "stranger:hunter2@", 1), postgres.ErrDenied},
		"no such database": {strings.Replace(address, "/postgres?", "/nosuch?", 1), postgres.ErrNoDatabase},
		"an odd parameter": {with(t, address, "connect_timeout", "x"), postgres.ErrAddress},
		"one that is not":  {with(t, address, "sslmod", "require"), postgres.ErrAddress},
		"an odd setting":   {with(t, address, "TimeZone", "Nowhere"), postgres.ErrAddress},
		"no such host":     {"postgres://roundup:hunter2@db.invalid/roundup", engine.ErrAway},
		"no tables":        {with(t, address, "search_path", "nobodys"), engine.ErrMissing},
	} {
		_, err := postgres.Open(t.Context(), tt.address, options())
		if !errors.Is(err, tt.want) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	replica, err := postgres.Open(t.Context(), with(t, address, "default_transaction_read_only", "on"), options())
	check(t, err)
	defer func() { _ = replica.Close() }()
	if err := replica.SetNextNumber(t.Context(), 8); !errors.Is(err, postgres.ErrReplica) {
		t.Errorf("a write on a replica: %v, want %v", err, postgres.ErrReplica)
	}
	stranger := with(t, address, "role", "pg_monitor")
	_, _, err = postgres.Create(t.Context(), with(t, stranger, "search_path", "another"), options())
	if !errors.Is(err, postgres.ErrForbidden) {
		t.Errorf("a user without rights: %v, want %v", err, postgres.ErrForbidden)
	}
	_, err = postgres.Open(t.Context(), with(t, address, "host", t.TempDir()), options())
	if !errors.Is(err, engine.ErrAway) || !errors.Is(err, delivery.ErrLedgerAway) {
		t.Errorf("nobody there: %v, want %v", err, engine.ErrAway)
	}
}

// A server that is started anew is away for a moment, which a sender outlasts.
func TestTheServerGoesAway(t *testing.T) {
	t.Parallel()
	var other pgtest.Server
	t.Cleanup(other.Stop)
	st, _, err := postgres.Create(t.Context(), other.URL(t), options())
	check(t, err)
	defer func() { _ = st.Close() }()
	other.Stop()
	for range 3 {
		if err := st.SetNextNumber(t.Context(), 7); !errors.Is(err, engine.ErrAway) || !errors.Is(err, delivery.ErrLedgerAway) {
			t.Errorf("a write: %v, want %v", err, engine.ErrAway)
		}
	}
	if _, err := st.NextNumber(t.Context()); !errors.Is(err, engine.ErrAway) {
		t.Errorf("a read: %v, want %v", err, engine.ErrAway)
	}
}

// A connection that lay in its pool, and on which nobody answers any more, is not waited for:
// another is made.
func TestConnectionThatDiedInThePool(t *testing.T) {
	t.Parallel()
	_, address := fresh(t)
	wire := pgtest.NewWire(t, address)
	st, err := postgres.Open(t.Context(), wire.Address, options())
	check(t, err)
	t.Cleanup(func() { _ = st.Close() })
	write := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // half a call's: there may be two such
		defer cancel()
		_, err := st.AcquireLease(ctx, "somebody", storetest.Anna())
		return err
	}
	check(t, write())
	reading, stop := context.WithCancel(t.Context())
	defer stop()
	go func() { _, _ = st.UnderWay(reading) }()
	wire.Cut(false)
	time.Sleep(2 * time.Second) // one that was in use a moment ago is taken as it is
	check(t, write())
}
