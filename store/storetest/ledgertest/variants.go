package ledgertest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// choose turns sections off for a reader, behind the store's back.
func (s *scene) choose(id int64, off ...string) {
	s.t.Helper()
	key := storetest.One[string](s.t, s.Base, `SELECT key FROM subscribers WHERE id = ?`, id)
	s.Must(s.Choose(s.t.Context(), key, subscribers.Choice{Off: subscribers.CleanKeys(off)}, storetest.Anna()))
}

// inSections is a start of an issue with article 1 in one section, and article 2 in another,
// and every variant there can be.
func inSections() content.Start {
	start := storetest.Draft(1, 2)
	articles := start.Issue.Sections[0].Articles
	start.Issue.Sections = []digest.IssueSection{
		{Title: "First", Key: "first", Articles: articles[:1]}, {Title: "Second", Key: "second", Articles: articles[1:]},
	}
	whole := start.Variants[0]
	start.Variants = []digest.Variant{whole, whole, whole, {Unsent: digest.NothingChosen}}
	for i, keys := range [][]string{{"first", "second"}, {"first"}, {"second"}, nil} {
		start.Variants[i].Number, start.Variants[i].Sections = i+1, keys
	}
	start.Choices = map[string]int{}
	for i, off := range [][]string{nil, {"second"}, {"first"}, {"first", "second"}} {
		start.Choices[subscribers.Choice{Off: off}.Text()] = i + 1
	}
	return start
}

// startVariants starts the issue of inSections.
func (s *scene) startVariants() digest.Issue {
	s.t.Helper()
	start := inSections()
	start.RangeSize = s.RangeSize
	issue, err := s.StartIssue(s.t.Context(), s.Lease, start)
	s.Must(err)
	return issue
}

// Each reader gets the variant of their choice as it was at the start; a variant that
// nobody gets is not kept, but for the whole issue; whoever gets nothing is skipped.
func (e suite) TestVariants(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 5, 2)
	s.choose(1, "second")
	s.choose(2, "second")
	s.choose(3, "first", "second")
	s.choose(4, "second")
	s.choose(4) // back to all
	issue := s.startVariants()
	s.choose(5, "first") // for the next one

	for reader, want := range map[int64]int{1: 2, 3: 4, 4: 1, 5: 1} {
		if n, err := s.VariantOf(t.Context(), issue.ID, reader); n != want || err != nil {
			t.Errorf("reader %d gets variant %d, %v, want %d", reader, n, err, want)
		}
	}
	_, err := s.VariantOf(t.Context(), issue.ID, 6)
	s.MustFail(err, store.ErrNotFound)
	frozen, err := s.Variants(t.Context(), issue.ID)
	s.Must(err)
	var got []int
	for _, v := range frozen {
		got = append(got, v.Number, v.Readers)
	}
	if want := []int{1, 2, 2, 2, 4, 1}; !slices.Equal(got, want) {
		t.Errorf("variants and readers = %v, want %v", got, want)
	}
	claims := s.MustTrade(issue, 10)
	variants := map[int64]int{}
	for _, c := range claims {
		variants[c.SubscriberID] = c.Variant
	}
	if diff := cmp.Diff(map[int64]int{1: 2, 2: 2, 4: 1, 5: 1}, variants); diff != "" {
		t.Errorf("variants claimed (-want +got):\n%s", diff)
	}
	if r := s.RecordOf(issue, 3); r.State != delivery.Skipped || r.Why != digest.NothingChosen {
		t.Errorf("who chose nothing of it is %s: %q", r.State, r.Why)
	}
	events, err := s.SubscriberEvents(t.Context(), 1)
	s.Must(err)
	if len(events) != 1 || events[0].What != "choice changed" || events[0].By.Name != storetest.Anna().Name {
		t.Errorf("on record is %+v", events)
	}
}

// An article is carried once somebody got a variant with it, and owed again when the
// issue is over and nobody did.
func (e suite) TestCarriedByVariant(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 2)
	s.choose(1, "second")
	s.choose(2, "first")
	issue := s.startVariants()
	s.MustTrade(issue, 2)
	states := func(first, second digest.State) {
		t.Helper()
		if a, b := s.ArticleState(1), s.ArticleState(2); a != first || b != second {
			t.Errorf("articles are %s and %s, want %s and %s", a, b, first, second)
		}
		want := 0
		for _, state := range []digest.State{first, second} {
			if state == digest.Carried {
				want++
			}
		}
		if got, err := s.CarriedBy(t.Context(), issue.ID); err != nil || got != want {
			t.Errorf("the issue carries %d articles, %v, want %d", got, err, want)
		}
	}
	states(digest.Reserved, digest.Reserved)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Sent))
	states(digest.Carried, digest.Reserved)
	s.MustTrade(issue, 0, storetest.To(2, delivery.Failed))
	states(digest.Carried, digest.Reserved)
	s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
	states(digest.Carried, digest.Owed)
}

// Under a policy that holds unknown deliveries an issue may be over with what its sender left
// on the wire when it died: somebody may have it, and so its articles are not owed again.
func (e suite) TestCarriedByWhatWasLeft(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 2)
	s.choose(1, "second")
	s.choose(2, "first")
	issue := s.startVariants()
	s.MustTrade(issue, 2)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Sent))
	s.TakeLease()
	s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
	for article := range int64(2) {
		if got := s.ArticleState(article + 1); got != digest.Carried {
			t.Errorf("article %d is %s, want carried", article+1, got)
		}
	}
	if got := s.RecordOf(issue, 2); got.State != delivery.Unknown || got.Attempts != 1 {
		t.Errorf("reader 2 is %s after %d attempts, want unknown after one", got.State, got.Attempts)
	}
	if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM ranges WHERE closed_at IS NULL OR done_at IS NULL`); n != 0 {
		t.Errorf("%d ranges of an issue that is sent are open", n)
	}
	s.Must(s.CompareRanges(t.Context(), issue.ID))
}

// A reader whose choice no variant is for is never sent another: the start fails, and
// nothing has happened.
func (e suite) TestNewChoice(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 2)
	s.choose(2, "third")
	s.choose(1)
	key := storetest.One[string](t, s.Base, `SELECT key FROM subscribers WHERE id = 3`)
	s.Must(s.Choose(t.Context(), key, subscribers.Choice{Language: "de"}, storetest.Anna()))
	_, err := s.StartIssue(t.Context(), s.Lease, inSections())
	s.MustFail(err, content.ErrNewChoice)
	if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM issues`); n != 0 {
		t.Errorf("%d issues were started", n)
	}
	chosen, err := s.Choices(t.Context())
	s.Must(err)
	if want := []store.Chosen{{Choice: subscribers.Choice{Off: []string{"third"}}, Readers: 1}, {Choice: subscribers.Choice{Language: "de"}, Readers: 1}}; cmp.Diff(want, chosen) != "" {
		t.Errorf("choices are %+v, want %+v", chosen, want)
	}
}

// Readers of the same sections in different languages get different variants, as frozen.
func (e suite) TestVariantsOfLanguages(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 2)
	choose := func(id int64, c subscribers.Choice) {
		s.Must(s.Choose(t.Context(), storetest.One[string](t, s.Base, `SELECT key FROM subscribers WHERE id = ?`, id), c, storetest.Anna()))
	}
	choose(1, subscribers.Choice{Language: "de"})
	choose(2, subscribers.Choice{Language: "ar-EG", Off: []string{"second"}})
	choose(3, subscribers.Choice{Language: "de", Monthly: true})
	start := inSections()
	whole, first := start.Variants[0], start.Variants[1]
	whole.Number, whole.Language, first.Number, first.Language = 5, "de", 6, "ar-EG"
	start.Variants = append(start.Variants, whole, first)
	for _, c := range []subscribers.Choice{{Language: "de"}, {Language: "de", Monthly: true}} {
		start.Choices[c.Text()] = 5
	}
	start.Choices[subscribers.Choice{Language: "ar-EG", Off: []string{"second"}}.Text()] = 6
	issue, err := s.StartIssue(t.Context(), s.Lease, start)
	s.Must(err)
	frozen, err := s.Variants(t.Context(), issue.ID)
	s.Must(err)
	languages := map[int]string{}
	for _, v := range frozen {
		languages[v.Number] = v.Language
	}
	if diff := cmp.Diff(map[int]string{1: "", 5: "de", 6: "ar-EG"}, languages); diff != "" {
		t.Errorf("frozen languages (-want +got):\n%s", diff)
	}
	variants := map[int64]int{}
	for _, c := range s.MustTrade(issue, 10) {
		variants[c.SubscriberID] = c.Variant
	}
	if diff := cmp.Diff(map[int64]int{1: 5, 2: 6, 3: 5, 4: 1}, variants); diff != "" {
		t.Errorf("variants claimed (-want +got):\n%s", diff)
	}
}

// Of a month one slot is its first, whatever else becomes of its issue.
func (e suite) TestMonthsFirst(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 2)
	start := storetest.Draft(1)
	start.Month = "2026-11"
	issue, err := s.StartIssue(t.Context(), s.Lease, start)
	s.Must(err)
	s.Must(s.CancelIssue(t.Context(), issue.Number, "why", storetest.Anna()))
	for month, want := range map[string]bool{"2026-11": true, "2026-12": false} {
		if taken, err := s.MonthTaken(t.Context(), month); err != nil || taken != want {
			t.Errorf("%s: taken %v, %v", month, taken, err)
		}
	}
	slots, err := s.Slots(t.Context(), 0)
	s.Must(err)
	if len(slots) != 1 || slots[0].Month != "2026-11" {
		t.Errorf("on record is %+v", slots)
	}
}
