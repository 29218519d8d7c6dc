package store

import (
	"context"

	"roundup/store/engine"
)

// Facts the database keeps about itself, by their key in meta.
const (
	metaCreated  = "created_at"
	metaID       = "id"       // random; its second half is new at each adoption
	metaChanges  = "changes"  // how many it has seen while in charge
	metaCopyOf   = "copy_of"  // set in a backup, and in what a move left behind, until it is adopted
	metaVerified = "verified" // when a send last found the database whole
)

// MarkCopy writes into a copy what it is a copy of. It is for engines that make one.
func MarkCopy(ctx context.Context, q engine.Querier, original string) error {
	return (&engine.Tx{Querier: q}).SetMeta(ctx, metaCopyOf, original)
}
