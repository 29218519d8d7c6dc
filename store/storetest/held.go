package storetest

import (
	"testing"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/store"
)

// What is held of a reader is theirs, and nobody else's.
func (e suite) TestHeld(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	refused := func(id int64, text string) delivery.Outcome {
		o := To(id, delivery.Failed)
		o.Reply = relay.Reply{Code: 550, Enhanced: "5.1.1", Text: text}
		return o
	}
	s.MustTrade(issue, 0, refused(1, "no such user"), refused(2, "not this one"))
	for _, to := range []string{"Reader1@b.example", "Reader2@c.example"} {
		_, err := s.Enqueue(t.Context(), store.OutboxMail{Dedupe: to, Kind: "welcome", Transport: "mail", Recipient: to, Subject: "Welcome " + to, Text: "x"})
		s.Must(err)
	}
	h, err := s.Held(t.Context(), 1, "Reader1@b.example")
	s.Must(err)
	Equal(t, "attempts", h.Attempts, []store.HeldAttempt{{Issue: 1, Attempt: 1, State: "failed", Code: 550, Reply: "no such user", At: s.clock.Now()}})
	Equal(t, "mails", h.Mails, []store.HeldMail{{Kind: "welcome", Subject: "Welcome Reader1@b.example", State: "queued", At: s.clock.Now()}})
}
