package relay

import (
	"errors"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

var errNoMechanism = errors.New("the relay offers no way to authenticate that is known here")

// login is the mechanism of authentication that suits the relay best, chosen
// when its offer is known. Without TLS a password itself is sent only where
// NoTLS was allowed; go-mail's mechanisms refuse it anywhere else.
type login struct {
	username, password string
	offered            []string
	clear              bool // NoTLS was chosen
	smtp.Auth               // the one chosen by Start
}

// Start chooses a mechanism and begins it.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	offers := func(mechanism string) bool {
		return slices.ContainsFunc(l.offered, func(m string) bool { return strings.EqualFold(m, mechanism) })
	}
	switch {
	case offers("SCRAM-SHA-256"):
		l.Auth = smtp.ScramSHA256Auth(l.username, l.password)
	case offers("SCRAM-SHA-1"):
		l.Auth = smtp.ScramSHA1Auth(l.username, l.password)
	case offers("PLAIN"):
		l.Auth = smtp.PlainAuth("", l.username, l.password, server.Name, l.clear)
	case offers("LOGIN"):
		l.Auth = smtp.LoginAuth(l.username, l.password, server.Name, l.clear)
	case offers("CRAM-MD5"):
		l.Auth = smtp.CRAMMD5Auth(l.username, l.password)
	default:
		return "", nil, errNoMechanism
	}
	return l.Auth.Start(server)
}
