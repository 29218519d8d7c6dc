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
	"roundup/store"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// scene is a database in which an issue can be sent.
type scene struct {
	*base
	lease delivery.Lease
	held  map[int64][]*delivery.Range // by issue

	rangeSize int // of an audience that is frozen; 0 for the store's own
}

// newScene makes a database with readers 1 to n, all active, and articles 1
// to m, all owed, and takes the lease.
func (e suite) newScene(t testing.TB, readers, articles int) *scene {
	t.Helper()
	s := &scene{base: e.open(t)}
	Fill(t, raw(t, s.base), readers, articles)
	s.takeLease()
	return s
}

// takeLease does what a starting sender does.
func (s *scene) takeLease() {
	s.t.Helper()
	lease, err := s.AcquireLease(s.t.Context(), "test", anna())
	s.must(err)
	s.lease, s.held = lease, map[int64][]*delivery.Range{}
}

// draft is a compiled issue that prints the articles of these ids.
func draft(ids ...int64) store.Start {
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
	return store.Start{
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

// start starts the issue of draft(ids...).
func (s *scene) start(ids ...int64) digest.Issue {
	s.t.Helper()
	d := draft(ids...)
	d.RangeSize = s.rangeSize
	issue, err := s.StartIssue(s.t.Context(), s.lease, d)
	s.must(err)
	return issue
}

// openUp opens ranges until there is as much to claim as wanted, or no more, and returns
// how many deliveries earlier senders left on the wire in them.
func (s *scene) openUp(issue digest.Issue, want delivery.Want) (left int) {
	s.t.Helper()
	ready := func() (n int) {
		for _, r := range s.held[issue.ID] {
			n += r.Ready(s.clock.Now(), want.Policy)
		}
		return n
	}
	for ready() < want.Count {
		r, err := s.OpenRange(s.t.Context(), s.lease, issue.ID, s.held[issue.ID], want.Policy)
		s.must(err)
		if r == nil {
			break
		}
		left += r.Left
		s.held[issue.ID] = append(s.held[issue.ID], r)
	}
	return left
}

// recover does what a sender does that follows one that died: everything is opened.
func (s *scene) recover(issue digest.Issue) (left int) {
	s.t.Helper()
	return s.openUp(issue, delivery.Want{Count: 1 << 30, Policy: delivery.Resend})
}

// trade opens what is needed, and exchanges.
func (s *scene) trade(issue digest.Issue, outcomes []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	s.t.Helper()
	s.openUp(issue, want)
	return s.Exchange(context.WithoutCancel(s.t.Context()), issue.ID, s.held[issue.ID], outcomes, want) // as a sender does
}

// exchange is a trade that must succeed.
func (s *scene) exchange(issue digest.Issue, want int, outcomes ...delivery.Outcome) []delivery.Claim {
	s.t.Helper()
	claims, _, err := s.trade(issue, outcomes, delivery.Want{Count: want, Policy: delivery.Resend})
	s.must(err)
	return claims
}

// reopenFailed is Reopen with what is held.
func (s *scene) reopenFailed(issue digest.Issue, ids ...int64) error {
	s.t.Helper()
	return s.Reopen(s.t.Context(), s.lease, issue.ID, s.held[issue.ID], ids)
}

// closeUp closes every range in which nothing is in flight.
func (s *scene) closeUp(issue digest.Issue, policy delivery.UnknownPolicy) {
	s.t.Helper()
	var closed, open []*delivery.Range
	for _, r := range s.held[issue.ID] {
		if r.InFlight == 0 {
			closed = append(closed, r)
		} else {
			open = append(open, r)
		}
	}
	s.must(s.CloseRanges(s.t.Context(), closed, policy))
	s.held[issue.ID] = open
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) mustFail(got, want error) {
	s.t.Helper()
	if !errors.Is(got, want) {
		s.t.Fatalf("error = %v, want %v", got, want)
	}
}

// state is a delivery's state.
func (s *scene) state(issue digest.Issue, subscriber int64) delivery.State {
	s.t.Helper()
	return s.record(issue, subscriber).State
}

// record is a delivery as it is listed.
func (s *scene) record(issue digest.Issue, subscriber int64) ledger.DeliveryRecord {
	s.t.Helper()
	for r, err := range s.Deliveries(s.t.Context(), issue.Number, ledger.DeliveryFilter{}) {
		s.must(err)
		if idOf(r.PublicID) == subscriber {
			return r
		}
	}
	s.t.Fatalf("reader %d is not in the audience of issue %d", subscriber, issue.Number)
	return ledger.DeliveryRecord{}
}

// dump is every delivery of issue 1 on a line each.
func (s *scene) dump() string {
	s.t.Helper()
	var b strings.Builder
	for r, err := range s.Deliveries(s.t.Context(), 1, ledger.DeliveryFilter{}) {
		s.must(err)
		fmt.Fprintf(&b, "%d %s %d\n", idOf(r.PublicID), r.State, r.Attempts)
	}
	return b.String()
}

// idOf is the id of a reader of newScene.
func idOf(p subscribers.PublicID) int64 { return int64(binary.BigEndian.Uint64(p[8:])) }

// freeze makes an audience of readers with ids up to 127, all of whom were claimed, the
// way no exported method would.
func freeze(t testing.TB, st *base, issue int64, ids ...int64) {
	t.Helper()
	var packed []byte
	before := int64(0)
	for _, id := range ids {
		packed = append(packed, byte(id-before))
		before = id
	}
	run(t, st, `INSERT INTO audience (issue_id, number, first_id, last_id, readers, variants) VALUES (?, 1, ?, ?, ?, ?)`,
		issue, ids[0], ids[len(ids)-1], packed, []byte{byte(len(ids)), 1})
	run(t, st, `INSERT INTO ranges (issue_id, number, size, claimed, touched_at, closed_at) VALUES (?, 1, ?, ?, '2026-11-19T12:00:00.000Z', '2026-11-19T12:00:00.000Z')`,
		issue, len(ids), len(ids))
}

// articleState is an article's state.
func (s *scene) articleState(id int64) digest.State {
	s.t.Helper()
	return one[digest.State](s.t, s.base, `SELECT state FROM article_states WHERE article_id = ?`, id)
}

// status is an issue's status.
func (s *scene) status(number int) digest.Status {
	s.t.Helper()
	issue, err := s.Issue(s.t.Context(), number)
	s.must(err)
	return issue.Status
}

// to is an outcome with a plausible reply.
func to(subscriber int64, state delivery.State) delivery.Outcome {
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

// ids are the readers of claims.
func ids(claims []delivery.Claim) []int64 {
	list := []int64{}
	for _, c := range claims {
		list = append(list, c.SubscriberID)
	}
	return list
}

func equal[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
