package list

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"roundup/delivery/inbox"
	"roundup/store"
	"roundup/subscribers"
)

// saveWithin is how long what was looked up may take to get on record where nobody waits
// for the answer any more: as long as SQLite waits for the write lock.
const saveWithin = 10 * time.Second

// Posted is what a provider posted of one mail.
type Posted struct {
	ID       string // the provider's, the same when it is posted again
	Sole     bool   // the ID is proof of one event: another that has it, too, is a forged one
	Findings []inbox.Finding
	Path     string // the envelope sender of the mail, which may hold a token; "" where it does not say
}

// Posted does what follows from what a provider posted, once, in transactions of many: it
// waits for the answer. With an error, also where the provider has gone, it returns what was
// taken all the same, which is known when it is posted again. A reader is named by a token or
// our Message-ID, never by the address alone.
func (l *List) Posted(ctx context.Context, provider string, all []Posted) ([]Taken, error) {
	p := posting{
		list: l, way: Way{Name: provider, By: subscribers.Actor{Kind: subscribers.Daemon, Through: subscribers.ThroughReturns}},
		turns: l.turns(leastTurn),
	}
	left, err := p.unknown(ctx, all)
	for _, c := range left {
		if err = p.take(ctx, c); err != nil {
			break
		}
	}
	unheard, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveWithin)
	defer cancel()
	return p.taken, errors.Join(err, p.save(unheard))
}

// posting is one post under way.
type posting struct {
	list  *List
	way   Way
	turns turns
	taken []Taken
	due   []Taken // to be put on record together, and
	as    []store.Returned
}

// came is a finding of an event.
type came struct {
	inbox.Finding
	key [32]byte // by which it is known once it is on record
}

// unknown lists what is not on record yet. Of the rest it is not looked up whom it is about: a
// provider that did not wait for the answer would never get to the end of what it posts again.
func (p *posting) unknown(ctx context.Context, all []Posted) (left []came, err error) {
	var found []came
	var keys [][]byte
	for _, event := range all {
		for _, f := range event.Findings {
			c := came{Finding: f.Identify(event.Path, p.list.keys)}
			if c.key = keyOf(c.Recipient, c.Reader, sha256.Sum256([]byte(event.ID)), p.way); event.Sole {
				c.key = keyOf("", subscribers.PublicID{}, sha256.Sum256([]byte(event.ID)), p.way)
			}
			found, keys = append(found, c), append(keys, c.key[:])
		}
	}
	known, err := p.list.store.KnownBounces(ctx, keys...)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		if known[c.key] {
			p.taken = append(p.taken, Taken{Finding: c.Finding, Effect: Known})
		} else {
			left = append(left, c)
		}
	}
	return left, nil
}

// take does what follows from a finding, or puts it to those that are put on record together,
// which are as soon as there is a turn's worth.
func (p *posting) take(ctx context.Context, c came) error {
	t, proven, err := p.list.find(ctx, c.Finding, c.Proof != inbox.ByAddress)
	if err != nil {
		return err
	}
	if c.Kind == inbox.Unsubscribe && proven && t.Sub.ID > 0 {
		var left bool
		left, err = p.list.store.UnsubscribeOnce(ctx, c.key, p.way.Name, t.Sub.PublicID, subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughWebhook + p.way.Name})
		if t.Effect = LeftBefore; left {
			t.Effect = Left
		}
	} else if b, counts := p.list.returned(&t, proven, c.key, p.way); counts {
		p.due, p.as = append(p.due, t), append(p.as, b)
		if len(p.due) < p.turns.size {
			return nil
		}
		return p.save(ctx)
	}
	if err == nil {
		p.taken = append(p.taken, t)
	}
	return err
}

// save puts on record what is due, in turns that let others go between.
func (p *posting) save(ctx context.Context) error {
	for len(p.due) > 0 {
		n := min(p.turns.size, len(p.due))
		err := p.turns.take(ctx, n, true, func() error {
			judged, err := p.list.store.SaveBounces(ctx, p.as[:n], p.way.By)
			for i, j := range judged {
				p.due[i].judged(j)
			}
			return err
		})
		if err != nil {
			return err
		}
		p.taken = append(p.taken, p.due[:n]...)
		p.due, p.as = p.due[n:], p.as[n:]
	}
	return nil
}
