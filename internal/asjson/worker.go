package asjson

import (
	"math"

	"roundup/store/ledger"
)

// Worker is a line of `workers`.
type Worker struct {
	Worker      int64   `json:"worker"`
	Name        string  `json:"name"`
	Since       string  `json:"since"`
	Connections int     `json:"connections"` // it may open
	Issue       int     `json:"issue,omitempty"`
	Ranges      []int   `json:"ranges"`
	Sent        int     `json:"sent"`
	Rate        float64 `json:"rate"`           // messages a second
	Silent      float64 `json:"silent_seconds"` // since it was heard of last
	Gone        bool    `json:"gone"`
	Trouble     string  `json:"trouble,omitempty"`
}

// WorkerOf is a worker.
func WorkerOf(w ledger.Worker) Worker {
	tenth := func(f float64) float64 { return math.Round(f*10) / 10 }
	return Worker{
		Worker: w.ID, Name: w.Name, Since: stamp(w.Started), Connections: w.Connections, Issue: w.Issue,
		Ranges: append([]int{}, w.Ranges...), Sent: w.Sent, Rate: tenth(w.Rate), Silent: tenth(w.Silent.Seconds()), Gone: w.Gone, Trouble: w.Trouble,
	}
}
