package asjson

import "roundup/internal/list"

// Bounces is `bounces read`.
type Bounces struct {
	Mails        int `json:"mails"`
	Unsubscribed int `json:"unsubscribed"`
	Already      int `json:"already"` // had left before
	Other        int `json:"other"`   // not for us, or not readable
}

// BouncesOf is what became of the mails that were read.
func BouncesOf(d list.MailsDone) Bounces { return Bounces(d) }
