package editor

import (
	"strconv"
	"sync"
)

// remark is what the page says after something was done, or could not be.
type remark struct {
	Text    string
	Bad     bool    // it was not done
	Undo    int64   // the change that can be taken back; 0 for none
	Article int64   // that can be shown; 0 for none
	Clashes []clash // texts that were changed elsewhere meanwhile
}

// maxRemarks are kept until they are shown; more are only ever made by a
// program that never looks.
const maxRemarks = 32

// remarks keeps what is to be said from the answer to a form until the page
// that follows it, which shows it once.
type remarks struct {
	mu   sync.Mutex
	next int
	kept map[string]remark
}

func newRemarks() *remarks { return &remarks{kept: map[string]remark{}} }

// keep stores a remark and returns its name.
func (rs *remarks) keep(r remark) string {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.next++
	delete(rs.kept, strconv.Itoa(rs.next-maxRemarks))
	name := strconv.Itoa(rs.next)
	rs.kept[name] = r
	return name
}

// take returns a remark and forgets it; nil for one that is not known.
func (rs *remarks) take(name string) *remark {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	r, ok := rs.kept[name]
	if !ok {
		return nil
	}
	delete(rs.kept, name)
	return &r
}
