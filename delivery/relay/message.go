package relay

import "sync"

// Message is one mail ready for the wire: everything that can fail has been
// done before a Conn sees it.
type Message struct {
	From string // envelope sender (return path), "" for the null sender
	To   string // envelope recipient, domain as A-labels
	Data []byte // headers and body, CRLF lines of at most 998 octets, not dot-stuffed

	// What whoever writes many messages may add, to spare each of them a look and
	// a copy.

	Traits Traits     // of Data; zero: Send inspects it
	Whole  []byte     // Data, with Room octets before it to say the commands in, and what its capacity has behind it free; nil for none
	Spare  *sync.Pool // of *[]byte: where Data goes when the message has ended; nil for nowhere
}

// Ended gives Data up to be written over: nobody may look at it any more.
func (m *Message) Ended() {
	switch {
	case m.Spare == nil:
	case m.Whole != nil:
		m.Spare.Put(&m.Whole)
	default:
		m.Spare.Put(&m.Data)
	}
}

// Room is the room before a message, in octets: enough for MAIL, RCPT and BDAT
// with the longest addresses that can be said (isPath).
const Room = 1024
