package asjson

import "time"

// Slot is a line of `schedule`.
type Slot struct {
	At      time.Time `json:"at"`
	Label   string    `json:"label"`
	Outcome string    `json:"outcome"` // taken, skipped, missed; due, next or later for those undecided
	Issue   int       `json:"issue,omitempty"`
	Why     string    `json:"why,omitempty"`
}

// Calendar is the line of `schedule calendar`.
type Calendar struct {
	Calendar string `json:"calendar"` // an address; whoever has it can read the schedule
}
