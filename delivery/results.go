package delivery

// results are what became of deliveries and is not on record yet.
type results struct {
	outcomes []Outcome // judged
	reopen   []int64   // recorded as failed, and to be given back without blame
}

// none reports whether all is on record.
func (r *results) none() bool { return len(r.outcomes) == 0 && len(r.reopen) == 0 }

// unblame gives readers who failed back to queued, those whose failure is not
// recorded yet before it is.
func (r *results) unblame(readers []int64) {
	again := make(map[int64]bool, len(readers))
	for _, id := range readers {
		again[id] = true
	}
	for i, o := range r.outcomes {
		if again[o.SubscriberID] && o.To == Failed {
			r.outcomes[i].To = Queued
			delete(again, o.SubscriberID)
		}
	}
	for _, id := range readers {
		if again[id] {
			r.reopen = append(r.reopen, id)
		}
	}
}
