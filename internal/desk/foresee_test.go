package desk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// TestPromiseIsKept brings a newsletter into every state a run can find it in, and
// holds the run to what the dry run before it said.
func TestPromiseIsKept(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC)
	for _, before := range []string{"nothing", "an issue waiting", "an issue held", "an issue left alone"} {
		for when, at := range map[string]time.Time{"no slot": friday.Add(-time.Hour), "a slot due": friday.Add(time.Minute), "a slot missed": friday.Add(25 * time.Hour)} {
			for _, week := range []string{"a good week", "a thin week", "an empty week", "no source read", "no reader"} {
				for _, now := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s, %s, %s, now %t", before, when, week, now), func(t *testing.T) {
						t.Parallel()
						b := setup(t)
						b.begin(t, before, at)
						b.now = at
						b.live(t, week)
						b.holdToPromise(t, now)
					})
				}
			}
		}
	}
}

// begin brings an issue under way some time before a moment, and leaves it so.
func (b *bundle) begin(t *testing.T, how string, until time.Time) {
	t.Helper()
	if _, err := b.desk.Schedule(t.Context(), 1, 1); err != nil { // the schedule is seen
		t.Fatal(err)
	}
	if how == "nothing" {
		return
	}
	b.now = until.Add(-2 * time.Hour)
	if how == "an issue left alone" {
		b.now = until.Add(-25 * time.Hour)
	}
	b.subscribe(t, "bert@readers.example")
	if err := b.relay.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
		t.Fatal(err)
	}
	if how == "an issue held" {
		if err := b.store.HoldIssue(t.Context(), 1, "by hand", storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	relay := smtptest.Start(t, smtptest.Options{})
	b.cfg.SMTP.Port = relay.Port()
}

// live sets the scene of a run.
func (b *bundle) live(t *testing.T, week string) {
	t.Helper()
	b.more.Store(true)
	b.subscribe(t, "anna@readers.example")
	switch week {
	case "a thin week":
		b.cfg.Digest.MinArticles = 3
	case "an empty week":
		b.cfg.Digest.Labels.Only = []string{"a label that nothing has"}
	case "no source read":
		b.down.Store(true)
		b.cfg.Fetch.StaleAfter = time.Minute
	case "no reader":
		for who, err := range b.store.Subscribers(t.Context(), store.SubscriberFilter{}) {
			if _, uerr := b.store.Unsubscribe(t.Context(), who.PublicID, storetest.Anna()); err != nil || uerr != nil {
				t.Fatal(err, uerr)
			}
		}
	}
	b.open(t)
}

func (b *bundle) subscribe(t *testing.T, email string) {
	t.Helper()
	address, err := subscribers.ParseAddress(email)
	if err != nil {
		t.Fatal(err)
	}
	who := subscribers.Subscriber{Email: address.Envelope(), Key: address.Key, Status: subscribers.Active}
	if _, err := b.store.Add(t.Context(), who, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
}

// holdToPromise compares what a dry run says with what the run after it does.
func (b *bundle) holdToPromise(t *testing.T, now bool) {
	t.Helper()
	if _, err := b.desk.FetchIfStale(t.Context()); err != nil {
		t.Fatal(err)
	}
	foresight, err := b.desk.Foresee(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	underWay := map[int]bool{}
	for _, u := range foresight.Facts.UnderWay {
		underWay[u.Issue.Number] = true
	}
	result, err := b.desk.Run(t.Context(), desk.RunOptions{Now: now})
	if diff := cmp.Diff(promised(foresight), done(result, err, underWay)); diff != "" {
		t.Errorf("promised (-) and done (+):\n%s", diff)
	}
	issues, err := b.store.Issues(t.Context(), 9)
	if err != nil {
		t.Fatal(err)
	}
	if started := len(issues) - len(underWay); started > 1 || (started == 1) != (foresight.Steps[len(foresight.Steps)-1].Do == desk.Start) {
		t.Errorf("%d issues were started", started)
	}
}

// promised is what a foresight comes to.
func promised(f desk.Foresight) (all []string) {
	var end string
	for _, s := range f.Steps {
		switch s.Do {
		case desk.Leave, desk.Hold, desk.CarryOn:
			all = append(all, fmt.Sprintf("%s issue %d", s.Do, s.Issue.Number))
		case desk.Miss:
			end += "missed: " + string(s.Why.Code) + "; "
		case desk.Skip:
			end += "skipped: " + string(s.Why.Code) + "; " + string(s.Why.Code)
		case desk.Start:
			all = append(all, fmt.Sprintf("start issue %d with %d articles for %d", f.Plan.Issue.Number, f.Facts.Prospect.Articles, f.Facts.Prospect.Readers))
		case desk.Refuse:
			end += string(s.Why.Code) + s.Err.Error()
		case desk.End:
			end += string(s.Why.Code)
			if s.Instead > 0 {
				end += fmt.Sprintf("issue %d instead", s.Instead)
			}
		}
	}
	return append(all, end)
}

// done is what a run came to, in the same words.
func done(r desk.Result, err error, underWay map[int]bool) (all []string) {
	for _, s := range r.Held {
		all = append(all, fmt.Sprintf("leave issue %d", s.Issue))
	}
	for _, s := range r.Sent {
		all = append(all, didWith(s, underWay[s.Issue]))
	}
	var end string
	if r.Slot != nil {
		end = fmt.Sprintf("%s: %s; ", r.Slot.Outcome, r.Slot.Why)
	}
	end += string(r.Nothing.Code)
	if err != nil {
		end += err.Error()
	}
	if r.Instead > 0 {
		end += fmt.Sprintf("issue %d instead", r.Instead)
	}
	return append(all, end)
}

func didWith(s delivery.Summary, before bool) string {
	switch {
	case !before:
		return fmt.Sprintf("start issue %d with %d articles for %d", s.Issue, s.Articles, s.Audience)
	case s.Status == string(digest.Held):
		return fmt.Sprintf("hold issue %d", s.Issue)
	}
	return fmt.Sprintf("carry on issue %d", s.Issue)
}
