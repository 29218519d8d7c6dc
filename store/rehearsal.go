package store

import "roundup/subscribers"

// Rehearsal remembers what an import would have changed so far, for a file may
// name a reader twice. It grows with the file: some hundred octets a line.
type Rehearsal struct {
	byKey      map[string]subscribers.Subscriber
	suppressed map[string]subscribers.Reason
}

// NewRehearsal begins a rehearsal of one file.
func NewRehearsal() *Rehearsal {
	return &Rehearsal{byKey: map[string]subscribers.Subscriber{}, suppressed: map[string]subscribers.Reason{}}
}

// recall puts what the batches before would have changed over what the list
// says, which is the same for all of them.
func (r *Rehearsal) recall(im *importer) {
	if r == nil {
		return
	}
	addMissing(r.byKey, im.byKey)
	addMissing(r.suppressed, im.suppressed)
	im.byKey, im.suppressed = r.byKey, r.suppressed
}

func addMissing[V any](to, from map[string]V) {
	for key, value := range from {
		if _, known := to[key]; !known {
			to[key] = value
		}
	}
}
