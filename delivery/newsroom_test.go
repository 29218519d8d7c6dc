package delivery_test

import (
	"context"
	"errors"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/ledger"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// newsroom is a real database with an issue started, sent through a real
// connection to a scripted MTA.
type newsroom struct {
	store    *store.Store
	issue    digest.Issue
	composer *mail.Composer
	settings delivery.Settings

	mu    sync.Mutex
	ahead time.Duration // of the calendar
}

func (n *newsroom) now() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return time.Now().Add(n.ahead)
}

func (n *newsroom) advance(d time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ahead += d
}

// openNewsroom makes a database of so many readers, in five domains, and
// starts an issue.
func openNewsroom(tb testing.TB, readers int) *newsroom {
	tb.Helper()
	n := &newsroom{settings: delivery.Settings{Connections: 4, GiveUpAfter: 24 * time.Hour, CatchUp: 24 * time.Hour}}
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			tb.Helper()
			tb.Fatal(err)
		}
	}
	var err error
	n.store, _, err = sqlite.Create(ctx, filepath.Join(tb.TempDir(), "roundup.db"), sqlite.Options{Now: n.now})
	must(err)
	tb.Cleanup(func() { _ = n.store.Close() })
	rows := make([]subscribers.Row, readers)
	for i := range rows {
		rows[i].Line = i + 1
		rows[i].Address, err = subscribers.ParseAddress(addressOf(int64(i + 1)))
		must(err)
	}
	_, err = n.store.ImportBatch(ctx, rows, store.ImportOptions{By: storetest.Anna()})
	must(err)
	lease, err := n.store.AcquireLease(ctx, "test", storetest.Anna())
	must(err)

	issue := digest.Issue{UID: strings.Repeat("ab", 16), Kind: digest.Extra, Slug: "12-a", Subject: "A headline", Date: n.now()}
	variant := digest.Variant{
		Number: digest.Whole, Sections: digest.SectionKeys(issue.Sections),
		Subject: issue.Subject,
		HTML:    "<!DOCTYPE html>\n<html><body><p>News</p>\n<a href=\"" + issue.Mark(digest.PlaceUnsubscribe) + "\">Unsubscribe</a></body></html>\n",
		Text:    "News\n\nUnsubscribe: " + issue.Mark(digest.PlaceUnsubscribe) + "\n",
	}
	n.issue, err = n.store.StartIssue(ctx, lease, content.Start{Issue: issue, Variants: []digest.Variant{variant}})
	must(err)
	keyring, err := n.store.Keyring(ctx)
	must(err)
	n.composer, err = mail.NewComposer(mail.Letter{
		Issue: n.issue, Variant: variant, From: netmail.Address{Name: "The Magazine", Address: "weekly@magazine.example"},
		ReturnPath: "bounces@magazine.example", ListName: "The Round-up", ListID: "roundup.magazine.example",
		UnsubscribeMail: "leave@magazine.example", BaseURL: "https://news.magazine.example", Date: n.issue.Started,
	}, keyring)
	must(err)
	return n
}

// send is one run, with a lease of its own.
func (n *newsroom) send(ctx context.Context, tb testing.TB, mailer delivery.Mailer) (delivery.Summary, error) {
	tb.Helper()
	lease, err := n.store.AcquireLease(ctx, "test", storetest.Anna())
	if err != nil {
		tb.Fatal(err)
	}
	issue, err := n.store.Issue(ctx, n.issue.Number)
	if err != nil {
		tb.Fatal(err)
	}
	return delivery.NewSender(n.settings, n.store, n.store, mailer, n.now, nil).Send(ctx, lease, issue, n.composer, nil)
}

// finish runs again and again, a quarter of an hour of the calendar apart.
func (n *newsroom) finish(t *testing.T, mailer delivery.Mailer) {
	t.Helper()
	for range 50 {
		sum, err := n.send(t.Context(), t, mailer)
		if err != nil && !errors.Is(err, delivery.ErrLeaseLost) {
			t.Fatal(err)
		}
		if sum.Status == string(digest.Sent) {
			return
		}
		n.advance(15 * time.Minute)
	}
	t.Fatal("not finished after fifty runs")
}

// compare checks what the MTA kept against the ledger: at least one copy where
// it says sent, none where it says failed, and a second one only for a resend.
func (n *newsroom) compare(t *testing.T, server *smtptest.Server) map[delivery.State]int {
	t.Helper()
	copies := map[string]map[string]int{} // recipient, Message-ID
	for _, m := range server.Mails() {
		parsed, err := netmail.ReadMessage(strings.NewReader(string(m.Data)))
		if err != nil {
			t.Fatal(err)
		}
		if copies[m.To[0]] == nil {
			copies[m.To[0]] = map[string]int{}
		}
		copies[m.To[0]][parsed.Header.Get("Message-ID")]++
	}
	states := map[delivery.State]int{}
	for r, err := range n.store.Deliveries(t.Context(), n.issue.Number, ledger.DeliveryFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		states[r.State]++
		ids := copies[r.Email]
		if len(ids) > 1 {
			t.Errorf("%s got several Message-IDs: %v", r.Email, ids)
		}
		got := ids["<"+strings.Trim(mail.MessageID(r.IssueUID, r.PublicID, "magazine.example"), "<>")+">"]
		switch {
		case r.State == delivery.Sent && got == 0:
			t.Errorf("%s is sent and has no copy", r.Email)
		case r.State == delivery.Failed && got > 0:
			t.Errorf("%s has failed and has a copy", r.Email)
		case got > 2, got > 1 && r.Attempts < 2:
			t.Errorf("%s has %d copies after %d attempts", r.Email, got, r.Attempts)
		}
	}
	for _, v := range server.Violations() {
		t.Errorf("the MTA saw: %s", v)
	}
	return states
}
