package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/subscribers"
)

// gone is a scene whose first issue reached reader 1, with a reader who joined after it
// began.
func (e suite) gone(t *testing.T) (s *Scene, issue digest.Issue, late subscribers.Subscriber) {
	t.Helper()
	s = e.newScene(t, 1, 3)
	issue = s.Start(1)
	late, err := s.Add(t.Context(), subscribers.Subscriber{Email: "late@a.example", Key: "late@a.example", Status: subscribers.Active}, Anna())
	s.Must(err)
	s.MustTrade(issue, 1)
	s.MustTrade(issue, 0, To(1, delivery.Sent))
	return s, issue, late
}

// request asks for the latest issue and returns what is claimed of the outbox then.
func (s *Scene) request(id subscribers.PublicID) []store.OutboxMail {
	s.t.Helper()
	_, _, err := s.RequestIssue(s.t.Context(), id, reader())
	s.Must(err)
	return s.claims(10)
}

// A reader has an issue by their audience or by asking for it, never both, and is mailed
// it once however often they ask.
func (e suite) TestRequestIssueOnce(t *testing.T) {
	t.Parallel()
	s, issue, late := e.gone(t)
	_, _, err := s.RequestIssue(t.Context(), subscribers.PublicID{15: 1}, reader()) // reader 1
	s.MustFail(err, store.ErrNotFound)
	if in := new(store.InAudienceError); !errors.As(err, &in) || in.Issue != issue.Number {
		t.Errorf("who has it by the audience is refused with %v", err)
	}
	is := func(when string, want delivery.State) {
		t.Helper()
		if found, got, err := s.Requestable(t.Context(), late.PublicID); err != nil || got != want || found.Number != issue.Number {
			t.Errorf("%s: issue %d, their copy is %q, %v, want %q", when, found.Number, got, err, want)
		}
	}

	offered, copied, err := s.Requestable(t.Context(), late.PublicID)
	s.Must(err)
	if copied != "" {
		t.Errorf("before it is asked for, their copy is %q", copied)
	}
	claimed := s.request(late.PublicID)
	is("claimed", delivery.Sending)
	if offered.Number != issue.Number || len(claimed) != 1 || claimed[0].Kind != delivery.KindIssue || claimed[0].Text != "" {
		t.Fatalf("offered %d, claimed %+v", offered.Number, claimed)
	}
	r, err := s.Request(t.Context(), claimed[0].ID)
	s.Must(err)
	if r.Issue.UID != issue.UID || !strings.HasPrefix(r.Variant.HTML, "<p>Hello") || len(r.Variant.Pictures) != 2 || r.Reader.Email != late.Email || !r.At.Equal(s.clock.Now()) || len(r.Issue.Articles()) != len(issue.Articles()) {
		t.Errorf("it is %+v", r)
	}
	s.Must(s.SettleOutbox(t.Context(), claimed[0], delivery.OutboxResult{Done: true}))
	s.clock.Forward(24 * time.Hour)
	is("a day later", delivery.Sent)
	if _, copied, err = s.RequestIssue(t.Context(), late.PublicID, reader()); err != nil || copied != delivery.Sent {
		t.Errorf("asked for again, their copy is %q, %v", copied, err)
	}
	if again := s.request(late.PublicID); len(again) != 0 {
		t.Errorf("asked for again, %+v is sent again", again)
	}
	history, err := s.History(t.Context(), late.Key)
	s.Must(err)
	if len(history) != 1 || history[0].Asked != reader() || history[0].State != delivery.Sent || history[0].Attempts != 1 {
		t.Errorf("history %+v", history)
	}
	events, err := s.SubscriberEvents(t.Context(), late.ID)
	s.Must(err)
	asked := 0
	for _, ev := range events {
		if ev.What == "asked for an issue" && ev.Detail == "issue 1" && ev.By == reader() {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked for %d times on record: %+v", asked, events)
	}
	if n, err := s.Requests(t.Context(), issue.ID); err != nil || n[delivery.Sent] != 1 || len(n) != 1 {
		t.Errorf("counted %v, %v", n, err)
	}
}

// Where no answer came, or none was recorded, the reader may have the issue: it is not
// tried again.
func (e suite) TestRequestedIssueStaysUnknown(t *testing.T) {
	t.Parallel()
	for name, settle := range map[string]func(*Scene, store.OutboxMail){
		"no answer": func(s *Scene, m store.OutboxMail) {
			s.Must(s.SettleOutbox(s.t.Context(), m, delivery.OutboxResult{Unknown: true, Error: "cut off"}))
		},
		"the process ended": func(*Scene, store.OutboxMail) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, issue, late := e.gone(t)
			settle(s, s.request(late.PublicID)[0])
			s.clock.Forward(time.Hour)
			if again := s.request(late.PublicID); len(again) != 0 {
				t.Errorf("it is sent again: %+v", again)
			}
			history, err := s.History(t.Context(), late.Key)
			s.Must(err)
			if len(history) != 1 || history[0].State != delivery.Unknown {
				t.Errorf("history %+v, want unknown", history)
			}
			if _, copied, err := s.Requestable(t.Context(), late.PublicID); err != nil || copied != delivery.Unknown {
				t.Errorf("the reader is told that their copy is %q, %v, want unknown", copied, err)
			}
			if n, err := s.Requests(t.Context(), issue.ID); err != nil || n[delivery.Unknown] != 1 || len(n) != 1 {
				t.Errorf("counted %v, %v, want 1 unknown", n, err)
			}
		})
	}
}

// Between asking and sending a reader may leave, be suppressed or forgotten.
func (e suite) TestRequestedIssueIsOfReaders(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Scene, digest.Issue, subscribers.Subscriber) error{
		"left": func(s *Scene, _ digest.Issue, late subscribers.Subscriber) error {
			_, err := s.Unsubscribe(s.t.Context(), late.PublicID, oneClick())
			return err
		},
		"suppressed": func(s *Scene, _ digest.Issue, late subscribers.Subscriber) error {
			keys, err := s.Keyring(s.t.Context())
			s.Must(err)
			return s.Suppress(s.t.Context(), keys.AddressHash(late.Key), late.Email, subscribers.Complaint, Anna())
		},
		"forgotten": func(s *Scene, _ digest.Issue, late subscribers.Subscriber) error {
			return s.Forget(s.t.Context(), late.Key, Anna())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, issue, late := e.gone(t)
			claimed := s.request(late.PublicID)
			s.Must(end(s, issue, late))
			_, err := s.Request(t.Context(), claimed[0].ID)
			s.MustFail(err, store.ErrNotFound)
			_, _, err = s.RequestIssue(t.Context(), late.PublicID, reader())
			s.MustFail(err, store.ErrNotFound)
		})
	}
}

// What nobody got yet, is taken down, held or only corrects another is not offered.
func (e suite) TestRequestable(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"reached nobody": `reached_at = NULL`,
		"taken down":     `unpublished_at = started_at`,
		"held":           `status = 'held', finished_at = NULL`,
		"cancelled":      `status = 'cancelled', finished_at = started_at`,
		"a correction":   `kind = 'correction'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, late := e.gone(t)
			Exec(t, s.Base, `UPDATE issues SET `+change)
			_, _, err := s.Requestable(t.Context(), late.PublicID)
			s.MustFail(err, store.ErrNotFound)
		})
	}
}
