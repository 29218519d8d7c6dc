package delivery

import "time"

// The longest that a result waits for others.
const (
	gatherMost = 2 * time.Millisecond
	gatherSlow = 500 * time.Millisecond // where the disk is slow to flush and messages are not
	slowFlush  = 5 * time.Millisecond   // an exchange that takes longer waits for the disk
)

// gathering says how long a result waits for others to be recorded with it: half as
// long as the last exchange took, since one that begins with the first of many
// results keeps all the others waiting for the next.
type gathering struct {
	exchange time.Duration // how long the last exchange took
	message  time.Duration // how long the last message took
}

// most is how long results wait at most, and how many must be reported for one in
// flight. As many are enough: that half keeps the connections busy while this one is
// recorded, and the other way round. Where the disk is slow to flush and messages
// are far quicker, each connection is given time to send both it has claimed.
func (g *gathering) most() (wait time.Duration, share int) {
	if g.exchange > slowFlush && g.message <= g.exchange/3 {
		return min(g.exchange/2, gatherSlow), 0
	}
	return min(g.exchange/2, gatherMost), 1
}
