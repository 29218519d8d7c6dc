// Package migrations holds the schema of each engine as steps that are only ever
// appended to: what was released is never edited. It must not run them, which
// each engine does in a way of its own. Start reading in sqlite/0001_init.sql,
// the map of the tables.
package migrations

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed sqlite/*.sql postgres/*.sql
var embedded embed.FS

// Folded is the version that the first step follows. Before the first release
// 0001_init.sql is changed in place: a database of then has a version up to here, and
// no program reads both. It is raised with every such change.
const Folded = 118

// VersionAfter is the schema's version once so many steps are applied.
func VersionAfter(applied int) int { return Folded + applied }

// Step is one step of the schema.
type Step struct {
	Name string
	SQL  string
}

// SQLite is where SQLite's steps are.
func SQLite() (fs.FS, error) { return fs.Sub(embedded, "sqlite") }

// Postgres is where PostgreSQL's steps are.
func Postgres() (fs.FS, error) { return fs.Sub(embedded, "postgres") }

// Steps returns the steps of an engine's folder (SQLite, Postgres) in their order, or of
// another where one is given.
func Steps(engine func() (fs.FS, error), instead fs.FS) ([]Step, error) {
	files := instead
	if files == nil {
		var err error
		if files, err = engine(); err != nil {
			return nil, err
		}
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	slices.Sort(names)
	var all []Step
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		all = append(all, Step{Name: name, SQL: string(text)})
	}
	return all, nil
}
