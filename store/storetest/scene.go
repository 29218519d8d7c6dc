package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/store"
)

// scene is a database in which an issue can be sent.
type scene struct {
	*base
	lease delivery.Lease
}

// newScene makes a database with readers 1 to n, all active, and articles 1
// to m, all owed, and takes the lease.
func (e suite) newScene(t testing.TB, readers, articles int) *scene {
	t.Helper()
	s := &scene{base: e.open(t)}
	db := raw(t, s.base)
	defer func() { _ = db.Close() }()
	Fill(t, db, readers, articles)
	s.takeLease()
	return s
}

// takeLease does what a starting sender does.
func (s *scene) takeLease() {
	s.t.Helper()
	lease, err := s.AcquireLease(s.t.Context(), "test", anna())
	s.must(err)
	s.lease = lease
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
		Sections:   []digest.IssueSection{{Title: "Analysis"}},
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
		Variant: digest.Variant{
			Subject:  issue.Subject,
			HTML:     "<p>Hello</p>",
			Text:     "Hello",
			Page:     "<p>Page</p>",
			Greeting: digest.Greeting{Named: "Dear {name},", All: "Dear reader,"},
			Pictures: []digest.Embedded{
				{ContentID: "b@roundup", Type: "image/png", Data: []byte{0, 255}},
				{ContentID: "a@roundup", Type: "image/jpeg", Data: []byte{1}},
			},
		},
		SlotLabel: "Friday 20 November 2026, 07:00 EST",
	}
}

// start starts the issue of draft(ids...).
func (s *scene) start(ids ...int64) digest.Issue {
	s.t.Helper()
	issue, err := s.StartIssue(s.t.Context(), s.lease, draft(ids...))
	s.must(err)
	return issue
}

// exchange is Exchange that must succeed.
func (s *scene) exchange(issue digest.Issue, want int, outcomes ...delivery.Outcome) []delivery.Claim {
	s.t.Helper()
	claims, _, err := s.Exchange(s.t.Context(), s.lease, issue.ID, outcomes, delivery.Want{Count: want, Policy: delivery.Resend})
	s.must(err)
	return claims
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
	return one[delivery.State](s.t, s.base, `SELECT state FROM deliveries WHERE issue_id = ? AND subscriber_id = ?`, issue.ID, subscriber)
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
