package ledgertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/store"
	"roundup/store/ledger"
	"roundup/store/storetest"
	"roundup/subscribers"
)

func (s *scene) list(number int, f ledger.DeliveryFilter) (records []ledger.DeliveryRecord) {
	s.t.Helper()
	for r, err := range s.Deliveries(s.t.Context(), number, f) {
		s.Must(err)
		records = append(records, r)
	}
	return records
}

func (e suite) TestDeliveriesAreListed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2500, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Failed))
	storetest.Exec(t, s.Base, `UPDATE subscribers SET email = NULL, key = NULL, hash = NULL, erased_at = '2026-11-19T00:00:00.000Z' WHERE id = 2`)

	all := s.list(issue.Number, ledger.DeliveryFilter{})
	if len(all) != 2500 {
		t.Fatalf("%d deliveries are listed, want 2500", len(all))
	}
	want := []ledger.DeliveryRecord{
		{
			Issue: 1, IssueUID: issue.UID, MailDomain: issue.MailDomain, Subject: issue.Subject, PublicID: subscribers.PublicID{15: 1}, Email: "Reader1@b.example", Name: "Reader 1",
			State: delivery.Sent, Attempts: 1, Code: 250, Enhanced: "2.0.0", Reply: "ok", Command: "end of data", At: begin(),
		},
		{
			Issue: 1, IssueUID: issue.UID, MailDomain: issue.MailDomain, Subject: issue.Subject, PublicID: subscribers.PublicID{15: 2}, Name: "Reader 2",
			State: delivery.Failed, Attempts: 1, Code: 550, Enhanced: "5.1.1", Reply: "no such user", Command: "RCPT", At: begin(),
		},
	}
	if diff := cmp.Diff(want, all[:2], cmpopts.IgnoreUnexported(ledger.DeliveryRecord{})); diff != "" {
		t.Errorf("deliveries differ:\n%s", diff)
	}
	for i, r := range all[2:] {
		if want := (subscribers.PublicID{14: byte((i + 3) >> 8), 15: byte(i + 3)}); r.PublicID != want || r.State != delivery.Queued {
			t.Fatalf("delivery %d is %v %s, want %v queued", i+3, r.PublicID, r.State, want)
		}
	}
	failed := s.list(issue.Number, ledger.DeliveryFilter{State: delivery.Failed})
	if len(failed) != 1 || failed[0].PublicID != (subscribers.PublicID{15: 2}) {
		t.Errorf("failed = %+v, want reader 2", failed)
	}
	if got := s.list(99, ledger.DeliveryFilter{}); len(got) != 0 {
		t.Errorf("issue 99 has %d deliveries, want none", len(got))
	}
}

// Failed deliveries are listed in the order of the audience, however many there are.
func (e suite) TestManyFailedDeliveriesAreListed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2100, 1)
	issue := s.Start(1)
	outcomes := make([]delivery.Outcome, 2100)
	for i, c := range s.MustTrade(issue, len(outcomes)) {
		state := delivery.Failed
		if i%2 == 0 {
			state = delivery.Sent
		}
		outcomes[i] = storetest.To(c.SubscriberID, state)
	}
	s.MustTrade(issue, 0, outcomes...)
	failed := s.list(issue.Number, ledger.DeliveryFilter{State: delivery.Failed})
	if len(failed) != 1050 {
		t.Fatalf("%d failed deliveries are listed, want 1050", len(failed))
	}
	for i, r := range failed {
		if id := 2 * (i + 1); r.PublicID != (subscribers.PublicID{14: byte(id >> 8), 15: byte(id)}) || r.Email == "" {
			t.Fatalf("failed delivery %d is of %v %q, want reader %d", i, r.PublicID, r.Email, id)
		}
	}
}

// An issue is accounted for once for each time it ends.
func (e suite) TestIssuesAreAccountedFor(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	want := func(when string, n int) {
		t.Helper()
		if all, err := s.Unaccounted(t.Context(), begin()); len(all) != n || err != nil {
			t.Errorf("%s: %d issues to account for, %v, want %d", when, len(all), err, n)
		}
	}
	want("under way", 0)
	s.MustTrade(issue, 0, storetest.To(s.MustTrade(issue, 1)[0].SubscriberID, delivery.Sent))
	s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
	want("sent", 1)
	s.Must(s.NoteAccounted(t.Context(), issue.ID))
	want("accounted for", 0)
	storetest.Exec(t, s.Base, `UPDATE issues SET finished_at = '2026-11-19T23:00:00.000Z'`)
	want("ended once more", 1)
}

// One that is cancelled is accounted for each time.
func (e suite) TestCancelledIssuesAreAccountedFor(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	for i := range 2 {
		s.Must(s.HoldIssue(t.Context(), 1, "", storetest.Anna()))
		s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
		for _, want := range []int{1, 0} {
			if all, err := s.Unaccounted(t.Context(), begin()); len(all) != want || err != nil {
				t.Errorf("cancelled %d times before: %d issues to account for, %v, want %d", i, len(all), err, want)
			}
			s.Must(s.NoteAccounted(t.Context(), issue.ID))
		}
		s.Clock().Forward(time.Minute)
		s.Must(s.RestoreIssue(t.Context(), 1, begin(), "", storetest.Anna()))
		s.Must(s.ReleaseIssue(t.Context(), 1, "", storetest.Anna()))
	}
}

// A listing that is left early, or during which others write, is no trouble.
func (e suite) TestListingHoldsNothingOpen(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2100, 1)
	issue := s.Start(1)
	n := 0
	for _, err := range s.Deliveries(t.Context(), 1, ledger.DeliveryFilter{State: delivery.Queued}) {
		s.Must(err)
		if n++; n%700 == 0 {
			s.MustTrade(issue, 50)
		}
		if n == 2000 {
			break
		}
	}
	if n != 2000 {
		t.Errorf("%d deliveries were listed, want 2000", n)
	}
	// Each that kept a connection would leave one fewer for the next.
	limited, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for range 50 {
		for _, err := range s.Deliveries(limited, 1, ledger.DeliveryFilter{}) {
			s.Must(err)
			break
		}
	}
}

func (e suite) TestHistory(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 2)
	first := s.Start(1)
	s.MustTrade(first, 2)
	s.MustTrade(first, 0, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Sent))
	next := storetest.Draft(2)
	next.Issue.Slot = next.Issue.Slot.Add(time.Hour)
	_, err := s.StartIssue(t.Context(), s.Lease, next)
	s.Must(err)
	records, err := s.History(t.Context(), "reader1@b.example")
	s.Must(err)
	var got []string
	for _, r := range records {
		got = append(got, r.Email+" "+string(r.State))
	}
	storetest.Equal(t, "history", got, []string{"Reader1@b.example queued", "Reader1@b.example sent"})
	_, err = s.History(t.Context(), "nobody@a.example")
	s.MustFail(err, store.ErrNotFound)
}

func (e suite) TestResolve(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 4)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Unknown), storetest.To(2, delivery.Unknown), storetest.To(3, delivery.Unknown), storetest.To(4, delivery.Sent))
	resolve := func(reader string, to delivery.State) error {
		return s.Resolve(t.Context(), issue.Number, reader, to, storetest.Anna())
	}
	s.CloseUp(issue, delivery.Hold)
	s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
	s.Must(resolve("reader1@b.example", delivery.Sent))
	if got := s.StateOf(issue, 1); got != delivery.Sent {
		t.Errorf("reader 1 is %s, want sent", got)
	}
	if got := s.StatusOf(1); got != digest.Sent {
		t.Errorf("issue is %s, want sent still", got)
	}
	s.Must(resolve("reader2@c.example", delivery.Queued))
	if got := s.StatusOf(1); got != digest.Sending {
		t.Errorf("issue is %s, want sending: it is owed something again", got)
	}
	claims, _, err := s.Trade(issue, nil, delivery.Want{Count: 5, Policy: delivery.Hold})
	s.Must(err)
	if len(claims) != 1 || claims[0].SubscriberID != 2 || !claims[0].Resend || claims[0].Attempts != 2 {
		t.Errorf("claims = %+v, want the second attempt at reader 2, a resend", claims)
	}
	// In doubt again it is not sent a third time of its own accord, but may be by order.
	s.MustTrade(issue, 0, storetest.To(2, delivery.Unknown))
	storetest.Equal(t, "claimed by itself", storetest.IDs(s.MustTrade(issue, 5)), []int64{3})
	s.MustTrade(issue, 0, storetest.To(3, delivery.Sent))
	s.CloseUp(issue, delivery.Resend)
	s.Must(resolve("reader2@c.example", delivery.Queued))
	storetest.Equal(t, "claimed by order", storetest.IDs(s.MustTrade(issue, 5)), []int64{2})

	s.MustFail(resolve("reader4@b.example", delivery.Sent), delivery.ErrUnlawful)
	s.MustFail(resolve("nobody@a.example", delivery.Sent), store.ErrNotFound)
	s.MustFail(s.Resolve(t.Context(), 99, "reader1@b.example", delivery.Sent, storetest.Anna()), store.ErrNotFound)
}

// What a person has sent again in a range that is held is more than its holder knows: it is
// given no more claims than it asked for, and the rest once it has looked again.
func (e suite) TestResendInMidSend(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 5, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Unknown))
	s.Must(s.Resolve(t.Context(), issue.Number, "reader1@b.example", delivery.Queued, storetest.Anna()))
	storetest.Equal(t, "claimed", storetest.IDs(s.MustTrade(issue, 3, storetest.To(2, delivery.Queued))), []int64{1, 3, 4})
	sent := []delivery.Outcome{storetest.To(1, delivery.Sent), storetest.To(3, delivery.Sent), storetest.To(4, delivery.Sent)}
	storetest.Equal(t, "claimed next", storetest.IDs(s.MustTrade(issue, 3, sent...)), []int64{5})
	s.MustTrade(issue, 0, storetest.To(5, delivery.Sent))
	s.CloseUp(issue, delivery.Resend)
	storetest.Equal(t, "claimed in the end", storetest.IDs(s.MustTrade(issue, 3)), []int64{2})
}

// Sent again is what the relay was given a second time, and nothing else that used up its one
// resend: whoever left before it is settled by a person alone.
func (e suite) TestSentAgainIsWhatWasSentTwice(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 4)
	s.MustTrade(issue, 0, storetest.To(1, delivery.Unknown), storetest.To(2, delivery.Unknown), storetest.To(3, delivery.Unknown), storetest.To(4, delivery.Unknown))
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 1`)
	storetest.Equal(t, "claimed again", storetest.IDs(s.MustTrade(issue, 2)), []int64{2, 3})
	s.MustTrade(issue, 0, storetest.To(2, delivery.Sent), storetest.To(3, delivery.Unknown))
	is := func(when string, want map[string]string) {
		t.Helper()
		got := map[string]string{}
		for r, err := range s.Deliveries(t.Context(), issue.Number, ledger.DeliveryFilter{}) {
			s.Must(err)
			got[r.Email] = fmt.Sprintf("%s %d resent %v final %v", r.State, r.Attempts, r.Resent, r.Final)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	is("unknown", map[string]string{
		"Reader1@b.example": "unknown 1 resent false final true",
		"Reader2@c.example": "sent 2 resent true final false",
		"Reader3@a.example": "unknown 2 resent false final true",
		"Reader4@b.example": "unknown 1 resent false final false",
	})
	for _, reader := range []string{"reader1@b.example", "reader3@a.example", "reader4@b.example"} {
		s.Must(s.Resolve(t.Context(), issue.Number, reader, delivery.Sent, storetest.Anna()))
	}
	is("resolved", map[string]string{
		"Reader1@b.example": "sent 1 resent false final false",
		"Reader2@c.example": "sent 2 resent true final false",
		"Reader3@a.example": "sent 2 resent true final false",
		"Reader4@b.example": "sent 1 resent false final false",
	})
}

func (e suite) TestResolveOfACancelledIssue(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	s.bring(issue, delivery.Unknown)
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	if err := s.Resolve(t.Context(), 1, "reader1@b.example", delivery.Queued, storetest.Anna()); err == nil {
		t.Error("a cancelled issue is to be sent again")
	}
	s.Must(s.Resolve(t.Context(), 1, "reader1@b.example", delivery.Sent, storetest.Anna()))
}

// What a dead sender left on the wire of a cancelled issue is settled when a person resolves
// one of it: the articles that reached nobody are owed again.
func (e suite) TestResolveGivesArticlesBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 2)
	s.choose(1, "second")
	s.choose(2, "second")
	issue := s.startVariants()
	s.MustTrade(issue, 1)
	s.TakeLease()
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	s.Must(s.Resolve(t.Context(), 1, "reader1@b.example", delivery.Sent, storetest.Anna()))
	if first, second := s.ArticleState(1), s.ArticleState(2); first != digest.Carried || second != digest.Owed {
		t.Errorf("articles are %s and %s, want carried and owed", first, second)
	}
}

func (e suite) TestRefusalsAreGrouped(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 9, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 9)
	refuse := func(id int64, state delivery.State, text string) delivery.Outcome {
		o := storetest.To(id, state)
		o.Reply.Text = text
		return o
	}
	unsendable := delivery.Outcome{SubscriberID: 8, To: delivery.Failed, Why: "the relay has no SMTPUTF8"}
	s.MustTrade(issue, 0,
		refuse(1, delivery.Failed, "No such user reader1@b.example (id 4711)"),
		refuse(4, delivery.Failed, "no such user reader4@b.example (id 4712)"),
		refuse(2, delivery.Failed, "No such user reader2@c.example (id 4713)"),
		refuse(3, delivery.Deferred, "Try again in 300 seconds"),
		refuse(6, delivery.Deferred, "try again in 60 seconds"),
		refuse(9, delivery.Deferred, "try again in 5 seconds"),
		unsendable, storetest.To(5, delivery.Sent), storetest.To(7, delivery.Unknown))
	got, err := s.Refusals(t.Context(), issue.ID)
	s.Must(err)
	want := []delivery.Refusal{
		{State: delivery.Deferred, Words: relay.Reply{Code: 451, Enhanced: "4.7.1", Text: "try again in 1 seconds"}.Gist(), Example: "451 4.7.1 Try again in 300 seconds", Domain: "a.example", Count: 3},
		{State: delivery.Failed, Words: relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user x@y (id 1)"}.Gist(), Example: "550 5.1.1 No such user reader1@b.example (id 4711)", Domain: "b.example", Count: 2},
		{State: delivery.Failed, Words: relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user x@y (id 1)"}.Gist(), Example: "550 5.1.1 No such user reader2@c.example (id 4713)", Domain: "c.example", Count: 1},
		{State: delivery.Failed, Words: "the relay has no SMTPUTF8", Example: "the relay has no SMTPUTF8", Domain: "c.example", Count: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("refusals differ:\n%s", diff)
	}
}
