package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"roundup/delivery"
	"roundup/store/engine"
)

func TestKindOfCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]error{
		"53100": engine.ErrFull, "XX001": engine.ErrCorrupt, "25006": ErrReplica, "57P03": engine.ErrAway, "53300": engine.ErrAway,
		"28P01": ErrDenied, "08P01": ErrPooled, "26000": ErrPooled, "42P05": ErrPooled, "42501": ErrForbidden, "57014": nil, "": nil,
	} {
		if got := kindOfCode(code); !errors.Is(got, want) {
			t.Errorf("%s is %v, want %v", code, got, want)
		}
	}
}

// Where a database is shown to be is an address that can be written back into the configuration.
func TestPlace(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://r:secret@db.example/list":               "postgres://r@db.example/list",
		"postgres://r@db.example:5433/list?sslmode=disable": "postgres://r@db.example:5433/list",
		"postgres://r@[::1]/list":                           "postgres://r@[::1]/list",
		"postgres://r@[::1]:5433/list?search_path=two":      "postgres://r@[::1]:5433/list?search_path=two",
		"postgres://r@/list?host=/run/pg":                   "postgres://r@/list?host=/run/pg",
	} {
		config, schema, err := Config(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := place(config, schema); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}

// A login that is refused while results are to be saved is tried again, as a server that is away is:
// a password may be put right again.
func TestARefusedLoginMayPass(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"28P01": true, "28000": true, "57P01": true, "42501": false, "3D000": false} {
		err := classify(brief(&pgconn.PgError{Code: code, Message: "refused"}))
		if got := errors.Is(err, delivery.ErrLedgerAway); got != want {
			t.Errorf("%s may pass: %v, want %v", code, got, want)
		}
	}
}

// What a server answers to a connection that is not as it wants it is no absence of the server's.
func TestConnectingIsRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer   string // to the first message
		address  string // of it the scheme and the login, and what follows the host
		want     error
		text     string
		textless string
	}{
		"no TLS":               {"N", "postgres://roundup:hunter2@%s/roundup?sslmode=require", ErrNoTLS, "the database server offers no TLS: ", "hunter2"},
		"no password":          {refusal("28P01", "password authentication failed"), "postgres://roundup@%s/roundup?sslmode=disable&passfile=none", ErrDenied, "password authentication failed: no password was given", "hunter2"},
		"a wrong password":     {refusal("28P01", "password authentication failed"), "postgres://roundup:hunter2@%s/roundup?sslmode=disable", ErrDenied, "password authentication failed", "no password"},
		"an unknown parameter": {refusal("42704", "unrecognized configuration parameter"), "postgres://roundup@%s/roundup?sslmode=disable&sslmod=require", ErrAddress, "unrecognized configuration parameter", "no password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Open(t.Context(), fmt.Sprintf(tt.address, answering(t, tt.answer)), Options{Now: time.Now})
			if !errors.Is(err, tt.want) || !strings.Contains(fmt.Sprint(err), tt.text) || strings.Contains(fmt.Sprint(err), tt.textless) {
				t.Errorf("%v, want %v, with %q and without %q", err, tt.want, tt.text, tt.textless)
			}
		})
	}
}

// refusal is how a server refuses a connection: a message of the kind E, its length, its fields
// (PostgreSQL's manual, 55.7 and 55.8).
func refusal(code, message string) string {
	fields := "SFATAL\x00VFATAL\x00C" + code + "\x00M" + message + "\x00\x00"
	return "E" + string(binary.BigEndian.AppendUint32(nil, uint32(4+len(fields)))) + fields
}

// answering is where a server gives each connection one answer, and closes it.
func answering(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = c.Write([]byte(answer))
			_ = c.Close()
		}
	}()
	return l.Addr().String()
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`SELECT 1`:                              `SELECT 1`,
		`a = ? AND b = ?`:                       `a = $1 AND b = $2`,
		`a = ?2 AND b = ?1 AND c = ?12`:         `a = $2 AND b = $1 AND c = $12`,
		`a = ?2 AND b = ? AND c = ?1 AND d = ?`: `a = $2 AND b = $3 AND c = $1 AND d = $4`,
		`a = '?' AND b = ? AND c = 'it''s ?'`:   `a = '?' AND b = $1 AND c = 'it''s ?'`,
	} {
		if got := number(query); got != want {
			t.Errorf("%s became %s, want %s", query, got, want)
		}
	}
}
