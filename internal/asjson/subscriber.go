package asjson

import (
	"time"

	"roundup/internal/desk"
	"roundup/store"
	"roundup/subscribers"
)

// Subscriber is a line of `subscribers list`, and `show`.
type Subscriber struct {
	Email      string   `json:"email"`
	Name       string   `json:"name"`
	Status     string   `json:"status"`
	Suppressed string   `json:"suppressed,omitempty"`
	PublicID   string   `json:"public_id"`
	Labels     []string `json:"labels,omitempty"`
	Consent    Consent  `json:"consent"`
	Joined     string   `json:"joined"`
	Changed    string   `json:"changed"`
}

// Consent is how a reader came to be on the list.
type Consent struct {
	How     string    `json:"how,omitempty"`
	At      time.Time `json:"at,omitzero"`
	From    string    `json:"from,omitempty"`
	Wording string    `json:"wording,omitempty"`
}

// SubscriberOf is a reader's line.
func SubscriberOf(s store.Listed) Subscriber {
	return Subscriber{
		Email: s.Email, Name: s.Name, Status: string(s.Status), Suppressed: string(s.Suppressed), PublicID: s.PublicID.String(),
		Labels: s.Labels, Consent: Consent(s.Consent), Joined: stamp(s.Joined), Changed: stamp(s.Changed),
	}
}

// Readers is `subscribers stats`.
type Readers struct {
	Pending      int `json:"pending"`
	Active       int `json:"active"`
	Unsubscribed int `json:"unsubscribed"`
	Forgotten    int `json:"forgotten"`  // erased; they count in no status
	Suppressed   int `json:"suppressed"` // addresses, whether or not they are on the list
	Mailable     int `json:"mailable"`   // active and not suppressed
}

// ReadersOf is the list, counted.
func ReadersOf(c desk.Readers) Readers { return Readers(c) }

// Suppression is a line of `suppressions list`.
type Suppression struct {
	Email  string `json:"email"`
	Reason string `json:"reason"`
	At     string `json:"at"`
}

// SuppressionOf is a suppression's line.
func SuppressionOf(s subscribers.Suppression) Suppression {
	return Suppression{Email: s.Email, Reason: string(s.Reason), At: stamp(s.At)}
}
