package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/reason"
	"roundup/delivery/relay"
	"roundup/store"
	"roundup/subscribers"
)

// bounce is what came back of an issue to reader 1.
func bounce(n byte, issue int64, why reason.Reason) store.Bounce {
	return store.Bounce{
		Digest: [32]byte{n}, Subscriber: 1, Issue: issue, Way: "mail", Kind: "hard", Reason: why, Status: "5.1.1", Code: 550,
		Words: "no such user reader1@b.example", Domain: "b.example",
	}
}

// saveBounce puts one on record.
func (b *Base) saveBounce(came store.Bounce, hash []byte, email string, judge store.Judge, by subscribers.Actor) (store.Judged, error) {
	judged, err := b.SaveBounces(b.t.Context(), []store.Returned{{Bounce: came, Hash: hash, Email: email, Judge: judge}}, by)
	if err != nil {
		return store.Judged{}, err
	}
	return judged[0], nil
}

// TestBouncesTogether: of several in one transaction each is judged with those before it on
// record, and those that are known wait for no lock.
func (e suite) TestBouncesTogether(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 2)
	first := s.Start(1)
	s.SendAll(first)
	sub := s.shelf().get("reader1@b.example")
	var seen []int
	judge := func(last []store.Outcome) (subscribers.Reason, string) {
		later := 0
		for _, o := range last {
			if o.Later {
				later++
			}
		}
		seen = append(seen, later)
		return subscribers.HardBounce, ""
	}
	one := func(n byte, issue int64) store.Returned {
		return store.Returned{Bounce: bounce(n, issue, reason.UserUnknown), Hash: s.shelf().hash(sub.Email), Email: sub.Email, Judge: judge}
	}
	save := func(all ...store.Returned) []store.Judged {
		t.Helper()
		judged, err := s.SaveBounces(t.Context(), all, Anna())
		s.Must(err)
		return judged
	}
	Equal(t, "judged", save(one(1, 0), one(2, first.ID), one(1, 0)), []store.Judged{{Suppressed: subscribers.HardBounce}, {}, {Known: true}})
	Equal(t, "seen by the judges", seen, []int{0, 1})
	Equal(t, "with a new one", save(one(2, first.ID), one(3, 0)), []store.Judged{{Known: true}, {}})
	s.e.Refuse(t, s.Store, "bounces")
	Equal(t, "posted again", save(one(1, 0), one(3, 0)), []store.Judged{{Known: true}, {Known: true}})
	if _, err := s.SaveBounces(t.Context(), []store.Returned{one(3, 0), one(4, 0)}, Anna()); err == nil {
		t.Error("a new one was saved in a table that takes none")
	}
}

// TestBounceCountsOnce: a bounce is counted once, what follows is done with it, and what
// the ledger says of the delivery stays.
func (e suite) TestBounceCountsOnce(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.Start(1)
	s.SendAll(issue)
	sub := s.shelf().get("reader1@b.example")
	hash := s.shelf().hash(sub.Email)
	asked := 0
	judge := func(last []store.Outcome) (subscribers.Reason, string) {
		asked++
		if len(last) != 1 || last[0].Issue != issue.Number || last[0].Took || !last[0].Later || last[0].Reason != reason.UserUnknown {
			t.Errorf("judged by %+v", last)
		}
		return subscribers.HardBounce, "for it came back"
	}
	before := s.Dump()
	j, err := s.saveBounce(bounce(1, issue.ID, reason.UserUnknown), hash, sub.Email, judge, Anna())
	if err != nil || j != (store.Judged{Suppressed: subscribers.HardBounce, Ground: "for it came back"}) {
		t.Errorf("got %+v, %v", j, err)
	}
	j, err = s.saveBounce(bounce(1, issue.ID, reason.UserUnknown), hash, sub.Email, judge, Anna())
	if err != nil || !j.Known || asked != 1 {
		t.Errorf("once more: %+v, %v; judged %d times", j, err, asked)
	}
	if got := s.StateOf(issue, 1); got != delivery.Sent || s.Dump() != before {
		t.Errorf("the delivery is %s", got)
	}
	if p, err := s.Suppressed(t.Context(), hash); err != nil || p.Reason != subscribers.HardBounce || p.Email != sub.Email {
		t.Errorf("%+v, %v", p, err)
	}
	events := s.shelf().events(1)
	if !slices.Contains(events, "bounced (anna)") {
		t.Errorf("on record: %q", events)
	}
	counts, err := s.BounceCounts(t.Context(), issue.ID)
	if want := []store.BounceCount{{Kind: "hard", Reason: reason.UserUnknown, Domain: "b.example", N: 1}}; err != nil || !slices.Equal(counts, want) {
		t.Errorf("%+v, %v", counts, err)
	}
	if id, err := s.LastIssueTo(t.Context(), 1); err != nil || id != issue.ID {
		t.Errorf("last issue %d, %v", id, err)
	}
}

// TestQuality: what came of an issue counts readers, and who took a leaving back, or whose
// server only tries on, is not among them. Who left by another's hand says nothing of it, and
// who came back and left once more is one reader.
func (e suite) TestQuality(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 6, 2)
	issue := s.Start(1)
	var sent []delivery.Outcome
	for _, c := range s.MustTrade(issue, 6) {
		sent = append(sent, delivery.Outcome{SubscriberID: c.SubscriberID, To: delivery.Sent, Reply: relay.Reply{Code: 250}})
	}
	s.MustTrade(issue, 0, sent...)
	if got, err := s.Quality(t.Context(), issue.ID); err != nil || got[issue.ID].Sent != 6 {
		t.Errorf("while it is under way: %+v, %v", got, err)
	}
	s.CloseUp(issue, delivery.Resend)
	nothing := func([]store.Outcome) (subscribers.Reason, string) { return "", "" }
	came := func(n byte, subscriber int64, kind string, delayed bool) {
		t.Helper()
		b := bounce(n, issue.ID, reason.MailboxFull)
		b.Subscriber, b.Kind, b.Delayed = subscriber, kind, delayed
		_, err := s.saveBounce(b, s.shelf().hash("x@b.example"), "x@b.example", nothing, Anna())
		s.Must(err)
	}
	came(1, 1, "hard", false)
	came(2, 1, "hard", false) // told twice of one reader
	came(7, 1, "soft", false) // as a provider may, before or after
	came(3, 2, "soft", false)
	came(4, 3, "soft", true)
	came(5, 3, "complaint", true)
	counts, err := s.BounceCounts(t.Context(), issue.ID)
	readers := []store.BounceCount{
		{Kind: "complaint", Reason: reason.MailboxFull, Domain: "b.example", N: 1},
		{Kind: "hard", Reason: reason.MailboxFull, Domain: "b.example", N: 1},
		{Kind: "soft", Reason: reason.MailboxFull, Domain: "b.example", N: 1},
	}
	if err != nil || !slices.Equal(counts, readers) {
		t.Errorf("%+v, %v", counts, err)
	}
	if got, err := s.Quality(t.Context(), issue.ID); err != nil || got[issue.ID].RepliesRead {
		t.Errorf("before a reply was read: %+v, %v", got, err)
	}
	for range 2 {
		s.Must(s.SaveReply(t.Context(), [32]byte{6}, 4, issue.ID))
	}
	reader := subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}
	leave := func(email string, by subscribers.Actor) subscribers.PublicID {
		t.Helper()
		id := s.shelf().get(email).PublicID
		_, err := s.Unsubscribe(t.Context(), id, by)
		s.Must(err)
		return id
	}
	returns := func(email string) {
		t.Helper()
		s.Must(s.ConfirmSubscriber(t.Context(), email, subscribers.ConsentCommand, Anna()))
	}
	leave("reader4@b.example", reader)
	returns("reader4@b.example")
	leave("reader4@b.example", reader)
	leave("reader5@c.example", oneClick())
	leave("reader6@a.example", reader)
	returns("reader6@a.example")
	back := leave("reader6@a.example", reader)
	leave("reader3@a.example", Anna())
	_, err = s.UndoLeave(t.Context(), back, begin().Add(-time.Hour), reader)
	s.Must(err)
	got, err := s.Quality(t.Context(), issue.ID, issue.ID+1)
	want := store.Quality{Sent: 6, Left: 2, Hard: 1, Soft: 1, Complained: 1, Replied: 1, RepliesRead: true}
	if err != nil || len(got) != 1 || got[issue.ID] != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	d := Draft(2)
	d.Issue.Slot = d.Issue.Slot.Add(7 * 24 * time.Hour)
	next, err := s.StartIssue(t.Context(), s.Lease, d)
	s.Must(err)
	if got, err := s.Quality(t.Context(), next.ID); err != nil || !got[next.ID].RepliesRead || got[next.ID].Replied != 0 {
		t.Errorf("the next issue: %+v, %v; want none to have replied", got, err)
	}
}

// TestIssueByMailToken finds an issue by what its Message-IDs hold.
func (e suite) TestIssueByMailToken(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	id := mail.MessageID(issue.UID, subscribers.PublicID{1}, "magazine.example")
	if got, err := s.IssueByMailToken(t.Context(), mail.IssueTokenIn(strings.ToUpper(id))); err != nil || got.Number != issue.Number || got.UID != issue.UID {
		t.Errorf("%+v, %v", got, err)
	}
	foreign := func(octet string) string {
		return mail.IssueTokenIn("aaaaaaaaaaaaaaaaaaaaaaaaaa.aaaa" + octet + "aaaaa@magazine.example")
	}
	for _, other := range []string{"", mail.IssueToken("another"), foreign("\x00"), foreign("\xff"), foreign("1")} {
		if got, err := s.IssueByMailToken(t.Context(), other); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %+v, %v", other, got, err)
		}
	}
}

// TestOutcomes: what came of a reader's issues, the newest first, and from a lifting on anew.
func (e suite) TestOutcomes(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 3)
	sub := s.shelf().get("reader1@b.example")
	for id := range int64(3) {
		d := Draft(id + 1)
		d.Issue.Slot = d.Issue.Slot.Add(time.Duration(id) * 7 * 24 * time.Hour)
		issue, err := s.StartIssue(t.Context(), s.Lease, d)
		s.Must(err)
		s.MustTrade(issue, 1)
		o := delivery.Outcome{SubscriberID: 1, To: delivery.Sent, Reply: relay.Reply{Code: 250}}
		if id == 1 {
			o = delivery.Outcome{SubscriberID: 1, To: delivery.Failed, Reply: relay.Reply{Code: 550, Enhanced: "5.1.1", Text: "user unknown", Command: "RCPT"}}
		}
		s.MustTrade(issue, 0, o)
		s.CloseUp(issue, delivery.Resend)
		s.clock.Forward(7 * 24 * time.Hour)
		if id == 2 {
			_, err := s.saveBounce(bounce(9, issue.ID, reason.MailboxFull), s.shelf().hash(sub.Email), sub.Email,
				func([]store.Outcome) (subscribers.Reason, string) { return "", "" }, Anna())
			s.Must(err)
		}
	}
	words := func() (all []string) {
		last, err := s.Outcomes(t.Context(), 1)
		s.Must(err)
		for _, o := range last {
			all = append(all, fmt.Sprintf("%d %v %s %v", o.Issue, o.Took, o.Reason, o.Later))
		}
		return all
	}
	delayed := bounce(10, 1, reason.MailboxFull) // it arrived later
	delayed.Delayed = true
	_, err := s.saveBounce(delayed, s.shelf().hash(sub.Email), sub.Email,
		func([]store.Outcome) (subscribers.Reason, string) { return "", "" }, Anna())
	s.Must(err)
	if got, want := words(), []string{"3 false mailbox_full true", "2 false user_unknown false", "1 true  false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	hash := s.shelf().hash(sub.Email)
	s.Must(s.Suppress(t.Context(), hash, sub.Email, subscribers.HardBounce, Anna()))
	s.Must(s.Lift(t.Context(), hash, Anna()))
	if got := words(); len(got) != 0 {
		t.Errorf("after the lifting: %q", got)
	}
}

// TestOutcomesOfAnotherAddress: what went to the address before says nothing of this one.
func (e suite) TestOutcomesOfAnotherAddress(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Another Name"} {
		s := e.newScene(t, 1, 1)
		issue := s.Start(1)
		s.SendAll(issue)
		s.clock.Forward(time.Hour)
		sub := s.shelf().get("reader1@b.example")
		changed := func(want bool) {
			t.Helper()
			if got, err := s.ChangedAddress(t.Context(), sub.ID); err != nil || got != want {
				t.Errorf("changed the address: %v, %v; want %v", got, err, want)
			}
		}
		changed(false)
		sub, err := s.Change(t.Context(), sub.Key, s.shelf().address("new@b.example"), cmp.Or(name, sub.Name), Anna())
		s.Must(err)
		changed(true)
		judge := func(last []store.Outcome) (subscribers.Reason, string) {
			if len(last) != 0 {
				t.Errorf("judged by %+v", last)
			}
			return "", ""
		}
		j, err := s.saveBounce(bounce(1, issue.ID, reason.UserUnknown), s.shelf().hash(sub.Email), sub.Email, judge, Anna())
		if err != nil || j != (store.Judged{}) {
			t.Errorf("got %+v, %v", j, err)
		}
	}
}

// TestBounceOfAForgottenReader keeps nothing that says who it was, whichever came first.
func (e suite) TestBounceOfAForgottenReader(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	sub := s.add("ann@example.com")
	hash := s.hash(sub.Email)
	judge := func([]store.Outcome) (subscribers.Reason, string) { return subscribers.HardBounce, "" }
	for n := range byte(2) {
		b := bounce(n, 0, reason.MailboxFull)
		b.Subscriber = sub.ID
		_, err := s.saveBounce(b, hash, sub.Email, judge, Anna())
		s.must(err)
		if n == 0 {
			s.must(s.Forget(t.Context(), sub.Key, Anna()))
		}
	}
	Equal(t, "left", Texts(t, s.Base, `SELECT concat(words, domain) FROM bounces`), []string{"", ""})
	if p, err := s.Suppressed(t.Context(), hash); err != nil || p.Email != "" {
		t.Errorf("suppressed: %+v, %v", p, err)
	}
	Equal(t, "the last event", s.events(sub.ID)[3:], []string{"forgotten (anna)"})
}

// bounceChanges are the changes that follow from what comes back.
func bounceChanges() []recorded {
	judge := func([]store.Outcome) (subscribers.Reason, string) { return subscribers.HardBounce, "" }
	return []recorded{
		{method: "SaveBounces", do: func(s *Scene) error {
			sub := s.shelf().get("reader1@b.example")
			_, err := s.saveBounce(bounce(1, 0, reason.UserUnknown), s.shelf().hash(sub.Email), sub.Email, judge, Anna())
			return err
		}, want: []string{"bounced (subscriber)", "suppressed (subscriber)"}},
		{method: "JudgeReader", do: func(s *Scene) error {
			sub := s.shelf().get("reader1@b.example")
			_, err := s.JudgeReader(s.t.Context(), sub, s.shelf().hash(sub.Email), judge, Anna())
			return err
		}, want: []string{"suppressed (subscriber)", "judged (subscriber)"}},
	}
}
