// Package content is what the newsletter prints: the sources and what they gave, how each
// article stands, people's edits, slots, and the issues made of it, with every SQL statement
// about them.
//
// It must not choose: digest says what is absorbed and chosen, schedule which slot
// is due. It knows no reader: who gets an issue is the ledger's, the list is the store's. What
// a noun of the store needs of it in a transaction of its own is a method of Tx.
//
// Start reading in readings.go, which takes in articles, then in start.go, which makes an
// issue of them, and status.go, which says how that stands.
package content

import (
	"context"

	"roundup/store/engine"
	"roundup/store/ledger"
)

// Content is what was read and what was made of it. It is safe for use by several
// goroutines. Exported methods are transactions.
type Content struct {
	*ledger.Ledger
	db *engine.DB
}

// New makes the content of a database.
func New(db *engine.DB) *Content { return &Content{Ledger: ledger.New(db), db: db} }

// Tx is a transaction, and what content and the ledger do within one: an issue's start
// freezes its audience in the one that takes its slot. The store's begin so too.
type Tx struct {
	ledger.Tx
}

// In makes a transaction one of content's.
func In(tx *engine.Tx) Tx { return Tx{Tx: ledger.Tx{Tx: tx}} }

func (s *Content) write(ctx context.Context, work func(*Tx) error) error {
	return s.db.Write(ctx, func(under *engine.Tx) error {
		tx := In(under)
		return work(&tx)
	})
}

func (s *Content) read(ctx context.Context, work func(*Tx) error) error {
	return s.db.Read(ctx, func(under *engine.Tx) error {
		tx := In(under)
		return work(&tx)
	})
}
