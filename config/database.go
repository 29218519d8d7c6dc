package config

import (
	"cmp"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// Database is where the memory is: a file, absolute once loaded, or the URL of a
// PostgreSQL database, which may hold a password. Its String may be shown to anybody.
type Database string

// OnServer reports whether it is a PostgreSQL database.
func (d Database) OnServer() bool { return isServer(string(d)) }

// String hides the password.
func (d Database) String() string { return maskDatabase(string(d)) }

// GoString hides the password from %#v.
func (d Database) GoString() string { return d.String() }

// MarshalText hides the password from JSON and YAML.
func (d Database) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// DatabaseAt is a database as a person names it on the command line, where a path starts at
// a folder; or why it can't be one.
func DatabaseAt(given, folder string) (Database, string) {
	if reason := (key{kind: database}).check(given); reason != "" || given == "" {
		return "", cmp.Or(reason, "name a file, or "+databaseForm)
	}
	return Database(given).within(folder), ""
}

// isServer reports whether a text is the URL of a PostgreSQL database, right or wrong.
func isServer(value string) bool {
	scheme, _, found := strings.Cut(value, "://")
	return found && (scheme == "postgres" || scheme == "postgresql")
}

// databaseForm is how the URL of a PostgreSQL database is written.
const databaseForm = "postgres://USER@HOST/DATABASE"

// keywords are settings of a PostgreSQL database that are no URL, "host=db password=…": as the
// name of a file the password would be shown to everybody.
var keywords = regexp.MustCompile(`(?i)^[^:]*\b(host|dbname|user|password) *=`)

// nearlyURL is a URL of a PostgreSQL database with a mistake before its host, "postgres:/…" or
// "postgres//…", and whatever else holds "user:password@", in one piece or at its beginning, where
// the password may have a slash: as the name of a file the password would be shown to everybody.
var nearlyURL = regexp.MustCompile(`(?i)^['" ]*(postgr[a-z]*|pgsql)(:|;|//)|:[^/]*@|^(//)?[^/]*:[^@]*@`)

// mistaken says what a value that is no URL was meant to be, where it is no path either; "" for a path.
func mistaken(value string) string {
	switch {
	case keywords.MatchString(value):
		return "holds settings as libpq takes them: write " + databaseForm
	case !strings.Contains(value, "://") && nearlyURL.MatchString(value):
		return "looks like the URL of a database with a mistake in its beginning: write " + databaseForm
	}
	return ""
}

// checkDatabase checks a file or a URL.
func checkDatabase(value string) string {
	if reason := mistaken(value); reason != "" {
		return reason
	}
	if !strings.Contains(value, "://") {
		return ""
	}
	if !isServer(value) {
		return "is a URL, and not of PostgreSQL: name a file, or " + databaseForm
	}
	at, err := splitDatabase(value)
	switch {
	case err != nil:
		return "has a % that begins no character: write % itself as %25"
	case at.ambiguous():
		return "can't be told apart: write a password's @ as %40, / as %2F, ? as %3F and % as %25; a port is a number"
	case at.name == "":
		return "names no database: write " + databaseForm
	}
	return ""
}

// serverURL is the URL of a PostgreSQL database in its parts.
type serverURL struct {
	scheme, login, hosts string
	name                 string // of the database, decoded; "" for none
	params               url.Values
	query                string
}

// splitDatabase takes a URL of a PostgreSQL database apart as libpq does: several hosts
// may stand in it, with commas between them.
func splitDatabase(value string) (at serverURL, err error) {
	var rest string
	at.scheme, rest, _ = strings.Cut(value, "://")
	rest, at.query, _ = strings.Cut(rest, "?")
	rest, name, _ := strings.Cut(rest, "/")
	at.hosts = rest
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		at.login, at.hosts = rest[:i], rest[i+1:]
	}
	at.name = name
	if _, err = url.PathUnescape(at.login); err != nil {
		return at, err
	}
	if at.params, err = url.ParseQuery(at.query); err != nil {
		return at, err
	}
	if name, err = url.PathUnescape(name); err != nil {
		return at, err
	}
	if at.name = name; name == "" {
		at.name = at.params.Get("dbname")
	}
	return at, nil
}

// ambiguous reports whether a part may be a piece of a password.
func (at serverURL) ambiguous() bool {
	for host := range strings.SplitSeq(at.hosts, ",") {
		if !portForm.MatchString(host) {
			return true
		}
	}
	return strings.Contains(at.login+at.query, "@") || strings.ContainsAny(at.name, "@/")
}

// portForm is a host, or nothing, with or without a port.
var portForm = regexp.MustCompile(`^([^:\[\]]*|\[[0-9a-fA-F:.%]+\])(:[0-9]+)?$`)

// maskDatabase hides the password of a URL; all of one that can't be told apart.
func maskDatabase(value string) string {
	switch {
	case mistaken(value) != "":
		return mask
	case !strings.Contains(value, "://"):
		return value
	case !isServer(value):
		return maskURL(value)
	}
	at, err := splitDatabase(value)
	if err != nil || at.ambiguous() {
		return at.scheme + "://" + mask
	}
	_, rest, _ := strings.Cut(value, "://")
	rest = strings.TrimPrefix(rest, at.login)
	user, _, withPassword := strings.Cut(at.login, ":")
	if withPassword {
		user += ":" + mask
	}
	if at.query == "" {
		return at.scheme + "://" + user + rest
	}
	return at.scheme + "://" + user + strings.TrimSuffix(rest, at.query) + maskQuery(at.query)
}

// HasPassword reports whether a database's name holds one.
func (d Database) HasPassword() bool { return maskDatabase(string(d)) != string(d) }

// certificates are the parameters of a URL that name a file.
var certificates = []string{"sslcert", "sslkey", "sslrootcert", "passfile"}

// completeDatabase reads the file of a secret, and makes paths absolute, also within a
// URL.
func (c *Config) completeDatabase(v *validator, dir string) {
	given := Secret("") // what nobody chose gives way to a file
	if c.sources.isSet("database") {
		given = Secret(c.Database)
	}
	before := given
	c.DatabaseFile = absolute(dir, c.DatabaseFile)
	v.choose("database", &given, &c.DatabaseFile)
	if c.DatabaseFile != "" && given != before {
		if reason := checkDatabase(string(given)); reason != "" {
			v.report("database_file", "what is in it, which is not shown, "+reason)
		}
	}
	if given != "" {
		c.Database = Database(given)
	}
	if c.DatabaseFile == "" && c.Database.HasPassword() {
		v.warnExposed("database")
	}
	c.Database = c.Database.within(dir)
	c.leavings = absolute(dir, c.LeavingsFile)
	c.LeavingsFile = c.LeavingsOf(c.Database)
	switch unknown := &c.Bounces.UnknownDir; {
	case *unknown != "":
		*unknown = absolute(dir, *unknown)
	case c.Bounces.Listen == "": // nothing comes to it
	case c.Database.OnServer():
		*unknown = filepath.Join(stateFolder(dir), "roundup.unknown")
	default:
		*unknown = filepath.Join(filepath.Dir(string(c.Database)), "roundup.unknown")
	}
}

// DatabaseNow is Database as database_file has it by now, of which a password may have
// changed; as it was read at the start where that file can't be read, or there is none.
func (c *Config) DatabaseNow() Database {
	if c.DatabaseFile == "" {
		return c.Database
	}
	text, reason := readSecret(c.DatabaseFile)
	if reason != "" || !isServer(text) || checkDatabase(text) != "" {
		return c.Database
	}
	return Database(text).within(filepath.Dir(c.Path))
}

// LeavingsOf is what LeavingsFile would be if the database were another.
func (c *Config) LeavingsOf(d Database) string {
	if c.leavings == "" && d.OnServer() {
		return filepath.Join(stateFolder(filepath.Dir(c.Path)), "roundup.left")
	}
	return c.leavings
}

// stateFolder is where that is kept which has no database file to be beside: in the folder of the
// configuration, and for one below /etc, which a service can't write, in the folder of that name
// below /var/lib. It follows from the path alone, so that a service and a command typed by
// hand find the same files.
func stateFolder(dir string) string {
	if name, below := strings.CutPrefix(dir, "/etc/"); below {
		return filepath.Join("/var/lib", name)
	}
	return dir
}

// within lets relative paths start at a folder.
func (d Database) within(dir string) Database {
	if !d.OnServer() {
		return Database(absolute(dir, string(d)))
	}
	at, err := splitDatabase(string(d))
	if err != nil {
		return d // a mistake, told elsewhere
	}
	changed := false
	for _, name := range certificates {
		if file := at.params.Get(name); file != "" && file != "system" && !filepath.IsAbs(file) {
			at.params.Set(name, absolute(dir, file))
			changed = true
		}
	}
	if !changed {
		return d
	}
	return Database(strings.TrimSuffix(string(d), at.query) + at.params.Encode())
}
