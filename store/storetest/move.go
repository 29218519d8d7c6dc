package storetest

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/store"
	"roundup/store/engine"
)

// TestMoveTakesEverything: each row of each table is in the other database, ids go on where
// they were, one of the two is in charge, and who had the old one open can change nothing.
func (e suite) TestMoveTakesEverything(t *testing.T) {
	t.Parallel()
	clock := NewClock()
	from, to := e.Create(t, clock.Now), e.Create(t, clock.Now)
	db := e.Raw(t, from)
	Fill(t, db, 2500, 7)
	insert(t, db, `suppressions (hash, reason, at)`, [][]any{{make([]byte, 32), "manual", "2026-11-01T00:00:00.000Z"}})
	_, err := db.Exec(`DELETE FROM suppressions`) // its id is never given out again
	check(t, err)
	check(t, db.Close())
	other := e.Reopen(t, from, clock.Now)
	defer func() { _ = other.Close() }()
	var told []string
	onTheWay := 0
	check(t, from.Move(t.Context(), to, Anna(), func(m store.Moved) {
		switch {
		case m.Done:
			told = append(told, m.Table)
		case m.Table == "subscribers" && m.Rows > onTheWay && m.All == 2500:
			onTheWay = m.Rows
		}
	}))
	if onTheWay < 2000 {
		t.Errorf("told of %d readers on the way, want nearly all", onTheWay)
	}

	want, got := e.rows(t, from), e.rows(t, to)
	for _, own := range []string{"mark", "schema_version", "sqlite_sequence", "meta", "events"} {
		delete(want, own)
		delete(got, own)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-from +to):\n%s", diff)
	}
	for table := range want {
		if !slices.Contains(told, table) {
			t.Errorf("table %s is not moved", table)
		}
	}
	db = e.Raw(t, to)
	var next int
	check(t, db.QueryRow(`INSERT INTO suppressions (hash, reason, at) SELECT hash, 'manual', created_at FROM subscribers LIMIT 1 RETURNING id`).Scan(&next))
	var by string
	check(t, db.QueryRow(`SELECT actor_name FROM events WHERE what = 'database moved'`).Scan(&by))
	check(t, db.Close())
	if by != Anna().Name {
		t.Errorf("moved by %q, want %q", by, Anna().Name)
	}
	if next != 2 {
		t.Errorf("the next suppression has id %d, want 2", next)
	}
	standing(t, to, store.InCharge)
	leftBehind(t, "for whoever moved it", from, to)
	leftBehind(t, "for whoever had it open", other, to)
	later := e.Reopen(t, from, clock.Now)
	defer func() { _ = later.Close() }()
	leftBehind(t, "for whoever opens it later", later, to)
	if err := to.Move(t.Context(), e.Create(t, clock.Now), Anna(), func(store.Moved) {}); err != nil {
		t.Errorf("and on to a third: %v", err)
	}
}

// leftBehind fails the test unless a database takes no change, and says where it was moved to.
func leftBehind(t *testing.T, whom string, st, to *store.Store) {
	t.Helper()
	_, isOne := st.Standing(t.Context())
	_, granted := st.Grant(t.Context(), delivery.Limits{Relay: "relay"}, 1)
	_, adopted := st.Adopt(t.Context(), store.AdoptOptions{By: Anna()})
	for what, err := range map[string]error{
		"the standing": isOne, "a change": st.SetNextNumber(t.Context(), 40), "rows of its own": granted, "an adoption": adopted,
	} {
		var moved *engine.MovedError
		if !errors.As(err, &moved) || moved.To != to.Path() || !errors.Is(err, engine.ErrMoved) || errors.Is(err, delivery.ErrLedgerAway) {
			t.Errorf("%s %s = %v, want that it was moved to %s", what, whom, err, to.Path())
		}
	}
}

// What a move left behind is in charge again once somebody says that the other one is gone.
func (e suite) TestMovedIsAdopted(t *testing.T) {
	t.Parallel()
	clock := NewClock()
	from := e.Create(t, clock.Now)
	check(t, from.Move(t.Context(), e.Create(t, clock.Now), Anna(), func(store.Moved) {}))
	_, err := from.Adopt(t.Context(), store.AdoptOptions{Moved: true, By: Anna()})
	check(t, err)
	later := e.Reopen(t, from, clock.Now)
	defer func() { _ = later.Close() }()
	for _, st := range []*store.Store{from, later} {
		standing(t, st, store.InCharge)
		check(t, st.SetNextNumber(t.Context(), 40))
	}
}

// Who left where a database was moved to leaves again in what the move left behind, by the
// record there; where that can't be read, nothing is adopted unless it is said to be lost.
func (e suite) TestMovedIsAdoptedWithWhoLeft(t *testing.T) {
	t.Parallel()
	another := "2026-11-19T12:00:30.000Z left " + strings.Repeat("a", 26) + " -\n"
	tests := []struct {
		name    string
		here    bool   // the old one's record is there
		there   bool   // the new one's, too
		copy    bool   // a copy of that is named
		old     bool   // the old one's is named in its place
		instead string // in the file in the new one's place
		lost    bool   // it is said to be lost
		missing bool   // the adoption is refused
		left    int
	}{
		{name: "found by itself", here: true, there: true, left: 1},
		{name: "gone", here: true, missing: true},
		{name: "a copy of it", here: true, copy: true, left: 1},
		{name: "the old one's", here: true, old: true, missing: true},
		{name: "said to be lost", here: true, lost: true},
		{name: "said to be lost, and found", here: true, there: true, lost: true, left: 1},
		{name: "another's in its place", here: true, instead: another, missing: true},
		{name: "nothing in its place", here: true, instead: "\n", missing: true},
		{name: "another's in its place, and a copy", here: true, instead: another, copy: true, left: 1},
		{name: "another's in its place, and said to be lost", here: true, instead: another, lost: true},
		{name: "none here", there: true, missing: true},
		{name: "none here, and a copy", copy: true, left: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			from := e.newShelf(t)
			to := e.Create(t, from.clock.Now)
			ann := from.add("ann@readers.example")
			check(t, from.Move(t.Context(), to, Anna(), func(store.Moved) {}))
			from.clock.Forward(time.Minute)
			_, err := to.Unsubscribe(t.Context(), ann.PublicID, Anna())
			check(t, err)
			here, err := from.LeavingsFile()
			check(t, err)
			there, err := to.LeavingsFile()
			check(t, err)
			o := store.AdoptOptions{Moved: true, RecordLost: tt.lost, By: Anna()}
			if tt.copy {
				o.Records = []string{there + ".copy"}
				check(t, os.Link(there, there+".copy"))
			}
			if tt.old {
				o.Records = []string{here}
			}
			if !tt.there {
				check(t, os.Remove(there))
			}
			if !tt.here {
				check(t, os.Remove(here))
			}
			if tt.instead != "" {
				check(t, os.WriteFile(there, []byte(tt.instead), 0o600))
			}

			done, err := from.Adopt(t.Context(), o)
			if missing := errors.As(err, new(*store.RecordError)); missing != tt.missing || err != nil && !missing {
				t.Fatalf("Adopt = %v, want that a record is missing: %v", err, tt.missing)
			}
			if done.Left != tt.left {
				t.Errorf("%d left again, want %d", done.Left, tt.left)
			}
			if lost := done.Missing != nil; lost != (tt.lost && !tt.there) {
				t.Errorf("missing: %v, of a record that is there or was named", done.Missing)
			}
			if tt.missing {
				leftBehind(t, "after a refusal", from.Store, to)
				return
			}
			text, err := os.ReadFile(here)
			check(t, err)
			if !strings.HasSuffix(string(text), "kept-here\n") {
				t.Errorf("the record doesn't say that it goes on here:\n%s", text)
			}
		})
	}
}

// The lines of one record keep their order beside another's: where a clock was put back between
// coming back and leaving anew, their times tell the wrong one.
func (e suite) TestPlayedBackInTheOrderOfTheRecord(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	ann, bob := s.add("ann@readers.example"), s.add("bob@readers.example")
	_, err := s.Unsubscribe(t.Context(), bob.PublicID, Anna()) // so that there is a record here, too
	check(t, err)
	file := filepath.Join(t.TempDir(), "elsewhere.left")
	lines := ""
	for _, l := range []struct{ at, what string }{{"13:05", "left"}, {"13:06", "joined"}, {"13:00", "left"}} {
		lines += fmt.Sprintf("2026-11-19T%s:00.000Z %s %s -\n", l.at, l.what, ann.PublicID)
	}
	check(t, os.WriteFile(file, []byte(lines), 0o600))
	done, err := s.PlayBack(t.Context(), []string{file}, Anna())
	check(t, err)
	if done.Left != 1 {
		t.Errorf("%d left again, want ann, who left last", done.Left)
	}
}

// A newsletter in which nothing has happened yet moves there and back.
func (e suite) TestMoveBack(t *testing.T) {
	t.Parallel()
	here, there := e.Create(t, NewClock().Now), e.Create(t, NewClock().Now)
	check(t, here.Move(t.Context(), there, Anna(), func(store.Moved) {}))
	check(t, there.Move(t.Context(), here, Anna(), func(store.Moved) {}))
	standing(t, here, store.InCharge)
	leftBehind(t, "after the way back", there, here)
}

// A move that was interrupted once all was copied is ended by the same move done again, and
// by no other.
func (e suite) TestMoveIsEndedLater(t *testing.T) {
	t.Parallel()
	from, to, another := e.Create(t, NewClock().Now), e.Create(t, NewClock().Now), e.Create(t, NewClock().Now)
	check(t, from.Move(t.Context(), to, Anna(), func(store.Moved) {}))
	db := e.Raw(t, to)
	insert(t, db, `meta (key, value)`, [][]any{{"copy_of", from.Path()}})
	check(t, db.Close())
	to = e.Reopen(t, to, NewClock().Now)
	defer func() { _ = to.Close() }()
	leftBehind(t, "before the end", from, to)
	standing(t, to, store.Copy)
	if err := from.Move(t.Context(), another, Anna(), func(store.Moved) {}); !errors.Is(err, engine.ErrMoved) {
		t.Errorf("a move to another = %v, want %v", err, engine.ErrMoved)
	}
	check(t, from.Move(t.Context(), to, Anna(), func(store.Moved) {}))
	leftBehind(t, "after the end", from, to)
	standing(t, to, store.InCharge)
	if err := from.Move(t.Context(), to, Anna(), func(store.Moved) {}); !errors.Is(err, engine.ErrMoved) {
		t.Errorf("once more = %v, want %v", err, engine.ErrMoved)
	}
}

// A move puts nobody in charge before it is on record on both sides where who left is on
// record from then on; done again, it does.
func (e suite) TestMoveIsOnRecord(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"of the old one", "of the new one"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := e.Create(t, NewClock().Now), e.Create(t, NewClock().Now)
			file, err := []*store.Store{from, to}[i].LeavingsFile()
			check(t, err)
			folder := filepath.Join(t.TempDir(), "not-mounted")
			check(t, os.Symlink(filepath.Join(folder, "roundup.left"), file))
			if err := from.Move(t.Context(), to, Anna(), func(store.Moved) {}); !errors.Is(err, store.ErrNotOnRecord) {
				t.Errorf("Move = %v, want %v", err, store.ErrNotOnRecord)
			}
			standing(t, to, store.Copy)
			leftBehind(t, "before the end", from, to)
			check(t, os.Mkdir(folder, 0o700))
			check(t, from.Move(t.Context(), to, Anna(), func(store.Moved) {}))
			standing(t, to, store.InCharge)
		})
	}
}

// A move that is refused changes nothing.
func (e suite) TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		set  func(t *testing.T, from, to *store.Store)
		want error
	}{
		{"to one with readers", func(t *testing.T, _, to *store.Store) {
			db := e.Raw(t, to)
			Fill(t, db, 1, 0)
			check(t, db.Close())
		}, store.ErrNotFresh},
		{"in the middle of an issue", func(t *testing.T, from, _ *store.Store) {
			db := e.Raw(t, from)
			insert(t, db, `issues (newsletter_id, uid, number, kind, slug, status, subject, preheader, note, date, started_at, touched_at)`,
				[][]any{{1, "uid", 1, "regular", "1", "held", "", "", "", "2026-11-19T00:00:00.000Z", "2026-11-19T00:00:00.000Z", "2026-11-19T00:00:00.000Z"}})
			check(t, db.Close())
		}, store.ErrUnderWay},
		{"of a copy", func(t *testing.T, from, _ *store.Store) {
			db := e.Raw(t, from)
			insert(t, db, `meta (key, value)`, [][]any{{"copy_of", "roundup.db"}})
			check(t, db.Close())
		}, store.ErrNotInCharge},
		{"where who left can't be put on record", func(t *testing.T, from, _ *store.Store) {
			file, err := from.LeavingsFile()
			check(t, err)
			check(t, os.Mkdir(file, 0o700))
		}, store.ErrNotOnRecord},
		{"where the other one can't put it on record", func(t *testing.T, _, to *store.Store) {
			file, err := to.LeavingsFile()
			check(t, err)
			check(t, os.Mkdir(file, 0o700))
		}, store.ErrNotOnRecord},
		{"where a row is refused", func(t *testing.T, from, to *store.Store) {
			db := e.Raw(t, from)
			Fill(t, db, 3, 3)
			check(t, db.Close())
			e.Refuse(t, to, "subscriptions")
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			from, to := e.Create(t, NewClock().Now), e.Create(t, NewClock().Now)
			tt.set(t, from, to)
			from = e.Reopen(t, from, NewClock().Now)
			defer func() { _ = from.Close() }()
			before := fmt.Sprint(e.rows(t, from), e.rows(t, to))
			err := from.Move(t.Context(), to, Anna(), func(store.Moved) {})
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("Move = %v, want %v", err, tt.want)
			}
			if after := fmt.Sprint(e.rows(t, from), e.rows(t, to)); after != before {
				t.Error("a refused move changed something")
			}
		})
	}
}

// rows are the rows of every table, as text, sorted.
func (e suite) rows(t *testing.T, st *store.Store) map[string][]string {
	t.Helper()
	db := e.Raw(t, st)
	defer func() { _ = db.Close() }()
	all := map[string][]string{}
	for _, table := range e.Tables(t, st) {
		all[table] = tableRows(t, db, table)
	}
	return all
}

func tableRows(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM ` + table)
	check(t, err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	check(t, err)
	all := []string{}
	for rows.Next() {
		row, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		check(t, rows.Scan(dest...))
		all = append(all, fmt.Sprintf("%v", row))
	}
	check(t, rows.Err())
	slices.Sort(all)
	return all
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func standing(t *testing.T, st *store.Store, want store.Case) {
	t.Helper()
	got, err := st.Standing(t.Context())
	check(t, err)
	if got.Case != want {
		t.Errorf("standing = %+v, want case %d", got, want)
	}
}
