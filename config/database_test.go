package config_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
)

func TestDatabaseURLs(t *testing.T) {
	t.Parallel()
	const form = "names no database: write postgres://USER@HOST/DATABASE"
	const unclear = "can't be told apart: write a password's @ as %40, / as %2F, ? as %3F and % as %25; a port is a number"
	const nearly = "looks like the URL of a database with a mistake in its beginning: write postgres://USER@HOST/DATABASE"
	const other = "is a URL, and not of PostgreSQL: name a file, or postgres://USER@HOST/DATABASE"
	tests := []struct{ name, give, want string }{
		{"plain", "postgres://roundup@db.example/roundup", ""},
		{"the other scheme", "postgresql://roundup@db.example:5433/roundup?sslmode=verify-full", ""},
		{"a socket", "postgres://roundup@/roundup?host=/var/run/postgresql", ""},
		{"two hosts", "postgres://roundup@h1:5432,h2:5432/roundup?target_session_attrs=read-write", ""},
		{"IPv6", "postgres://roundup@[::1]:5432/roundup", ""},
		{"the name in a parameter", "postgres://db.example?dbname=roundup", ""},
		{"a password written as it must be", "postgres://roundup:p%40%2F%3F%25@db.example/roundup", ""},
		{"as libpq takes it", "host=db user=roundup password=hunter2 dbname=roundup", `"********" holds settings as libpq takes them: write postgres://USER@HOST/DATABASE`},
		{"a password alone", "password = hunter2", `"********" holds settings as libpq takes them: write postgres://USER@HOST/DATABASE`},
		{"one slash", "postgres:/roundup:hunter2@db.example/roundup", `"********" ` + nearly},
		{"one slash of the other scheme", "postgresql:/roundup@db.example/roundup", `"********" ` + nearly},
		{"no slash", "postgres:roundup:hunter2@db.example/roundup", `"********" ` + nearly},
		{"no colon", "postgres//roundup:hunter2@db.example/roundup", `"********" ` + nearly},
		{"another scheme without a colon", "Postgresql//roundup:hunter2@db.example/roundup", `"********" ` + nearly},
		{"no scheme", "//roundup:hunter2@db.example/roundup", `"********" ` + nearly},
		{"a login alone", "roundup:hunter2@db.example/roundup", `"********" ` + nearly},
		{"a login with a slash in its password", "roundup:hun/ter2@db.example/roundup", `"********" ` + nearly},
		{"no scheme, and a slash in its password", "//roundup:hun/ter2@db.example/roundup", `"********" ` + nearly},
		{"as Java takes it", "jdbc:postgresql://roundup:hunter2@db.example/roundup", `"********" ` + other},
		{"a path before the scheme", "./postgres://roundup:hunter2@db.example/roundup", `"********" ` + other},
		{"a file in a folder of that name", "postgres/roundup.db", ""},
		{"a file in a folder named like it", "/srv/postgres//roundup.db", ""},
		{"a file with a colon", "data:2026/roundup.db", ""},
		{"a file with a colon and an @", "./data:2026/me@home.db", ""},
		{"a file with an @", "me@home/roundup.db", ""},
		{"another scheme", "mysql://roundup@db.example/roundup", `"mysql://********@db.example/roundup" ` + other},
		{"no name", "postgres://roundup@db.example", `"postgres://roundup@db.example" ` + form},
		{"an empty name", "postgres://roundup@db.example/", `"postgres://roundup@db.example/" ` + form},
		{"no port", "postgres://roundup@db.example:x/roundup", `"postgres://********" ` + unclear},
		{"two names", "postgres://roundup@db.example/a/b", `"postgres://********" ` + unclear},
		{"a password with an @", "postgres://roundup:p@q@db.example/roundup", `"postgres://********" ` + unclear},
		{"a password with a %", "postgres://roundup:p%q@db.example/roundup", `"postgres://********" has a % that begins no character: write % itself as %25`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := []string(nil)
			if tt.want != "" {
				want = []string{"roundup.yaml:2: database: " + tt.want}
			}
			if diff := cmp.Diff(want, problems(t, "smtp: {host: x.example}\ndatabase: '"+tt.give+"'")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, environ, want string }{ // DIR is the file's folder, %2F in it or not
		{"by default", "", "", "DIR/roundup.db"},
		{"a URL", "database: postgres://roundup@db.example/roundup", "", "postgres://roundup@db.example/roundup"},
		{"certificates beside the file", "database: postgres://h/db?sslcert=c.pem&sslrootcert=system", "", "postgres://h/db?sslcert=DIR/c.pem&sslrootcert=system"},
		{"from a file", "database_file: url", "", "postgres://roundup:hunter2@db.example/roundup?sslrootcert=DIR/ca.pem"},
		{"a path from a file", "database_file: path", "", "DIR/data/roundup.db"},
		{"from the environment", "database: a.db", "ROUNDUP_DATABASE=postgres://h/db", "postgres://h/db"},
		{"a file of the environment before the value", "database: a.db", "ROUNDUP_DATABASE_FILE=path", "DIR/data/roundup.db"},
		{"both", "database: a.db\ndatabase_file: url", "", "roundup.yaml:2: database_file: is set beside database; keep one of them"},
		{"one slash in the file", "database_file: slash", "", "roundup.yaml:1: database_file: what is in it, which is not shown, looks like the URL of a database with a mistake in its beginning: write postgres://USER@HOST/DATABASE"},
		{"no name in the file", "database_file: wrong", "", "roundup.yaml:1: database_file: what is in it, which is not shown, names no database: write postgres://USER@HOST/DATABASE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "url"), "postgres://roundup:hunter2@db.example/roundup?sslrootcert=ca.pem\n", 0o600)
			write(t, filepath.Join(dir, "path"), "data/roundup.db\n", 0o600)
			write(t, filepath.Join(dir, "wrong"), "postgres://roundup:hunter2@db.example\n", 0o600)
			write(t, filepath.Join(dir, "slash"), "postgres:/roundup:hunter2@db.example/roundup\n", 0o600)
			write(t, filepath.Join(dir, "roundup.yaml"), tt.give, 0o600)
			c, err := config.Load(filepath.Join(dir, "roundup.yaml"), []string{tt.environ})
			var got string
			if err != nil {
				got = strings.ReplaceAll(err.Error(), dir+"/", "")
			} else {
				got = strings.ReplaceAll(strings.ReplaceAll(string(c.Database), url.QueryEscape(dir+"/"), "DIR/"), dir, "DIR")
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A password may change in its file while a program runs; what is no database's URL any more
// changes nothing.
func TestDatabaseNow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret, file := filepath.Join(dir, "database-url"), filepath.Join(dir, "roundup.yaml")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const first = "postgres://roundup:first@db.example/roundup"
	write(secret, first+"\n")
	write(file, "database_file: database-url\n")
	c, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		first: first,
		"postgres://roundup:second@db.example/roundup?sslkey=k.pem\n": "postgres://roundup:second@db.example/roundup?sslkey=" + url.QueryEscape(filepath.Join(dir, "k.pem")),
		"":                               first,
		"roundup.db":                     first,
		"postgres://roundup@db.example/": first,
		"one\ntwo":                       first,
	} {
		write(secret, text)
		if got := string(c.DatabaseNow()); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	if err := os.Remove(secret); err != nil {
		t.Fatal(err)
	}
	if got := string(c.DatabaseNow()); got != first {
		t.Errorf("without the file: got %s, want %s", got, first)
	}
}
