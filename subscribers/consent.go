package subscribers

import "time"

// Ways a person came to be on the list: the values of Consent.How that
// Roundup itself writes.
const (
	ConsentImport       = "import"       // the operator's word, from the file Consent.From names
	ConsentCommand      = "command line" // the operator's word, typed
	ConsentForm         = "form"         // asked on a page; nobody has confirmed the address yet
	ConsentConfirmation = "confirmation" // the person's own act from that address (double opt-in)
)

// Consent records how a person came to be on the list.
type Consent struct {
	How     string    `json:"how,omitempty"`     // one of the Consent constants
	At      time.Time `json:"at,omitzero"`       // when it was given; zero when unknown
	From    string    `json:"from,omitempty"`    // the file, address or page it came from
	Wording string    `json:"wording,omitempty"` // what the person agreed to
}

// Confirmed reports whether the person confirmed from the address itself. Only
// such a consent can make a pending subscription active by import.
func (c Consent) Confirmed() bool { return c.How == ConsentConfirmation }
