package list_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/internal/list"
	"roundup/store/storetest"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// rejects keeps the lines that an import does not take.
type rejects struct {
	lines []string
	brief bool // without their cells
	err   error
}

func (r *rejects) Write(reject listfile.Reject) error {
	cells := strings.Join(reject.Raw, "|")
	if r.brief {
		cells = ""
	}
	r.lines = append(r.lines, fmt.Sprintf("%d %s: %s", reject.Line, cells, reject.Reason))
	return r.err
}

// batch is some lines, fewer than go in at once.
const batch = 250

const spring = `name,e-mail,status
Ann,ann@example.org,active
Bob,bob.example.org,active
Cy,cy@example.org,
Dee,dee@example.org,unsubscribed
`

func TestImport(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		before  string // a file taken in first
		forget  string // whom, then
		text    string
		silent  subscribers.Status
		want    list.Imported
		refused []string
		ann     subscribers.Status
	}{
		{
			name: "a file that says how its readers stand", text: spring,
			want:    list.Imported{Lines: 4, Added: 2, Mailable: 1, Skipped: 1, Silent: 1, Rejected: 1},
			refused: []string{`3 Bob|bob.example.org|active: address "bob.example.org" has no @`, "4 Cy|cy@example.org|: left as it was: " + listfile.NoWord},
			ann:     subscribers.Active,
		},
		{
			name: "the same again", before: spring, text: spring,
			want:    list.Imported{Lines: 4, Unchanged: 2, Skipped: 1, Silent: 1, Rejected: 1},
			refused: []string{`3 Bob|bob.example.org|active: address "bob.example.org" has no @`, "4 Cy|cy@example.org|: left as it was: " + listfile.NoWord},
			ann:     subscribers.Active,
		},
		{
			name: "pending is the most", text: "email\nann@example.org\n", silent: subscribers.Pending,
			want: list.Imported{Lines: 1, Added: 1},
			ann:  subscribers.Pending,
		},
		{
			name: "who left does not return", before: "email,status\nann@example.org,unsubscribed\n", text: "email\nann@example.org\n", silent: subscribers.Active,
			want:    list.Imported{Lines: 1, Skipped: 1},
			refused: []string{"2 ann@example.org: left as it was: unsubscribed on 2026-11-20; an import never brings anybody back"},
			ann:     subscribers.Unsubscribed,
		},
		{
			name:   "the whole line is there to be mended",
			before: "email,status\nann@example.org,unsubscribed\n",
			text:   "email,name,labels,extra\nann@example.org,'=Ann,\"a, b\"," + strings.Repeat("x", 1000) + "\n", silent: subscribers.Active,
			want:    list.Imported{Lines: 1, Skipped: 1},
			refused: []string{"2 ann@example.org|'=Ann|a, b|" + strings.Repeat("x", 1000) + ": left as it was: unsubscribed on 2026-11-20; an import never brings anybody back"},
			ann:     subscribers.Unsubscribed,
		},
		{
			name: "who was forgotten neither", before: spring, forget: "ann@example.org", text: "email\nann@example.org\n", silent: subscribers.Active,
			want: list.Imported{Lines: 1, Skipped: 1}, refused: []string{"2 ann@example.org: left as it was: the person asked to be forgotten"},
		},
		{
			name: "role addresses, but of who left", text: "email,status\nabuse@example.org,active\nPostmaster@example.org,\nroot@example.org,unsubscribed\ninfo@example.org,active\n", silent: subscribers.Active,
			want: list.Imported{Lines: 4, Added: 4, Mailable: 3, Roles: 2, RoleLines: []list.RoleLine{{Line: 2, Address: "abuse@example.org"}, {Line: 3, Address: "Postmaster@example.org"}}},
		},
		{name: "role addresses that nothing is said of", text: "email,status\nabuse@example.org,\n", want: list.Imported{Lines: 1, Skipped: 1, Silent: 1}, refused: []string{"2 abuse@example.org|: left as it was: " + listfile.NoWord}},
		{name: "nothing in it", text: "email,status\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if tt.before != "" {
				if _, err := b.Import(t.Context(), list.Import{By: storetest.Anna(), File: file(t, tt.before, listfile.ReadOptions{}), Name: "before.csv"}); err != nil {
					t.Fatal(err)
				}
			}
			if tt.forget != "" {
				if err := b.store.Forget(t.Context(), tt.forget, storetest.Anna()); err != nil {
					t.Fatal(err)
				}
			}
			for _, rehearse := range []bool{true, false} { // a rehearsal says what comes of it, and changes nothing
				stats, err := b.store.Stats(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				got := rejects{brief: rehearse}
				done, err := b.Import(t.Context(), list.Import{
					By:   storetest.Anna(),
					File: file(t, tt.text, listfile.ReadOptions{Silent: tt.silent}), Name: "list.csv",
					Most: tt.silent, Rehearse: rehearse, Rejects: &got,
				})
				if err != nil {
					t.Fatal(err)
				}
				if (done.First != nil) != (tt.want.Rejected > 0) {
					t.Errorf("the first that was rejected: %+v", done.First)
				}
				done.First = nil
				if diff := cmp.Diff(tt.want, done); diff != "" {
					t.Errorf("rehearse %v: %s", rehearse, diff)
				}
				want := slices.Clone(tt.refused)
				for i, line := range want {
					if number, reason, ok := strings.Cut(line, ": "); rehearse && ok {
						want[i] = number[:strings.Index(number, " ")] + " : " + reason
					}
				}
				if diff := cmp.Diff(want, got.lines); diff != "" {
					t.Errorf("rehearse %v: lines that are not taken: %s", rehearse, diff)
				}
				after, err := b.store.Stats(t.Context())
				if err != nil || rehearse && after != stats {
					t.Errorf("a rehearsal left %+v, %v; it was %+v", after, err, stats)
				}
			}
			if got := b.status(t, "ann@example.org"); got != tt.ann {
				t.Errorf("ann is %q, want %q", got, tt.ann)
			}
		})
	}
}

// broken is a file that breaks off, by a disk's fault or because ctx was ended.
type broken struct {
	io.Reader
	at func() error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		return n, b.at()
	}
	return n, err
}

// What is counted is in, whatever ends an import.
func TestImportBreaksOff(t *testing.T) {
	t.Parallel()
	errDisk, errStop, errNoRoom := errors.New("disk"), errors.New("stop"), errors.New("no room")
	tests := []struct {
		name  string
		lines int
		tail  string
		end   func(stop context.CancelCauseFunc) error // what the file ends with
		full  error                                    // of the rejects
		want  int                                      // lines in
		err   error
	}{
		{name: "the file breaks off", lines: batch + 7, end: func(context.CancelCauseFunc) error { return errDisk }, want: batch + 7, err: errDisk},
		{name: "it is stopped", lines: batch + 7, end: func(stop context.CancelCauseFunc) error { stop(errStop); return io.EOF }, want: 0, err: errStop},
		{name: "the rejects can't be written", lines: batch, tail: "nobody\n", full: errNoRoom, want: 0, err: errNoRoom},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			var text strings.Builder
			for i := range tt.lines {
				fmt.Fprintf(&text, "r%d@example.org\n", i)
			}
			ctx, stop := context.WithCancelCause(t.Context())
			defer stop(nil)
			in := broken{strings.NewReader(text.String() + tt.tail), func() error {
				if tt.end == nil {
					return io.EOF
				}
				return tt.end(stop)
			}}
			f, err := listfile.OpenCSV(in, listfile.ReadOptions{Silent: subscribers.Active})
			if err != nil {
				t.Fatal(err)
			}
			done, err := b.Import(ctx, list.Import{By: storetest.Anna(), File: f, Name: "list.csv", Rejects: &rejects{err: tt.full}})
			if !errors.Is(err, tt.err) {
				t.Errorf("error = %v, want %v", err, tt.err)
			}
			stats, serr := b.store.Stats(t.Context())
			if done.Taken() != tt.want || stats.Active != tt.want || serr != nil {
				t.Errorf("%d counted, %d in the list (%v), want %d", done.Taken(), stats.Active, serr, tt.want)
			}
		})
	}
}

// TestImportLeavesTheWriteLockToOthers imports a file beside somebody who wants to
// write to the same database. In a bubble's time his turns come only while the
// import pauses: he must find the lock free, and a batch more each time; they grow, since
// in that time none takes any.
func TestImportLeavesTheWriteLockToOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		other, err := sql.Open("sqlite3", "file:"+b.store.Path()+"?mode=rw&_busy_timeout=0&_txlock=immediate")
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		var text strings.Builder
		for i := range 40 * batch {
			fmt.Fprintf(&text, "r%d@example.org\n", i)
		}
		over := make(chan struct{})
		var seen []int
		var writing sync.WaitGroup
		writing.Go(func() {
			for {
				select {
				case <-over:
					return
				case <-time.After(7 * time.Millisecond): // never the moment at which a pause ends
					seen = append(seen, readersUnderLock(t, other))
				}
			}
		})
		in := list.Import{By: storetest.Anna(), File: file(t, text.String(), listfile.ReadOptions{Silent: subscribers.Active}), Name: "list.csv"}
		if done, err := b.Import(t.Context(), in); err != nil || done.Added != 40*batch {
			t.Fatalf("got %+v, %v", done, err)
		}
		close(over)
		writing.Wait()
		if got, want := slices.Compact(seen), []int{2000, 6100}; !slices.Equal(got, want) {
			t.Errorf("who wants to write found %v readers in, want %v", got, want)
		}
	})
}

// readersUnderLock counts the readers with the write lock held.
func readersUnderLock(t *testing.T, db *sql.DB) int {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil) // immediate: it takes the lock
	if err != nil {
		t.Errorf("the write lock is not free: %v", err)
		return 0
	}
	defer func() { _ = tx.Rollback() }()
	var n int
	if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM subscribers`).Scan(&n); err != nil {
		t.Error(err)
	}
	return n
}
