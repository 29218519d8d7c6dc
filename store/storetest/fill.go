package storetest

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roundup/subscribers"
)

// Fill adds to a fresh database the readers 1 to readers, all active, and the articles 1
// to articles, all owed.
func Fill(t testing.TB, db *sql.DB, readers, articles int) {
	t.Helper()
	addReaders(t, db, readers)
	addArticles(t, db, articles)
}

// addReaders adds active readers reader1@a.example, reader2@b.example, ... in
// three domains, the way no exported method would: many at once.
func addReaders(t testing.TB, db *sql.DB, n int) {
	t.Helper()
	const at = "2026-11-01T00:00:00.000Z"
	keys := keyring(t, db)
	var people, standings [][]any
	for i := 1; i <= n; i++ {
		id := make([]byte, 16)
		binary.BigEndian.PutUint32(id[12:], uint32(i))
		address := fmt.Sprintf("eader%d@%c.example", i, "abc"[i%3])
		people = append(people, []any{id, "R" + address, "r" + address, keys.AddressHash("r" + address), fmt.Sprintf("Reader %d", i), at})
		standings = append(standings, []any{1, i, "active", at, at})
	}
	insert(t, db, `subscribers (public_id, email, key, hash, name, created_at)`, people)
	insert(t, db, `subscriptions (newsletter_id, subscriber_id, status, joined_at, changed_at)`, standings)
}

// keyring is the newsletter's.
func keyring(t testing.TB, db *sql.DB) *subscribers.Keyring {
	t.Helper()
	var secret []byte
	err := db.QueryRow(`SELECT secret FROM keys WHERE purpose = 'address'`).Scan(&secret)
	keys, err2 := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: secret}}, secret)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return keys
}

func addArticles(t testing.TB, db *sql.DB, n int) {
	t.Helper()
	const published, seen = "2026-11-18T00:00:00.000Z", "2026-11-18T01:00:00.000Z"
	var articles, states [][]any
	for i := 1; i <= n; i++ {
		name := strconv.Itoa(i)
		articles = append(articles, []any{
			"https://mag.example/feed", name, "https://mag.example/" + name, "mag.example/" + name,
			"Article " + name, "Dek " + name, "", "[]", "[]", "{}", "", 0, published, seen,
		})
		states = append(states, []any{1, i, "owed", seen, seen})
	}
	insert(t, db, `articles (
		source, guid, url, canonical, title, dek, summary, authors, labels, image, republished, words, published, first_seen)`, articles)
	insert(t, db, `article_states (newsletter_id, article_id, state, owed_since, changed_at)`, states)
}

// insert adds rows to a table, which counts up their numbers itself.
func insert(t testing.TB, db *sql.DB, into string, rows [][]any) {
	t.Helper()
	for some := range slices.Chunk(rows, 1000) {
		one := "(?" + strings.Repeat(", ?", len(some[0])-1) + ")"
		query := "INSERT INTO " + into + " VALUES " + one + strings.Repeat(", "+one, len(some)-1)
		if _, err := db.Exec(query, slices.Concat(some...)...); err != nil {
			t.Fatal(err)
		}
	}
}
