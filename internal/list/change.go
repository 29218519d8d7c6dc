package list

import (
	"context"

	"roundup/store"
	"roundup/subscribers"
)

// Change gives a reader another address, another spelling of it, or another name,
// and returns the reader as it is then. Standing, consent and the links in mails
// stay as they are. It fails with a *TakenError or a *ForgottenError.
func (l *List) Change(ctx context.Context, r store.Listed, to subscribers.Address, name string, by subscribers.Actor) (subscribers.Subscriber, error) {
	sub, err := l.store.Change(ctx, r.Key, to, subscribers.CleanName(name), by)
	return sub, refusal(err, to, subscribers.Subscriber{})
}
