package ledgertest

import (
	"slices"
	"testing"
	"time"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/storetest"
)

// An issue that went out elsewhere settles what it carried and nothing else, also
// what a feed brings later, and the slots up to its start.
func (e suite) TestAdoptSettlesIssuesFromElsewhere(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := e.newScene(t, 2, 4)
	for id := range 4 {
		digest := [32]byte{byte(id)}
		storetest.Exec(t, s.Base, `
			INSERT INTO article_aliases (source, guid, url, canonical, article_id, digest)
			SELECT source, guid, url, canonical, id, ? FROM articles WHERE id = ?`, digest[:], id+1)
	}
	storetest.Exec(t, s.Base, `UPDATE article_aliases SET canonical = 'mag.example/%28two)' WHERE canonical = 'mag.example/2'`)
	s.Start(1)
	seen, err := s.SeenSchedule(ctx, "0 7 * * FRI UTC")
	s.Must(err)
	start := seen.Add(30 * time.Hour)
	s.clock.Forward(40 * time.Hour)
	done, err := s.Adopt(ctx, store.AdoptOptions{By: storetest.Anna(), NextNumber: 13, Issues: []content.SentIssue{{
		Number: 12, Start: start, Links: []string{"mag.example/1", "mag.example/(two)", "mag.example/new(s)", "mag.example/(two)"},
	}}})
	s.Must(err)
	if got := done.Issues[0]; got.Settled != 1 || got.Known != 1 || !slices.Equal(got.Unknown, []string{"mag.example/new(s)"}) {
		t.Errorf("issue = %+v, want one settled, one not owed and one not known", got)
	}
	for id, want := range map[int64]digest.State{1: digest.Reserved, 2: digest.Baseline, 3: digest.Owed, 4: digest.Owed} {
		if got := storetest.One[digest.State](t, s.Base, `SELECT state FROM article_states WHERE article_id = ?`, id); got != want {
			t.Errorf("article %d is %s, want %s", id, got, want)
		}
	}
	_, err = s.SaveReading(ctx, content.SourceReading{Reading: digest.Reading{
		Source: "https://mag.example/feed", At: s.clock.Now(), FirstWindow: 1000 * time.Hour,
		Articles: []digest.Article{
			{GUID: "n", URL: "https://mag.example/new%28s%29", Canonical: "mag.example/new%28s%29", Title: "New", Published: s.clock.Now()},
			{GUID: "o", URL: "https://mag.example/other", Canonical: "mag.example/other", Title: "Other", Published: s.clock.Now()},
		},
	}})
	s.Must(err)
	for title, want := range map[string]digest.State{"New": digest.Baseline, "Other": digest.Owed} {
		if got := storetest.One[digest.State](t, s.Base, `SELECT state FROM article_states JOIN articles a ON a.id = article_id WHERE title = ?`, title); got != want {
			t.Errorf("article %s is %s, want %s", title, got, want)
		}
	}
	if since, err := s.SeenSchedule(ctx, "0 7 * * FRI UTC"); err != nil || !since.Equal(start) {
		t.Errorf("slots count since %v, %v, want %v", since, err, start)
	}
	// One whose date is wrong keeps no slot to come from counting.
	_, err = s.Adopt(ctx, store.AdoptOptions{By: storetest.Anna(), NextNumber: 14, Issues: []content.SentIssue{{Number: 13, Start: start.AddDate(1, 0, 0)}}})
	s.Must(err)
	if since, err := s.SeenSchedule(ctx, "0 7 * * FRI UTC"); err != nil || !since.Equal(s.clock.Now()) {
		t.Errorf("slots count since %v, %v, want now, %v", since, err, s.clock.Now())
	}
}
