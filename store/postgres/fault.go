package postgres

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"roundup/store/engine"
)

var (
	// ErrAddress is returned for a URL that asks for what the driver or the server does not know.
	ErrAddress = errors.New("the database's URL can't be used")
	// ErrDenied is returned where the server does not let us in: it knows no such user,
	// or password, or wants another kind of connection. A password that is being changed is put right
	// in a while: whoever has results to save tries again.
	ErrDenied error = engine.Passing("the database server does not let us in")
	// ErrNoTLS is returned where the URL wants TLS and the server offers none. It passes as ErrDenied does.
	ErrNoTLS error = engine.Passing("the database server offers no TLS")
	// ErrPooled is returned where a pooler is in between that does not lead every statement of
	// a connection to the same one of the server's.
	ErrPooled = errors.New("a pooler is between this program and the database server")
	// ErrNoDatabase is returned where the server has no such database.
	ErrNoDatabase = errors.New("the database server has no such database")
	// ErrForbidden is returned where the user may do less there than is needed.
	ErrForbidden = errors.New("the database server forbids this user what Roundup needs")
	// ErrOccupied is returned where a database can't be made in a schema that others use.
	ErrOccupied = errors.New("the schema holds something else")
	// ErrEncoding is returned for a database that keeps text in another encoding than UTF-8.
	ErrEncoding = errors.New("the database's encoding is not UTF8")
	// ErrReplica is returned for a change where none can be made, as on a replica.
	ErrReplica = fmt.Errorf("the database server takes no changes, as a replica does: %w", engine.ErrUnwritable)
)

// Error is one that a person can do something about. Whoever words what, tells from it that
// the database is on a server.
type Error struct {
	Kind error // one of those above, or of the store's
	err  error
}

// Error implements error.
func (e *Error) Error() string { return e.err.Error() }

// Is implements errors.Is's interface.
func (e *Error) Is(target error) bool { return errors.Is(e.Kind, target) }

// Unwrap leads to the cause.
func (e *Error) Unwrap() error { return e.err }

// fault makes an Error: a kind, and where or why.
func fault(kind error, format string, args ...any) error {
	return &Error{Kind: kind, err: fmt.Errorf("%w"+format, append([]any{kind}, args...)...)}
}

// classify marks errors that a person can do something about.
func classify(err error) error {
	var known *Error
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &known) {
		return err
	}
	for _, kind := range []error{engine.ErrCorrupt, engine.ErrMoved} { // found by what all engines have in common
		if errors.Is(err, kind) {
			return &Error{Kind: kind, err: err}
		}
	}
	if kind := kindOf(err); kind != nil {
		return &Error{Kind: kind, err: fmt.Errorf("%w: %w", kind, err)}
	}
	return err
}

// kindOf is which of the faults an error is; nil for none. The codes are of
// PostgreSQL's appendix A.
func kindOf(err error) error {
	var refused *connectError
	connecting := errors.As(err, &refused)
	var said *pgconn.PgError
	if errors.As(err, &said) {
		if connecting && (said.Code == "42704" || said.Code == "22023") { // undefined_object, invalid_parameter_value
			return ErrAddress
		}
		return kindOfCode(said.Code)
	}
	if connecting && strings.HasSuffix(refused.text, "server refused TLS connection") { // the driver has no value for it
		return ErrNoTLS
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return ErrDenied
	}
	var network net.Error
	var unsent interface{ SafeToRetry() bool } // the driver noticed that the connection had ended
	if connecting || errors.As(err, &unsent) && unsent.SafeToRetry() || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return engine.ErrAway
	}
	return nil
}

func kindOfCode(code string) error {
	switch code {
	case "53100": // disk_full
		return engine.ErrFull
	case "58030", "53200": // io_error, out_of_memory
		return engine.ErrDisk
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return engine.ErrCorrupt
	case "25006": // read_only_sql_transaction
		return ErrReplica
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return engine.ErrBusy
	case "42P01", "3F000": // undefined_table, invalid_schema_name
		return engine.ErrMoved
	case "28000", "28P01": // invalid_authorization, invalid_password
		return ErrDenied
	case "08P01", "26000", "42P05": // protocol_violation: it knows no such setting; invalid_sql_statement_name, duplicate_prepared_statement
		return ErrPooled
	case "3D000": // invalid_catalog_name
		return ErrNoDatabase
	case "42501": // insufficient_privilege
		return ErrForbidden
	}
	if len(code) == 5 && (code[:2] == "08" || code[:2] == "57" && code != "57014" || code == "53300") {
		return engine.ErrAway // connection_exception, operator_intervention but for a query cancelled, too_many_connections
	}
	return nil
}

// connectError is why no connection could be made, in one line: the driver has one for
// each address it tried.
type connectError struct {
	text string
	err  error
}

// Error implements error.
func (e *connectError) Error() string { return e.text }

// Unwrap implements errors.Unwrap's interface.
func (e *connectError) Unwrap() error { return e.err }

// brief words an error of connecting: in the server's words where it said something, else
// the last that was tried.
func brief(err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		var at *pgconn.ConnectError
		if said.Code == "28P01" && errors.As(err, &at) && at.Config.Password == "" { // invalid_password
			return &connectError{text: said.Message + ": no password was given", err: err}
		}
		return &connectError{text: said.Message, err: err}
	}
	text := strings.TrimSpace(err.Error())
	text = text[strings.LastIndexByte(text, '\n')+1:]
	for _, lead := range []string{"`: ", "): "} {
		if i := strings.Index(text, lead); i >= 0 {
			text = text[i+len(lead):]
		}
	}
	return &connectError{text: strings.TrimPrefix(strings.TrimSpace(text), "dial error: "), err: err}
}

// isStale reports whether an error is of a connection that was made before, and not of
// making one.
func isStale(err error) bool {
	var refused *connectError
	return err != nil && !errors.As(err, &refused) && errors.Is(kindOf(err), engine.ErrAway)
}

// IsUnique implements engine.Engine.
func (*database) IsUnique(err error) bool { return hasCode(err, "23505") }

func hasCode(err error, code string) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.Code == code
}
