package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/internal/asjson"
	"roundup/internal/testing/measure"
	"roundup/internal/testing/smtptest"
	"roundup/store/sqlite"
	"roundup/subscribers"
)

// TestHundredThousandReaders imports, lists and exports a long list in little
// memory, and lets others write meanwhile.
func TestHundredThousandReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100,000 rows")
	}
	if measure.UnderRace {
		t.Skip("memory is not the program's own under the race detector")
	}
	t.Parallel()
	const readers, most = 100_000, 128 << 10 // KiB of resident memory, 40 of them the program's own
	s := newSite(t, 1, smtptest.Options{})
	var file strings.Builder
	for i := range readers {
		fmt.Fprintf(&file, "q%d@many.example,\"Reader, number %d\"\n", i, i)
	}
	s.write("many.csv", file.String())

	importing := s.command("subscribers", "import", "--status", "active", "many.csv")
	if err := importing.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- importing.Wait() }()
	var got int
	waits := s.waits(ended, func() { got = max(got, peakMemory(importing.Process.Pid)) })
	if got > most {
		t.Errorf("the import took %d KiB of memory, want at most %d", got, most)
	}
	// How long a writer waits is the machine's, and measured in make bench; that
	// writers get their turn all the way through the import is ours.
	slices.Sort(waits)
	if batches := readers / 500; len(waits) < batches/4 {
		t.Errorf("%d writes got their turn during an import of %d batches", len(waits), batches)
	}
	t.Logf("%d writes during the import, the median took %v, the longest %v", len(waits), waits[len(waits)/2], waits[len(waits)-1])

	for _, args := range [][]string{{"list"}, {"list", "--json"}, {"list", "--text", "number 9"}, {"export"}} {
		cmd := s.command(append([]string{"subscribers"}, args...)...)
		lines, got := readAll(t, cmd)
		if lines < readers/10 {
			t.Errorf("%q printed %d lines", args, lines)
		}
		if got > most {
			t.Errorf("%q took %d KiB of memory, want at most %d", args, got, most)
		}
		t.Logf("%q: %d lines, %d KiB", args, lines, got)
	}
}

// readAll runs a command and returns how many lines it printed, and the most
// memory it took.
func readAll(t *testing.T, cmd *exec.Cmd) (lines, peak int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 64<<10)
	for err == nil {
		var n int
		n, err = out.Read(buf)
		lines += bytes.Count(buf[:n], []byte("\n"))
		peak = max(peak, peakMemory(cmd.Process.Pid))
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return lines, peak
}

var highWater = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peakMemory is the most resident memory a process ever had, in KiB; 0 where
// the system does not tell. (The usage reported at its end counts its parent's,
// from before it was a program of its own.)
func peakMemory(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	found := highWater.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kib, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0
	}
	return kib
}

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// waits writes to the list as a sender or the web would, until a process has
// ended, and returns how long each write took. It calls each after each.
func (s *site) waits(ended <-chan error, each func()) []time.Duration {
	s.t.Helper()
	ctx := s.t.Context()
	st, err := sqlite.Open(ctx, filepath.Join(s.dir, "roundup.db"), sqlite.Options{Now: time.Now})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	reader, err := st.FindSubscriber(ctx, "r1@readers.example")
	if err != nil {
		s.t.Fatal(err)
	}
	var waits []time.Duration
	for i := 0; ; i++ {
		select {
		case err := <-ended:
			if err != nil {
				s.t.Fatal(err)
			}
			return waits
		case <-time.After(10 * time.Millisecond): // a writer now and then
		}
		began := time.Now()
		if i%2 == 0 {
			_, err = st.Unsubscribe(ctx, reader.PublicID, subscribers.Actor{Kind: subscribers.Reader})
		} else {
			err = st.ConfirmSubscriber(ctx, reader.Key, "test", subscribers.Actor{Kind: subscribers.Reader})
		}
		if err != nil {
			s.t.Fatal(err)
		}
		waits = append(waits, time.Since(began))
		each()
	}
}

// messy is a list as people keep them in spreadsheets: 10,000 lines with a byte
// order mark, semicolons, cells over two lines, padding, formulas, duplicates
// and addresses that are none.
func messy() (text string, added, again, refused int) {
	var b strings.Builder
	b.WriteString("\ufeffNom;E-mail;Ville\r\n")
	for i := range 10_000 {
		switch i % 50 {
		case 7:
			fmt.Fprintf(&b, "\"Deux\r\nLignes %d\";l%d@messy.example;\"a;b\"\r\n", i, i)
			added++
		case 11:
			fmt.Fprintf(&b, "Bad;bad%d.messy.example;\r\n", i)
			refused++
		case 13:
			fmt.Fprintf(&b, "Worse;worse%d@messy;\r\n", i)
			refused++
		case 17:
			fmt.Fprintf(&b, "=cmd|'/C calc'!A%d;  L%d@MESSY.example  ;\r\n", i, i)
			added++
		case 19:
			fmt.Fprintf(&b, ";L%d@Messy.Example;\r\n", i-2)
			again++
		case 23:
			fmt.Fprintf(&b, "{{.Name}} <b>\u202egpj;l%d@messy.example\r\n", i)
			added++
		default:
			fmt.Fprintf(&b, "Zoë Ångström %d;l%d@messy.example;Malmö\r\n", i, i)
			added++
		}
	}
	return b.String(), added, again, refused
}

func TestImportMessyFile(t *testing.T) {
	t.Parallel()
	text, added, again, refused := messy()
	for _, tt := range []struct {
		name, text string
	}{
		{"in UTF-8", text},
		{"in Windows-1252", strings.NewReplacer("\ufeff", "", "\u202e", "", "ë", "\xeb", "Å", "\xc5", "ö", "\xf6").Replace(text)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, 0, smtptest.Options{})
			s.write("messy.csv", tt.text)
			want := asjson.Imported{Added: added, Mailable: added, Unchanged: again, Rejected: refused, RejectsFile: "messy.rejects.csv"}
			if got := s.imports("messy.csv"); !cmp.Equal(want, got) {
				t.Errorf("first import: got %+v, want %+v", got, want)
			}
			want.Added, want.Mailable, want.Unchanged = 0, 0, added+again
			if got := s.imports("messy.csv"); !cmp.Equal(want, got) {
				t.Errorf("second import: got %+v, want %+v", got, want)
			}
			if out := s.must("subscribers", "show", "l0@messy.example"); !strings.Contains(out, "Zoë Ångström 0") {
				t.Errorf("the name did not survive its encoding:\n%s", out)
			}
			s.mend("messy.rejects.csv")
			if got := s.imports("messy.rejects.csv"); got.Added != refused || got.Rejected != 0 {
				t.Errorf("mended rejects: got %+v, want %d added", got, refused)
			}
		})
	}
}

// imports runs an import and returns what it says it did.
func (s *site) imports(file string) asjson.Imported {
	s.t.Helper()
	out, err := s.command("subscribers", "import", "--status", "active", file, "--json").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	var got asjson.Imported
	if err := json.Unmarshal(out, &got); err != nil {
		s.t.Fatal(err)
	}
	return got
}

// mend does to a file of rejects what a patient person would, after checking
// that each row says where it came from and what is wrong.
func (s *site) mend(name string) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, row := range rows[1:] {
		reason := fmt.Sprintf("address %q has no @", row[3])
		if strings.HasPrefix(row[3], "worse") {
			reason = fmt.Sprintf("address %q has a domain without a dot", row[3])
		}
		if row[1] != reason || row[0] == "" {
			s.t.Fatalf("line %s was refused because %q, want %q", row[0], row[1], reason)
		}
	}
	s.write(name, strings.NewReplacer(".messy.example,", "@messy.example,", "@messy,", "@messy.example,").Replace(string(text)))
}

// TestImportInterrupted ends an import with Ctrl-C; the next one takes the rest.
func TestImportInterrupted(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0, smtptest.Options{})
	text, added, again, refused := messy()
	cmd := s.command("subscribers", "import", "--status", "active", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	half := strings.LastIndex(text[:len(text)/2], "\nZo") + 1
	more := strings.Repeat("Zoë Ångström;later@messy.example;Malmö\r\n", 60_000) // what is read is taken in large portions
	if _, err := io.WriteString(in, text[:half]+more); err != nil {              // and then silence
		t.Fatal(err)
	}
	for !strings.Contains(s.must("subscribers", "list", "--text", "l500@"), "l500@") {
		time.Sleep(10 * time.Millisecond) // a poll for another process
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != int(app.ExitRunMore) {
		t.Errorf("an interrupted import ended with %v, want exit code %d", err, app.ExitRunMore)
	}
	if !strings.Contains(said.String(), "import the file again to go on: nothing is taken twice") {
		t.Errorf("it said %q", said.String())
	}
	if left, err := filepath.Glob(filepath.Join(s.dir, "*rejects*")); len(left) > 0 || err != nil {
		t.Errorf("it left %q, %v, which is not whole", left, err)
	}
	s.write("messy.csv", text)
	got := s.imports("messy.csv")
	if got.Added == 0 || got.Added == added || got.Added+got.Unchanged+got.Updated != added+again || got.Rejected != refused {
		t.Errorf("the second import: got %+v, want the rest of %d added", got, added)
	}
}

// TestRealBouncesUnsubscribeNobody reads mail that came back to real senders.
func TestRealBouncesUnsubscribeNobody(t *testing.T) {
	t.Parallel()
	folder, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data", "bounces"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the collection of real bounces is not here")
	}
	s := newSite(t, 2, smtptest.Options{})
	out, err := s.command("bounces", "read", "--json", "--quiet", folder).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range bytes.Lines(out) {
		var got asjson.Bounce
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatal(err)
		}
		if lines++; got.Kind == "unsubscribe" || got.Reader != "" || got.Proof == "token" {
			t.Errorf("got %+v, want nobody of ours", got)
		}
	}
	if lines < 300 {
		t.Errorf("%d lines", lines)
	}
}

// A command that a signal ends says so, and not what it was at.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := newSite(t, 3, smtptest.Options{})
	s.write("mail.eml", "Return-Path: <>\nSubject: Undelivered\n\nTo r1@readers.example: user unknown\n")
	ended, end := context.WithCancelCause(t.Context())
	end(terminal.ErrInterrupted)
	for _, command := range []string{"subscribers export", "subscribers list", "bounces read " + filepath.Join(s.dir, "mail.eml")} {
		var out, said strings.Builder
		args := append(strings.Fields(command), "--config", filepath.Join(s.dir, "roundup.yaml"))
		code := run(ended, t.Context(), args, app.Streams{In: strings.NewReader(""), Out: &out, Err: &said}, s.environ())
		if code != app.ExitRunMore || said.String() != "roundup: error: interrupted\n" {
			t.Errorf("%q: exit %d, %q", command, code, said.String())
		}
	}
}

// A killed export leaves no half list under the name it was given.
func TestExportKilled(t *testing.T) {
	t.Parallel()
	const readers = 20_000
	s := newSite(t, 1, smtptest.Options{})
	var file strings.Builder
	for i := range readers {
		fmt.Fprintf(&file, "q%d@many.example\n", i)
	}
	s.write("many.csv", file.String())
	s.must("subscribers", "import", "--status", "active", "many.csv")

	export := s.command("subscribers", "export", "all.csv")
	if err := export.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- export.Wait() }()
	for begun := false; !begun; {
		select {
		case <-ended:
			t.Skip("it ended before it could be killed")
		case <-time.After(time.Millisecond):
			found, err := filepath.Glob(filepath.Join(s.dir, "all.csv*"))
			if err != nil {
				t.Fatal(err)
			}
			begun = len(found) > 0
		}
	}
	_ = export.Process.Kill()
	<-ended
	if text, err := os.ReadFile(filepath.Join(s.dir, "all.csv")); err == nil && bytes.Count(text, []byte("\n")) <= readers {
		t.Errorf("a list of %d lines is left", bytes.Count(text, []byte("\n")))
	}
	_ = os.Remove(filepath.Join(s.dir, "all.csv"))
	s.must("subscribers", "export", "all.csv")
	if is, err := os.Stat(filepath.Join(s.dir, "all.csv")); err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("the whole list: %v, %v", is, err)
	}
}
