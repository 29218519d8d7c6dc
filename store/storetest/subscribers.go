package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/store"
	"roundup/subscribers"
)

func (e suite) TestAdd(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	want := s.person("Ann@Example.com", "Ann")
	got, err := s.Add(t.Context(), want, Anna())
	s.must(err)
	if got.PublicID.IsZero() {
		t.Error("public id is zero")
	}
	want.ID, want.PublicID, want.Joined, want.Changed = got.ID, got.PublicID, begin(), begin()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
	for name, find := range map[string]func() (subscribers.Subscriber, error){
		"by key":       func() (subscribers.Subscriber, error) { return s.FindSubscriber(t.Context(), "ann@example.com") },
		"by public id": func() (subscribers.Subscriber, error) { return s.SubscriberByPublicID(t.Context(), got.PublicID) },
	} {
		found, err := find()
		s.must(err)
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("found %s (-want +got):\n%s", name, diff)
		}
	}
	Equal(t, "events", s.events(got.ID), []string{"subscribed (anna)"})
	if hash := One[[]byte](t, s.Base, `SELECT hash FROM subscribers`); !slices.Equal(hash, s.hash("ann@example.com")) {
		t.Error("the hash beside the subscriber is not that of the address")
	}
}

func (e suite) TestAddRefuses(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	first := s.add("ann@example.com")
	_, err := s.Unsubscribe(t.Context(), first.PublicID, oneClick())
	s.must(err)

	known, err := s.Add(t.Context(), s.person("ANN@example.com", "Other"), Anna())
	s.mustBe(err, store.ErrExists)
	if known.ID != first.ID || known.Status != subscribers.Unsubscribed {
		t.Errorf("known = %+v, want the unsubscribed one", known)
	}
	s.must(s.Suppress(t.Context(), s.hash("erased@example.com"), "", subscribers.Erased, Anna()))
	_, err = s.Add(t.Context(), s.person("erased@example.com", ""), Anna())
	s.mustBe(err, store.ErrErased)
	if _, err = s.Add(t.Context(), subscribers.Subscriber{Status: subscribers.Active}, Anna()); err == nil {
		t.Error("a subscriber without an address was added")
	}
	if _, err := s.FindSubscriber(t.Context(), "erased@example.com"); err == nil {
		t.Error("the refused subscriber is on the list")
	}
	// A bounced address may be added: it is the claim that keeps it from being mailed.
	s.must(s.Suppress(t.Context(), s.hash("bounced@example.com"), "bounced@example.com", subscribers.HardBounce, Anna()))
	s.add("bounced@example.com")
}

func (e suite) TestAddPublicIDs(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	mine := subscribers.NewPublicID()
	ann := s.person("ann@example.com", "")
	ann.PublicID = mine
	got, err := s.Add(t.Context(), ann, Anna())
	s.must(err)
	if got.PublicID != mine {
		t.Errorf("public id = %s, want the free one asked for, %s", got.PublicID, mine)
	}
	s.must(s.Forget(t.Context(), ann.Key, Anna())) // its id is never given again
	bob := s.person("bob@example.com", "")
	bob.PublicID = mine
	if got, err = s.Add(t.Context(), bob, Anna()); err != nil || got.PublicID == mine || got.PublicID.IsZero() {
		t.Errorf("public id = %s, %v, want another than one used before", got.PublicID, err)
	}
	if _, err := s.SubscriberByPublicID(t.Context(), mine); err == nil {
		t.Error("a forgotten subscriber was found by public id")
	}
}

func (e suite) TestSubscribersFilter(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for _, p := range []struct{ email, name string }{
		{"ann@example.com", "Ann Zürcher"},
		{"bob@BÜCHER.example", "STRASSER, Bob"},
		{"cy@example.org", ""},
		{"gone@example.com", "Ann Gone"},
	} {
		_, err := s.Add(t.Context(), s.person(p.email, p.name), Anna())
		s.must(err)
	}
	_, err := s.Unsubscribe(t.Context(), s.get("cy@example.org").PublicID, oneClick())
	s.must(err)
	s.must(s.Forget(t.Context(), "gone@example.com", Anna()))
	tests := []struct {
		name   string
		filter store.SubscriberFilter
		want   []string
	}{
		{"all but the forgotten", store.SubscriberFilter{}, []string{"ann@example.com", "bob@BÜCHER.example", "cy@example.org"}},
		{"status", store.SubscriberFilter{Status: subscribers.Unsubscribed}, []string{"cy@example.org"}},
		{"address", store.SubscriberFilter{Text: "EXAMPLE.ORG"}, []string{"cy@example.org"}},
		{"address beyond ASCII", store.SubscriberFilter{Text: "bücher"}, []string{"bob@BÜCHER.example"}},
		{"address as A-label", store.SubscriberFilter{Text: "xn--bcher-kva"}, []string{"bob@BÜCHER.example"}},
		{"name beyond ASCII", store.SubscriberFilter{Text: "zÜRCHER"}, []string{"ann@example.com"}},
		{"name with full folding", store.SubscriberFilter{Text: "straßer"}, []string{"bob@BÜCHER.example"}},
		{"pattern characters are text", store.SubscriberFilter{Text: "_"}, []string{}},
		{"both", store.SubscriberFilter{Text: "example", Status: subscribers.Active}, []string{"ann@example.com", "bob@BÜCHER.example"}},
		{"nobody", store.SubscriberFilter{Status: subscribers.Pending}, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			Equal(t, "subscribers", s.emails(tt.filter), tt.want)
		})
	}
}

// A list of several pages is read while it changes: nobody is seen twice and
// nobody who stays is missed, and a writer never waits for the reader.
func (e suite) TestSubscribersWhileTheListChanges(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	const n = 4500 // whose end is read after the change: two pages at most are, beyond the one in use
	s.crowd(n)
	seen := map[int64]int{}
	for sub, err := range s.Subscribers(t.Context(), store.SubscriberFilter{}) {
		s.must(err)
		seen[sub.ID]++
		if len(seen) == 500 {
			to := s.address("aaa@example.com")
			_, err := s.Change(t.Context(), "reader4000@example.com", to, "", Anna())
			s.must(err)
			s.must(s.Forget(t.Context(), "reader4400@example.com", Anna()))
			s.add("zzz@example.com")
		}
	}
	if len(seen) != n {
		t.Errorf("seen = %d subscribers, want %d: all but the forgotten, and the new", len(seen), n)
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("subscriber %d was seen %d times", id, times)
		}
	}
}

// crowd imports active readers reader1@example.com to reader n.
func (s *shelf) crowd(n int) {
	s.t.Helper()
	for rows := range slices.Chunk(crowdRows(1, n), 500) {
		counts, err := s.ImportBatch(s.t.Context(), rows, store.ImportOptions{By: Anna()})
		s.must(err)
		if counts.Added != len(rows) {
			s.t.Fatalf("added = %d, want %d", counts.Added, len(rows))
		}
	}
}

func crowdRows(from, to int) []subscribers.Row {
	var rows []subscribers.Row
	for i := from; i <= to; i++ {
		local := fmt.Sprintf("reader%d", i)
		rows = append(rows, subscribers.Row{
			Line:    i,
			Address: subscribers.Address{Given: local + "@example.com", Local: local, Domain: "example.com", Key: local + "@example.com"},
			Name:    fmt.Sprintf("Reader %d", i),
			Consent: subscribers.Consent{How: "import", From: "crowd.csv"},
		})
	}
	return rows
}

func (e suite) TestSubscribersStopsWhenTold(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("ann@example.com")
	s.add("bob@example.com")
	n := 0
	for _, err := range s.Subscribers(t.Context(), store.SubscriberFilter{}) {
		s.must(err)
		n++
		break
	}
	if n != 1 {
		t.Errorf("seen = %d, want 1", n)
	}
}

func (e suite) TestListedTellsOfSuppressions(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("ann@example.com")
	s.add("bob@example.com")
	s.must(s.Suppress(t.Context(), s.hash("bob@example.com"), "bob@example.com", subscribers.Complaint, Anna()))
	got := map[string]subscribers.Reason{}
	for one, err := range s.Listed(t.Context(), store.SubscriberFilter{}) {
		s.must(err)
		got[one.Email] = one.Suppressed
	}
	want := map[string]subscribers.Reason{"ann@example.com": "", "bob@example.com": subscribers.Complaint}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
}

func (e suite) TestStats(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for _, email := range []string{"a@x.example", "c@x.example", "d@x.example", "e@x.example"} {
		s.add(email)
	}
	s.addPending("b@x.example")
	_, err := s.Unsubscribe(t.Context(), s.get("c@x.example").PublicID, Anna())
	s.must(err)
	s.must(s.Forget(t.Context(), "d@x.example", Anna()))
	for _, email := range []string{"e@x.example", "c@x.example", "stranger@x.example"} {
		s.must(s.Suppress(t.Context(), s.hash(email), email, subscribers.HardBounce, Anna()))
	}
	got, err := s.Stats(t.Context())
	s.must(err)
	want := store.SubscriberStats{Pending: 1, Active: 2, Unsubscribed: 1, Forgotten: 1, Suppressed: 4, Mailable: 1}
	if got != want {
		t.Errorf("stats = %+v, want %+v", got, want)
	}
	if n, err := s.Mailable(t.Context()); n != 1 || err != nil {
		t.Errorf("mailable = %d, %v, want 1", n, err)
	}
}

func (e suite) TestSubscriberEventsInOrder(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	sub := s.add("ann@example.com")
	s.clock.Forward(time.Minute)
	_, err := s.Unsubscribe(t.Context(), sub.PublicID, oneClick())
	s.must(err)
	got, err := s.SubscriberEvents(t.Context(), sub.ID)
	s.must(err)
	want := []store.Event{
		{What: "subscribed", By: Anna(), At: begin()},
		{What: "unsubscribed", By: oneClick(), Detail: "was active", At: begin().Add(time.Minute)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
