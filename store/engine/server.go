package engine

import (
	"context"
	"time"
)

// Server is what the server of a database says of itself.
type Server struct {
	Version   string    // "15.18 (Debian 15.18-0+deb12u1)"
	Clock     time.Time // when it was asked
	Replica   bool      // it takes no changes
	Unsafe    []string  // settings under which it forgets what it said was durable, in a crash
	Vacuums   bool      // it cleans up by itself
	Most      int       // connections it takes
	Open      int       // those there are
	Followers []Follower
}

// Follower is a replica of a server.
type Follower struct {
	Name   string
	Behind int64 // octets of its log; -1 where the user may not know
	Waited *bool // for it, at each commit; nil where the user may not know
}

// OnServer is an engine whose database is on a server.
type OnServer interface {
	// Server asks the server, in one round trip once it is connected.
	Server(ctx context.Context) (Server, error)
}
