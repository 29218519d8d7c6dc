package list

import (
	"context"
	"crypto/sha256"

	"roundup/delivery/inbox"
	"roundup/subscribers"
)

// Posted does what follows from what a provider posted of one mail, once: id is the
// provider's. path is the envelope sender of the mail, where the provider tells. A reader
// is named by a token or our Message-ID, never by the address alone.
func (l *List) Posted(ctx context.Context, provider, id, path string, findings []inbox.Finding) ([]Taken, error) {
	way := Way{Name: provider, By: subscribers.Actor{Kind: subscribers.Daemon, Through: subscribers.ThroughReturns}}
	var all []Taken
	for _, f := range findings {
		f = f.Identify(path, l.keys)
		t, proven, err := l.find(ctx, f, f.Proof != inbox.ByAddress)
		if err != nil {
			return all, err
		}
		switch {
		case f.Kind == inbox.Unsubscribe && proven && t.Sub.ID > 0:
			err = l.Leave(ctx, t.Sub.PublicID, subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughMail})
			t.Effect = Left
		default:
			err = l.follow(ctx, &t, proven, sha256.Sum256([]byte(id)), way, false)
		}
		if err != nil {
			return all, err
		}
		all = append(all, t)
	}
	return all, nil
}
