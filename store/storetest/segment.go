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
