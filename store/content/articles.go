package content

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/digest"
	"roundup/store/engine"
	"roundup/subscribers"
)

// ArticleFilter narrows a list of articles.
type ArticleFilter struct {
	State digest.State // "" for every state
	Text  string       // found in title, dek, authors, labels or address, whatever its case; "" for all
	Limit int          // at most so many; 0 for all
}

// selectCandidate reads articles as choosing sees them; conditions follow.
const selectCandidate = `
	SELECT` + articleColumns + `,
		st.state,
		st.why,
		coalesce(i.number, 0),
		st.passed_over,
		st.owed_since
	FROM article_states st
	JOIN articles a ON a.id = st.article_id
	LEFT JOIN issues i ON i.id = st.issue_id
	WHERE st.newsletter_id = ?`

// newestFirst orders articles by the moment they count from (digest.Article.Date).
const newestFirst = `
	ORDER BY coalesce(a.published, a.first_seen) DESC, a.id DESC`

const candidatesSince = selectCandidate + `
	AND a.id IN (
		SELECT article_id
		FROM article_states
		WHERE newsletter_id = ? AND state IN ('owed', 'reserved', 'quarantined')
		UNION ALL
		SELECT id
		FROM articles
		WHERE first_seen >= ?
	)` + newestFirst

// Candidates returns what a choice is made from and what explains it: every
// article that is owed, reserved or quarantined, and whatever else was first
// seen since the given moment. Newest first.
func (s *Content) Candidates(ctx context.Context, since time.Time) ([]digest.Candidate, error) {
	return s.candidates(ctx, candidatesSince, s.db.Newsletter(), engine.TimeText(since))
}

// RecentArticles returns the n most recent articles, whatever became of them,
// for a preview that has nothing new to show. Dropped and quarantined ones are
// taken only where there are too few others.
func (s *Content) RecentArticles(ctx context.Context, n int) ([]digest.Candidate, error) {
	return s.candidates(ctx, selectCandidate+`
		ORDER BY
			st.state IN ('dropped', 'quarantined'),
			coalesce(a.published, a.first_seen) DESC,
			a.id DESC
		LIMIT ?`, n)
}

func (s *Content) candidates(ctx context.Context, query string, args ...any) ([]digest.Candidate, error) {
	var all []digest.Candidate
	err := s.read(ctx, func(tx *Tx) (err error) {
		all, err = engine.QueryAll(ctx, tx, scanCandidate, query, append([]any{tx.Newsletter}, args...)...)
		if err != nil {
			return err
		}
		return tx.addSources(ctx, all)
	})
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	return all, nil
}

// addSources fills in which sources gave the candidates.
func (tx *Tx) addSources(ctx context.Context, all []digest.Candidate) error {
	at := map[int64]*digest.Candidate{}
	ids := make([]int64, len(all))
	for i := range all {
		ids[i] = all[i].ID
		at[all[i].ID] = &all[i]
	}
	type given struct {
		article int64
		source  string
	}
	rows, err := engine.QueryAll(ctx, tx, func(r engine.Row) (g given, err error) {
		err = r.Scan(&g.article, &g.source)
		return g, err
	}, `
		SELECT DISTINCT article_id, source
		FROM article_aliases
		WHERE article_id `+engine.InIDs+`
		ORDER BY article_id, source`, engine.IDList(ids))
	for _, g := range rows {
		c := at[g.article]
		c.Sources = append(c.Sources, g.source)
	}
	return err
}

// Articles returns the articles that pass the filter, newest first.
func (s *Content) Articles(ctx context.Context, f ArticleFilter) ([]digest.Candidate, error) {
	var found []digest.Candidate
	err := s.read(ctx, func(tx *Tx) (err error) {
		found, err = tx.filterArticles(ctx, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	return found, nil
}

// filterArticles looks for the text here because SQLite folds only ASCII.
func (tx *Tx) filterArticles(ctx context.Context, f ArticleFilter) ([]digest.Candidate, error) {
	rows, err := tx.QueryContext(ctx, selectCandidate+`
		AND (? = '' OR st.state = ?)`+newestFirst, tx.Newsletter, f.State, f.State)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	matches := engine.Matcher(f.Text)
	var found []digest.Candidate
	for rows.Next() && (f.Limit == 0 || len(found) < f.Limit) {
		c, err := scanCandidate(rows)
		if err != nil {
			return nil, err
		}
		if matches(searchable(c.Article)...) {
			found = append(found, c)
		}
	}
	return found, rows.Err()
}

// searchable is the text of an article that a person would look for.
func searchable(a digest.Article) []string {
	texts := append([]string{a.Title, a.Dek, a.URL}, a.Labels...)
	for _, author := range a.Authors {
		texts = append(texts, author.Name)
	}
	return texts
}

// Article returns one article; ErrNotFound when there is none with this id.
func (s *Content) Article(ctx context.Context, id int64) (digest.Candidate, error) {
	var c digest.Candidate
	err := s.read(ctx, func(tx *Tx) (err error) {
		c, err = tx.article(ctx, id)
		return err
	})
	return c, err
}

func (tx *Tx) article(ctx context.Context, id int64) (digest.Candidate, error) {
	return engine.QueryOne(ctx, tx, scanCandidate, selectCandidate+` AND a.id = ?`, tx.Newsletter, id)
}

// articleAt returns the article with this canonical address.
func (tx *Tx) articleAt(ctx context.Context, canonical string) (digest.Candidate, error) {
	if canonical == "" {
		return digest.Candidate{}, engine.ErrNotFound
	}
	return engine.QueryOne(ctx, tx, scanCandidate, selectCandidate+`
		AND a.id = (
			SELECT article_id
			FROM article_aliases
			WHERE canonical = ? AND canonical <> ''
			ORDER BY id DESC
			LIMIT 1
		)`, tx.Newsletter, canonical)
}

// AddArticle stores an article a person named; it is owed at once. An article
// known under this address is returned as it stands, with an error that wraps
// ErrExists and a *StateError.
func (s *Content) AddArticle(ctx context.Context, a digest.Article, by subscribers.Actor) (digest.Article, error) {
	if a.Canonical == "" {
		a.Canonical = digest.Canonical(a.URL)
	}
	if a.Canonical == "" {
		return a, fmt.Errorf("add article %q: not an http or https address", a.URL)
	}
	err := s.write(ctx, func(tx *Tx) error {
		known, err := tx.articleAt(ctx, a.Canonical)
		switch {
		case errors.Is(err, engine.ErrNotFound):
			if a, err = tx.addOwed(ctx, a); err != nil {
				return err
			}
			return tx.Record(ctx, engine.Entry{Article: a.ID, What: "article added", By: by})
		case err != nil:
			return err
		}
		a = known.Article
		return fmt.Errorf("%w as article %d: %w", engine.ErrExists, a.ID, &StateError{State: known.State, Issue: known.Issue})
	})
	if err != nil {
		return a, fmt.Errorf("add article %q: %w", a.URL, err)
	}
	return a, nil
}

func (tx *Tx) addOwed(ctx context.Context, a digest.Article) (digest.Article, error) {
	if a.FirstSeen.IsZero() {
		a.FirstSeen = tx.At
	}
	var err error
	if a.ID, err = tx.addArticle(ctx, a); err != nil {
		return a, err
	}
	if err := tx.addState(ctx, a.ID, digest.Owed, ""); err != nil {
		return a, err
	}
	name := digest.Name{GUID: a.GUID, URL: a.URL, Canonical: a.Canonical}
	return a, tx.addAlias(ctx, a.ID, a.Source, name)
}

// FillArticle adds what an article's own page says to what its feed left
// empty (digest.FillBlanks). It overwrites nothing.
func (s *Content) FillArticle(ctx context.Context, a digest.Article) error {
	return s.write(ctx, func(tx *Tx) error {
		stored, err := tx.article(ctx, a.ID)
		if err != nil {
			return fmt.Errorf("article %d: %w", a.ID, err)
		}
		digest.FillBlanks(&stored.Article, a)
		return tx.updateArticle(ctx, stored.Article)
	})
}

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
func scanArticle(r engine.Row, a *digest.Article, more ...any) error {
	return r.Scan(append([]any{
		&a.ID,
		&a.Source,
		&a.GUID,
		&a.URL,
		&a.Canonical,
		&a.Title,
		&a.Dek,
		&a.Summary,
		engine.JSONInto(&a.Authors),
		engine.JSONInto(&a.Labels),
		engine.JSONInto(&a.Image),
		&a.Republished,
		&a.Words,
		engine.TimeInto(&a.Published),
		engine.TimeInto(&a.Updated),
		engine.TimeInto(&a.FirstSeen),
	}, more...)...)
}

// scanCandidate reads a row of selectCandidate.
func scanCandidate(r engine.Row) (digest.Candidate, error) {
	var c digest.Candidate
	err := scanArticle(r, &c.Article, &c.State, &c.Why, &c.Issue, &c.PassedOver, engine.TimeInto(&c.OwedSince))
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
	if authors, err = engine.JSONText(a.Authors); err != nil {
		return "", "", "", err
	}
	if labels, err = engine.JSONText(a.Labels); err != nil {
		return "", "", "", err
	}
	image, err = engine.JSONText(a.Image)
	return authors, labels, image, err
}

// addArticle stores a new article and returns its id.
func (tx *Tx) addArticle(ctx context.Context, a digest.Article) (int64, error) {
	authors, labels, image, err := articleLists(a)
	if err != nil {
		return 0, err
	}
	id, err := tx.Insert(ctx, `
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
		a.Republished, a.Words, engine.TimeOrNull(a.Published), engine.TimeOrNull(a.Updated), engine.TimeText(a.FirstSeen))
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
	_, err = tx.Exec(ctx, `
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
		a.Republished, a.Words, engine.TimeOrNull(a.Published), engine.TimeOrNull(a.Updated), a.ID)
	if err != nil {
		return fmt.Errorf("update article %d: %w", a.ID, err)
	}
	return nil
}

// addState records how a new article stands.
func (tx *Tx) addState(ctx context.Context, id int64, state digest.State, why string) error {
	var owedSince any
	if state == digest.Owed {
		owedSince = tx.Stamp()
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO article_states (
			newsletter_id,
			article_id,
			state,
			why,
			owed_since,
			changed_at
		) VALUES (?, ?, ?, ?, ?, ?)`,
		tx.Newsletter, id, state, why, owedSince, tx.Stamp())
	if err != nil {
		return fmt.Errorf("article %d is %s: %w", id, state, err)
	}
	return nil
}

// addAlias records a name under which an article was seen. One that a source
// has given to another article since goes with the later. Names are told apart by
// a digest: all of one may be longer than an index of PostgreSQL's takes.
func (tx *Tx) addAlias(ctx context.Context, id int64, source string, name digest.Name) error {
	sum := sha256.Sum256([]byte(strings.Join([]string{source, name.GUID, name.URL, name.Canonical}, "\x00")))
	_, err := tx.Exec(ctx, `
		INSERT INTO article_aliases (article_id, source, guid, url, canonical, digest)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (digest) DO UPDATE
		SET article_id = excluded.article_id
		WHERE article_aliases.article_id <> excluded.article_id`,
		id, source, name.GUID, name.URL, name.Canonical, sum[:])
	if err != nil {
		return fmt.Errorf("article %d: name %q: %w", id, name.URL, err)
	}
	return nil
}
