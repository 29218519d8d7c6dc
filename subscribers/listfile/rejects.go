package listfile

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
)

// Reject is a line that could not be read as a subscriber.
type Reject struct {
	Line   int      // where it begins, from 1
	Raw    []string // its cells as read, of a line over 8 KiB cut short; empty when it could not be taken apart
	Reason string

	// Err is not nil when nothing after this line could be read either: the
	// file broke off, or has no column of addresses. Reason says it in words.
	Err error
}

// rejectedBecause is the column by which OpenCSV knows a file of rejects.
const rejectedBecause = "rejected_because"

// The headers that RejectWriter adds, folded.
const (
	rejectedBecauseFolded = "rejected because"
	rejectedLineFolded    = "rejected line"
)

// LeftAsItWas begins the reason of a line that was understood and not followed:
// its reader has left, or its own status is not known. Read back, such a line is
// skipped again, for what said so may have been an option of that import; whoever
// knows better takes the reason out.
const LeftAsItWas = "left as it was: "

// RejectWriter writes the lines an import did not take as a CSV of their own:
// line number, reason, then the cells as they were. Mended, the file can be
// imported itself: what is refused then has the new line number and reason.
type RejectWriter struct {
	w       *csv.Writer
	columns []string
	ours    []bool // which of the columns an earlier RejectWriter added; nil for none
	headed  bool
}

// NewRejectWriter writes to w, under the columns of the file that was read
// (Format.Columns); call Flush at the end. Without a reject nothing is written.
func NewRejectWriter(w io.Writer, columns []string) *RejectWriter {
	r := &RejectWriter{w: csv.NewWriter(w), columns: columns}
	because := func(column string) bool { return foldHeader(column) == rejectedBecauseFolded }
	if !slices.ContainsFunc(columns, because) {
		return r
	}
	r.columns = nil
	for _, column := range columns {
		r.columns = append(r.columns, restore(column))
		r.ours = append(r.ours, because(column) || foldHeader(column) == rejectedLineFolded)
	}
	return r
}

// Write adds a line.
func (r *RejectWriter) Write(reject Reject) error {
	if !r.headed {
		r.headed = true
		if err := r.write("rejected_line", rejectedBecause, r.columns); err != nil {
			return err
		}
	}
	return r.write(strconv.Itoa(reject.Line), reject.Reason, reject.Raw)
}

// Flush writes what is still buffered.
func (r *RejectWriter) Flush() error {
	r.w.Flush()
	return r.w.Error()
}

func (r *RejectWriter) write(line, because string, cells []string) error {
	all := []string{line, because}
	for place, cell := range cells {
		if place >= len(r.ours) || !r.ours[place] {
			all = append(all, cell)
		}
	}
	return writeDefused(r.w, all)
}
