package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/store"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// file reads rows from a CSV, which must all be good.
func (s *shelf) file(text string) []subscribers.Row {
	s.t.Helper()
	var rows []subscribers.Row
	list, err := listfile.OpenCSV(strings.NewReader(text), listfile.ReadOptions{Name: "list.csv", Silent: subscribers.Active})
	s.must(err)
	for row, reject := range list.Rows() {
		if reject != nil {
			s.t.Fatalf("line %d: %s", reject.Line, reject.Reason)
		}
		rows = append(rows, row)
	}
	return rows
}

// take imports rows that must go in.
func (s *shelf) take(rows []subscribers.Row, policy subscribers.ImportPolicy) store.ImportCounts {
	s.t.Helper()
	counts, err := s.ImportBatch(s.t.Context(), rows, store.ImportOptions{Policy: policy, By: Anna().Via("import of list.csv")})
	s.must(err)
	return counts
}

const messy = `email,name,status,labels
Ann@Example.com,Ann,,"friends, press"
bob@example.com,Bob,,
ann@example.com,,,donors
cy@example.com,Cy,unsubscribed,
dee@example.com,Dee,bounced,
eve@example.com,Eve,complained,
`

func (e suite) TestImportBatch(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	got := s.take(s.file(messy), subscribers.ImportPolicy{})
	if want := (store.ImportCounts{Added: 5, Mailable: 2, Updated: 1}); !cmp.Equal(want, got) {
		t.Errorf("counts = %+v, want %+v", got, want)
	}
	ann := s.get("ann@example.com")
	if ann.Email != "Ann@Example.com" || ann.Name != "Ann" || ann.Status != subscribers.Active ||
		ann.Consent.How != "import" || ann.Consent.From != "list.csv" || ann.Joined != begin() || ann.PublicID.IsZero() {
		t.Errorf("ann = %+v, want active, as imported from the file", ann)
	}
	Equal(t, "labels", ann.Labels, []string{"friends", "press", "donors"})
	Equal(t, "events", s.events(ann.ID), []string{
		"subscribed (import of list.csv)", "name or labels changed (import of list.csv)",
	})
	if got := s.get("cy@example.com").Status; got != subscribers.Unsubscribed {
		t.Errorf("cy = %s, want unsubscribed", got)
	}
	for email, want := range map[string]subscribers.Reason{
		"dee@example.com": subscribers.HardBounce, "eve@example.com": subscribers.Complaint,
	} {
		p, err := s.Suppressed(t.Context(), s.hash(email))
		s.must(err)
		if p.Reason != want || p.Email != email {
			t.Errorf("suppression = %+v, want %s of %s", p, want, email)
		}
	}
	if n, err := s.Mailable(t.Context()); n != 2 || err != nil {
		t.Errorf("mailable = %d, %v, want ann and bob", n, err)
	}
}

func (e suite) TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.take(s.file(messy), subscribers.ImportPolicy{})
	events := One[int](t, s.Base, `SELECT count(*) FROM events`)
	before := s.get("ann@example.com")
	s.clock.Forward(time.Hour)
	got := s.take(s.file(messy), subscribers.ImportPolicy{})
	if got.Added+got.Updated > 0 || got.Unchanged+len(got.Skipped) != 6 {
		t.Errorf("counts = %+v, want nothing changed", got)
	}
	if diff := cmp.Diff(before, s.get("ann@example.com")); diff != "" {
		t.Errorf("ann (-want +got):\n%s", diff)
	}
	if n := One[int](t, s.Base, `SELECT count(*) FROM events`); n != events {
		t.Errorf("events = %d, want still %d", n, events)
	}
}

func (e suite) TestImportNeverBringsBack(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	gone, bounced, erased := s.add("gone@example.com"), s.add("bounced@example.com"), s.add("erased@example.com")
	_, err := s.Unsubscribe(t.Context(), gone.PublicID, oneClick())
	s.must(err)
	s.must(s.Suppress(t.Context(), s.hash(bounced.Email), bounced.Email, subscribers.HardBounce, Anna()))
	s.must(s.Forget(t.Context(), erased.Key, Anna()))
	rows := s.file("email,name,status,public_id\n" +
		"gone@example.com,New,active,\nbounced@example.com,New,active,\nerased@example.com,New,active,\n" +
		"other@example.com,New,active," + erased.PublicID.String() + "\n")
	got := s.take(rows, subscribers.ImportPolicy{})
	if got.Added != 0 || got.Updated != 1 || len(got.Skipped) != 3 {
		t.Errorf("counts = %+v, want one name updated and the rest skipped", got)
	}
	for _, skipped := range got.Skipped {
		if skipped.Why == "" || skipped.Line < 2 {
			t.Errorf("skipped = %+v, want line and reason", skipped)
		}
	}
	if got := s.get("gone@example.com"); got.Status != subscribers.Unsubscribed || got.Name != gone.Name {
		t.Errorf("gone = %+v, want it as it was", got)
	}
	if n, err := s.Mailable(t.Context()); n != 0 || err != nil {
		t.Errorf("mailable = %d, %v, want nobody", n, err)
	}
}

func (e suite) TestImportMakesPeopleLeave(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	sub := s.add("ann@example.com")
	s.clock.Forward(time.Hour)
	s.take(s.file("email,status\nann@example.com,unsubscribed\n"), subscribers.ImportPolicy{})
	got := s.get("ann@example.com")
	if got.Status != subscribers.Unsubscribed || got.Changed != s.clock.Now() || got.Consent != sub.Consent {
		t.Errorf("ann = %+v, want unsubscribed now, consent kept", got)
	}
	Equal(t, "events", s.events(sub.ID), []string{"subscribed (anna)", "unsubscribed (import of list.csv)"})
}

func (e suite) TestImportAsPending(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	rows := s.file("ann@example.com\n")
	s.take(rows, subscribers.ImportPolicy{Status: subscribers.Pending})
	if got := s.get("ann@example.com").Status; got != subscribers.Pending {
		t.Errorf("status = %s, want pending", got)
	}
	if got := s.take(rows, subscribers.ImportPolicy{Status: subscribers.Active}); got.Added+got.Updated != 0 {
		t.Errorf("counts = %+v, want the pending one left alone", got)
	}
}

func (e suite) TestImportPublicIDs(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann := s.add("ann@example.com")
	free := subscribers.NewPublicID()
	got := s.take(s.file("email,status,public_id\n"+
		"bob@example.com,active,"+free.String()+"\n"+ // free: kept
		"cy@example.com,active,"+ann.PublicID.String()+"\n"+ // ann's
		"dee@example.com,active,"+free.String()+"\n"), // bob's by now
		subscribers.ImportPolicy{})
	if got.Added != 1 || len(got.Skipped) != 2 {
		t.Errorf("counts = %+v, want bob added and the two others skipped", got)
	}
	if id := s.get("bob@example.com").PublicID; id != free {
		t.Errorf("bob's public id = %s, want %s", id, free)
	}
}

// An export taken into an empty database is the same list, suppressions and all.
func (e suite) TestExportAndImportRoundTrip(t *testing.T) {
	t.Parallel()
	from, to := e.newShelf(t), e.newShelf(t)
	from.take(from.file(messy), subscribers.ImportPolicy{})
	from.must(from.Choose(t.Context(), "bob@example.com", subscribers.Choice{Off: []string{"opinion"}, Monthly: true, Language: "de"}, Anna()))
	export := func(s *shelf) string {
		var text strings.Builder
		out := listfile.NewCSVWriter(&text)
		for one, err := range s.Listed(t.Context(), store.SubscriberFilter{}) {
			s.must(err)
			s.must(out.Write(one.Subscriber, one.Suppressed))
		}
		s.must(out.Flush())
		return text.String()
	}
	want := export(from)
	to.take(to.file(want), subscribers.ImportPolicy{})
	if diff := cmp.Diff(want, export(to)); diff != "" {
		t.Errorf("export of the import (-want +got):\n%s", diff)
	}
}

func (e suite) TestImportOfManyRows(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	rows := crowdRows(1, 600)
	rows = append(rows, rows[0]) // known by then
	if got := s.take(rows, subscribers.ImportPolicy{}); got.Added != 600 || got.Unchanged != 1 {
		t.Errorf("counts = %+v, want 600 added and one unchanged", got)
	}
	if got := s.take(nil, subscribers.ImportPolicy{}); !cmp.Equal(store.ImportCounts{}, got) {
		t.Errorf("counts of no rows = %+v, want none", got)
	}
}

// A batch that fails goes in not at all, and the error names its lines.
func (e suite) TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	rows := crowdRows(1, 600)
	rows[550].Address.Given = "" // no reader gives this; the store must refuse it
	counts, err := s.ImportBatch(t.Context(), rows, store.ImportOptions{By: Anna().Via("import of list.csv")})
	if err == nil || !strings.Contains(err.Error(), "import 600 lines from line 1 on") || !strings.Contains(err.Error(), "line 551") {
		t.Errorf("error = %v, want the lines named", err)
	}
	if n := One[int](t, s.Base, `SELECT count(*) FROM subscribers`); n != 0 || counts.Added != 0 {
		t.Errorf("subscribers = %d, counted %d, want none", n, counts.Added)
	}
}

// listModel is what a list must be whatever is done to it.
type listModel struct {
	status map[string]subscribers.Status
	left   map[string]bool // unsubscribed or erased by the person
	ids    map[subscribers.PublicID]string
}

// Whatever files are imported in whatever order, and whoever leaves between
// them: nobody who left is active again, counts add up, a file once more adds
// and updates nobody, and no public id is ever two people's.
func (e suite) TestImportProperties(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	m := listModel{status: map[string]subscribers.Status{}, left: map[string]bool{}, ids: map[subscribers.PublicID]string{}}
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		s.clock.Forward(time.Minute)
		rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) subscribers.Row {
			email := fmt.Sprintf("r%d@x.example", rapid.IntRange(1, 6+round/10).Draw(rt, "reader"))
			return subscribers.Row{
				Line:     1,
				Address:  subscribers.Address{Given: email, Key: email},
				Name:     rapid.SampledFrom([]string{"", "A", "B"}).Draw(rt, "name"),
				Status:   rapid.SampledFrom([]subscribers.Status{"", subscribers.Active, subscribers.Pending, subscribers.Unsubscribed}).Draw(rt, "status"),
				Suppress: rapid.SampledFrom([]subscribers.Reason{"", "", "", subscribers.HardBounce}).Draw(rt, "suppress"),
				Labels:   rapid.SampledFrom([][]string{nil, {"x"}, {"y", "x"}}).Draw(rt, "labels"),
				Consent:  subscribers.Consent{How: rapid.SampledFrom([]string{"import", "confirmation"}).Draw(rt, "consent")},
			}
		}), 0, 8).Draw(rt, "rows")
		o := store.ImportOptions{By: Anna().Via("import of list.csv"), Policy: subscribers.ImportPolicy{
			Status: rapid.SampledFrom([]subscribers.Status{"", subscribers.Pending}).Draw(rt, "policy"),
		}}
		counts, err := s.ImportBatch(t.Context(), rows, o)
		if err != nil {
			rt.Fatal(err)
		}
		if got := counts.Added + counts.Updated + counts.Unchanged + len(counts.Skipped); got != len(rows) {
			rt.Fatalf("counts = %+v of %d rows", counts, len(rows))
		}
		for _, row := range rows {
			once := slices.ContainsFunc(rows, func(r subscribers.Row) bool {
				return r.Address.Key == row.Address.Key && (r.Name != row.Name || !slices.Equal(r.Labels, row.Labels) || r.Status != row.Status)
			})
			if once {
				continue // rows that contradict each other go back and forth
			}
			again, err := s.ImportBatch(t.Context(), []subscribers.Row{row}, o)
			if err != nil || again.Added+again.Updated > 0 {
				rt.Fatalf("once more: %+v, %v", again, err)
			}
		}
		m.check(rt, s)
		m.leave(rt, s)
	})
}

func (m listModel) check(rt *rapid.T, s *shelf) {
	for sub, err := range s.Subscribers(s.t.Context(), store.SubscriberFilter{}) {
		if err != nil {
			rt.Fatal(err)
		}
		if m.left[sub.Key] && sub.Status != subscribers.Unsubscribed {
			rt.Fatalf("%s left and is %s again", sub.Key, sub.Status)
		}
		if was := m.status[sub.Key]; was == subscribers.Active && sub.Status == subscribers.Pending {
			rt.Fatalf("%s was active and is pending", sub.Key)
		}
		if owner, known := m.ids[sub.PublicID]; known && owner != sub.Key {
			rt.Fatalf("public id of %s and %s", owner, sub.Key)
		}
		m.status[sub.Key], m.ids[sub.PublicID] = sub.Status, sub.Key
		m.left[sub.Key] = m.left[sub.Key] || sub.Status == subscribers.Unsubscribed
	}
}

// leave lets somebody unsubscribe or be forgotten.
func (m listModel) leave(rt *rapid.T, s *shelf) {
	for id, key := range m.ids {
		act := rapid.IntRange(0, 4).Draw(rt, "act")
		var err error
		switch act {
		case 0:
			_, err = s.Unsubscribe(s.t.Context(), id, oneClick())
		case 1:
			err = s.Forget(s.t.Context(), key, Anna())
		}
		if err != nil {
			rt.Fatal(err)
		}
		m.left[key] = m.left[key] || act < 2
		return
	}
}

// A rehearsal counts as the import will, and changes nothing.
func (e suite) TestImportRehearsal(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	rows := s.file(messy)
	got, err := s.ImportBatch(t.Context(), rows, store.ImportOptions{By: Anna().Via("import of list.csv"), Rehearse: true})
	s.must(err)
	if n := countSubscribers(s); n != 0 {
		t.Errorf("a rehearsal left %d subscribers", n)
	}
	if want := s.take(rows, subscribers.ImportPolicy{}); !cmp.Equal(want, got) {
		t.Errorf("the rehearsal counted %+v, the import %+v", got, want)
	}
	again, err := s.ImportBatch(t.Context(), rows, store.ImportOptions{Rehearse: true})
	s.must(err)
	if again.Unchanged != len(rows) {
		t.Errorf("again: %+v, want %d unchanged", again, len(rows))
	}
}

func countSubscribers(s *shelf) int {
	n := 0
	for _, err := range s.Listed(s.t.Context(), store.SubscriberFilter{}) {
		s.must(err)
		n++
	}
	return n
}
