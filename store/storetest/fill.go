package storetest

import (
	"database/sql"
	"testing"

	"roundup/delivery"
	"roundup/store"
)

// Fill adds to a fresh database the readers 1 to readers, all active, and the articles 1
// to articles, all owed.
func Fill(t testing.TB, db *sql.DB, readers, articles int) {
	t.Helper()
	addReaders(t, db, readers)
	addArticles(t, db, articles)
}

// addReaders adds active readers reader1@a.example, reader2@b.example, ... in
// three domains, the way no exported method would: all at once.
func addReaders(t testing.TB, db *sql.DB, n int) {
	t.Helper()
	for _, query := range []string{`
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
		INSERT INTO subscribers (public_id, email, key, name, created_at)
		SELECT
			unhex(printf('%032x', i)),
			'Reader' || i || '@' || substr('abc', i % 3 + 1, 1) || '.example',
			'reader' || i || '@' || substr('abc', i % 3 + 1, 1) || '.example',
			'Reader ' || i,
			?2
		FROM n WHERE ?1 > 0`, `
		INSERT INTO subscriptions (newsletter_id, subscriber_id, status, joined_at, changed_at)
		SELECT 1, id, 'active', ?2, ?2 FROM subscribers WHERE id <= ?1`, `
		INSERT INTO subscriber_hashes (subscriber_id, hash)
		SELECT id, unhex(printf('%064x', id)) FROM subscribers WHERE id <= ?1 AND ?2 <> ''`,
	} {
		if _, err := db.Exec(query, n, "2026-11-01T00:00:00.000Z"); err != nil {
			t.Fatal(err)
		}
	}
}

func addArticles(t testing.TB, db *sql.DB, n int) {
	t.Helper()
	for i := 1; i <= n; i++ {
		_, err := db.Exec(`
			INSERT INTO articles (id, source, guid, url, canonical, title, dek, summary, authors, labels, image, republished, words, published, first_seen)
			VALUES (?1, 'https://mag.example/feed', ?1, 'https://mag.example/' || ?1, 'mag.example/' || ?1, 'Article ' || ?1,
				'Dek ' || ?1, '', '[]', '[]', '{}', '', 0, '2026-11-18T00:00:00.000Z', '2026-11-18T01:00:00.000Z')`, i)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.Exec(`
			INSERT INTO article_states (newsletter_id, article_id, state, owed_since, changed_at)
			VALUES (1, ?, 'owed', '2026-11-18T01:00:00.000Z', '2026-11-18T01:00:00.000Z')`, i)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Draft is a compiled issue that prints the articles of these ids.
func Draft(ids ...int64) store.Start { return draft(ids...) }

// To is an outcome with a plausible reply.
func To(subscriber int64, state delivery.State) delivery.Outcome { return to(subscriber, state) }
