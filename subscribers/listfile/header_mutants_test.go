package listfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// One fault in the header of a tool's export never makes a reader who left one
// who may be mailed, and costs nobody without a word.
func TestOneFaultInAHeader(t *testing.T) {
	t.Parallel()
	own := toolExport{name: "Roundup", give: "public_id,email,name,status,suppressed,labels\n,a@x.org,Ann,active,,\n,b@x.org,Bob,active,complaint,\n,c@x.org,Cy,unsubscribed,,\n,d@x.org,Di,pending,,\n,e@x.org,Ed,active,manual,vip\n"}
	for _, tt := range append(toolExports(), own) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, rest := splitHeader(tt.give)
			want := standings(t, tt.give)
			for _, fault := range headerFaults(rows) {
				list, err := listfile.OpenCSV(strings.NewReader(fault.header+rest), listfile.ReadOptions{Name: "list.csv"})
				if err != nil {
					var header *listfile.HeaderError
					if !errors.As(err, &header) || header.Column() == "" {
						t.Errorf("%s: the error does not say which column was meant: %v", fault.name, err)
					}
					continue
				}
				for row, reject := range list.Rows() {
					if reject != nil {
						continue // said
					}
					before, known := want[row.Line]
					mailed := row.Skip == "" && row.Suppress == "" && row.Status == subscribers.Active
					switch {
					case !known:
						t.Errorf("%s: line %d is new: %+v", fault.name, row.Line, row)
					case mailed && !before:
						t.Errorf("%s: line %d would be mailed, and must not: %+v", fault.name, row.Line, row)
					case before && !mailed && row.Skip == "":
						t.Errorf("%s: line %d is lost without a word: %+v", fault.name, row.Line, row)
					}
				}
			}
		})
	}
}

// standings tells which lines of a good file may be mailed.
func standings(t *testing.T, text string) map[int]bool {
	t.Helper()
	list, err := listfile.OpenCSV(strings.NewReader(text), listfile.ReadOptions{Name: "list.csv"})
	if err != nil {
		t.Fatal(err)
	}
	mailable := map[int]bool{}
	for row, reject := range list.Rows() {
		if reject != nil {
			t.Fatalf("line %d: %s", reject.Line, reject.Reason)
		}
		mailable[row.Line] = row.Skip == "" && row.Suppress == "" && row.Status == subscribers.Active
	}
	return mailable
}

func splitHeader(text string) (cells []string, rest string) {
	header, rest, _ := strings.Cut(strings.TrimPrefix(text, "\ufeff"), "\n")
	return strings.Split(header, ","), "\n" + rest
}

type headerFault struct{ name, header string }

// headerFaults spells each name in turn wrongly, and leaves it out.
func headerFaults(cells []string) []headerFault {
	var faults []headerFault
	for i, cell := range cells {
		quote := ""
		if strings.HasPrefix(cell, `"`) {
			quote = `"`
		}
		name := strings.Trim(cell, `"`)
		middle := len(name) / 2
		for what, wrong := range map[string]string{
			"swapped letters":  name[:middle-1] + name[middle:middle+1] + name[middle-1:middle] + name[middle+1:],
			"a letter missing": name[1:],
			"no name":          "",
			"another name":     "Spalte " + fmt.Sprint(i+1),
		} {
			if strings.EqualFold(wrong, name) { // two equal letters
				continue
			}
			broken := append([]string(nil), cells...)
			broken[i] = quote + wrong + quote
			faults = append(faults, headerFault{fmt.Sprintf("%s: %s", name, what), strings.Join(broken, ",")})
		}
	}
	return faults
}
