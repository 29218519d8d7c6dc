// Package ledgertest is the part of the conformance suite that is about an issue under
// way: the ledger of its deliveries, who sends it, and what a person may do to it
// meanwhile. It must not know how an engine keeps anything. Start reading in ledger.go; model.go
// tries all of it at random.
package ledgertest

import (
	"testing"
	"time"

	"roundup/store/storetest"
)

// suite is the tests, as methods Test… and Benchmark….
type suite struct{ storetest.Engine }

// Run runs every test.
func Run(t *testing.T, e storetest.Engine) {
	storetest.Each(suite{e}, "Test", t.Run)
}

// Bench runs every benchmark.
func Bench(b *testing.B, e storetest.Engine) {
	storetest.Each(suite{e}, "Benchmark", b.Run)
}

// scene is a database in which an issue can be sent, with what only these tests do in it.
type scene struct {
	*storetest.Scene
	t     testing.TB
	clock *storetest.Clock
}

func (e suite) newScene(t testing.TB, readers, articles int) *scene {
	t.Helper()
	s := storetest.NewScene(t, e, readers, articles)
	return &scene{Scene: s, t: t, clock: s.Clock()}
}

// again is the scene as another process finds it, which has not taken the lease.
func (s *scene) again() *scene { return &scene{Scene: s.Again(), t: s.t, clock: s.clock} }

// begin is the moment every test starts at: a Thursday noon.
func begin() time.Time { return storetest.NewClock().Now() }
