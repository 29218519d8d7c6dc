package asjson

import "roundup/store"

// Event is something that happened to a subscription or an issue: a line of `history`.
type Event struct {
	At      string `json:"at"`
	What    string `json:"what"`
	Detail  string `json:"detail,omitempty"`
	By      string `json:"by"`
	Name    string `json:"name,omitempty"` // of who did it
	Through string `json:"through,omitempty"`
}

// EventOf is the line of what is on record.
func EventOf(e store.Event) Event {
	return Event{At: stamp(e.At), What: e.What, Detail: e.Detail, By: string(e.By.Kind), Name: e.By.Name, Through: e.By.Through}
}

// EventsOf are the lines of all of it.
func EventsOf(all []store.Event) []Event {
	lines := []Event{}
	for _, e := range all {
		lines = append(lines, EventOf(e))
	}
	return lines
}
