package list

import (
	"context"

	"roundup/subscribers"
)

// Rename gives a reader another name, "" for none.
func (l *List) Rename(ctx context.Context, r subscribers.Subscriber, name string, by subscribers.Actor) error {
	_, err := l.store.Change(ctx, r.Key, subscribers.Address{Given: r.Email, Key: r.Key}, subscribers.CleanName(name), by)
	return err
}

// Erase erases a reader as Forget does.
func (l *List) Erase(ctx context.Context, r subscribers.Subscriber, by subscribers.Actor) error {
	return l.store.Forget(ctx, r.Key, by)
}
