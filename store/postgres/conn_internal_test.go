package postgres

import (
	"errors"
	"testing"

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
