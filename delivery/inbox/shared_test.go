package inbox_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

// sharedBounces are mails made by others, beside the repository.
const sharedBounces = "../../../shared/data/bounces"

// leastRight is how many of them must be read right, in a thousand.
const leastRight = 970

// TestSharedBounces reads the mails that others collected, and compares who is meant and
// the kind with testdata/shared.tsv, which was made beside this reader: where the
// collection's own reader (Sisimai) says something else than a look at the mail, the look
// decided; those lines bear a note.
func TestSharedBounces(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(sharedBounces); err != nil {
		t.Skip("no collection of bounces beside the repository")
	}
	want, sisimai := labels(t)
	agreed := 0
	type family struct{ right, all int }
	families := map[string]*family{}
	total := family{}
	for name, expected := range want {
		var got []string
		for _, f := range readAll(t, filepath.Join(sharedBounces, name)) {
			got = append(got, strings.TrimSpace(string(f.Kind)+" "+strings.ToLower(f.Recipient)))
			if f.Kind == inbox.Hard || f.Kind == inbox.Soft || f.Kind == inbox.Complaint {
				if strings.HasPrefix(expected[0], "none") || strings.HasPrefix(expected[0], "auto-reply") {
					t.Errorf("%s: %s is taken for %s", name, expected[0], f.Kind)
				}
			}
		}
		of := name[:strings.LastIndexByte(name, '-')]
		if families[of] == nil {
			families[of] = &family{}
		}
		families[of].all++
		total.all++
		slices.Sort(got)
		got = slices.Compact(got)
		if slices.Equal(got, sisimai[name]) {
			agreed++
		}
		if slices.Equal(got, expected) {
			families[of].right++
			total.right++
		} else {
			t.Logf("%s: got %q, want %q", name, got, expected)
		}
	}
	names := make([]string, 0, len(families))
	for name := range families {
		names = append(names, name)
	}
	slices.Sort(names)
	var table strings.Builder
	for _, name := range names {
		fmt.Fprintf(&table, "\n%-24s %3d of %3d", name, families[name].right, families[name].all)
	}
	t.Logf("right recipient and kind:%s\n%-24s %3d of %3d\n%-24s %3d of %3d",
		table.String(), "all", total.right, total.all, "as Sisimai has it", agreed, total.all)
	if total.right*1000 < total.all*leastRight {
		t.Errorf("%d of %d are right, want %d in a thousand", total.right, total.all, leastRight)
	}
}

// labels are what each file says: "kind recipient", sorted; and what Sisimai says.
func labels(t *testing.T) (all, sisimai map[string][]string) {
	t.Helper()
	f, err := os.Open("testdata/shared.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, sisimai = map[string][]string{}, map[string][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, note, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Split(strings.TrimRight(line, " \t"), "\t")
		if fields[0] == "" {
			continue
		}
		all[fields[0]], sisimai[fields[0]] = fields[1:], fields[1:]
		if _, theirs, differs := strings.Cut(note, "Sisimai: "); differs {
			sisimai[fields[0]] = strings.Split(theirs, ", ")
		}
	}
	return all, sisimai
}

func readAll(t *testing.T, path string) []inbox.Finding {
	t.Helper()
	var all []inbox.Finding
	k := keyring(t)
	err := inbox.EachMailAt(t.Context(), path, func(mail io.Reader, envelope inbox.Envelope, _ string) error {
		report, err := inbox.Read(mail, k, envelope)
		all = append(all, report.Findings...)
		return err
	}, stopped)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return all
}
