package asjson

import (
	"roundup/delivery/mail"
	"roundup/store/ledger"
)

// Delivery is a line of `deliveries` or `history`.
type Delivery struct {
	Issue     int    `json:"issue"`
	Subject   string `json:"subject,omitempty"` // in a history
	Email     string `json:"email"`
	State     string `json:"state"`
	Attempts  int    `json:"attempts"`
	Code      int    `json:"code"`
	Enhanced  string `json:"enhanced"`
	Reply     string `json:"reply"`
	MessageID string `json:"message_id"`
	At        string `json:"at"`
	Why       string `json:"why,omitempty"`
	Resent    bool   `json:"resent,omitempty"` // it may have arrived twice
	Asked     bool   `json:"asked,omitempty"`  // it was asked for, as the reader was not in its audience
}

// Resolved is `deliveries N resolve`.
type Resolved struct {
	Issue int    `json:"issue"`
	Email string `json:"email"`
	State string `json:"state"`
}

// DeliveryOf is a delivery among those of its issue.
func DeliveryOf(r ledger.DeliveryRecord) Delivery {
	return Delivery{
		Issue: r.Issue, Email: r.Email, State: string(r.State), Attempts: r.Attempts, Code: r.Code, Enhanced: r.Enhanced,
		Reply: r.Reply, MessageID: mail.MessageID(r.IssueUID, r.PublicID, r.MailDomain), At: stamp(r.At), Why: r.Why, Resent: r.Resent, Asked: r.Asked.Kind != "",
	}
}
