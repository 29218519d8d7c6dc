package reason

import "strings"

// specific is what the second and third number of an enhanced code say where they say
// enough (RFC 3463 and IANA's registry of its successors: RFC 6710, 7372, 7505), and of
// those that large providers add beyond it.
func specific(subject string) Reason {
	switch subject {
	case "1.1", "1.3", "1.351":
		return UserUnknown
	case "1.2":
		return HostUnknown
	case "1.6", "7.17":
		return HasMoved
	case "1.10": // a null MX; Exchange's for an unknown recipient: gone both ways
		return UserUnknown
	case "1.7", "1.8", "7.27": // the last: the sender's domain takes no mail (RFC 7505)
		return Rejected
	case "2.1", "7.13":
		return Suspended
	case "2.2":
		return MailboxFull
	case "2.3":
		return LimitExceeded
	case "3.1":
		return SystemFull
	case "3.4":
		return MessageTooBig
	case "4.1", "4.2", "4.3", "4.6":
		return Network
	case "4.4":
		return HostUnknown
	case "4.7":
		return Expired
	case "5.3":
		return TooManyConnections
	case "6.1", "6.2", "6.3", "6.5", "6.6", "6.7", "6.8", "6.9", "6.10":
		return Content
	case "7.20", "7.21", "7.22", "7.23", "7.24", "7.26", "7.509":
		return Authentication
	case "7.25":
		return NoPTR
	case "7.28":
		return Policy
	case "7.10", "7.30":
		return StartTLS
	}
	if strings.HasPrefix(subject, "7.6") && len(subject) == len("7.606") {
		return Blocked // Microsoft's: banned addresses
	}
	return ""
}

// general is what the second number alone says.
func general(subject string) Reason {
	first, _, _ := strings.Cut(subject, ".")
	switch first {
	case "1":
		return UserUnknown
	case "2":
		return Filtered
	case "3":
		return SystemError
	case "4":
		return Network
	case "5":
		return Syntax
	case "6":
		return Content
	case "7":
		return Policy
	}
	return ""
}

// ofReply is what a reply's code alone says (RFC 5321, 4.2.3; RFC 7504).
func ofReply(code int) Reason {
	switch code {
	case 521, 556:
		return NotAccept
	case 530, 534, 535, 538:
		return Security
	case 551:
		return HasMoved
	case 552:
		return MailboxFull
	case 553:
		return UserUnknown
	case 500, 501, 502, 503, 504, 555:
		return Syntax
	case 422, 452:
		return SystemFull
	case 450, 451:
		return OnHold
	case 421, 432:
		return TooManyConnections
	}
	return ""
}
