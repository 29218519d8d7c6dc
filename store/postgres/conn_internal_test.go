package postgres

import "testing"

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
