package store_test

import (
	"database/sql"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/internal/testing/pgtest"
	"roundup/store/postgres"
	"roundup/store/storetest"
)

var server pgtest.Server

func TestMain(m *testing.M) { os.Exit(pgtest.Tests{M: m, Server: &server}.Run()) }

// onPostgres is an empty database of PostgreSQL's; the test is skipped where there is none.
func onPostgres(t *testing.T) *sql.DB {
	t.Helper()
	address := server.URL(t)
	st, _, err := postgres.Create(t.Context(), address, postgres.Options{Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	db, err := postgres.Pool(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Every statement is one text that each engine takes. Those that are put together as
// they run, a handful, are proved by running them (storetest).
func TestEveryEngineTakesEveryStatement(t *testing.T) {
	t.Parallel()
	all := statements(t)
	if len(all) < 100 {
		t.Fatalf("found %d statements: the test tests nothing", len(all))
	}
	for name, open := range map[string]func(*testing.T) *sql.DB{"sqlite": database, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			for at, s := range all {
				prepare(t, db, at, s.query)
			}
		})
	}
}

func prepare(t *testing.T, db *sql.DB, at, query string) {
	prepared, err := db.PrepareContext(t.Context(), query)
	if err != nil {
		t.Errorf("%s: %v", at, err)
		return
	}
	defer func() { _ = prepared.Close() }()
}

// Whoever takes away what people are known by says so, or the bytes stay where they were.
func TestErasingIsSaid(t *testing.T) {
	t.Parallel()
	erases := regexp.MustCompile(`DELETE FROM (subscribers|sign_ups|outbox|address_changes|addresses_left)\b|` +
		`(?s)UPDATE (subscribers|subscriptions|outbox|bounces|suppressions)\b.*\b(email|key|hash|name|recipient|words|consent_from) = (NULL|'')`)
	found := 0
	for at, s := range statements(t) {
		if !erases.MatchString(s.query) {
			continue
		}
		if found++; s.by != "ExecErasing" {
			t.Errorf("%s erases by %s", at, s.by)
		}
	}
	if found < 8 {
		t.Errorf("found %d statements that erase: the test tests nothing", found)
	}
}

// statement is one of SQL, and the method that runs it.
type statement struct{ query, by string }

// statements are those of the rooms that have some, by where they are run.
func statements(t *testing.T) map[string]statement {
	t.Helper()
	all, known := map[string]statement{}, rooms{}
	for _, room := range []string{"engine", "ledger", "content", "."} {
		fset, files := parse(t, room)
		// What is imported from elsewhere stays unknown, and no statement is made of it.
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		config := types.Config{Error: func(error) {}, Importer: known}
		known["roundup/store/"+room], _ = config.Check(room, fset, files, info)
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				query, by, more := queryOf(call)
				if query == nil {
					return true
				}
				if v := info.Types[query].Value; v != nil && v.Kind() == constant.String {
					all[fset.Position(query.Pos()).String()] = statement{constant.StringVal(v) + more, by}
				}
				return true
			})
		}
	}
	return all
}

// parse reads a folder of Go, tests left out.
func parse(t *testing.T, folder string) (*token.FileSet, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return fset, files
}

// queryOf is the argument of a call that runs a statement, by which method, and what that adds to it.
func queryOf(call *ast.CallExpr) (query ast.Expr, by, more string) {
	place := map[string]int{
		"Exec": 1, "ExecErasing": 1, "Insert": 1, "ExecContext": 1, "QueryContext": 1, "QueryRowContext": 1, "QueryAll": 3, "QueryOne": 3,
	}
	switch fun := call.Fun.(type) {
	case *ast.SelectorExpr:
		by = fun.Sel.Name
	case *ast.Ident:
		by = fun.Name
	}
	at, ok := place[by]
	if !ok || len(call.Args) <= at {
		return nil, "", ""
	}
	if by == "Insert" {
		more = ` RETURNING id`
	}
	return call.Args[at], by, more
}

// rooms imports what was read before, and nothing else.
type rooms map[string]*types.Package

func (r rooms) Import(path string) (*types.Package, error) {
	if r[path] == nil {
		return nil, fmt.Errorf("%s is not needed", path)
	}
	return r[path], nil
}

// The schemas are one: the same tables, columns, indexes and triggers.
func TestSchemasAreOne(t *testing.T) {
	t.Parallel()
	lite := list(t, database(t), `
		SELECT 'column ' || m.name || '.' || c.name || ' ' || replace(replace(replace(c.type, 'INTEGER', 'bigint'), 'TEXT', 'text'), 'BLOB', 'bytea') ||
			CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' always' ELSE '' END
		FROM sqlite_schema m
		JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
		UNION ALL
		SELECT type || ' ' || tbl_name || '.' || name
		FROM sqlite_schema
		WHERE type IN ('index', 'trigger') AND name NOT LIKE 'sqlite_%'`)
	pg := list(t, onPostgres(t), `
		SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' always' ELSE '' END
		FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name NOT IN ('schema_version', 'mark')
		UNION ALL
		SELECT 'index ' || tablename || '.' || indexname
		FROM pg_indexes
		WHERE schemaname = current_schema() AND indexname NOT LIKE '%_key' AND indexname NOT LIKE '%_pkey'
		UNION ALL
		SELECT DISTINCT 'trigger ' || event_object_table || '.' || trigger_name
		FROM information_schema.triggers
		WHERE trigger_schema = current_schema()`)
	if diff := cmp.Diff(lite, pg); diff != "" {
		t.Errorf("PostgreSQL differs from SQLite (-SQLite +PostgreSQL):\n%s", diff)
	}
}

// list is the only column of a query, sorted.
func list(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}
