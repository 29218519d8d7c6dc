package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/subscribers"
)

const feed = "https://mag.example/feed"

// shelf is a fresh database with what tests of articles and of the list need.
type shelf struct{ *Base }

func (e suite) newShelf(t testing.TB) *shelf {
	t.Helper()
	return &shelf{e.open(t)}
}

func (s *shelf) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) mustBe(got, want error) {
	s.t.Helper()
	if !errors.Is(got, want) {
		s.t.Fatalf("error = %v, want %v", got, want)
	}
}

// item is an article as a feed gives it, published before the test's beginning.
func item(name string, age time.Duration) digest.Article {
	link := "https://mag.example/" + name
	return digest.Article{
		GUID:      "guid-" + name,
		URL:       link,
		Canonical: digest.Canonical(link),
		Title:     "On " + name,
		Dek:       "What " + name + " means",
		Authors:   []digest.Author{{Name: "Ann Author", URI: "https://mag.example/ann"}},
		Labels:    []string{"Analysis", "Europe"},
		Image:     digest.Image{URL: link + ".jpg", Alt: "A harbour", Credit: "Bo", Width: 600, Height: 400},
		Words:     900,
		Published: begin().Add(-age),
	}
}

// reading is a successful look at the feed at the clock's time.
func (s *shelf) reading(items ...digest.Article) content.SourceReading {
	return content.SourceReading{
		Reading: digest.Reading{
			Source:      feed,
			At:          s.clock.Now(),
			Articles:    items,
			FirstWindow: 7 * 24 * time.Hour,
		},
		Title: "The Magazine",
		ETag:  `"1"`,
		By:    Anna(),
	}
}

// save stores a reading that must be accepted.
func (s *shelf) save(r content.SourceReading) content.ReadingSummary {
	s.t.Helper()
	sum, err := s.SaveReading(s.t.Context(), r)
	s.must(err)
	return sum
}

// source is the record of the feed.
func (s *shelf) source() content.SourceRecord {
	s.t.Helper()
	all, err := s.Sources(s.t.Context())
	s.must(err)
	for _, record := range all {
		if record.URL == feed {
			return record
		}
	}
	s.t.Fatalf("no record of %s", feed)
	return content.SourceRecord{}
}

// find is the article with this link.
func (s *shelf) find(link string) digest.Candidate {
	s.t.Helper()
	id := One[int64](s.t, s.Base, `SELECT max(article_id) FROM article_aliases WHERE canonical = ?`, digest.Canonical(link))
	c, err := s.Article(s.t.Context(), id)
	s.must(err)
	return c
}

// named is the article of item(name, …).
func (s *shelf) named(name string) digest.Candidate {
	s.t.Helper()
	return s.find("https://mag.example/" + name)
}

// issue makes an issue of this number behind the store's back.
func (s *shelf) issue(number int, status digest.Status) int64 {
	s.t.Helper()
	Exec(s.t, s.Base, `
		INSERT INTO issues (
			id, newsletter_id, uid, number, kind, slug, status, subject, preheader, note, date, started_at, touched_at, finished_at
		) VALUES (?1, 1, ?2, ?1, 'extra', 's', ?3, 'S', '', '', ?4, ?4, ?4, CASE WHEN ?3 IN ('sent', 'cancelled') THEN ?4 END)`,
		number, fmt.Sprintf("%032x", number), status, "2026-11-13T12:00:00.000Z")
	Exec(s.t, s.Base, `
		INSERT INTO issue_variants (id, issue_id, revision, number, sections, readers, subject, html, text)
		VALUES (?1, ?1, 1, 1, '[]', 0, 'S', 'H', 'T')`, number)
	return int64(number)
}

// settle puts an article into a state behind the store's back.
func (s *shelf) settle(id int64, state digest.State, issue any) {
	s.t.Helper()
	Exec(s.t, s.Base, `UPDATE article_states SET state = ?, issue_id = ?, owed_since = NULL WHERE article_id = ?`, state, issue, id)
}

// address parses an address that must be good.
func (s *shelf) address(email string) subscribers.Address {
	s.t.Helper()
	a, err := subscribers.ParseAddress(email)
	s.must(err)
	return a
}

// person is an active subscriber to be.
func (s *shelf) person(email, name string) subscribers.Subscriber {
	s.t.Helper()
	a := s.address(email)
	return subscribers.Subscriber{
		Email:   a.Given,
		Key:     a.Key,
		Name:    name,
		Status:  subscribers.Active,
		Labels:  []string{"friends"},
		Consent: subscribers.Consent{How: "form", At: begin(), From: "https://mag.example/join", Wording: "Weekly"},
	}
}

// add puts an active subscriber on the list.
func (s *shelf) add(email string) subscribers.Subscriber {
	s.t.Helper()
	local, _, _ := strings.Cut(email, "@")
	sub, err := s.Add(s.t.Context(), s.person(email, "Name of "+local), Anna())
	s.must(err)
	return sub
}

// addPending puts somebody on the list who has not confirmed yet.
func (s *shelf) addPending(email string) {
	s.t.Helper()
	person := s.person(email, "")
	person.Status = subscribers.Pending
	_, err := s.Add(s.t.Context(), person, Anna())
	s.must(err)
}

// get is the subscriber with this address.
func (s *shelf) get(email string) subscribers.Subscriber {
	s.t.Helper()
	sub, err := s.FindSubscriber(s.t.Context(), s.address(email).Key)
	s.must(err)
	return sub
}

// hash is the keyed hash of an address.
func (s *shelf) hash(email string) []byte {
	s.t.Helper()
	keys, err := s.Keyring(s.t.Context())
	s.must(err)
	return keys.AddressHash(s.address(email).Key)
}

// events are what happened to a subscriber, "what (way, or who)".
func (s *shelf) events(id int64) []string {
	s.t.Helper()
	all, err := s.SubscriberEvents(s.t.Context(), id)
	s.must(err)
	var lines []string
	for _, e := range all {
		lines = append(lines, fmt.Sprintf("%s (%s)", e.What, cmp.Or(e.By.Through, e.By.Name, string(e.By.Kind))))
	}
	return lines
}

// emails lists the addresses that pass the filter.
func (s *shelf) emails(f store.SubscriberFilter) []string {
	s.t.Helper()
	list := []string{}
	for sub, err := range s.Subscribers(s.t.Context(), f) {
		s.must(err)
		list = append(list, sub.Email)
	}
	return list
}
