package store

import (
	"context"
	"fmt"

	"roundup/digest"
)

// articleColumns are what scanArticle reads, in its order, of articles a.
const articleColumns = `
		a.id,
		a.source,
		a.guid,
		a.url,
		a.canonical,
		a.title,
		a.dek,
		a.summary,
		a.authors,
		a.labels,
		a.image,
		a.republished,
		a.words,
		a.published,
		a.updated,
		a.first_seen`

// scanArticle reads an article; more are the columns that follow it.
func scanArticle(r row, a *digest.Article, more ...any) error {
	return r.Scan(append([]any{
		&a.ID,
		&a.Source,
		&a.GUID,
		&a.URL,
		&a.Canonical,
		&a.Title,
		&a.Dek,
		&a.Summary,
		jsonInto(&a.Authors),
		jsonInto(&a.Labels),
		jsonInto(&a.Image),
		&a.Republished,
		&a.Words,
		timeInto(&a.Published),
		timeInto(&a.Updated),
		timeInto(&a.FirstSeen),
	}, more...)...)
}

// scanCandidate reads a row of selectCandidate.
func scanCandidate(r row) (digest.Candidate, error) {
	var c digest.Candidate
	err := scanArticle(r, &c.Article, &c.State, &c.Why, &c.Issue, &c.PassedOver, timeInto(&c.OwedSince))
	return c, err
}

// articleLists are an article's columns of JSON.
func articleLists(a digest.Article) (authors, labels, image string, err error) {
	if a.Authors == nil {
		a.Authors = []digest.Author{}
	}
	if a.Labels == nil {
		a.Labels = []string{}
	}
	if authors, err = jsonText(a.Authors); err != nil {
		return "", "", "", err
	}
	if labels, err = jsonText(a.Labels); err != nil {
		return "", "", "", err
	}
	image, err = jsonText(a.Image)
	return authors, labels, image, err
}

// addArticle stores a new article and returns its id.
func (tx *Tx) addArticle(ctx context.Context, a digest.Article) (int64, error) {
	authors, labels, image, err := articleLists(a)
	if err != nil {
		return 0, err
	}
	id, err := tx.insert(ctx, `
		INSERT INTO articles (
			source,
			guid,
			url,
			canonical,
			title,
			dek,
			summary,
			authors,
			labels,
			image,
			republished,
			words,
			published,
			updated,
			first_seen
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Source, a.GUID, a.URL, a.Canonical, a.Title, a.Dek, a.Summary, authors, labels, image,
		a.Republished, a.Words, timeOrNull(a.Published), timeOrNull(a.Updated), timeText(a.FirstSeen))
	if err != nil {
		return 0, fmt.Errorf("store article %q: %w", a.Title, err)
	}
	return id, nil
}

// updateArticle stores what a source or a page now says about a known article.
// Where it came from first and when stay as they were.
func (tx *Tx) updateArticle(ctx context.Context, a digest.Article) error {
	authors, labels, image, err := articleLists(a)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE articles
		SET
			guid = ?,
			url = ?,
			canonical = ?,
			title = ?,
			dek = ?,
			summary = ?,
			authors = ?,
			labels = ?,
			image = ?,
			republished = ?,
			words = ?,
			published = ?,
			updated = ?
		WHERE id = ?`,
		a.GUID, a.URL, a.Canonical, a.Title, a.Dek, a.Summary, authors, labels, image,
		a.Republished, a.Words, timeOrNull(a.Published), timeOrNull(a.Updated), a.ID)
	if err != nil {
		return fmt.Errorf("update article %d: %w", a.ID, err)
	}
	return nil
}

// addState records how a new article stands.
func (tx *Tx) addState(ctx context.Context, id int64, state digest.State, why string) error {
	var owedSince any
	if state == digest.Owed {
		owedSince = tx.stamp()
	}
	_, err := tx.exec(ctx, `
		INSERT INTO article_states (
			newsletter_id,
			article_id,
			state,
			why,
			owed_since,
			changed_at
		) VALUES (?, ?, ?, ?, ?, ?)`,
		tx.newsletter, id, state, why, owedSince, tx.stamp())
	if err != nil {
		return fmt.Errorf("article %d is %s: %w", id, state, err)
	}
	return nil
}

// addAlias records a name under which an article was seen. One that a source
// has given to another article since goes with the later.
func (tx *Tx) addAlias(ctx context.Context, id int64, source string, name digest.Name) error {
	_, err := tx.exec(ctx, `
		INSERT INTO article_aliases (article_id, source, guid, url, canonical)
		VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (source, guid, url, canonical) DO UPDATE
		SET article_id = excluded.article_id
		WHERE article_id <> excluded.article_id`,
		id, source, name.GUID, name.URL, name.Canonical)
	if err != nil {
		return fmt.Errorf("article %d: name %q: %w", id, name.URL, err)
	}
	return nil
}
