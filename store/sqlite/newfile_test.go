package sqlite_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"roundup/store"
	"roundup/store/sqlite"
)

// What a killed `init` or `backup` left is taken away by the next one to the same
// place; what another is making, and what is no such file, stays.
func TestFilesOfTheDeadAreRemoved(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(t *testing.T, st *store.Store, o sqlite.Options, place string) error{
		"backup": func(t *testing.T, st *store.Store, _ sqlite.Options, place string) error {
			return st.Backup(t.Context(), place)
		},
		"create": func(t *testing.T, _ *store.Store, o sqlite.Options, place string) error {
			st, _, err := sqlite.Create(t.Context(), place, o)
			if err == nil {
				err = st.Close()
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, c := open(t)
			place := filepath.Join(t.TempDir(), "copy [1].db")
			dead, alive := place+".new-"+strings.Repeat("A", 26), place+".new-"+strings.Repeat("B", 26)
			others := []string{place + ".new-short", place + ".new-" + strings.Repeat("C", 26) + ".txt",
				filepath.Join(filepath.Dir(place), "x.db.new-"+strings.Repeat("D", 26))}
			for _, file := range append([]string{dead, dead + "-wal", dead + "-journal", alive}, others...) {
				check(t, os.WriteFile(file, []byte("half a database"), 0o600))
			}
			maker, err := os.Open(alive)
			check(t, err)
			defer func() { _ = maker.Close() }()
			check(t, syscall.Flock(int(maker.Fd()), syscall.LOCK_EX))
			check(t, do(t, st, options(c), place))
			got, err := filepath.Glob(filepath.Join(filepath.Dir(place), "*.new-*"))
			check(t, err)
			want := append([]string{alive}, others...)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
