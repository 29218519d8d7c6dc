// Package ledger is who of an issue's audience got it: the audience frozen in ranges, what
// was claimed of each, what came of it, and every SQL statement that changes them.
//
// It must not say what an answer means: delivery does, and how much to claim. What
// a noun needs of it in a transaction of its own is a method of Tx.
//
// Start reading in exchange.go, then in merge.go, which says what a delivery without a row
// is; docs/adr/0022-a-mark-and-rows.md says why there are few rows.
package ledger

import (
	"context"

	"roundup/store/engine"
)

// Ledger is what a sender works on, and what tells how far it came. It is safe for use by
// several goroutines. Exported methods are transactions.
type Ledger struct {
	db *engine.DB
}

// New makes the ledger of a database.
func New(db *engine.DB) *Ledger { return &Ledger{db: db} }

// Tx is a transaction, and what the ledger does within one. The store's begin so too.
type Tx struct {
	*engine.Tx
}

func (l *Ledger) write(ctx context.Context, work func(*Tx) error) error {
	return l.db.Write(ctx, func(tx *engine.Tx) error { return work(&Tx{Tx: tx}) })
}

func (l *Ledger) read(ctx context.Context, work func(*Tx) error) error {
	return l.db.Read(ctx, func(tx *engine.Tx) error { return work(&Tx{Tx: tx}) })
}
