package asjson

import (
	"time"

	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/store"
	"roundup/subscribers"
)

// Readers is the list, counted.
type Readers struct {
	Pending      int `json:"pending"`
	Active       int `json:"active"`
	Unsubscribed int `json:"unsubscribed"`
	Forgotten    int `json:"forgotten"`  // erased; they count in no status
	Suppressed   int `json:"suppressed"` // addresses, whether or not they are on the list
	Paused       int `json:"paused,omitempty"`
	Mailable     int `json:"mailable"` // active, and neither paused nor suppressed
}

// List is `subscribers stats`, of everybody with Growth in the same object.
type List struct {
	Readers
	WhyLeft map[string]int `json:"why_left,omitempty"` // of those unsubscribed who said it
}

// ListOf is the list, counted, with why readers left.
func ListOf(c desk.Readers, left map[subscribers.WhyLeft]int) List {
	l := List{Readers: Readers(c), WhyLeft: map[string]int{}}
	for _, why := range subscribers.WhysLeft() {
		if n := left[why]; n > 0 {
			l.WhyLeft[string(why)] = n
		}
	}
	return l
}

// Growth is how a list grows, as `subscribers stats` has it.
type Growth struct {
	Weeks      []Week       `json:"weeks"`       // oldest first, from Monday on, as days are where the newsletter is
	JoinedFrom []JoinedFrom `json:"joined_from"` // most first
}

// Week is how the list grew in a week.
type Week struct {
	From      string `json:"from"` // its Monday
	Joined    int    `json:"joined"`
	Imported  int    `json:"imported"`
	Left      int    `json:"left"`
	Asked     int    `json:"asked_to_confirm"`
	Confirmed int    `json:"confirmed"` // of those asked in this week, by now
}

// JoinedFrom is how many readers came in one way.
type JoinedFrom struct {
	How    string `json:"how"`
	From   string `json:"from,omitempty"`
	All    int    `json:"joined"`
	Active int    `json:"active"`
}

// GrowthOf is how the list grows.
func GrowthOf(weeks []list.Week, from []store.JoinedFrom) Growth {
	g := Growth{Weeks: []Week{}, JoinedFrom: []JoinedFrom{}}
	for _, w := range weeks {
		g.Weeks = append(g.Weeks, Week{
			From: w.From.Format(time.DateOnly), Joined: w.Joined, Imported: w.Imported, Left: w.Left, Asked: w.Asked, Confirmed: w.Confirmed,
		})
	}
	for _, j := range from {
		g.JoinedFrom = append(g.JoinedFrom, JoinedFrom(j))
	}
	return g
}
