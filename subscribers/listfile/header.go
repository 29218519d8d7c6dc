package listfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"roundup/subscribers"
)

// kind is what the first telling record of a file is.
type kind int

const (
	unknown  kind = iota // neither of the others
	addressy             // holds an address: a list without a header
	headed               // names the columns
)

// guess is what a file looks like when taken apart at one delimiter.
type guess struct {
	kind      kind
	cells     []string // of the header, or of the first record; nil for none
	line      int      // where that stands
	layout    layout
	addresses map[int]int // how many cells of each column are an address
	looked    int         // records looked at, but for the header
}

// found is how many addresses there are in all columns.
func (g guess) found() int {
	all := 0
	for _, n := range g.addresses {
		all += n
	}
	return all
}

// better decides between two delimiters: the one that shows a column of
// addresses by its name, else the one that leaves most cells an address, as the
// wrong one leaves "ann@example.org;Ann".
func (g guess) better(than guess) bool {
	switch {
	case than.layout.comma == 0:
		return true
	case (g.kind == headed) != (than.kind == headed):
		return g.kind == headed
	case g.kind != headed && g.found() != than.found():
		return g.found() > than.found()
	case g.kind != than.kind:
		return g.kind > than.kind
	}
	return len(g.cells) > len(than.cells)
}

// holding is the column with most addresses, and how many it has.
func (g guess) holding() (place, found int) {
	for p, n := range g.addresses {
		if n > found || n == found && p < place {
			place, found = p, n
		}
	}
	return place, found
}

// guessBy takes the beginning of a file apart at l's delimiter. Titles may stand
// above the header or the first address. A record of several cells that is
// neither, with addresses below it, is a header that we don't know.
func guessBy(sample []byte, l layout, email string) guess {
	rs := records{src: bufio.NewReader(bytes.NewReader(sample)), cells: cellParser{comma: l.comma, backslash: l.backslash}}
	g := guess{layout: l, addresses: map[int]int{}}
	for above, settled := 0, false; ; above++ {
		cells, line, err := rs.next()
		if errors.Is(err, io.EOF) {
			return g
		}
		if err != nil || isBlank(cells) { // rejected, or left out, when its turn comes
			above--
			continue
		}
		k := unknown
		if !settled {
			k = kindOf(cells, email)
			settled = k != unknown
		}
		if k == headed || g.cells == nil && (k == addressy || len(cells) > 1) {
			g.kind, g.cells, g.line, g.layout.preamble, g.looked = k, cells, line, above, 0
		}
		if k == addressy || g.line != line {
			g.count(cells)
		}
	}
}

func (g *guess) count(cells []string) {
	g.looked++
	for place, cell := range cells {
		if isAddress(cell) {
			g.addresses[place]++
		}
	}
}

func isAddress(cell string) bool {
	if !strings.Contains(cell, "@") {
		return false
	}
	_, address := SplitMailbox(cell)
	_, err := subscribers.ParseAddress(address)
	return err == nil
}

// kindOf tells what a record is. email is the name of the column of addresses
// where the operator gives one.
func kindOf(cells []string, email string) kind {
	found := unknown
	for _, cell := range cells {
		header := foldHeader(cell)
		switch {
		case email != "" && header == foldHeader(email), email == "" && slices.Contains(emailHeaders, header):
			return headed
		case strings.Contains(cell, "@"):
			found = addressy
		}
	}
	return found
}
