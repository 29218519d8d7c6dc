package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// list is a database with a few readers, added as a person would.
func list(t *testing.T, names ...string) *scene {
	t.Helper()
	st, c := open(t)
	s := &scene{Store: st, t: t, clock: c}
	for _, name := range names {
		s.add(name)
	}
	return s
}

func (s *scene) add(name string) subscribers.Subscriber {
	s.t.Helper()
	a, err := subscribers.ParseAddress(name + "@readers.example")
	s.must(err)
	sub, err := s.Add(s.t.Context(), subscribers.Subscriber{Email: a.Given, Key: a.Key, Status: subscribers.Active}, storetest.Anna())
	s.must(err)
	return sub
}

func (s *scene) find(name string) subscribers.Subscriber {
	s.t.Helper()
	sub, err := s.FindSubscriber(s.t.Context(), name+"@readers.example")
	s.must(err)
	return sub
}

func (s *scene) hash(name string) []byte {
	s.t.Helper()
	keys, err := s.Keyring(s.t.Context())
	s.must(err)
	return keys.AddressHash(name + "@readers.example")
}

func (s *scene) left() string { return strings.TrimSuffix(s.Path(), ".db") + ".left" }

// restore replaces the database by an older file and opens it.
func (s *scene) restore(file string) *scene {
	s.t.Helper()
	s.must(s.Close())
	replace(s.t, file, s.Path())
	st, err := sqlite.Open(s.t.Context(), s.Path(), options(s.clock))
	s.must(err)
	s.t.Cleanup(func() { _ = st.Close() })
	return &scene{Store: st, t: s.t, clock: s.clock}
}

// Whoever left after the copy was made, by whatever way, leaves again when it is
// adopted; who came back since does not, and nobody is brought back.
func TestLeavingsOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	unsubscribe := func(s *scene, name string) {
		_, err := s.Unsubscribe(ctx, s.find(name).PublicID, oneClick())
		s.must(err)
	}
	importOf := func(s *scene, name string, status subscribers.Status, suppress subscribers.Reason) {
		a, err := subscribers.ParseAddress(name + "@readers.example")
		s.must(err)
		_, err = s.ImportBatch(ctx, []subscribers.Row{{Line: 1, Address: a, Status: status, Suppress: suppress}}, store.ImportOptions{By: storetest.Anna()})
		s.must(err)
	}
	tests := []struct {
		name   string
		before func(s *scene) // what the copy knows
		do     func(s *scene) // since
		want   string         // status, or "forgotten"; then why the address is suppressed
		count  store.Replayed
	}{
		{name: "nobody left", do: func(*scene) {}, want: "active"},
		{name: "one click", do: func(s *scene) { unsubscribe(s, "ada") }, want: "unsubscribed", count: store.Replayed{Left: 1}},
		{name: "import", do: func(s *scene) { importOf(s, "ada", subscribers.Unsubscribed, "") }, want: "unsubscribed", count: store.Replayed{Left: 1}},
		{name: "import of bounces", do: func(s *scene) { importOf(s, "ada", subscribers.Active, subscribers.HardBounce) },
			want: "active hard_bounce", count: store.Replayed{Suppressed: 1}},
		{name: "complaint", do: func(s *scene) {
			s.must(s.Suppress(ctx, s.hash("ada"), "ada@readers.example", subscribers.Complaint, storetest.Anna()))
		},
			want: "active complaint", count: store.Replayed{Suppressed: 1}},
		{name: "forgotten", do: func(s *scene) { s.must(s.Forget(ctx, "ada@readers.example", storetest.Anna())) },
			want: "forgotten erased", count: store.Replayed{Forgotten: 1, Suppressed: 1}},
		{name: "forgotten after a complaint that the copy knows",
			before: func(s *scene) {
				s.must(s.Suppress(ctx, s.hash("ada"), "ada@readers.example", subscribers.Complaint, storetest.Anna()))
			},
			do:   func(s *scene) { s.must(s.Forget(ctx, "ada@readers.example", storetest.Anna())) },
			want: "forgotten erased", count: store.Replayed{Forgotten: 1, Suppressed: 1}},
		{name: "left under another address", do: func(s *scene) {
			to, err := subscribers.ParseAddress("lovelace@readers.example")
			s.must(err)
			_, err = s.Change(ctx, "ada@readers.example", to, "", storetest.Anna())
			s.must(err)
			unsubscribe(s, "lovelace")
		}, want: "unsubscribed", count: store.Replayed{Left: 1}},
		{name: "left and confirmed anew", do: func(s *scene) {
			unsubscribe(s, "ada")
			s.clock.Forward(time.Hour)
			s.must(s.ConfirmSubscriber(ctx, "ada@readers.example", subscribers.ConsentConfirmation, storetest.Anna()))
		}, want: "active"},
		{name: "left and undone", do: func(s *scene) {
			unsubscribe(s, "ada")
			s.clock.Forward(time.Hour)
			undone, err := s.UndoLeave(ctx, s.find("ada").PublicID, s.clock.Now().Add(-24*time.Hour), oneClick())
			s.must(err)
			if !undone {
				s.t.Error("not undone")
			}
		}, want: "active"},
		{name: "left, confirmed anew and left", do: func(s *scene) {
			unsubscribe(s, "ada")
			s.must(s.ConfirmSubscriber(ctx, "ada@readers.example", subscribers.ConsentConfirmation, storetest.Anna()))
			unsubscribe(s, "ada")
		}, want: "unsubscribed", count: store.Replayed{Left: 1}},
		{name: "left before the copy", before: func(s *scene) { unsubscribe(s, "ada") }, do: func(*scene) {}, want: "unsubscribed"},
		{name: "left and came back before the copy", before: func(s *scene) {
			unsubscribe(s, "ada")
			s.clock.Forward(time.Hour)
			s.must(s.ConfirmSubscriber(ctx, "ada@readers.example", subscribers.ConsentConfirmation, storetest.Anna()))
		}, do: func(*scene) {}, want: "active"},
		{name: "forgotten and taken in anew before the copy", before: func(s *scene) {
			s.must(s.Forget(ctx, "ada@readers.example", storetest.Anna()))
			s.must(s.Lift(ctx, s.hash("ada"), storetest.Anna()))
			s.clock.Forward(time.Hour)
			s.add("ada")
		}, do: func(*scene) {}, want: "active"},
		{name: "forgotten under another address", do: func(s *scene) {
			to, err := subscribers.ParseAddress("lovelace@readers.example")
			s.must(err)
			_, err = s.Change(ctx, "ada@readers.example", to, "", storetest.Anna())
			s.must(err)
			s.must(s.Forget(ctx, to.Key, storetest.Anna()))
		}, want: "forgotten", count: store.Replayed{Forgotten: 1, Suppressed: 1}},
		{name: "came back since, which the copy does not know", before: func(s *scene) { unsubscribe(s, "ada") }, do: func(s *scene) {
			s.must(s.ConfirmSubscriber(ctx, "ada@readers.example", subscribers.ConsentConfirmation, storetest.Anna()))
		}, want: "unsubscribed"},
		{name: "a complaint that was lifted", do: func(s *scene) {
			s.must(s.Suppress(ctx, s.hash("ada"), "", subscribers.Complaint, storetest.Anna()))
			s.must(s.Lift(ctx, s.hash("ada"), storetest.Anna()))
		}, want: "active"},
		{name: "somebody the copy does not know", do: func(s *scene) {
			s.add("new")
			unsubscribe(s, "new")
		}, want: "active"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := list(t, "ada", "bob")
			if tt.before != nil {
				s.clock.Forward(time.Hour)
				tt.before(s)
			}
			id := s.find("ada").PublicID
			kept := s.keep()
			s.clock.Forward(time.Hour)
			tt.do(s)
			s.clock.Forward(time.Hour)
			s.must(s.SetNextNumber(ctx, 2)) // so that the copy is behind in any case
			s = s.restore(kept)
			done, err := s.Adopt(ctx, store.AdoptOptions{By: storetest.Anna()})
			s.must(err)
			tt.count.Lines = done.Lines
			if done.Replayed != tt.count {
				t.Errorf("Adopt replayed %+v, want %+v", done.Replayed, tt.count)
			}
			s.wantReader("ada", id, tt.want)
			s.wantReader("bob", s.find("bob").PublicID, "active")

			// Once more, as after another restore: nothing is left to do, or to write.
			size := fileSize(s.left())
			if done, err = s.Adopt(ctx, store.AdoptOptions{By: storetest.Anna()}); err != nil || done.Left+done.Forgotten+done.Suppressed > 0 {
				t.Errorf("a second Adopt replayed %+v, %v, want nothing", done, err)
			}
			if now := fileSize(s.left()); now != size {
				t.Errorf("playing back made the record grow from %d to %d", size, now)
			}
		})
	}
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// wantReader compares a reader's status and suppression.
func (s *scene) wantReader(name string, id subscribers.PublicID, want string) {
	s.t.Helper()
	got := "forgotten"
	if sub, err := s.SubscriberByPublicID(s.t.Context(), id); err == nil {
		got = string(sub.Status)
	}
	if p, err := s.Suppressed(s.t.Context(), s.hash(name)); err == nil {
		got += " " + string(p.Reason)
	}
	if got != want {
		s.t.Errorf("%s is %s, want %s", name, got, want)
	}
}

// The record names nobody, and is for its owner only.
func TestLeavingsNameNobody(t *testing.T) {
	t.Parallel()
	s := list(t, "ada")
	_, err := s.Unsubscribe(t.Context(), s.find("ada").PublicID, oneClick())
	s.must(err)
	s.must(s.Suppress(t.Context(), s.hash("someone"), "someone@readers.example", subscribers.Manual, storetest.Anna()))
	text, err := os.ReadFile(s.left())
	s.must(err)
	if lines := strings.Count(string(text), "\n"); lines != 2 || strings.ContainsAny(string(text), "@") || strings.Contains(string(text), "ada") {
		t.Errorf("the record is %q, want two lines without an address", text)
	}
	if len(text) > 2*130 {
		t.Errorf("a line has %d octets, want about 110", len(text)/2)
	}
	info, err := os.Stat(s.left())
	s.must(err)
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode = %o, want 600", got)
	}
}

// A line cut short, and whatever else is in the file, is passed over.
func TestLeavingsAfterACrash(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := list(t, "ada", "bob", "eve")
	kept := s.keep()
	s.clock.Forward(time.Hour)
	for i, name := range []string{"ada", "bob", "eve"} {
		_, err := s.Unsubscribe(ctx, s.find(name).PublicID, oneClick())
		s.must(err)
		text, err := os.ReadFile(s.left())
		s.must(err)
		if i == 1 { // bob's line is torn
			s.must(os.WriteFile(s.left(), text[:len(text)-20], 0o600))
		}
	}
	s = s.restore(kept)
	done, err := s.Adopt(ctx, store.AdoptOptions{By: storetest.Anna()})
	s.must(err)
	if done.Left != 2 {
		t.Errorf("%d left again, want ada and eve", done.Left)
	}
	s.wantReader("ada", s.find("ada").PublicID, "unsubscribed")
	s.wantReader("eve", s.find("eve").PublicID, "unsubscribed")
}

// What no program of this version wrote is passed over: a word it doesn't know, octets of a
// damaged disk.
func TestLeavingsOfOthers(t *testing.T) {
	t.Parallel()
	s := list(t, "ada", "bob")
	kept := s.keep()
	s.clock.Forward(time.Hour)
	_, err := s.Unsubscribe(t.Context(), s.find("ada").PublicID, oneClick())
	s.must(err)
	text, err := os.ReadFile(s.left())
	s.must(err)
	strange := strings.Replace(string(text), " left ", " vanished ", 1)
	for _, size := range []int{10, 100_000} {
		strange += strings.Repeat("\x00", size) + "\n"
	}
	s.must(os.WriteFile(s.left(), []byte(strange+string(text)), 0o600))
	s = s.restore(kept)
	done, err := s.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
	s.must(err)
	if done.Left != 1 || done.Lines != 1 {
		t.Errorf("Adopt replayed %+v, want one leaving of one line", done.Replayed)
	}
	s.wantReader("ada", s.find("ada").PublicID, "unsubscribed")
}

// Coming back and the end of a suppression are on record after their commit: another
// leaving may be there before them, and counts.
func TestLeavingsInTheWrongOrder(t *testing.T) {
	t.Parallel()
	s := list(t, "ada", "bob")
	kept := s.keep()
	for range 2 {
		s.clock.Forward(time.Hour)
		_, err := s.Unsubscribe(t.Context(), s.find("ada").PublicID, oneClick())
		s.must(errors.Join(err, s.Suppress(t.Context(), s.hash("bob"), "", subscribers.Complaint, storetest.Anna())))
		s.clock.Forward(time.Hour)
		s.must(s.ConfirmSubscriber(t.Context(), "ada@readers.example", subscribers.ConsentConfirmation, storetest.Anna()))
		s.must(s.Lift(t.Context(), s.hash("bob"), storetest.Anna()))
	}
	text, err := os.ReadFile(s.left())
	s.must(err)
	lines := strings.SplitAfter(string(text), "\n")
	if len(lines) != 9 { // left, complaint, joined, lifted; again
		t.Fatalf("the record is %q", text)
	}
	// The last coming back and lifting are not there yet, those before are late.
	s.must(os.WriteFile(s.left(), []byte(strings.Join(slices.Concat(lines[:2], lines[4:6], lines[2:4]), "")), 0o600))
	s = s.restore(kept)
	done, err := s.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
	s.must(err)
	if done.Left != 1 || done.Suppressed != 1 {
		t.Errorf("Adopt replayed %+v, want one leaving and one suppression", done.Replayed)
	}
	s.wantReader("ada", s.find("ada").PublicID, "unsubscribed")
	s.wantReader("bob", s.find("bob").PublicID, "active complaint")
}

// What was played back from elsewhere and was outdone here before is outdone in every later
// adoption, too.
func TestLeavingsOfElsewhereOutdone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := list(t, "ada", "bob")
	kept := s.keep()
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.left")
	lines := ""
	for _, name := range []string{"ada", "bob"} {
		lines += fmt.Sprintf("%s left %s -\n", s.clock.Now().Add(time.Minute).UTC().Format("2006-01-02T15:04:05.000Z"), s.find(name).PublicID)
	}
	s.must(os.WriteFile(elsewhere, []byte(lines), 0o600))
	s.clock.Forward(time.Hour)
	_, err := s.Unsubscribe(ctx, s.find("ada").PublicID, oneClick())
	s.must(err)
	s.clock.Forward(time.Hour)
	s.must(s.ConfirmSubscriber(ctx, "ada@readers.example", subscribers.ConsentConfirmation, storetest.Anna()))
	for range 2 {
		_, err = s.PlayBack(ctx, []string{elsewhere}, storetest.Anna())
		s.must(err)
	}
	s.wantReader("ada", s.find("ada").PublicID, "active")
	s.wantReader("bob", s.find("bob").PublicID, "unsubscribed")
	text, err := os.ReadFile(s.left())
	s.must(err)
	if n := strings.Count(string(text), "\n"); n != 3 {
		t.Errorf("the record is %q, want three lines", text)
	}
	s = s.restore(kept)
	_, err = s.Adopt(ctx, store.AdoptOptions{By: storetest.Anna()})
	s.must(err)
	s.wantReader("ada", s.find("ada").PublicID, "active")
	s.wantReader("bob", s.find("bob").PublicID, "unsubscribed")
}

// A record that can't be written keeps nobody from leaving, and is made up for.
func TestLeavingsThatCanNotBeWritten(t *testing.T) {
	t.Parallel()
	s := list(t, "ada", "bob")
	s.must(os.Mkdir(s.left(), 0o700)) // not even root can write that
	for i, name := range []string{"ada", "bob"} {
		if i == 1 {
			s.must(os.Remove(s.left()))
		}
		changed, err := s.Unsubscribe(t.Context(), s.find(name).PublicID, oneClick())
		if err != nil || !changed {
			t.Fatalf("Unsubscribe %s = %v, %v, want it done", name, changed, err)
		}
		if _, err := s.LeavingsFile(); (err != nil) != (i == 0) {
			t.Errorf("with %s gone, LeavingsFile says %v", name, err)
		}
	}
	text, err := os.ReadFile(s.left())
	s.must(err)
	if n := strings.Count(string(text), " left "); n != 2 {
		t.Errorf("the record is %q, want both", text)
	}
}

// What the database refused is not on record either.
func TestLeavingThatFailed(t *testing.T) {
	t.Parallel()
	s := list(t, "ada")
	sub := s.find("ada")
	run(t, s.Store, `CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END`)
	if _, err := s.Unsubscribe(t.Context(), sub.PublicID, oneClick()); err == nil {
		t.Fatal("the leaving was not refused")
	}
	if fileSize(s.left()) != 0 {
		t.Error("what failed before its commit is on record")
	}
	run(t, s.Store, `DROP TRIGGER full`)
	_, err := s.Unsubscribe(t.Context(), sub.PublicID, oneClick())
	s.must(err)
	if fileSize(s.left()) == 0 {
		t.Error("the leaving is not on record")
	}
}

// A record is played back in a database that sends without keeping others from writing: of
// those who have left already nothing is written, the others leave a few at a time.
func TestPlayedBackBesideWriters(t *testing.T) {
	t.Parallel()
	s := newScene(t, 120, 0)
	file := filepath.Join(t.TempDir(), "elsewhere.left")
	var lines strings.Builder
	for sub, err := range s.Subscribers(t.Context(), store.SubscriberFilter{}) {
		s.must(err)
		fmt.Fprintf(&lines, "2026-11-19T13:00:00.000Z left %s -\n", sub.PublicID)
	}
	s.must(os.WriteFile(file, []byte(lines.String()), 0o600))
	commits := func() int { return one[int](t, s.Store, `SELECT value FROM meta WHERE key = 'changes'`) }
	before := commits()
	done, err := s.PlayBack(t.Context(), []string{file}, storetest.Anna())
	s.must(err)
	if n := commits() - before; done.Left != 120 || n != 3 {
		t.Errorf("%d left again in %d transactions, want 120 in 3", done.Left, n)
	}
	busy, err := raw(t, s.Store).BeginTx(t.Context(), nil) // which takes the write lock
	s.must(err)
	defer func() { s.must(busy.Rollback()) }()
	done, err = s.PlayBack(t.Context(), []string{file}, storetest.Anna())
	if err != nil || done.Left != 0 {
		t.Errorf("played back once more: %+v, %v; want nothing written", done, err)
	}
}

// A large list's record is played back in a moment.
func TestManyLeavings(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3000, 0)
	kept := s.keep()
	var lines strings.Builder
	for i := 1; i <= 3000; i++ {
		var id subscribers.PublicID
		id[15], id[14] = byte(i), byte(i>>8)
		fmt.Fprintf(&lines, "2026-11-19T13:00:00.000Z left %s -\n", id)
	}
	s.must(os.WriteFile(s.left(), []byte(lines.String()), 0o600))
	s.must(s.SetNextNumber(t.Context(), 2))
	s = s.restore(kept)
	done, err := s.Adopt(t.Context(), store.AdoptOptions{By: storetest.Anna()})
	s.must(err)
	if done.Left != 3000 {
		t.Errorf("%d left again, want 3000", done.Left)
	}
}
