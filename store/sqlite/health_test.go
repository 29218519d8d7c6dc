package sqlite_test

import (
	"testing"
	"time"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	st, _ := open(t)
	insert := func(newsletter int, at time.Time) {
		t.Helper()
		db := raw(t, st)
		db.SetMaxOpenConns(1)
		_, err := db.Exec(`PRAGMA foreign_keys = OFF; INSERT INTO events (newsletter_id, what, actor, at) VALUES (?, 'x', 'daemon', ?)`,
			newsletter, at.Format("2006-01-02T15:04:05.000Z"))
		if err != nil {
			t.Fatal(err)
		}
	}
	insert(1, begin())
	h, err := st.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if h.Orphans != 0 || !h.LastEvent.Equal(begin()) || h.Size < 4096 {
		t.Errorf("well: %+v", h)
	}
	later := begin().AddDate(1, 0, 0)
	insert(77, later)
	insert(1, begin().Add(time.Hour))
	if h, err = st.Health(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h.Orphans != 1 || !h.LastEvent.Equal(later) {
		t.Errorf("with a row that names no newsletter, and one from the future: %+v", h)
	}
}
