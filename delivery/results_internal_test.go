package delivery

import (
	"slices"
	"testing"
)

// Readers of a run of refusals that was about us are never recorded as failed, where
// that is not done yet, and given back where it is.
func TestResultsBlameNobody(t *testing.T) {
	t.Parallel()
	r := results{outcomes: []Outcome{{SubscriberID: 3, To: Failed}, {SubscriberID: 4, To: Sent}, {SubscriberID: 5, To: Failed}}}
	r.unblame([]int64{1, 2, 3})
	var to []State
	for _, o := range r.outcomes {
		to = append(to, o.To)
	}
	if want := []State{Queued, Sent, Failed}; !slices.Equal(to, want) {
		t.Errorf("outcomes: got %v, want %v", to, want)
	}
	if want := []int64{1, 2}; !slices.Equal(r.reopen, want) {
		t.Errorf("given back: got %v, want %v", r.reopen, want)
	}
}

func TestResultsNone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		results results
		want    bool
	}{
		{results{}, true},
		{results{outcomes: []Outcome{{To: Sent}}}, false},
		{results{reopen: []int64{1}}, false},
	} {
		if got := tt.results.none(); got != tt.want {
			t.Errorf("%+v: got %t, want %t", tt.results, got, tt.want)
		}
	}
}
