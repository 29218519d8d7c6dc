package asjson

import (
	"roundup/internal/list"
	"roundup/internal/oneline"
)

// Bounce is a line of `bounces read` and `bounces fetch`: what a mail says of one
// recipient.
type Bounce struct {
	File      string `json:"file"`
	Kind      string `json:"kind"`      // hard, soft, complaint, unsubscribe, auto-reply, none
	Recipient string `json:"recipient"` // as the mail has it; "" where it has none
	Original  string `json:"original"`  // whom the mail was written to, where it went on to recipient; "" else
	Status    string `json:"status"`    // "5.1.1"
	Reason    string `json:"reason"`
	Reader    string `json:"reader"` // the address on the list of whom it names; "" for nobody
	Proof     string `json:"proof"`  // token, message-id, address; only the first two count
	Effect    string `json:"effect"` // nothing, unproven, unlisted, known, noted, suppressed, left, left before, replied
	Reply     string `json:"reply"`  // the server's words
}

// BounceOf is what was taken of a mail.
func BounceOf(file string, t list.Taken) Bounce {
	return Bounce{
		File: file, Kind: string(t.Kind), Recipient: oneline.Of(t.Recipient, 320), Original: oneline.Of(t.Original, 320), Status: t.Status,
		Reason: string(t.Reason), Reader: t.Sub.Email, Proof: string(t.Proof), Effect: string(t.Effect), Reply: t.Words,
	}
}
