// Package returns owns what comes back by itself, while the daemon works or at a command:
// it hands each mail to the list, and keeps what nobody understood for a person.
//
// It must not read what a mail means (delivery/inbox does), decide what follows (the list
// does), or word anything for people.
//
// Start reading with Taker.
package returns

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"roundup/delivery/inbox"
	"roundup/delivery/listener"
	"roundup/internal/list"
	"roundup/subscribers"
)

// Taker takes mails that come back, one at a time or several.
type Taker struct {
	List *list.List
	By   subscribers.Actor
	Log  *slog.Logger
	// Told is told what each mail says of each recipient; nil for nobody.
	Told func(list.Taken)
}

// Take does what follows from a mail, and reports whether it was understood: it is a
// bounce, a complaint or a leaving of a reader of ours, or an automatic answer that says so
// in more than its subject. Any other is for a person to look at. What follows is on record when it returns; a mail that is
// taken twice changes nothing more.
func (t Taker) Take(ctx context.Context, mail io.Reader, envelope inbox.Envelope) (understood bool, err error) {
	taken, err := t.List.Mails(false, t.By).Take(ctx, mail, envelope)
	for _, one := range taken {
		t.Log.Info("came back", "kind", one.Kind, "reason", one.Reason, "effect", one.Effect)
		if t.Told != nil {
			t.Told(one)
		}
	}
	return err == nil && !slices.ContainsFunc(taken, unclear), err
}

// unclear reports whether a person may want to look at what a mail says of a recipient.
func unclear(t list.Taken) bool {
	switch t.Effect {
	case list.Unproven, list.Unlisted:
		return true
	}
	return t.Guessed || t.Kind == inbox.Nothing && t.Reason == ""
}

// Listen is what a listener hands its mails to: what is not understood is kept in the
// maildir at folder.
func (t Taker) Listen(folder string) listener.Take {
	return func(ctx context.Context, mail io.Reader, envelope inbox.Envelope) error {
		body, err := io.ReadAll(mail)
		if err != nil {
			return fmt.Errorf("read mail: %w", err)
		}
		understood, err := t.Take(ctx, bytes.NewReader(body), envelope)
		if err != nil || understood {
			return err
		}
		return inbox.Keep(folder, body, envelope)
	}
}
