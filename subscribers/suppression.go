package subscribers

import (
	"slices"
	"time"
)

// Reason says why an address is suppressed.
type Reason string

// Why an address is not mailed.
const (
	// HardBounce means that the address does not exist. Ends when an operator
	// lifts it.
	HardBounce Reason = "hard_bounce"
	// SoftBounce means that the mailbox took no mail in issue after issue, for weeks.
	// Ends when an operator lifts it.
	SoftBounce Reason = "soft_bounce"
	// Complaint means that the person reported a mail as spam. Ends when an
	// operator lifts it.
	Complaint Reason = "complaint"
	// Erased means that the person asked to be forgotten; the plain address is
	// gone. Ends only when an operator lifts it, at the person's wish.
	Erased Reason = "erased"
	// Manual is an operator's decision, or the block list of the tool the list
	// came from. Ends when an operator lifts it.
	Manual Reason = "manual"
)

// OfMailbox reports whether r says that a mailbox takes no mail, and nothing of what its
// owner wants.
func (r Reason) OfMailbox() bool { return r == HardBounce || r == SoftBounce }

// Reasons lists every reason for a suppression.
func Reasons() []Reason { return []Reason{HardBounce, SoftBounce, Complaint, Erased, Manual} }

// Suppression is an address that must not be mailed. It outlives the subscriber.
type Suppression struct {
	Hash   []byte // keyed hash of the address key (see Keyring.AddressHash)
	Email  string // optional; "" after an erasure
	Reason Reason
	At     time.Time
}

// Known reports whether r is a reason.
func (r Reason) Known() bool { return slices.Contains(Reasons(), r) }
