package listfile

import (
	"bufio"
	"errors"
	"io"
)

// Records takes text apart as OpenCSV does, for tests of the taking apart alone.
func Records(r io.Reader, comma byte, backslash bool) (rows [][]string, lines []int, faults []error) {
	rs := records{src: bufio.NewReader(r), cells: cellParser{comma: comma, backslash: backslash}}
	for {
		cells, number, err := rs.next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, lines, faults
		case err != nil:
			faults = append(faults, err)
		}
		rows, lines = append(rows, cells), append(lines, number)
		if err != nil && !errors.Is(err, errOpenQuote) && !errors.Is(err, errRecordTooLong) {
			return rows, lines, faults
		}
	}
}

// Restore is the inverse of DefuseCell.
var Restore = restore
