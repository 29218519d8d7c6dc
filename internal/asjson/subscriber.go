package asjson

import (
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// Subscriber is a line of `subscribers list`.
type Subscriber struct {
	Email      string   `json:"email"`
	Name       string   `json:"name"`
	Status     string   `json:"status"`
	Suppressed string   `json:"suppressed,omitempty"`
	PublicID   string   `json:"public_id"`
	Labels     []string `json:"labels,omitempty"`
	Off        []string `json:"sections_off,omitempty"` // keys
	Frequency  string   `json:"frequency"`              // "every" or "monthly"
	Language   string   `json:"language,omitempty"`     // of the words around the articles; without it the newsletter's
	Paused     string   `json:"paused_until,omitempty"`
	WhyLeft    string   `json:"why_left,omitempty"` // as the reader says
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
		Labels: s.Labels, Off: s.Choice.Off, Frequency: string(s.Choice.Frequency()), Language: s.Choice.Language, Paused: stamp(s.Paused), WhyLeft: string(s.WhyLeft), Consent: Consent(s.Consent), Joined: stamp(s.Joined), Changed: stamp(s.Changed),
	}
}

// Shown is `subscribers show`.
type Shown struct {
	Subscriber
	Events []Event `json:"events"`
}

// Forgotten is `subscribers forget`: whom, nobody is to read.
type Forgotten struct {
	Forgotten bool `json:"forgotten"`
}

// Requested is `subscribers send-issue`: what became of the copy of an issue.
type Requested struct {
	Email string `json:"email"`
	Issue int    `json:"issue"`
	State string `json:"state"`
}

// ListFile is `subscribers export` to a file.
type ListFile struct {
	File    string `json:"file"`
	Readers int    `json:"readers"`
}

// Mailing is a line of `suppressions add` or `lift`: whether an address is kept from all mail.
type Mailing struct {
	Email      string `json:"email"`
	Suppressed bool   `json:"suppressed"`
	Status     string `json:"status,omitempty"` // of the reader, where it is over
}

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
