package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

// openPool makes a pool of connections; none is opened yet.
func openPool(path string, settings url.Values) *sql.DB {
	return sql.OpenDB(&connector{source: dataSource(path, settings)})
}

// openWriter is openPool for the one connection that changes the database while it is in use.
// Its log is folded in by a commit once it has foldAt pages, and before by who rests.
func openWriter(path string) *sql.DB {
	db := sql.OpenDB(&connector{
		source: dataSource(path, writerSettings()),
		driver: sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
			_, err := c.Exec(fmt.Sprintf(`PRAGMA wal_autocheckpoint = %d`, foldAt), nil)
			return err
		}},
	})
	db.SetMaxOpenConns(1)
	return db
}

// foldAt is 16 MB: four times SQLite's own, more than one of many transactions writes.
const foldAt = 4000

// connector makes the connections of a pool.
type connector struct {
	source string
	driver sqlite3.SQLiteDriver
}

// Connect implements driver.Connector.
func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.source) }

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return &c.driver }

// writerSettings are those of a connection that changes the database. Settings
// are in the data source name because each new connection of a pool needs them.
func writerSettings() url.Values {
	return url.Values{
		"_journal_mode":  {"WAL"},
		"_synchronous":   {"FULL"}, // a claim must survive a power cut
		"_foreign_keys":  {"true"},
		"_secure_delete": {"true"}, // what a person asked to forget leaves no bytes behind
	}
}

// dataSource names the file to the driver; mode=rw never creates it.
func dataSource(path string, settings url.Values) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	settings.Set("mode", "rw")
	settings.Set("_busy_timeout", "10000") // milliseconds
	settings.Set("_cache_size", "-4096")   // KiB, for each connection; more makes nothing faster, and is never given back
	settings.Set("_stmt_cache_size", "64")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}
