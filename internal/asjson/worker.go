package asjson

import (
	"math"
	"time"

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
	GoneSince   string  `json:"gone_since,omitempty"`
	Trouble     string  `json:"trouble,omitempty"`
	Version     string  `json:"version"`

	Differing []string `json:"other_settings"` // that it sends by, and this command has otherwise
}

// WorkerOf is a worker as it stands now.
func WorkerOf(w ledger.Worker, differing []string, now time.Time) Worker {
	since := ""
	if w.Gone {
		since = stamp(now.Add(-w.Silent))
	}
	tenth := func(f float64) float64 { return math.Round(f*10) / 10 }
	return Worker{
		Worker: w.ID, Name: w.Name, Since: stamp(w.Started), Connections: w.Connections, Issue: w.Issue,
		Ranges: append([]int{}, w.Ranges...), Sent: w.Sent, Rate: tenth(w.Rate), Silent: tenth(w.Silent.Seconds()), Gone: w.Gone, GoneSince: since, Trouble: w.Trouble,
		Version: w.Version, Differing: append([]string{}, differing...),
	}
}
