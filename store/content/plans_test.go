package content_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"roundup/store/content"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

func TestLookupsWalkIndexes(t *testing.T) {
	t.Parallel()
	st, _, err := sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	db, err := sql.Open("sqlite3", st.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	storetest.WantIndexes(t, db, content.Lookups())
}
