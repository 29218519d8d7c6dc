package list

import (
	"context"
	"crypto/sha256"

	"roundup/delivery/inbox"
	"roundup/store"
	"roundup/subscribers"
)

// Posted is what a provider posted of one mail.
type Posted struct {
	ID       string // the provider's, the same when it is posted again
	Findings []inbox.Finding
	Path     string // the envelope sender of the mail, which may hold a token; "" where it does not say
}

// Posted does what follows from what a provider posted, once, in transactions of many: it
// waits for the answer. With an error it returns what was taken all the same, which is known when it is
// posted again. A reader is named by a token or our Message-ID, never by the address alone.
func (l *List) Posted(ctx context.Context, provider string, all []Posted) ([]Taken, error) {
	p := posting{list: l, way: Way{Name: provider, By: subscribers.Actor{Kind: subscribers.Daemon, Through: subscribers.ThroughReturns}}}
	for _, event := range all {
		for _, f := range event.Findings {
			if err := p.take(ctx, f.Identify(event.Path, l.keys), sha256.Sum256([]byte(event.ID))); err != nil {
				return p.taken, err
			}
		}
	}
	return p.taken, p.save(ctx)
}

// posting is one post under way.
type posting struct {
	list  *List
	way   Way
	taken []Taken
	due   []Taken // to be put on record together, and
	as    []store.Returned
}

func (p *posting) take(ctx context.Context, f inbox.Finding, digest [32]byte) error {
	t, proven, err := p.list.find(ctx, f, f.Proof != inbox.ByAddress)
	if err != nil {
		return err
	}
	if f.Kind == inbox.Unsubscribe && proven && t.Sub.ID > 0 {
		var left bool
		left, err = p.list.store.UnsubscribeOnce(ctx, t.key(digest, p.way), p.way.Name, t.Sub.PublicID, subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughMail})
		if t.Effect = LeftBefore; left {
			t.Effect = Left
		}
	} else if b, counts := p.list.returned(&t, proven, digest, p.way); counts {
		p.due, p.as = append(p.due, t), append(p.as, b)
		return nil
	}
	if err == nil {
		p.taken = append(p.taken, t)
	}
	return err
}

// save puts on record what is due, in turns that let others go between.
func (p *posting) save(ctx context.Context) error {
	turns := turns{size: leastTurn, now: p.list.now}
	for len(p.due) > 0 {
		n := min(turns.size, len(p.due))
		err := turns.take(ctx, n, true, func() error {
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
