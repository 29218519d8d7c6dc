package worker

import (
	"log/slog"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/ledger"
)

// AgainAfter is the pause after something went wrong.
const AgainAfter = againAfter

// Feed is the ledger as a worker's run sees it, with what it is offered.
func Feed(st *store.Store, lease delivery.Lease, offers chan ledger.Free) delivery.Ledger {
	w := &Worker{Options: Options{Store: st, Log: slog.New(slog.DiscardHandler)}, lease: lease, offers: offers}
	return &feed{Ledger: st, worker: w}
}
