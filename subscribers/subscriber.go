package subscribers

import "time"

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
	Joined   time.Time // when the subscription was made
	Changed  time.Time // when its status last changed
}

// PublicID is a random 128-bit identifier of a subscriber.
type PublicID [16]byte

// Status is the standing of a subscription.
type Status string

const (
	// Pending: waits for its confirmation. Out: active, unsubscribed.
	Pending Status = "pending"
	// Active: is mailed unless suppressed. Out: unsubscribed.
	Active Status = "active"
	// Unsubscribed: never mailed. Out: active, only by the person's own act or
	// an operator's explicit one, never by an import.
	Unsubscribed Status = "unsubscribed"
)

// Statuses lists every status of a subscription.
func Statuses() []Status { return []Status{Pending, Active, Unsubscribed} }

// Consent records how a person came to be on the list.
type Consent struct {
	How     string    `json:"how,omitempty"`     // "import", "command line", "form", "confirmation"
	At      time.Time `json:"at,omitzero"`       // when it was given; zero when unknown
	From    string    `json:"from,omitempty"`    // the file, address or page it came from
	Wording string    `json:"wording,omitempty"` // what the person agreed to
}
