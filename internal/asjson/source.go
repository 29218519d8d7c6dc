package asjson

import (
	"roundup/internal/desk"
	"roundup/store/content"
)

// Source is a line of `sources`.
type Source struct {
	Source       string `json:"source"`
	Title        string `json:"title"`
	LastRead     string `json:"last_read,omitempty"`
	Readings     int    `json:"readings"`
	Items        int    `json:"items"`
	Quarantined  int    `json:"quarantined"`
	Error        string `json:"error,omitempty"`
	FailingSince string `json:"failing_since,omitempty"`
	Damage       string `json:"damage,omitempty"`
	DamagedSince string `json:"damaged_since,omitempty"`
}

// SourceOf is a source's line.
func SourceOf(r content.SourceRecord) Source {
	return Source{
		Source: r.URL, Title: r.Title, LastRead: stamp(r.LastReadAt), Readings: r.Readings, Items: r.Items,
		Quarantined: r.Quarantined, Error: r.LastError, FailingSince: stamp(r.FailingSince),
		Damage: r.Damage, DamagedSince: stamp(r.DamagedSince),
	}
}

// Settled is `sources accept` or `ignore`.
type Settled struct {
	Source     string `json:"source"`
	Accepted   bool   `json:"accepted"`
	Articles   int    `json:"articles"`               // that were quarantined
	MayBeEmpty bool   `json:"may_be_empty,omitempty"` // it was accepted that it is
}

// Fetched is a line of `fetch`.
type Fetched struct {
	Source      string   `json:"source"`
	Title       string   `json:"title,omitempty"`
	Items       int      `json:"items"`
	New         int      `json:"new"`
	Changed     int      `json:"changed"`
	Baseline    int      `json:"baseline"`
	Quarantined int      `json:"quarantined"`
	NotModified bool     `json:"not_modified,omitempty"`
	Warnings    []string `json:"warnings,omitempty"`
	Error       string   `json:"error,omitempty"`
}

// FetchedOf is a reading's line.
func FetchedOf(f desk.Fetched) Fetched {
	return Fetched{
		Source: f.Source, Title: f.Title, Items: f.Items, New: f.New, Changed: f.Changed, Baseline: f.Baseline,
		Quarantined: f.Quarantined, NotModified: f.NotModified, Warnings: f.Warnings, Error: f.Error,
	}
}
