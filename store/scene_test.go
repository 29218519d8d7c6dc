package store_test

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
	*store.Store
	t     testing.TB
	clock *clock
	lease delivery.Lease
}

// newScene makes a database with readers 1 to n, all active, and articles 1
// to m, all owed, and takes the lease.
func newScene(t testing.TB, readers, articles int) *scene {
	t.Helper()
	st, c := open(t)
	s := &scene{Store: st, t: t, clock: c}
	s.addReaders(readers)
	s.addArticles(articles)
	s.takeLease()
	return s
}

// addReaders adds active readers reader1@a.example, reader2@b.example, ... in
// three domains, the way no exported method would: all at once.
func (s *scene) addReaders(n int) {
	s.t.Helper()
	db := raw(s.t, s.Store)
	defer func() { _ = db.Close() }()
	for _, query := range []string{`
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
		INSERT INTO subscribers (public_id, email, key, name, created_at)
		SELECT
			unhex(printf('%032x', i)),
			'Reader' || i || '@' || substr('abc', i % 3 + 1, 1) || '.example',
			'reader' || i || '@' || substr('abc', i % 3 + 1, 1) || '.example',
			'Reader ' || i,
			?2
		FROM n WHERE ?1 > 0`, `
		INSERT INTO subscriptions (newsletter_id, subscriber_id, status, joined_at, changed_at)
		SELECT 1, id, 'active', ?2, ?2 FROM subscribers WHERE id <= ?1`, `
		INSERT INTO subscriber_hashes (subscriber_id, hash)
		SELECT id, unhex(printf('%064x', id)) FROM subscribers WHERE id <= ?1 AND ?2 <> ''`,
	} {
		if _, err := db.Exec(query, n, "2026-11-01T00:00:00.000Z"); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *scene) addArticles(n int) {
	s.t.Helper()
	db := raw(s.t, s.Store)
	defer func() { _ = db.Close() }()
	for i := 1; i <= n; i++ {
		_, err := db.Exec(`
			INSERT INTO articles (id, source, guid, url, canonical, title, dek, summary, authors, labels, image, republished, words, published, first_seen)
			VALUES (?1, 'https://mag.example/feed', ?1, 'https://mag.example/' || ?1, 'mag.example/' || ?1, 'Article ' || ?1,
				'Dek ' || ?1, '', '[]', '[]', '{}', '', 0, '2026-11-18T00:00:00.000Z', '2026-11-18T01:00:00.000Z')`, i)
		if err != nil {
			s.t.Fatal(err)
		}
		_, err = db.Exec(`
			INSERT INTO article_states (newsletter_id, article_id, state, owed_since, changed_at)
			VALUES (1, ?, 'owed', '2026-11-18T01:00:00.000Z', '2026-11-18T01:00:00.000Z')`, i)
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// takeLease does what a starting sender does.
func (s *scene) takeLease() {
	s.t.Helper()
	lease, err := s.AcquireLease(s.t.Context(), "test")
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
	return one[delivery.State](s.t, s.Store, `SELECT state FROM deliveries WHERE issue_id = ? AND subscriber_id = ?`, issue.ID, subscriber)
}

// articleState is an article's state.
func (s *scene) articleState(id int64) digest.State {
	s.t.Helper()
	return one[digest.State](s.t, s.Store, `SELECT state FROM article_states WHERE article_id = ?`, id)
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
