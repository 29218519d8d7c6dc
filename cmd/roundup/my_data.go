package main

import (
	"context"
	"encoding/json"

	"roundup/internal/asjson"
	"roundup/subscribers"
)

// readerData is everything that is kept about a reader, as a file for them.
func (a *app) readerData(ctx context.Context, sub subscribers.Subscriber) ([]byte, error) {
	r, err := a.reader(ctx, sub.Email)
	if err != nil {
		return nil, err
	}
	events, err := a.st.SubscriberEvents(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	deliveries, err := a.st.History(ctx, r.Key)
	if err != nil {
		return nil, err
	}
	held, err := a.st.Held(ctx, r.ID, r.Email)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(asjson.HeldOf(r, events, deliveries, held), "", "  ")
}
