package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"roundup/store"
)

// classify marks errors that a person can do something about.
func classify(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if kind := kindOf(err); kind != nil && !errors.Is(err, kind) {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

// kindOf is which of the store's faults an error is; nil for none. The codes are of
// PostgreSQL's appendix A.
func kindOf(err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return kindOfCode(said.Code)
	}
	var refused *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &refused) || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return store.ErrAway
	}
	return nil
}

func kindOfCode(code string) error {
	switch code {
	case "53100": // disk_full
		return store.ErrFull
	case "58030", "53200": // io_error, out_of_memory
		return store.ErrDisk
	case "XX001", "XX002": // data_corrupted, index_corrupted
		return store.ErrCorrupt
	case "25006": // read_only_sql_transaction: a replica
		return store.ErrUnwritable
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return store.ErrBusy
	case "53300", "57P01", "57P02", "57P03": // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
		return store.ErrAway
	case "28000", "28P01", "3D000", "42501": // invalid_authorization, invalid_password, no such database, insufficient_privilege
		return store.ErrDenied
	}
	if len(code) == 5 && code[:2] == "08" { // connection_exception
		return store.ErrAway
	}
	return nil
}

// IsUnique implements store.Engine.
func (*engine) IsUnique(err error) bool { return hasCode(err, "23505") }

// isUndefined reports whether a table is not there.
func isUndefined(err error) bool { return hasCode(err, "42P01") || hasCode(err, "3F000") }

func hasCode(err error, code string) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.Code == code
}
