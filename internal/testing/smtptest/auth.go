package smtptest

import (
	"encoding/base64"
	"errors"
	"strings"
)

// errDropped ends the reading of a message whose connection the script dropped.
var errDropped = errors.New("dropped by the script")

// auth carries out AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616).
func (s *session) auth(line, rest string) bool {
	mechanism, initial, _ := strings.Cut(rest, " ")
	mechanism = strings.ToUpper(mechanism)
	if s.srv.options.RequireTLS && !s.tls {
		return s.bad("AUTH before TLS", "530 5.7.0 must issue a STARTTLS command first")
	}
	if s.user != "" || s.tx != nil || !s.offersAuth(mechanism) {
		return s.bad("AUTH "+mechanism+" out of order or not offered", "504 5.5.4 mechanism not offered")
	}
	if a := s.ask(s.event(AUTH, line)); a != nil {
		code, ok := s.perform(a)
		for ok && code == 334 {
			answer, err := s.read()
			if err != nil {
				return false
			}
			code, ok = s.act(Answer, answer, "535 5.7.8 authentication credentials invalid")
		}
		if code == 235 {
			s.user = "scripted"
		}
		return ok
	}
	if mechanism != "PLAIN" && mechanism != "LOGIN" {
		return s.bad("AUTH "+mechanism+" without a script for it", "504 5.5.4 mechanism not offered")
	}
	user, password, ok := s.credentials(mechanism, initial)
	if !ok {
		return s.reply("501 5.5.2 cancelled or malformed")
	}
	want, known := s.srv.options.Users[user]
	if s.srv.options.Users != nil && (!known || want != password) {
		return s.reply("535 5.7.8 authentication credentials invalid")
	}
	s.user = user
	return s.reply("235 2.7.0 authenticated")
}

func (s *session) offersAuth(mechanism string) bool {
	for _, m := range s.extension("AUTH") {
		if strings.EqualFold(m, mechanism) {
			return true
		}
	}
	return false
}

// credentials carries the exchange to its end.
func (s *session) credentials(mechanism, initial string) (user, password string, ok bool) {
	if mechanism == "LOGIN" {
		if user, ok = s.challenge("Username:", initial); !ok {
			return "", "", false
		}
		password, ok = s.challenge("Password:", "")
		return user, password, ok
	}
	answer, ok := s.challenge("", initial)
	if !ok {
		return "", "", false
	}
	parts := strings.Split(answer, "\x00")
	if len(parts) != 3 {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// challenge is the client's answer, asked for unless it came with the command.
func (s *session) challenge(text, initial string) (string, bool) {
	if initial == "" {
		s.reply("334 " + base64.StdEncoding.EncodeToString([]byte(text)))
		line, err := s.read()
		if err != nil || line == "*" {
			return "", false
		}
		initial = line
	}
	if initial == "=" {
		return "", true
	}
	answer, err := base64.StdEncoding.DecodeString(initial)
	return string(answer), err == nil
}
