package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"roundup/internal/check/finding"
	"roundup/internal/wording"
	"roundup/store/engine"
)

// What a database server may be like before somebody should look.
const (
	slowAnswer  = 20 * time.Millisecond // each commit of a send waits so long, and longer
	farBehind   = 64 << 20              // octets of the log that a replica has not seen
	spareNeeded = 10                    // connections: `send` and a command beside `serve`
	clocksApart = 5 * time.Second       // claims hold for thirty
)

// server looks at the server of a database; on a file there is none.
func (c *check) server(ctx context.Context, l *finding.List) {
	began := c.now()
	s, there, err := c.store.Server(ctx)
	if err != nil {
		l.Fail("server", err.Error(), "")
	}
	if err != nil || !there {
		return
	}
	took := c.now().Sub(began)
	for range 3 { // the first one connected
		began = c.now()
		if s, _, err = c.store.Server(ctx); err != nil {
			l.Fail("server", err.Error(), "")
			return
		}
		took = min(took, c.now().Sub(began))
	}
	c.answers(l, s, took)
	durable(l, s)
	followers(l, s)
	apart := s.Clock.Sub(c.now())
	if !c.rehearsal && apart.Abs() > clocksApart+took {
		l.Warn("server's clock", fmt.Sprintf("it is %s apart from this machine's", wording.Span(apart.Abs())),
			"keep both right (systemd-timesyncd or chrony): how long a claim holds is judged by both")
	}
}

// answers says who the server is and how fast it answers.
func (c *check) answers(l *finding.List, s engine.Server, took time.Duration) {
	detail := fmt.Sprintf("PostgreSQL %s, which answers within %.1f ms; %s open, of at most %d", s.Version, float64(took.Microseconds())/1000, wording.Count(s.Open, "connection"), s.Most)
	switch {
	case s.Replica:
		l.Fail("server", detail+"; it is a replica, and takes no changes", "name the primary in database:, or all of them and ?target_session_attrs=read-write")
	case s.Most-s.Open < spareNeeded:
		l.Warn("server", detail, "raise max_connections: each process of Roundup has up to seven")
	case took > slowAnswer:
		l.Warn("server", detail, "each commit of a send waits for it: have Roundup and the server in one place")
	default:
		l.Pass("server", detail)
	}
}

// durable says whether what the server calls durable is.
func durable(l *finding.List, s engine.Server) {
	if len(s.Unsafe) > 0 {
		l.Warn("durable", strings.Join(s.Unsafe, ", ")+": off. After a power cut readers may be mailed twice, or none of it be known", "switch it on in postgresql.conf, or for this user")
	}
	if !s.Vacuums {
		l.Warn("autovacuum", "is off: tables and indexes grow with every issue, and at the end the server stops taking changes", "switch autovacuum and track_counts on")
	}
}

// followers says how far replicas are, and what a failover would forget.
func followers(l *finding.List, s engine.Server) {
	if len(s.Followers) == 0 {
		return
	}
	waited, known := false, true
	for _, f := range s.Followers {
		waited = waited || f.Waited != nil && *f.Waited
		known = known && f.Waited != nil
		if f.Behind > farBehind {
			l.Warn("replica", fmt.Sprintf("%s is %s of the log behind", f.Name, wording.Bytes(f.Behind)), "a failover to it would forget as much")
		}
	}
	replicas := wording.Count(len(s.Followers), "replica")
	switch {
	case waited:
		l.Pass("replicas", replicas+", and each commit waits for one")
	case !known:
		l.Skip("replicas", replicas+", and whether a commit waits for one is told only to members of pg_monitor", "grant it to this user")
	default:
		l.Warn("replicas", replicas+", and no commit waits for one: a failover may forget what was sent last, and send it again",
			"set synchronous_standby_names, and leave synchronous_commit on")
	}
}
