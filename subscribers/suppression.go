package subscribers

import "time"

// Reason says why an address is suppressed.
type Reason string

const (
	HardBounce Reason = "hard_bounce"
	Complaint  Reason = "complaint"
	Erased     Reason = "erased" // the person asked to be forgotten; the plain address is gone
	Manual     Reason = "manual"
)

// Reasons lists every reason for a suppression.
func Reasons() []Reason { return []Reason{HardBounce, Complaint, Erased, Manual} }

// Suppression is an address that must not be mailed. It outlives the subscriber.
type Suppression struct {
	Hash   []byte // keyed hash of the address key (see Keyring.AddressHash)
	Email  string // optional; "" after an erasure
	Reason Reason
	At     time.Time
}
