package listfile

import (
	"fmt"
	"slices"
	"strings"

	"roundup/subscribers"
)

// NoWord is why a line is skipped that does not say how its reader stands.
const NoWord = "the file does not say whether this reader may be mailed"

// ActiveWhen says who may be mailed, where a column tells it in words that are
// not ours: in the column "type", those with "regular" or "premium".
type ActiveWhen struct {
	Column string   // by name, or by number from 1; "" for no such column
	Values []string // of any case; "" is an empty cell
}

// ParseActiveWhen reads "type=regular,premium".
func ParseActiveWhen(s string) (ActiveWhen, bool) {
	column, values, ok := strings.Cut(s, "=")
	column = strings.TrimSpace(column)
	return ActiveWhen{Column: column, Values: strings.Split(values, ",")}, ok && column != ""
}

// read decides by the cell of the column. Who left, or waits for a confirmation,
// by another column's word stays so. A word that is not among the values counts
// where we know it as one of leaving; else it keeps its row out.
func (w ActiveWhen) read(cell, column string, row *subscribers.Row) {
	if row.Skip != "" || row.Status != "" && row.Status != subscribers.Active || row.Suppress != "" {
		return
	}
	if slices.ContainsFunc(w.Values, func(v string) bool { return foldHeader(v) == foldHeader(cell) }) {
		row.Status = subscribers.Active
		return
	}
	row.Status = ""
	setStatus(row, cell)
	if row.Status == subscribers.Active || row.Status == "" && row.Suppress == "" {
		row.Status = ""
		row.Skip = fmt.Sprintf("its %s is %q, which is not among those to be mailed", subscribers.CleanName(column), subscribers.CleanName(cell))
	}
}

const (
	mostValues  = 8  // of a column that may tell how readers stand
	longestWord = 40 // octets of one
)

// Survey is what a file holds that does not say who left.
type Survey struct {
	Addresses int            // lines with an address
	First     *Reject        // the first line without one; nil for none
	Broken    error          // why the file could not be read to its end; nil when it could
	Columns   []ColumnValues // those that may tell it all the same, the likeliest first
}

// Has reports whether the file has such a column, and each of the values in it.
func (s Survey) Has(w ActiveWhen) bool {
	for _, c := range s.Columns {
		if foldHeader(c.Column) == foldHeader(w.Column) {
			return !slices.ContainsFunc(w.Values, func(v string) bool { return !c.has(v) })
		}
	}
	return false
}

// has reports whether a line has the value, of any case.
func (c ColumnValues) has(value string) bool {
	return slices.ContainsFunc(c.Values, func(v ValueCount) bool { return foldHeader(v.Value) == foldHeader(value) })
}

// ColumnValues are the few values of a column.
type ColumnValues struct {
	Column string       // its name, or its number from 1
	Values []ValueCount // the most frequent first
}

// ValueCount is a value and how many lines have it.
type ValueCount struct {
	Value string
	Count int
}

// Survey reads the file whole, instead of Rows, and counts.
func (c *CSV) Survey() Survey {
	var s Survey
	t := tally{taken: map[int]bool{}}
	for _, f := range append(fields(), field{headers: []string{rejectedBecauseFolded, "rejected line"}}) {
		for _, header := range f.headers {
			if place, ok := c.file.columns[header]; ok {
				t.taken[place] = true
			}
		}
	}
	c.file.seen = t.add
	for _, reject := range c.Rows() {
		switch {
		case reject == nil:
			s.Addresses++
		case s.First == nil:
			s.First = reject
		}
		if reject != nil && reject.Err != nil {
			s.Broken = reject.Err
		}
	}
	s.Columns = t.columns(c.file.layout, s.Addresses)
	return s
}

// tally counts the values of each column, as long as they are few.
type tally struct {
	taken  map[int]bool     // places of columns that hold something else
	counts []map[string]int // by place; nil for a column with too many values
}

func (t *tally) add(cells []string) {
	for place, cell := range cells[:min(len(cells), 60)] {
		if place == len(t.counts) {
			t.counts = append(t.counts, map[string]int{})
		}
		value := subscribers.CleanName(cell)
		switch counts := t.counts[place]; {
		case counts == nil || t.taken[place]:
		case len(value) > longestWord, len(counts) == mostValues && counts[value] == 0:
			t.counts[place] = nil
		default:
			counts[value]++
		}
	}
}

// columns leaves out those in which every line has a value of its own, or none.
func (t *tally) columns(l layout, lines int) []ColumnValues {
	var all []ColumnValues
	for place, counts := range t.counts {
		if len(counts) == 0 || counts[""] == lines || len(counts) == lines && lines > 3 {
			continue
		}
		c := ColumnValues{Column: l.column(place)}
		for value, n := range counts {
			c.Values = append(c.Values, ValueCount{value, n})
		}
		slices.SortFunc(c.Values, func(a, b ValueCount) int {
			if a.Count != b.Count {
				return b.Count - a.Count
			}
			return strings.Compare(a.Value, b.Value)
		})
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b ColumnValues) int { return likely(b) - likely(a) })
	return all
}

// likely is 1 for a column whose name, or a value of which, speaks of standing.
func likely(c ColumnValues) int {
	header := foldHeader(c.Column)
	for _, word := range []string{"stat", "type", "subscri", "active", "opt", "confirm", "consent", "enabled", "bounce"} {
		if strings.Contains(header, word) {
			return 1
		}
	}
	for _, v := range c.Values {
		if leaves(v.Value) {
			return 1
		}
	}
	return 0
}
