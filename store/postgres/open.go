// Package postgres keeps a store in a schema of a PostgreSQL database: opening,
// creating, locking and upgrading it. But for internal/worker, whose River wants a pool of
// its own, it is the only user of pgx.
//
// It must not hold a statement that is not about the schema itself: those are in store,
// and SQLite takes them too. Start reading in Open, then in database.go.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"roundup/store"
	"roundup/store/engine"
)

// schemaName is where the tables are, unless the address names another search_path.
const schemaName = "roundup"

// Options says how to open a database.
type Options struct {
	Now  func() time.Time // the program's calendar; never nil
	Left string           // the file where it is on record who left; "" for none
	Log  *slog.Logger     // told what keeps nobody from leaving, and is lost; nil for nobody

	// Address is the address as it is by now, whose login a new connection takes; nil where it
	// does not change.
	Address func() string

	migrations fs.FS // nil for the embedded ones
}

// Open opens an existing database, bringing its schema up to date first. It fails with
// one of this package's errors, or of the store's ErrMissing, ErrEarlier, ErrNewer, ErrAway or
// ErrLocked (a migration is due while another Roundup is at work).
func Open(ctx context.Context, address string, o Options) (*store.Store, error) {
	e, err := connect(address, o)
	if err != nil {
		return nil, err
	}
	s, err := e.open(ctx, o)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}

// Create makes the schema and its tables in a database where there are none, and opens
// it; what exists is opened as it is. All of it appears, or nothing.
func Create(ctx context.Context, address string, o Options) (s *store.Store, created bool, err error) {
	e, err := connect(address, o)
	if err != nil {
		return nil, false, err
	}
	created, err = e.build(ctx, o, false)
	if err == nil {
		s, err = e.open(ctx, o)
	}
	if err == nil && created {
		err = s.TakeCharge(ctx)
	}
	if err != nil {
		return nil, created, errors.Join(err, e.Close())
	}
	return s, created, nil
}

// Rehearse does what Create does, and takes it away again: it fails where that would. It
// reports whether the database is there already; then it does nothing.
func Rehearse(ctx context.Context, address string, o Options) (there bool, err error) {
	e, err := connect(address, o)
	if err != nil {
		return false, err
	}
	created, err := e.build(ctx, o, true)
	return !created, errors.Join(err, e.Close())
}

// Config is how to connect to a database, and the schema that the store is in.
func Config(address string) (config *pgx.ConnConfig, schema string, err error) {
	config, err = pgx.ParseConfig(address)
	if err != nil {
		return nil, "", fault(ErrAddress, ": %w", errors.Unwrap(err)) // all of it would repeat the address
	}
	if config.RuntimeParams["search_path"] == "" {
		config.RuntimeParams["search_path"] = schemaName
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = engine.ProcessName(os.Getpid())
	}
	// The planner would plan each claim anew otherwise, which takes longer than the claim.
	config.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	// A machine that vanishes must not hold its locks for hours, nor wait so long itself.
	for name, value := range map[string]string{"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3", "tcp_user_timeout": "30000"} {
		config.RuntimeParams[name] = value
	}
	config.DialFunc = (&net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3},
		Control:         unacknowledged,
	}).DialContext
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	return config, config.RuntimeParams["search_path"], nil
}

// Login has a new connection take user and password from an address as it is by now; nil for
// none. One that names another database, or can't be read, changes nothing.
func Login(address func() string) func(context.Context, *pgx.ConnConfig) error {
	return func(_ context.Context, c *pgx.ConnConfig) error {
		if address == nil {
			return nil
		}
		now, err := pgx.ParseConfig(address())
		if err == nil && now.Host == c.Host && now.Port == c.Port && now.Database == c.Database {
			c.User, c.Password = now.User, now.Password
		}
		return nil
	}
}

// connect makes the pools; no connection is opened yet.
func connect(address string, o Options) (*database, error) {
	config, schema, err := Config(address)
	if err != nil {
		return nil, err
	}
	e := &database{path: place(config, schema), libpq: place(config, schemaName), schema: schema, Journal: engine.NewJournal(o.Left, o.Log)}
	from := connector{Connector: stdlib.GetConnector(*config, stdlib.OptionBeforeConnect(Login(o.Address))), numbered: &sync.Map{}}
	e.pools(from)
	return e, nil
}

// Pool opens a database without a store, for tests that look behind its back.
func Pool(address string) (*sql.DB, error) {
	e, err := connect(address, Options{})
	if err != nil {
		return nil, err
	}
	return e.readers, errors.Join(e.writer.Close(), e.rows.Close(), e.locks.Close())
}

// place is where a database is, without a password.
func place(c *pgx.ConnConfig, schema string) string {
	query := url.Values{}
	if schema != schemaName {
		query.Set("search_path", schema)
	}
	u := url.URL{Scheme: "postgres", User: url.User(c.User), Path: "/" + c.Database}
	if strings.HasPrefix(c.Host, "/") {
		query.Set("host", c.Host)
	} else if u.Host = net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))); c.Port == 5432 {
		u.Host = strings.TrimSuffix(u.Host, ":5432")
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "%2F", "/")
	return u.String()
}

func (e *database) open(ctx context.Context, o Options) (*store.Store, error) {
	if err := e.find(ctx); err != nil {
		return nil, err
	}
	if err := e.migrate(ctx, o); err != nil {
		return nil, err
	}
	return store.Open(ctx, e, o.Now)
}
