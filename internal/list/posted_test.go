package list_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"roundup/delivery/inbox"
	"roundup/delivery/reason"
	"roundup/internal/list"
	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// A provider waits half a minute for the answer, and posts all of it again where none came:
// a thousand events are taken well within that beside an import, which holds the write
// lock for 90 of every 115 ms, and once more at once, whoever holds the lock.
func TestPostedBesideAnImport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var readers []store.Listed
	for i := range 10 {
		readers = append(readers, b.joins(t, fmt.Sprintf("reader%d@example.org", i), subscribers.Active))
	}
	var events []list.Posted
	for i := range 1000 {
		events = append(events, list.Posted{
			ID: fmt.Sprint(i), Path: "bounces+" + keys.ReturnToken(readers[i%10].PublicID) + "@magazine.example",
			Findings: []inbox.Finding{{Kind: inbox.Soft, Reason: reason.MailboxFull, Final: true, Recipient: readers[i%10].Email}},
		})
	}
	leaves := events[0]
	leaves.ID, leaves.Findings = "leaves", []inbox.Finding{{Kind: inbox.Unsubscribe, Recipient: readers[0].Email}}
	events = append(events, leaves)

	other, err := sql.Open("sqlite3", "file:"+b.store.Path()+"?mode=rw&_busy_timeout=10000&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	taken := make(chan struct{})
	imported := make(chan struct{})
	go func() {
		defer close(imported)
		for {
			tx, err := other.BeginTx(t.Context(), nil)
			if err != nil {
				t.Error(err)
				return
			}
			time.Sleep(90 * time.Millisecond) // as long as an import holds it
			_ = tx.Rollback()
			select {
			case <-taken:
				return
			case <-time.After(25 * time.Millisecond):
			}
		}
	}()
	began := time.Now()
	all, err := b.Posted(t.Context(), "sendgrid", events)
	took := time.Since(began)
	close(taken)
	<-imported
	effects := count(all)
	if err != nil || len(all) != 1001 || effects[list.Noted] != 1000 || effects[list.Left] != 1 || took > 15*time.Second {
		t.Errorf("%d taken in %s: %v, %v", len(all), took, effects, err)
	}

	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Posted(t.Context(), "sendgrid", events)
	_ = tx.Rollback()
	if effects := count(again); err != nil || effects[list.Known] != 1001 {
		t.Errorf("posted again: %v, %v", effects, err)
	}
}

// What was looked up when the provider closed the connection is on record, and is known
// without another look when all is posted again.
func TestPostedAndNotWaitedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := b.joins(t, "ann@example.org", subscribers.Active)
	var events []list.Posted
	for i := range 150 {
		events = append(events, list.Posted{
			ID: fmt.Sprint(i), Path: "bounces+" + keys.ReturnToken(ann.PublicID) + "@magazine.example",
			Findings: []inbox.Finding{{Kind: inbox.Soft, Reason: reason.MailboxFull, Final: true, Recipient: ann.Email}},
		})
	}
	request, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	l, err := list.New(t.Context(), b.store, policy, func() time.Time {
		hangUp() // when the clock is looked at, before the first hundred are put on record
		return b.now
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := l.Posted(request, "sendgrid", events)
	if effects := count(all); !errors.Is(err, context.Canceled) || len(all) != 100 || effects[list.Noted] != 100 {
		t.Errorf("%d taken: %v, %v", len(all), effects, err)
	}
	if err := b.store.Forget(t.Context(), ann.Key, storetest.Anna()); err != nil { // nobody would find her now
		t.Fatal(err)
	}
	all, err = b.Posted(t.Context(), "sendgrid", events)
	if effects := count(all); err != nil || effects[list.Known] != 100 || effects[list.Unlisted] != 50 {
		t.Errorf("posted again: %v, %v", effects, err)
	}
}

// A leaving is heeded once: who came back since stays where it is posted again.
func TestPostedLeaving(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := b.joins(t, "ann@example.org", subscribers.Active)
	leaving := func(id string) list.Posted {
		return list.Posted{ID: id, Path: "bounces+" + keys.ReturnToken(ann.PublicID) + "@magazine.example", Findings: []inbox.Finding{{Kind: inbox.Unsubscribe, Recipient: ann.Email}}}
	}
	for i, step := range []struct {
		provider, id string
		returns      bool // before
		effect       list.Effect
		want         subscribers.Status
	}{
		{"postmark", "1", false, list.Left, subscribers.Unsubscribed},
		{"postmark", "2", false, list.LeftBefore, subscribers.Unsubscribed},
		{"postmark", "1", true, list.Known, subscribers.Active},
		{"postmark", "2", false, list.Known, subscribers.Active},
		{"brevo", "1", false, list.Left, subscribers.Unsubscribed},
	} {
		if step.returns {
			if err := b.store.ConfirmSubscriber(t.Context(), ann.Key, subscribers.ConsentConfirmation, storetest.Anna()); err != nil {
				t.Fatal(err)
			}
		}
		taken, err := b.Posted(t.Context(), step.provider, []list.Posted{leaving(step.id)})
		if err != nil || len(taken) != 1 || taken[0].Effect != step.effect || b.status(t, ann.Email) != step.want {
			t.Errorf("step %d: %+v, %v; %s, want %s and %s", i, taken, err, b.status(t, ann.Email), step.effect, step.want)
		}
	}
}

// A leaving that a provider passes on is on record as the reader's, by that provider.
func TestPostedLeavingIsBy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ann := b.joins(t, "ann@example.org", subscribers.Active)
	b.posts(t, ann, list.Posted{ID: "1"}, inbox.Unsubscribe)
	events, err := b.store.SubscriberEvents(t.Context(), ann.ID)
	if err != nil || len(events) == 0 {
		t.Fatal(events, err)
	}
	if by := events[len(events)-1].By; by.Kind != subscribers.Reader || by.Through != "webhook of mailgun" {
		t.Errorf("she left: %+v", by)
	}
}

// A signature that was an event's proof is no other event's, also once `serve` was started
// again: what an ID proves alone is on record by the ID.
func TestPostedSoleAfterARestart(t *testing.T) {
	t.Parallel()
	for _, kind := range []inbox.Kind{inbox.Soft, inbox.Complaint, inbox.Unsubscribe} {
		b := setup(t)
		ann, bob := b.joins(t, "ann@example.org", subscribers.Active), b.joins(t, "bob@example.org", subscribers.Active)
		if e := b.posts(t, ann, list.Posted{ID: "token", Sole: true}, kind); e == list.Known {
			t.Errorf("%s: the first is known", kind)
		}
		var err error
		if b.List, err = list.New(t.Context(), b.store, policy, func() time.Time { return b.now }); err != nil {
			t.Fatal(err)
		}
		for _, forged := range []inbox.Kind{inbox.Hard, inbox.Complaint, inbox.Unsubscribe} {
			if e := b.posts(t, bob, list.Posted{ID: "token", Sole: true}, forged); e != list.Known {
				t.Errorf("%s by the signature of another's %s: %s", forged, kind, e)
			}
		}
		if r := b.find(t, bob.Email); r.Suppressed != "" || r.Status != subscribers.Active {
			t.Errorf("bob is %s %s", r.Status, r.Suppressed)
		}
		if e := b.posts(t, bob, list.Posted{ID: "another", Sole: true}, inbox.Complaint); e != list.Suppressed {
			t.Errorf("with a signature of its own: %s", e)
		}
	}
}

// posts posts, as Mailgun, what has the token of a reader's return path, and says what followed.
func (b *bundle) posts(t *testing.T, reader store.Listed, e list.Posted, kind inbox.Kind) list.Effect {
	t.Helper()
	keys, err := b.store.Keyring(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.Path = "bounces+" + keys.ReturnToken(reader.PublicID) + "@magazine.example"
	f := inbox.Finding{Kind: kind, Final: true, Recipient: reader.Email}
	if kind == inbox.Hard || kind == inbox.Soft {
		f.Reason = reason.MailboxFull
	}
	if kind == inbox.Hard {
		f.Reason = reason.UserUnknown
	}
	e.Findings = []inbox.Finding{f}
	taken, err := b.Posted(t.Context(), "mailgun", []list.Posted{e})
	if err != nil || len(taken) != 1 {
		t.Fatal(taken, err)
	}
	return taken[0].Effect
}

func count(all []list.Taken) map[list.Effect]int {
	n := map[list.Effect]int{}
	for _, t := range all {
		n[t.Effect]++
	}
	return n
}
