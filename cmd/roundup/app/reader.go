package app

import (
	"context"
	"fmt"

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/store"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// Reader finds a reader under any spelling of the address, or says that there is none.
func (a *App) Reader(ctx context.Context, email string) (store.Listed, error) {
	addr, err := ParseAddress(email)
	if err != nil {
		return store.Listed{}, err
	}
	l, err := a.List(ctx)
	if err != nil {
		return store.Listed{}, err
	}
	r, err := l.Find(ctx, addr)
	return r, words.List(a.Local, err)
}

// Held is everything that is kept about a reader, and puts on record that it was given.
func (a *App) Held(ctx context.Context, email string, by subscribers.Actor) (asjson.Held, error) {
	r, err := a.Reader(ctx, email)
	if err != nil {
		return asjson.Held{}, err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return asjson.Held{}, err
	}
	if err := st.NoteDataGiven(ctx, r.ID, by); err != nil {
		return asjson.Held{}, err
	}
	events, err := st.SubscriberEvents(ctx, r.ID)
	if err != nil {
		return asjson.Held{}, err
	}
	deliveries, err := st.History(ctx, r.Key)
	if err != nil {
		return asjson.Held{}, err
	}
	held, err := st.Held(ctx, r.ID, r.Email)
	return asjson.HeldOf(r, events, deliveries, held), err
}

// ParseAddress reads an address as somebody typed it; a mistake in it is one of usage.
func ParseAddress(email string) (subscribers.Address, error) {
	addr, err := subscribers.ParseAddress(email)
	if err == nil {
		return addr, nil
	}
	usage := &words.UsageError{Msg: err.Error()}
	if name, bare := listfile.SplitMailbox(email); name != "" {
		if addr, err := subscribers.ParseAddress(bare); err == nil {
			usage.Hint = fmt.Sprintf("give the bare address: %s; --name takes the name where there is one to give", terminal.ShellWord(addr.Given))
		}
	}
	return addr, usage
}

// ParseAddresses reads all of them, or none.
func ParseAddresses(emails []string) ([]subscribers.Address, error) {
	all := make([]subscribers.Address, 0, len(emails))
	for _, email := range emails {
		addr, err := ParseAddress(email)
		if err != nil {
			return nil, err
		}
		all = append(all, addr)
	}
	return all, nil
}
