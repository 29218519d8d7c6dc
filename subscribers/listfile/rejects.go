package listfile

import (
	"encoding/csv"
	"io"
	"strconv"
)

// Reject is a line that could not be read as a subscriber.
type Reject struct {
	Line   int      // where it begins, from 1
	Raw    []string // its cells as read, long ones cut short; empty when it could not be taken apart
	Reason string

	// Err is not nil when nothing after this line could be read either: the
	// file broke off, or has no column of addresses. Reason says it in words.
	Err error
}

// rejectedBecause is the column by which OpenCSV knows a file of rejects.
const rejectedBecause = "rejected_because"

// rejectedBecauseFolded is its header, folded.
const rejectedBecauseFolded = "rejected because"

// LeftAsItWas begins the reason of a line that was understood and not followed:
// its reader has left, or its own status is not known. Read back, such a line is
// skipped again, for the cell that said so may not be in the file of rejects;
// whoever knows better takes the reason out.
const LeftAsItWas = "left as it was: "

// RejectWriter writes the lines an import did not take as a CSV of their own:
// line number, reason, then the cells as they were. Mended, the file can be
// imported itself.
type RejectWriter struct {
	w       *csv.Writer
	columns []string
	headed  bool
}

// NewRejectWriter writes to w, under the columns of the file that was read
// (Format.Columns); call Flush at the end. Without a reject nothing is written.
func NewRejectWriter(w io.Writer, columns []string) *RejectWriter {
	return &RejectWriter{w: csv.NewWriter(w), columns: columns}
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
	return writeDefused(r.w, append([]string{line, because}, cells...))
}
