package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
)

// Every verb on an article in every state: where it leads, or "" for a refusal.
func (e suite) TestArticleVerbs(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(*shelf, int64) error{
		"drop":    func(s *shelf, id int64) error { return s.DropArticle(s.t.Context(), id, "dropped by hand", Anna()) },
		"restore": func(s *shelf, id int64) error { return s.RestoreArticle(s.t.Context(), id, Anna()) },
		"again":   func(s *shelf, id int64) error { return s.AgainArticle(s.t.Context(), id, Anna()) },
	}
	tests := []struct {
		verb string
		from digest.State
		want digest.State
	}{
		{"drop", digest.Owed, digest.Dropped},
		{"drop", digest.Reserved, ""},
		{"drop", digest.Carried, ""},
		{"drop", digest.Dropped, digest.Dropped},
		{"drop", digest.Baseline, digest.Dropped},
		{"drop", digest.Quarantined, digest.Dropped},
		{"restore", digest.Owed, digest.Owed},
		{"restore", digest.Reserved, ""},
		{"restore", digest.Carried, ""},
		{"restore", digest.Dropped, digest.Owed},
		{"restore", digest.Baseline, digest.Owed},
		{"restore", digest.Quarantined, digest.Owed},
		{"again", digest.Owed, digest.Owed},
		{"again", digest.Reserved, ""},
		{"again", digest.Carried, digest.Owed},
		{"again", digest.Dropped, ""},
		{"again", digest.Baseline, ""},
		{"again", digest.Quarantined, ""},
	}
	if want := len(verbs) * len(digest.States()); len(tests) != want {
		t.Fatalf("%d cases, want %d", len(tests), want)
	}
	for _, tt := range tests {
		t.Run(tt.verb+" "+string(tt.from), func(t *testing.T) {
			t.Parallel()
			const name = "ports"
			s := e.newShelf(t)
			number := s.issue(7, digest.Sent)
			s.save(s.reading(item(name, time.Hour)))
			id := s.named(name).ID
			var issue any
			if tt.from == digest.Reserved || tt.from == digest.Carried {
				issue = number
			}
			s.settle(id, tt.from, issue)
			Exec(t, s.Base, `UPDATE article_states SET passed_over = 2, why = 'before' WHERE article_id = ?`, id)
			s.clock.Forward(time.Hour)

			err := verbs[tt.verb](s, id)
			got := s.named(name)
			if tt.want == "" {
				checkRefusal(t, err, got, tt.from)
				return
			}
			if err != nil || got.State != tt.want {
				t.Fatalf("state = %s, %v, want %s", got.State, err, tt.want)
			}
			if tt.from == tt.want {
				if got.Why != "before" || got.PassedOver != 2 {
					t.Errorf("article = %+v, want it as it was", got)
				}
				return
			}
			if tt.want == digest.Owed && (got.OwedSince != s.clock.Now() || got.PassedOver != 0 || got.Why != "" || got.Issue != 0) {
				t.Errorf("article = %+v, want it owed anew", got)
			}
			if tt.want == digest.Dropped && (!got.OwedSince.IsZero() || got.Why != "dropped by hand") {
				t.Errorf("article = %+v, want the reason and no debt", got)
			}
		})
	}
	s := e.newShelf(t)
	for name, verb := range verbs {
		if err := verb(s, 12345); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s of an unknown article = %v, want ErrNotFound", name, err)
		}
	}
}

func checkRefusal(t *testing.T, err error, got digest.Candidate, from digest.State) {
	t.Helper()
	var refused *content.StateError
	if !errors.As(err, &refused) || refused.State != from {
		t.Fatalf("error = %v, want a StateError of %s", err, from)
	}
	if from == digest.Carried && refused.Error() != "carried by issue 7" {
		t.Errorf("error = %q, want the issue's number", refused.Error())
	}
	if got.State != from || got.PassedOver != 2 {
		t.Errorf("article = %+v, want it untouched", got)
	}
}

// An article is put back into the state it had, as it had it, and with it what was edited.
func (e suite) TestRevise(t *testing.T) {
	t.Parallel()
	for _, from := range digest.States() {
		t.Run(string(from), func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			number := s.issue(7, digest.Sent)
			s.save(s.reading(item("ports", time.Hour)))
			id := s.named("ports").ID
			var issue any
			if from == digest.Reserved || from == digest.Carried {
				issue = number
			}
			s.settle(id, from, issue)
			Exec(t, s.Base, `UPDATE article_states SET passed_over = 2, why = 'before' WHERE article_id = ?`, id)
			was := s.named("ports")
			revise := func(to digest.Candidate) error {
				return s.Revise(t.Context(), 8, id, Anna(), func(edits *digest.Edits, a *digest.Candidate) error {
					edits.Note = "of " + string(to.State)
					*a = to
					return nil
				})
			}
			dropped := was
			dropped.State, dropped.Why, dropped.Issue, dropped.PassedOver, dropped.OwedSince = digest.Dropped, "by hand", 0, 1, time.Time{}
			err := revise(dropped)
			if issue != nil {
				checkRefusal(t, err, s.named("ports"), from)
				edits, err := s.Edits(t.Context())
				s.must(err)
				if edits.Note != "" {
					t.Errorf("refused, and the note is %q", edits.Note)
				}
				s.settle(id, digest.Owed, nil) // as “again” does
			} else {
				s.must(err)
			}
			if from == digest.Reserved {
				return // which nobody takes an article out of
			}
			s.clock.Forward(time.Hour)
			s.must(revise(was))
			if diff := cmp.Diff(was, s.named("ports")); diff != "" {
				t.Errorf("not as it was (-want +got):\n%s", diff)
			}
			edits, err := s.Edits(t.Context())
			s.must(err)
			if want := "of " + string(from); edits.Note != want {
				t.Errorf("note = %q, want %q", edits.Note, want)
			}
		})
	}
}

func (e suite) TestRestoreEndsASkip(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.save(s.reading(item("ports", day)))
	id := s.named("ports").ID
	Exec(t, s.Base, `
		INSERT INTO article_edits (newsletter_id, article_id, skip, headline, changed_at)
		VALUES (1, ?, 1, 'Mine', '2026-11-19T12:00:00.000Z')`, id)
	s.must(s.RestoreArticle(t.Context(), id, Anna()))
	if got := One[string](t, s.Base, `SELECT skip || headline FROM article_edits`); got != "0Mine" {
		t.Errorf("edit = %q, want the skip gone and the headline kept", got)
	}
}

func (e suite) TestAlreadySentUntilSettlesOlderArticles(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 3)
	Exec(t, s.Base, `UPDATE articles SET published = NULL WHERE id = 2`) // counts from first seen, 01:00
	Exec(t, s.Base, `UPDATE articles SET published = '2026-11-18T00:30:00.001Z' WHERE id = 3`)
	until := time.Date(2026, time.November, 18, 0, 30, 0, 0, time.UTC)
	s.Must(s.SetAlreadySentUntil(t.Context(), until))
	for id, want := range map[int64]string{1: "baseline", 2: "owed", 3: "owed"} {
		if got := string(s.ArticleState(id)); got != want {
			t.Errorf("article %d is %s, want %s", id, got, want)
		}
	}
	s.Must(s.SetAlreadySentUntil(t.Context(), time.Time{}))
	if got, err := s.AlreadySentUntil(t.Context()); !got.IsZero() || err != nil {
		t.Errorf("already sent until %v, %v, want none", got, err)
	}
}
