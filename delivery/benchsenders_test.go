package delivery_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	netmail "net/mail"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/store/content"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// benchVariant is a digest of the usual size: 27 KB of HTML, 7.6 KB of text,
// with the reader's own link in both.
func benchVariant(issue digest.Issue) digest.Variant {
	fill := func(paragraph string, size int) string {
		return strings.Repeat(paragraph, size/len(paragraph)+1)[:size]
	}
	way := issue.Mark(digest.PlaceUnsubscribe)
	return digest.Variant{
		Number: digest.Whole, Sections: digest.SectionKeys(issue.Sections),
		Subject: "The Weekly Round-up: A headline about something that happened",
		HTML: "<!DOCTYPE html>\n<html><body>\n" + fill(`<p style="margin:0 0 16px;color:#222">Twelve boxers chase Viktor across the great dike of Sylt, `+
			`<a href="https://magazine.example/2026/11/a-headline">A headline</a> - and more of it on every line of this paragraph.</p>`+"\n", 26_700) +
			"</p>\n<p>Sent to " + issue.Mark(digest.PlaceEmail) + ". <a href=\"" + way + "\">Unsubscribe</a></p></body></html>\n",
		Text: fill("Twelve boxers chase Viktor across the great dike of Sylt.\nhttps://magazine.example/2026/11/a-headline\n\n", 7_500) +
			"\nUnsubscribe: " + way + "\n",
	}
}

// benchList makes a database of so many active readers, all at once as no
// exported method would.
func benchList(b *testing.B, readers int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "roundup.db")
	s, _, err := sqlite.Create(b.Context(), path, sqlite.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?_txlock=immediate&_synchronous=OFF&_cache_size=-200000&_foreign_keys=false")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, query := range []string{`
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
		INSERT INTO subscribers (public_id, email, key, hash, name, created_at)
		SELECT randomblob(16), 'reader' || i || '@example.org', 'reader' || i || '@example.org', randomblob(32), 'Reader ' || i, ?2 FROM n`, `
		INSERT INTO subscriptions (newsletter_id, subscriber_id, status, joined_at, changed_at)
		SELECT 1, id, 'active', ?2, ?2 FROM subscribers WHERE id <= ?1`,
	} {
		if _, err := db.Exec(query, readers, "2026-11-01T00:00:00.000Z"); err != nil {
			b.Fatal(err)
		}
	}
	return path
}

// benchIssue starts an issue to the whole list and says how long that took.
func benchIssue(b *testing.B, path string) (number int, took time.Duration) {
	b.Helper()
	s, err := sqlite.Open(b.Context(), path, sqlite.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	lease, err := s.AcquireLease(b.Context(), "bench", storetest.Anna())
	if err != nil {
		b.Fatal(err)
	}
	uid := fmt.Sprintf("%032x", time.Now().UnixNano())
	issue := digest.Issue{UID: uid, Kind: digest.Extra, Slug: uid, Subject: "A headline", Date: time.Now()}
	begun := time.Now()
	if issue, err = s.StartIssue(b.Context(), lease, content.Start{Issue: issue, Variants: []digest.Variant{benchVariant(issue)}}); err != nil {
		b.Fatal(err)
	}
	return issue.Number, time.Since(begun)
}

// counted is a ledger whose transactions are counted.
type counted struct {
	delivery.Ledger
	commits atomic.Int64
}

func (c *counted) Exchange(ctx context.Context, issue int64, held []*delivery.Range, outcomes []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	c.commits.Add(1)
	return c.Ledger.Exchange(ctx, issue, held, outcomes, want)
}

// senderRole sends an issue as "roundup send" does, from opening the database to
// the last result on disk.
func senderRole(j job) (account, error) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, j.Database, sqlite.Options{Now: time.Now})
	if err != nil {
		return account{}, err
	}
	defer func() { _ = s.Close() }()
	issue, err := s.Issue(ctx, j.Issue)
	if err != nil {
		return account{}, err
	}
	variants, err := s.Variants(ctx, issue.ID)
	if err != nil {
		return account{}, err
	}
	keyring, err := s.Keyring(ctx)
	if err != nil {
		return account{}, err
	}
	composer, err := mail.NewComposer(benchLetter(issue, variants[0]), keyring)
	if err != nil {
		return account{}, err
	}
	host, port, err := split(j.Address)
	if err != nil {
		return account{}, err
	}
	to, err := relay.New(relay.Settings{Host: host, Port: port, TLS: relay.NoTLS, LocalName: "bench.example"})
	if err != nil {
		return account{}, err
	}
	lease, err := s.AcquireLease(ctx, "bench", storetest.Anna())
	if err != nil {
		return account{}, err
	}
	ledger := &counted{Ledger: s}
	sender := delivery.NewSender(delivery.Settings{Connections: j.Connections, MessagesPerConnection: 1000}, ledger, s, to, time.Now, nil)
	begun := time.Now()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	sum, err := sender.Send(ctx, lease, issue, composer, func(p delivery.Progress) {
		if j.Stop > 0 && p.Sent >= j.Stop {
			stop()
		}
	})
	if err != nil {
		return account{}, err
	}
	return account{Messages: sum.Sent, Seconds: time.Since(begun).Seconds(), Commits: int(ledger.commits.Load())}, nil
}

func benchLetter(issue digest.Issue, variant digest.Variant) mail.Letter {
	return mail.Letter{
		Issue: issue, Variant: variant, From: netmail.Address{Name: "The Magazine", Address: "weekly@magazine.example"},
		ReplyTo: netmail.Address{Address: "editors@magazine.example"}, ReturnPath: "bounces@magazine.example",
		ListName: "The Round-up", ListID: "roundup.magazine.example", UnsubscribeMail: "leave@magazine.example",
		BaseURL: "https://news.magazine.example", Date: issue.Started,
	}
}

func split(address string) (host string, port int, err error) {
	host, digits, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(digits)
	return host, port, err
}

// goMailRole is what one writes with go-mail first: a message for each reader,
// Client.Send, over as many connections.
func goMailRole(j job) (account, error) {
	host, port, err := split(j.Address)
	if err != nil {
		return account{}, err
	}
	issue := digest.Issue{UID: strings.Repeat("ab", 16)}
	variant := benchVariant(issue)
	html, text := digest.Split(variant.HTML, issue.UID), digest.Split(variant.Text, issue.UID)
	var working sync.WaitGroup
	failed := make(chan error, j.Connections)
	begun := time.Now()
	for n := range j.Connections {
		working.Go(func() {
			failed <- func() error {
				client, err := gomail.NewClient(host, gomail.WithPort(port), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithHELO("bench.example"))
				if err != nil {
					return err
				}
				if err := client.DialWithContext(context.Background()); err != nil {
					return err
				}
				defer func() { _ = client.Close() }()
				for i := n; i < j.Messages; i += j.Connections {
					m, err := goMailMessage(fmt.Sprintf("reader%d@example.org", i), variant.Subject, text, html)
					if err != nil {
						return err
					}
					if err := client.Send(m); err != nil {
						return err
					}
				}
				return nil
			}()
		})
	}
	working.Wait()
	for range j.Connections {
		if err := <-failed; err != nil {
			return account{}, err
		}
	}
	return account{Messages: j.Messages, Seconds: time.Since(begun).Seconds()}, nil
}

func goMailMessage(to, subject string, text, html []digest.Segment) (*gomail.Msg, error) {
	link := "https://news.magazine.example/u/" + strings.Repeat("t", 52-len(to)) + to
	values := map[digest.Placeholder]string{digest.PlaceEmail: to, digest.PlaceUnsubscribe: link}
	m := gomail.NewMsg()
	if err := m.FromFormat("The Magazine", "weekly@magazine.example"); err != nil {
		return nil, err
	}
	if err := m.To(to); err != nil {
		return nil, err
	}
	m.Subject(subject)
	m.SetDate()
	m.SetMessageID()
	if err := m.SetListUnsubscribeOneClick(link); err != nil {
		return nil, err
	}
	m.SetBodyString(gomail.TypeTextPlain, digest.Fill(text, values, false))
	m.AddAlternativeString(gomail.TypeTextHTML, digest.Fill(html, values, true))
	return m, nil
}
