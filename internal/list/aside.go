package list

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

// asideSize is how many octets of records are kept in memory: some 40,000 lines.
const asideSize = 8 << 20

// aside puts records aside and gives them back in order, which is that of their octets:
// in memory, or in a temporary file once they are many. The file has no name: nobody
// else opens it, and it is gone when the program is.
type aside struct {
	octets  []byte
	records [][2]int // where each begins and ends in octets
	file    *os.File // nil as long as all is in memory
	size    int64    // of it
	runs    [][2]int64
}

// full reports whether there is no room in memory for a record.
func (a *aside) full(record []byte) bool { return len(a.octets)+len(record) > asideSize }

// add puts a record aside.
func (a *aside) add(record []byte) error {
	if a.full(record) {
		if err := a.spill(); err != nil {
			return err
		}
	}
	begin := len(a.octets)
	a.octets = append(a.octets, record...)
	a.records = append(a.records, [2]int{begin, len(a.octets)})
	return nil
}

func (a *aside) sort() {
	slices.SortFunc(a.records, func(x, y [2]int) int { return bytes.Compare(a.octets[x[0]:x[1]], a.octets[y[0]:y[1]]) })
}

// spill writes what is in memory to the file, in order.
func (a *aside) spill() (err error) {
	if a.file == nil {
		if a.file, err = os.CreateTemp("", "roundup-import-*"); err != nil {
			return fmt.Errorf("put lines aside: %w", err)
		}
		if err := os.Remove(a.file.Name()); err != nil {
			return fmt.Errorf("put lines aside: %w", err)
		}
	}
	a.sort()
	out := bufio.NewWriterSize(a.file, 1<<20)
	begin := a.size
	for _, r := range a.records {
		head := binary.AppendUvarint(nil, uint64(r[1]-r[0]))
		_, _ = out.Write(head) // its error comes again with Flush
		_, _ = out.Write(a.octets[r[0]:r[1]])
		a.size += int64(len(head) + r[1] - r[0])
	}
	a.runs = append(a.runs, [2]int64{begin, a.size})
	a.octets, a.records = a.octets[:0], a.records[:0]
	if err := out.Flush(); err != nil {
		return fmt.Errorf("put lines aside in %s: %w", os.TempDir(), err)
	}
	return nil
}

// close gives the file back. What is in memory is room for other records.
func (a *aside) close() {
	if a.file != nil {
		_ = a.file.Close()
	}
	*a = aside{octets: a.octets[:0], records: a.records[:0]}
}

// sorted gives all records in order, once. Each is good until the next.
func (a *aside) sorted() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if a.file == nil {
			a.sort()
			for _, r := range a.records {
				if !yield(a.octets[r[0]:r[1]], nil) {
					return
				}
			}
			return
		}
		if err := a.merge(yield); err != nil {
			yield(nil, fmt.Errorf("read lines put aside: %w", err))
		}
	}
}

// merge reads all runs side by side.
func (a *aside) merge(yield func([]byte, error) bool) error {
	if err := a.spill(); err != nil {
		return err
	}
	a.octets, a.records = nil, nil
	var open runs
	for _, r := range a.runs {
		one := &run{in: bufio.NewReaderSize(io.NewSectionReader(a.file, r[0], r[1]-r[0]), 64<<10)}
		if err := one.next(); err == nil {
			open = append(open, one)
		} else if !errors.Is(err, io.EOF) {
			return err
		}
	}
	heap.Init(&open)
	for len(open) > 0 {
		if !yield(open[0].record, nil) {
			return nil
		}
		switch err := open[0].next(); {
		case errors.Is(err, io.EOF):
			heap.Pop(&open)
		case err != nil:
			return err
		default:
			heap.Fix(&open, 0)
		}
	}
	return nil
}

// run is a sorted part of the file.
type run struct {
	in     *bufio.Reader
	record []byte
}

func (r *run) next() error {
	size, err := binary.ReadUvarint(r.in)
	if err != nil {
		return err
	}
	r.record = slices.Grow(r.record[:0], int(size))[:size]
	_, err = io.ReadFull(r.in, r.record)
	return err
}

// runs implements heap.Interface.
type runs []*run

func (r runs) Len() int           { return len(r) }
func (r runs) Less(i, j int) bool { return bytes.Compare(r[i].record, r[j].record) < 0 }
func (r runs) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *runs) Push(x any)        { *r = append(*r, x.(*run)) }
func (r *runs) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
