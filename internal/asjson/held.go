package asjson

import (
	"encoding/json"

	"roundup/store"
	"roundup/store/ledger"
)

// Held is the file of everything that is kept about a reader.
type Held struct {
	Subscriber Subscriber    `json:"subscriber"`
	Events     []Event       `json:"events"`
	Deliveries []Delivery    `json:"deliveries"`
	Attempts   []HeldAttempt `json:"attempts"` // that did not end sent
	Mails      []HeldMail    `json:"mails"`    // that are no issue
	Bounces    []HeldBounce  `json:"bounces"`  // and replies
	Former     []HeldAddress `json:"former_addresses"`
	Suppressed string        `json:"suppressed_at,omitempty"` // why is in Subscriber
}

// HeldAttempt is an attempt to deliver an issue.
type HeldAttempt struct {
	Issue   int    `json:"issue"`
	Attempt int    `json:"attempt"`
	State   string `json:"state"`
	Code    int    `json:"code"`
	Reply   string `json:"reply"`
	At      string `json:"at"`
}

// HeldMail is a mail that is no issue.
type HeldMail struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	State   string `json:"state"`
	At      string `json:"at"`
}

// HeldBounce is what came back of a mail.
type HeldBounce struct {
	Issue   int    `json:"issue,omitempty"`
	Way     string `json:"way"`
	Kind    string `json:"kind"`
	Delayed bool   `json:"delayed,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Status  string `json:"status,omitempty"`
	Code    int    `json:"code,omitempty"`
	Words   string `json:"words,omitempty"`
	At      string `json:"at"`
}

// HeldAddress is an address that the reader changed from, kept as long as it can be taken back.
type HeldAddress struct {
	Email string `json:"email"`
	Left  string `json:"left"`
}

// HeldOf puts together what is kept about a reader. Of who changed something it has the
// kind and never a colleague's name.
func HeldOf(s store.Listed, events []store.Event, deliveries []ledger.DeliveryRecord, h store.Held) Held {
	held := Held{
		Subscriber: SubscriberOf(s), Events: EventsOf(events), Deliveries: []Delivery{}, Attempts: []HeldAttempt{}, Mails: []HeldMail{},
		Bounces: []HeldBounce{}, Former: []HeldAddress{}, Suppressed: stamp(h.Suppressed.At),
	}
	for i := range held.Events {
		held.Events[i].Name = ""
	}
	for _, r := range deliveries {
		d := DeliveryOf(r)
		d.Subject = r.Subject
		held.Deliveries = append(held.Deliveries, d)
	}
	for _, a := range h.Attempts {
		held.Attempts = append(held.Attempts, HeldAttempt{a.Issue, a.Attempt, a.State, a.Code, a.Reply, stamp(a.At)})
	}
	for _, m := range h.Mails {
		held.Mails = append(held.Mails, HeldMail{m.Kind, m.Subject, m.State, stamp(m.At)})
	}
	for _, b := range h.Bounces {
		held.Bounces = append(held.Bounces, HeldBounce{b.Issue, b.Way, b.Kind, b.Delayed, string(b.Reason), b.Status, b.Code, b.Words, stamp(b.At)})
	}
	for _, a := range h.Former {
		held.Former = append(held.Former, HeldAddress{a.Email, stamp(a.Left)})
	}
	return held
}

// File is what a reader is given.
func (h Held) File() ([]byte, error) {
	file, err := json.MarshalIndent(h, "", "  ")
	return append(file, '\n'), err
}
