package storetest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/store/content"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// Scene is a database in which an issue can be sent.
type Scene struct {
	*Base
	Lease   delivery.Lease
	Holding map[int64][]*delivery.Range // by issue

	RangeSize int // of an audience that is frozen; 0 for the store's own
}

// NewScene makes a database with readers 1 to n, all active, and articles 1
// to m, all owed, and takes the lease.
func NewScene(t testing.TB, e Engine, readers, articles int) *Scene {
	t.Helper()
	s := &Scene{Base: suite{e}.open(t)}
	Fill(t, Raw(t, s.Base), readers, articles)
	s.TakeLease()
	return s
}

func (e suite) newScene(t testing.TB, readers, articles int) *Scene {
	t.Helper()
	return NewScene(t, e, readers, articles)
}

// Clock is what the database takes the time from.
func (s *Scene) Clock() *Clock { return s.clock }

// Again is the scene as another process finds it, which has not taken the lease.
func (s *Scene) Again() *Scene { return &Scene{Base: s.reopen()} }

// With is the scene as the holder of a lease sees it, who has opened nothing.
func (s *Scene) With(lease delivery.Lease) *Scene {
	return &Scene{Base: s.Base, Lease: lease, Holding: map[int64][]*delivery.Range{}}
}

// TakeLease does what a starting sender does.
func (s *Scene) TakeLease() {
	s.t.Helper()
	lease, err := s.AcquireLease(s.t.Context(), "test", Anna())
	s.Must(err)
	s.Lease, s.Holding = lease, map[int64][]*delivery.Range{}
}

// Draft is a compiled issue that prints the articles of these ids.
func Draft(ids ...int64) content.Start {
	slot := time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)
	issue := digest.Issue{
		UID:        fmt.Sprintf("%032x", ids),
		Kind:       digest.Regular,
		Slot:       slot,
		Slug:       "a-headline",
		Subject:    "The Round-up: A headline",
		Preheader:  "And more",
		Note:       "Dear reader",
		NoteFile:   "1234",
		MailDomain: "magazine.example",
		Date:       slot,
		Sections:   []digest.IssueSection{{Title: "Analysis", Key: "analysis"}},
	}
	for i, id := range ids {
		article := digest.Article{
			ID:        id,
			Title:     fmt.Sprintf("Article %d", id),
			Authors:   []digest.Author{{Name: "Ann Author"}},
			Labels:    []string{"Analysis", "Europe"},
			Image:     digest.Image{URL: "https://mag.example/a.jpg", Alt: "A harbour"},
			Published: slot.Add(-time.Hour),
			FirstSeen: slot.Add(-30 * time.Minute),
		}
		printed := digest.Printed{Article: article, Headline: "Headline", Text: "Text", Lead: i == 0}
		issue.Sections[0].Articles = append(issue.Sections[0].Articles, printed)
	}
	return content.Start{
		Issue: issue,
		Variants: []digest.Variant{{
			Number: digest.Whole, Sections: []string{"analysis"},
			Subject:  issue.Subject,
			HTML:     `<p>Hello <img src="cid:b@roundup"> <img src="cid:a@roundup"></p>`,
			Text:     "Hello",
			Page:     "<p>Page</p>",
			Greeting: digest.Greeting{Named: "Dear {name},", All: "Dear reader,"},
			Pictures: []digest.Embedded{
				{ContentID: "b@roundup", Type: "image/png", Data: []byte{0, 255}},
				{ContentID: "a@roundup", Type: "image/jpeg", Data: []byte{1}},
			},
		}},
		SlotLabel: "Friday 20 November 2026, 07:00 EST",
	}
}

// Start starts the issue of Draft(ids...).
func (s *Scene) Start(ids ...int64) digest.Issue {
	s.t.Helper()
	d := Draft(ids...)
	d.RangeSize = s.RangeSize
	issue, err := s.StartIssue(s.t.Context(), s.Lease, d)
	s.Must(err)
	return issue
}

// OpenUp opens ranges until there is as much to claim as wanted, or no more, and returns
// how many deliveries earlier senders left on the wire in them.
func (s *Scene) OpenUp(issue digest.Issue, want delivery.Want) (left int) {
	s.t.Helper()
	ready := func() (n int) {
		for _, r := range s.Holding[issue.ID] {
			n += r.Ready(s.clock.Now(), want.Policy)
		}
		return n
	}
	for ready() < want.Count {
		r, err := s.OpenRange(s.t.Context(), s.Lease, issue.ID, s.Holding[issue.ID], want.Policy)
		s.Must(err)
		if r == nil {
			break
		}
		left += r.Left
		s.Holding[issue.ID] = append(s.Holding[issue.ID], r)
	}
	return left
}

// Recover does what a sender does that follows one that died: everything is opened.
func (s *Scene) Recover(issue digest.Issue) (left int) {
	s.t.Helper()
	return s.OpenUp(issue, delivery.Want{Count: 1 << 30, Policy: delivery.Resend})
}

// Trade opens what is needed, and exchanges.
func (s *Scene) Trade(issue digest.Issue, outcomes []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	s.t.Helper()
	s.OpenUp(issue, want)
	return s.Exchange(context.WithoutCancel(s.t.Context()), issue.ID, s.Holding[issue.ID], outcomes, want) // as a sender does
}

// MustTrade is a Trade that must succeed.
func (s *Scene) MustTrade(issue digest.Issue, want int, outcomes ...delivery.Outcome) []delivery.Claim {
	s.t.Helper()
	claims, _, err := s.Trade(issue, outcomes, delivery.Want{Count: want, Policy: delivery.Resend})
	s.Must(err)
	return claims
}

// ReopenFailed is Reopen with what is held.
func (s *Scene) ReopenFailed(issue digest.Issue, ids ...int64) error {
	s.t.Helper()
	return s.Reopen(s.t.Context(), s.Lease, issue.ID, s.Holding[issue.ID], ids)
}

// CloseUp closes every range in which nothing is in flight.
func (s *Scene) CloseUp(issue digest.Issue, policy delivery.UnknownPolicy) {
	s.t.Helper()
	var closed, open []*delivery.Range
	for _, r := range s.Holding[issue.ID] {
		if r.InFlight == 0 {
			closed = append(closed, r)
		} else {
			open = append(open, r)
		}
	}
	s.Must(s.CloseRanges(s.t.Context(), closed, policy))
	s.Holding[issue.ID] = open
}

// Must ends the test at an error.
func (s *Scene) Must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// MustFail ends the test unless the error is the one wanted.
func (s *Scene) MustFail(got, want error) {
	s.t.Helper()
	if !errors.Is(got, want) {
		s.t.Fatalf("error = %v, want %v", got, want)
	}
}

// StateOf is a delivery's state.
func (s *Scene) StateOf(issue digest.Issue, subscriber int64) delivery.State {
	s.t.Helper()
	return s.RecordOf(issue, subscriber).State
}

// RecordOf is a delivery as it is listed.
func (s *Scene) RecordOf(issue digest.Issue, subscriber int64) ledger.DeliveryRecord {
	s.t.Helper()
	for r, err := range s.Deliveries(s.t.Context(), issue.Number, ledger.DeliveryFilter{}) {
		s.Must(err)
		if IDOf(r.PublicID) == subscriber {
			return r
		}
	}
	s.t.Fatalf("reader %d is not in the audience of issue %d", subscriber, issue.Number)
	return ledger.DeliveryRecord{}
}

// SendAll sends until nothing is left or the lease is lost, and returns who is on record
// as sent by it.
func (s *Scene) SendAll(issue digest.Issue) (sent []int64) {
	ctx, want := s.t.Context(), delivery.Want{Count: 7, Policy: delivery.Resend}
	var held []*delivery.Range
	var outcomes []delivery.Outcome
	for {
		r, err := s.OpenRange(ctx, s.Lease, issue.ID, held, want.Policy)
		if r != nil {
			held = append(held, r)
		}
		var claims []delivery.Claim
		if err == nil {
			claims, _, err = s.Exchange(ctx, issue.ID, held, outcomes, want)
		}
		if errors.Is(err, delivery.ErrLeaseLost) {
			return sent
		}
		if err != nil {
			s.t.Error(err)
			return sent
		}
		for _, o := range outcomes {
			sent = append(sent, o.SubscriberID)
		}
		if outcomes = nil; len(claims) == 0 && r == nil {
			return sent
		}
		for _, c := range claims {
			outcomes = append(outcomes, To(c.SubscriberID, delivery.Sent))
		}
	}
}

// Dump is every delivery of issue 1 on a line each.
func (s *Scene) Dump() string {
	s.t.Helper()
	var b strings.Builder
	for r, err := range s.Deliveries(s.t.Context(), 1, ledger.DeliveryFilter{}) {
		s.Must(err)
		fmt.Fprintf(&b, "%d %s %d\n", IDOf(r.PublicID), r.State, r.Attempts)
	}
	return b.String()
}

// IDOf is the id of a reader of NewScene.
func IDOf(p subscribers.PublicID) int64 { return int64(binary.BigEndian.Uint64(p[8:])) }

// freeze makes an audience of readers with ids up to 127, all of whom were claimed, the
// way no exported method would.
func freeze(t testing.TB, st *Base, issue int64, ids ...int64) {
	t.Helper()
	var packed []byte
	before := int64(0)
	for _, id := range ids {
		packed = append(packed, byte(id-before))
		before = id
	}
	Exec(t, st, `INSERT INTO audience (issue_id, number, first_id, last_id, readers, variants) VALUES (?, 1, ?, ?, ?, ?)`,
		issue, ids[0], ids[len(ids)-1], packed, []byte{byte(len(ids)), 1})
	Exec(t, st, `INSERT INTO ranges (issue_id, number, size, claimed, touched_at, closed_at) VALUES (?, 1, ?, ?, '2026-11-19T12:00:00.000Z', '2026-11-19T12:00:00.000Z')`,
		issue, len(ids), len(ids))
}

// ArticleState is an article's state.
func (s *Scene) ArticleState(id int64) digest.State {
	s.t.Helper()
	return One[digest.State](s.t, s.Base, `SELECT state FROM article_states WHERE article_id = ?`, id)
}

// StatusOf is an issue's status.
func (s *Scene) StatusOf(number int) digest.Status {
	s.t.Helper()
	issue, err := s.Issue(s.t.Context(), number)
	s.Must(err)
	return issue.Status
}

// To is an outcome with a plausible reply.
func To(subscriber int64, state delivery.State) delivery.Outcome {
	o := delivery.Outcome{SubscriberID: subscriber, To: state}
	switch state {
	case delivery.Sent:
		o.Reply = relay.Reply{Code: 250, Enhanced: "2.0.0", Text: "ok", Command: "end of data"}
	case delivery.Failed:
		o.Reply = relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user", Command: "RCPT"}
	case delivery.Deferred:
		o.Reply = relay.Reply{Code: 451, Enhanced: "4.7.1", Text: "greylisted", Command: "RCPT"}
		o.Pause = 10 * time.Minute
	case delivery.Unknown:
		o.Why = "connection lost after the last byte"
	case delivery.Queued:
		o.Why = "connection refused"
	}
	return o
}

// IDs are the readers of claims.
func IDs(claims []delivery.Claim) []int64 {
	list := []int64{}
	for _, c := range claims {
		list = append(list, c.SubscriberID)
	}
	return list
}

// Equal compares two lists.
func Equal[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
