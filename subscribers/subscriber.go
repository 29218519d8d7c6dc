package subscribers

import (
	"slices"
	"time"
)

// Subscriber is a person's address with its subscription to the newsletter.
type Subscriber struct {
	ID       int64
	PublicID PublicID // random, never reused; the only name of a reader in links and Message-IDs
	Email    string   // as given
	Key      string   // normalised address, unique (see Address.Key)
	Name     string
	Status   Status
	Consent  Consent
	Labels   []string
	Choice   Choice
	Paused   time.Time // until when; zero for no pause, and a past one is over
	WhyLeft  WhyLeft   // "" where it was not said, and for who has not left
	Joined   time.Time // when the subscription was made
	Changed  time.Time // when its status last changed
}

// Status is the standing of a subscription.
type Status string

// Where a subscription stands.
const (
	// Pending waits for its confirmation. Out: active, unsubscribed.
	Pending Status = "pending"
	// Active is mailed unless suppressed. Out: unsubscribed.
	Active Status = "active"
	// Unsubscribed is never mailed. Out: active, only by the person's own act or
	// an operator's explicit one, never by an import.
	Unsubscribed Status = "unsubscribed"
)

// Statuses lists every status of a subscription.
func Statuses() []Status { return []Status{Pending, Active, Unsubscribed} }

// Known reports whether s is a status.
func (s Status) Known() bool { return slices.Contains(Statuses(), s) }
