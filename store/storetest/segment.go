package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/store"
	"roundup/subscribers"
)

// Whatever is asked for, a database finds whom the filter itself means.
func (e suite) TestSegmentsAgree(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	domains := []string{"example.org", "ample.org", "x-mple.org"}
	labels := []string{"patron", "old friends", `a"b%_\\'`, "Patron", "ü"}
	sections := []string{"analysis", "op-ed", "ü"}
	var rows []subscribers.Row
	for i := range 60 {
		address := fmt.Sprintf("r%d@%s", i, domains[i%3])
		row := subscribers.Row{
			Line: i + 1, Address: subscribers.Address{Given: address, Key: address}, Status: subscribers.Statuses()[i%4%3],
			Consent: subscribers.Consent{How: subscribers.ConsentImport}, Joined: begin().Add(-time.Duration(i) * 7 * time.Hour),
		}
		for j, label := range labels {
			if i>>j&1 == 1 {
				row.Labels = append(row.Labels, label)
			}
		}
		rows = append(rows, row)
	}
	s.take(rows, subscribers.ImportPolicy{})
	for i, row := range rows { // who chose, chose among three
		var off []string
		for j, key := range sections {
			if i>>j&1 == 1 {
				off = append(off, key)
			}
		}
		s.must(s.Choose(t.Context(), row.Address.Key, subscribers.Choice{Off: off, Monthly: i%5 == 0}, Anna()))
	}
	var everybody []subscribers.Subscriber
	for sub, err := range s.Subscribers(t.Context(), store.SubscriberFilter{}) {
		s.must(err)
		everybody = append(everybody, sub)
	}
	term := rapid.Custom(func(rt *rapid.T) subscribers.Term {
		term := subscribers.Term{
			Not:   rapid.Bool().Draw(rt, "not"),
			Field: subscribers.FilterField(rapid.SampledFrom(subscribers.FilterFields()).Draw(rt, "field")),
		}
		switch term.Field {
		case subscribers.FilterStatus:
			term.Value = string(rapid.SampledFrom(subscribers.Statuses()).Draw(rt, "status"))
		case subscribers.FilterLabel:
			term.Value = rapid.SampledFrom(append(labels, "none", "%")).Draw(rt, "label")
		case subscribers.FilterSection:
			term.Value = rapid.SampledFrom(append(sections, "none")).Draw(rt, "section")
		case subscribers.FilterDomain:
			term.Value = rapid.SampledFrom(append(domains, "x_mple.org", "%")).Draw(rt, "domain")
		case subscribers.FilterJoined:
			term.Op = rapid.SampledFrom([]string{"<", "<=", "=", ">=", ">"}).Draw(rt, "op")
			term.Day = begin().Truncate(24*time.Hour).AddDate(0, 0, -rapid.IntRange(-1, 19).Draw(rt, "days"))
		}
		return term
	})
	rapid.Check(t, func(rt *rapid.T) {
		f := subscribers.Filter{Terms: rapid.SliceOfN(term, 0, 3).Draw(rt, "terms")}
		var want, got []string
		for _, sub := range everybody {
			if f.Match(sub) {
				want = append(want, sub.Email)
			}
		}
		for sub, err := range s.Subscribers(t.Context(), store.SubscriberFilter{Where: f}) {
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, sub.Email)
		}
		if !slices.Equal(want, got) {
			rt.Fatalf("%+v: the database finds %v, want %v", f, got, want)
		}
	})
}

// What is counted of a segment is what counting its readers one by one gives, and of
// everybody what Stats says.
func (e suite) TestSegmentsAreCounted(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	for i := range 24 {
		email := fmt.Sprintf("r%d@example.org", i)
		s.add(email)
		if i%2 == 0 {
			s.must(s.Suppress(t.Context(), s.hash(email), email, subscribers.HardBounce, Anna()))
		}
		if i%3 == 0 {
			s.must(s.Pause(t.Context(), email, begin().Add(time.Hour), Anna()))
		}
		if i%4 == 0 {
			_, err := s.Unsubscribe(t.Context(), s.get(email).PublicID, Anna())
			s.must(err)
			s.must(s.SayWhyLeft(t.Context(), s.get(email).PublicID, subscribers.TooOften, Anna()))
		}
	}
	s.must(s.Forget(t.Context(), "r1@example.org", Anna()))
	s.addPending("p@other.example")
	got, left, err := s.StatsOf(t.Context(), subscribers.Filter{})
	s.must(err)
	want, err := s.Stats(t.Context())
	s.must(err)
	want.Forgotten, want.Suppressed = 0, 12 // the address of who was forgotten is suppressed too, and no reader's
	if got != want || left[subscribers.TooOften] != 6 || len(left) != 1 {
		t.Errorf("of everybody: %+v, left %v, want %+v", got, left, want)
	}
	got, left, err = s.StatsOf(t.Context(), subscribers.Filter{Terms: []subscribers.Term{{Field: subscribers.FilterDomain, Value: "other.example"}}})
	s.must(err)
	if (got != store.SubscriberStats{Pending: 1}) || len(left) != 0 {
		t.Errorf("of a domain: %+v, left %v, want one pending", got, left)
	}
}

// A label is given to whom the filter finds, portion by portion, and taken again; each
// time once, and with who did it on record.
func (e suite) TestLabel(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	var rows []subscribers.Row
	for i := range 25 {
		email := fmt.Sprintf("r%d@example.org", i)
		row := subscribers.Row{Line: i + 1, Address: subscribers.Address{Given: email, Key: email}, Consent: subscribers.Consent{How: subscribers.ConsentImport}}
		switch {
		case i == 3:
			row.Labels = []string{"VIP"} // it has that label, written otherwise
		case i == 4:
			for j := range 100 {
				row.Labels = append(row.Labels, fmt.Sprint(j))
			}
		case i%2 == 0:
			row.Labels = []string{"friend"}
		}
		rows = append(rows, row)
	}
	s.take(rows, subscribers.ImportPolicy{})
	_, err := s.Unsubscribe(t.Context(), s.get("r0@example.org").PublicID, Anna())
	s.must(err)
	active := subscribers.Filter{Terms: []subscribers.Term{{Field: subscribers.FilterStatus, Value: "active"}}}
	label := func(take, rehearse bool) store.Labelled {
		t.Helper()
		l := store.Labelling{Labelling: subscribers.Labelling{Label: "vip", Take: take}, Where: active, By: Anna(), Rehearse: rehearse}
		var sum store.Labelled
		for after := int64(0); ; {
			to, err := s.ToLabel(t.Context(), l.Labelling, l.Where, after, 7)
			s.must(err)
			changed, err := s.Label(t.Context(), l, to.IDs)
			s.must(err)
			sum.Found, sum.Changed, sum.Full = sum.Found+to.Found, sum.Changed+changed, sum.Full+to.Full
			if to.Last == 0 {
				return sum
			}
			after = to.Last
		}
	}
	given := store.Labelled{Found: 24, Changed: 22, Full: 1}
	for i, want := range []store.Labelled{given, given, {Found: 24, Full: 1}} {
		if got := label(false, i == 0); got != want {
			t.Errorf("giving it, time %d: %+v, want %+v", i, got, want)
		}
	}
	Equal(t, "labels of r2", s.get("r2@example.org").Labels, []string{"friend", "vip"})
	Equal(t, "labels of r3", s.get("r3@example.org").Labels, []string{"VIP"})
	Equal(t, "labels of who left", s.get("r0@example.org").Labels, []string{"friend"})
	Equal(t, "events", s.events(s.get("r2@example.org").ID), []string{"subscribed (import of list.csv)", "label added (anna)"})
	for i, want := range []store.Labelled{{Found: 24, Changed: 23}, {Found: 24}} {
		if got := label(true, false); got != want {
			t.Errorf("taking it, time %d: %+v, want %+v", i, got, want)
		}
	}
	Equal(t, "labels of r3", s.get("r3@example.org").Labels, []string{})
	Equal(t, "events", s.events(s.get("r3@example.org").ID), []string{"subscribed (import of list.csv)", "label removed (anna)"})
}
