package listener

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-smtp"

	"roundup/delivery/inbox"
	"roundup/delivery/mail"
)

// session is one connection's dialogue.
type session struct {
	server *Server
	null   bool
	to     []string
}

var (
	errUnknown = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such address here"}
	errRefused = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "not a mail that comes back of ours"}
	errLater   = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "trouble here, try again later"}
)

func (s *session) Reset()        { s.null, s.to = false, nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.null = from == ""
	return nil
}

// Rcpt takes what is addressed to the return path or to where readers leave, and nothing
// else: there is nothing to relay.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.server.takes(to) {
		return errUnknown
	}
	s.to = append(s.to, to)
	return nil
}

// takes reports whether mail for an address is taken, with a token in it or without.
func (s *Server) takes(to string) bool {
	if token := mail.ReturnTokenOf(to); token != "" {
		at := strings.LastIndexByte(to, '@')
		plain := to[:at-len(token)-1] + to[at:]
		if s.has(plain) {
			return true
		}
	}
	return s.has(to)
}

func (s *Server) has(address string) bool {
	for _, own := range s.options.Addresses {
		if strings.EqualFold(address, own) {
			return true
		}
	}
	return false
}

// Data has one answer for all recipients: who was taken for is known when the mail is sent
// again.
func (s *session) Data(r io.Reader) error {
	body, err := s.read(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		if err := s.take(body, to); err != nil {
			return err
		}
	}
	return nil
}

// LMTPData has an answer for each recipient (RFC 2033, 4.2).
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	body, err := s.read(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		status.SetStatus(to, s.take(body, to))
	}
	return nil
}

// read takes in a whole mail: a person may have to read it.
func (s *session) read(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(r)
	var told *smtp.SMTPError
	switch {
	case errors.As(err, &told):
		return nil, told
	case err != nil:
		s.server.options.Log.Warn("a mail did not come to its end", "error", err)
		return nil, errLater
	}
	return body, nil
}

// take hands a mail on, and answers for one recipient.
func (s *session) take(body []byte, to string) error {
	s.server.taking.RLock()
	defer s.server.taking.RUnlock()
	if s.server.ctx.Err() != nil {
		return errLater
	}
	err := s.server.options.Take(s.server.ctx, bytes.NewReader(body), inbox.Envelope{Null: s.null, To: to})
	switch {
	case errors.Is(err, ErrRefused):
		return errRefused
	case err != nil:
		s.server.options.Log.Error("a mail that came back could not be taken; the MTA tries again", "error", err)
		return errLater
	}
	return nil
}
