package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// After forget no byte of the person is left in the database.
func TestForgetLeavesNoBytes(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 1)
	const email, moved = "wxyzzy.secret@example.com", "plugh.moved@example.com"
	address := func(email string) subscribers.Address {
		a, err := subscribers.ParseAddress(email)
		s.must(err)
		return a
	}
	keys, err := s.Keyring(t.Context())
	s.must(err)
	given := address(email)
	sub, err := s.Add(t.Context(), subscribers.Subscriber{
		Email: given.Given, Key: given.Key, Name: "Wxyzzy Plughson", Status: subscribers.Active, Labels: []string{"friends"},
		Consent: subscribers.Consent{How: "form", At: begin(), From: "https://mag.example/join", Wording: "Weekly"},
	}, storetest.Anna())
	s.must(err)
	for i, to := range []string{email, moved, "editor@example.com"} {
		kind := []string{"confirmation", "welcome", "notice"}[i]
		_, err := s.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: kind, Kind: kind, Transport: "mail", Recipient: to, Subject: "Hello " + kind, Text: "Dear " + kind,
		})
		s.must(err)
	}
	issue := s.start(1)
	claims := s.exchange(issue, 1)
	refused := storetest.To(claims[0].SubscriberID, delivery.Failed)
	refused.Reply.Text = "no <" + email + "> here"
	s.exchange(issue, 0, refused)
	// Another spelling of the address, and two addresses that they asked for.
	spelt := strings.ToUpper(email[:1]) + email[1:]
	_, err = s.Change(t.Context(), sub.Key, address(spelt), "Wxyzzy Plughson", storetest.Anna())
	s.must(err)
	reader := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	for i, to := range []string{"plover@example.org", "plugh@example.org"} {
		asked, err := s.AskAddress(t.Context(), store.NewAddress{ID: sub.PublicID, To: address(to), Mail: func(time.Time) (store.OutboxMail, error) {
			return store.OutboxMail{Dedupe: to[:2] + strconv.Itoa(i), Kind: "address", Transport: "mail", Recipient: to, Subject: "S", Text: "T"}, nil
		}}, reader)
		s.must(err)
		if !asked {
			t.Fatalf("%s was not asked", to)
		}
		s.clock.Forward(time.Minute)
	}
	if content, err := os.ReadFile(s.Path() + "-wal"); err != nil || bytes.Contains(content, []byte("plover")) {
		t.Errorf("an address asked for before another one is left (%v)", err)
	}
	s.must(s.Suppress(t.Context(), keys.AddressHash(given.Key), spelt, subscribers.Complaint, storetest.Anna()))
	_, err = s.Change(t.Context(), sub.Key, address(moved), "Wxyzzy Plughson", storetest.Anna())
	s.must(err)
	s.must(s.Forget(t.Context(), address(moved).Key, storetest.Anna()))

	// The old address's own suppression is the old address's, and is lifted or
	// forgotten by that name.
	s.must(s.Forget(t.Context(), address(email).Key, storetest.Anna()))
	copied := filepath.Join(t.TempDir(), "copy.db")
	s.must(s.Backup(t.Context(), copied))
	for _, file := range []string{s.Path(), s.Path() + "-wal", copied} {
		content, err := os.ReadFile(file)
		s.must(err)
		for _, word := range []string{"xyzzy", "lugh", "plover"} {
			if at := bytes.Index(bytes.ToLower(content), []byte(word)); at >= 0 {
				t.Errorf("%s holds %q", filepath.Base(file), strings.ToValidUTF8(string(content[max(0, at-20):min(len(content), at+40)]), "?"))
			}
		}
	}
}

// Nor is one left where people are erased otherwise, or what was kept of an address beside them.
func TestErasedBesideForgetLeavesNoBytes(t *testing.T) {
	t.Parallel()
	const secret = "wxyzzy.secret@example.com"
	tests := []struct {
		name  string
		erase func(t *testing.T, s *scene, id subscribers.PublicID)
		keeps bool // the address, as another reader's
	}{
		{"never signed up", func(t *testing.T, s *scene, id subscribers.PublicID) {
			s.must(s.NeverAgain(t.Context(), id, oneClick()))
		}, false},
		{"played back", func(t *testing.T, s *scene, id subscribers.PublicID) {
			file := filepath.Join(t.TempDir(), "elsewhere.left")
			s.must(os.WriteFile(file, []byte("2026-11-20T13:00:00.000Z erased "+id.String()+" -\n"), 0o600))
			done, err := s.PlayBack(t.Context(), []string{file}, storetest.Anna())
			s.must(err)
			if done.Forgotten != 1 {
				t.Errorf("played back %+v, want one forgotten", done)
			}
		}, false},
		{"adopted", func(t *testing.T, s *scene, id subscribers.PublicID) {
			record, err := os.OpenFile(s.left(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			s.must(err)
			_, err = record.WriteString("2026-11-20T13:00:00.000Z erased " + id.String() + " -\n")
			s.must(errors.Join(err, record.Close()))
			done, err := s.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
			s.must(err)
			if done.Forgotten != 1 {
				t.Errorf("adopted %+v, want one forgotten", done)
			}
		}, false},
		{"another reader's address by now", func(t *testing.T, s *scene, _ subscribers.PublicID) {
			ann, asked := s.join("ann@readers.example"), s.clock.Now()
			s.asks(ann, secret)
			_, err := s.ChangeAddress(t.Context(), ann.PublicID, asked, func(subscribers.Subscriber, string, time.Time) (store.OutboxMail, error) {
				return store.OutboxMail{Dedupe: "told", Kind: "moved", Transport: "mail", Subject: "S", Text: "T"}, nil
			}, oneClick())
			s.must(err)
		}, true},
		{"an address suppressed before", func(t *testing.T, s *scene, id subscribers.PublicID) {
			s.must(s.NeverAgain(t.Context(), id, oneClick()))
			keys, err := s.Keyring(t.Context())
			s.must(err)
			hash := keys.AddressHash("plughson@example.org")
			s.must(s.Suppress(t.Context(), hash, "plughson@example.org", subscribers.Complaint, storetest.Anna()))
			s.checkpoint()
			s.must(s.Suppress(t.Context(), hash, "", subscribers.Erased, storetest.Anna()))
		}, false},
		{"an address asked for and never confirmed", func(t *testing.T, s *scene, id subscribers.PublicID) {
			s.must(s.NeverAgain(t.Context(), id, oneClick()))
			s.asks(s.join("ann@readers.example"), "plughson@example.org")
			s.checkpoint()
			s.clock.Forward(subscribers.UnconfirmedFor + time.Hour)
			_, err := s.EraseUnconfirmed(t.Context(), s.clock.Now().Add(-subscribers.UnconfirmedFor), storetest.Anna())
			s.must(err)
		}, false},
		{"refused after they were forgotten", func(t *testing.T, s *scene, id subscribers.PublicID) {
			s.must(s.NeverAgain(t.Context(), id, oneClick()))
			s.join("plughson@example.org")
			issue := s.start(1)
			claims := s.exchange(issue, 1)
			s.must(s.Forget(t.Context(), "plughson@example.org", storetest.Anna()))
			refused := storetest.To(claims[0].SubscriberID, delivery.Failed)
			refused.Reply.Text = "no Plughson here"
			s.exchange(issue, 0, refused)
			s.must(s.CloseRanges(t.Context(), s.held, delivery.Resend))
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, 0, 1)
			sub, err := s.Add(t.Context(), subscribers.Subscriber{Email: secret, Key: secret, Name: "Plughson", Status: subscribers.Pending}, storetest.Anna())
			s.must(err)
			s.checkpoint()
			tt.erase(t, s, sub.PublicID)
			for _, file := range []string{s.Path(), s.Path() + "-wal"} {
				content, err := os.ReadFile(file)
				s.must(err)
				if bytes.Contains(bytes.ToLower(content), []byte("plughson")) || !tt.keeps && bytes.Contains(content, []byte("xyzzy")) {
					t.Errorf("%s holds the name or the address", filepath.Base(file))
				}
			}
		})
	}
}

// join adds a reader.
func (s *scene) join(email string) subscribers.Subscriber {
	s.t.Helper()
	sub, err := s.Add(s.t.Context(), subscribers.Subscriber{Email: email, Key: email, Status: subscribers.Active}, storetest.Anna())
	s.must(err)
	return sub
}

// asks has a reader ask for another address.
func (s *scene) asks(reader subscribers.Subscriber, email string) {
	s.t.Helper()
	asked, err := s.AskAddress(s.t.Context(), store.NewAddress{ID: reader.PublicID, To: subscribers.Address{Given: email, Key: email}, Mail: func(time.Time) (store.OutboxMail, error) {
		return store.OutboxMail{Dedupe: "asked", Kind: "address", Transport: "mail", Recipient: email, Subject: "S", Text: "T"}, nil
	}}, oneClick())
	s.must(err)
	if !asked {
		s.t.Fatalf("%s was not asked", email)
	}
}

// What is erased in many transactions is wiped once, however it ends, and what erases nobody is not.
func TestManyAreWipedOnce(t *testing.T) {
	t.Parallel()
	const readers = 120
	for _, tt := range []struct {
		name  string
		what  string // the record says of each
		stops bool
		want  int32
	}{
		{"all", "erased", false, 1},
		{"up to an interruption", "erased", true, 1},
		{"nobody", "left", false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path, clock := filepath.Join(t.TempDir(), "roundup.db"), storetest.NewClock()
			create(t, path)
			var wiped atomic.Int32
			st, err := sqlite.OpenWiped(t.Context(), path, options(clock), &wiped)
			check(t, err)
			defer func() { check(t, st.Close()) }()
			var record strings.Builder
			for i := range readers {
				email := fmt.Sprintf("r%d@readers.example", i)
				sub, err := st.Add(t.Context(), subscribers.Subscriber{Email: email, Key: email, Status: subscribers.Active}, storetest.Anna())
				check(t, err)
				fmt.Fprintf(&record, "2026-11-20T13:00:00.000Z %s %s -\n", tt.what, sub.PublicID)
			}
			if n := wiped.Load(); n != 0 {
				t.Errorf("wiped %d times though nobody is erased", n)
			}
			file := filepath.Join(t.TempDir(), "elsewhere.left")
			check(t, os.WriteFile(file, []byte(record.String()), 0o600))
			if tt.stops {
				run(t, st, `CREATE TRIGGER stop BEFORE UPDATE ON subscribers WHEN old.id = 60 BEGIN SELECT RAISE(ABORT, 'stopped'); END`)
			}
			if _, err := st.PlayBack(t.Context(), []string{file}, storetest.Anna()); (err != nil) != tt.stops {
				t.Error(err)
			}
			if n := wiped.Load(); n != tt.want {
				t.Errorf("wiped %d times, want %d", n, tt.want)
			}
		})
	}
}

// A file that others read while somebody is forgotten is wiped as soon as they have read.
func TestForgetBesideReaders(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 1)
	address, err := subscribers.ParseAddress("wxyzzy.secret@example.com")
	s.must(err)
	_, err = s.Add(t.Context(), subscribers.Subscriber{Email: address.Given, Key: address.Key, Status: subscribers.Active}, storetest.Anna())
	s.must(err)
	s.checkpoint()
	other, err := sql.Open("sqlite3", s.Path())
	s.must(err)
	defer func() { s.must(other.Close()) }()
	reading, err := other.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	s.must(err)
	var events int
	count := func(q interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	},
	) int {
		s.must(q.QueryRowContext(t.Context(), `SELECT count(*) FROM events`).Scan(&events))
		return events
	}
	before := count(reading)
	forgotten := make(chan error)
	go func() { forgotten <- s.Forget(t.Context(), address.Key, storetest.Anna()) }()
	for count(other) == before {
		select {
		case err := <-forgotten:
			t.Fatalf("over before its wiping could be: %v", err)
		default:
		}
	}
	time.Sleep(100 * time.Millisecond) // some tries, each in vain
	s.must(reading.Rollback())
	s.must(<-forgotten)
	for _, file := range []string{s.Path(), s.Path() + "-wal"} {
		content, err := os.ReadFile(file)
		s.must(err)
		if bytes.Contains(content, []byte("xyzzy")) {
			t.Errorf("%s holds the address", filepath.Base(file))
		}
	}
}

// Nobody who wipes puts a number on the mark that others have left behind meanwhile: an older
// database would pass for the one that was here.
func TestWipingKeepsTheMark(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 1)
	gone := s.join("wxyzzy.secret@example.com")
	other, err := sql.Open("sqlite3", s.Path())
	s.must(err)
	defer func() { s.must(other.Close()) }()
	reading, err := other.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	s.must(err)
	var n int
	s.must(reading.QueryRow(`SELECT count(*) FROM subscribers`).Scan(&n))
	done := make(chan error, 1)
	go func() { done <- s.Forget(t.Context(), gone.Key, storetest.Anna()) }()
	for one[int](t, s.Store, `SELECT count(*) FROM subscribers WHERE erased_at IS NOT NULL`) == 0 {
		select {
		case err := <-done:
			t.Fatalf("over before its wiping could be: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	s.join("ann@readers.example")
	s.join("ben@readers.example")
	s.must(reading.Rollback())
	s.must(<-done)
	changes := one[int](t, s.Store, `SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'changes'`)
	mark, err := os.ReadFile(s.Path() + ".lock")
	s.must(err)
	if !bytes.Contains(mark, fmt.Appendf(nil, "%019d", changes)) {
		t.Errorf("the mark is behind the database's %d changes:\n%s", changes, mark)
	}
}
