package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundup/internal/dkimname"
)

// Signer signs mails with DKIM (RFC 6376) by rsa-sha256 or ed25519-sha256
// (RFC 8463), header and body in relaxed form, all of the body. A nil Signer
// signs nothing. It is safe for concurrent use.
type Signer struct {
	key   crypto.Signer
	hash  crypto.Hash // what the key is told was hashed
	opens string      // the field up to its time
}

// signedFields are what the signature of a mail with these fields covers. A name that
// is there once more than the field can be keeps a second one from being put in (RFC 6376,
// 8.15); one that a mail has not can't be put in either, but for Feedback-ID: a relay adds
// its own where there is none. RFC 8058, 4, wants both of the fields of a one-click
// unsubscription covered.
func signedFields(fields []rawField) []string {
	names := []string{
		"From", "From", "Subject", "Subject", "To", "To", "Date", "Message-ID", "Reply-To",
		"MIME-Version", "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
		"List-Archive",
	}
	feedback := func(f rawField) bool { return strings.EqualFold(f.name, string(feedbackHeader)) }
	if slices.ContainsFunc(fields, feedback) {
		names = append(names, string(feedbackHeader))
	}
	return names
}

// NewSigner makes a signer for a domain, whose key is published at
// SELECTOR._domainkey.DOMAIN. It takes RSA and Ed25519 keys.
func NewSigner(domain, selector string, key crypto.Signer) (*Signer, error) {
	domain, ok := dkimname.Domain(domain)
	if !ok {
		return nil, fmt.Errorf("dkim: domain %q is not valid", domain)
	}
	if selector, ok = dkimname.Selector(selector); !ok {
		return nil, fmt.Errorf("dkim: selector %q is not made like a domain name", selector)
	}
	if name := DKIMName(domain, selector); len(name) > 253 {
		return nil, fmt.Errorf("dkim: the name %s is longer than DNS takes", name)
	}
	s := &Signer{key: key, hash: crypto.SHA256}
	algorithm := "rsa-sha256"
	switch k := public(key).(type) {
	case *rsa.PublicKey:
	case ed25519.PublicKey:
		algorithm, s.hash = "ed25519-sha256", 0 // it signs the hash as if it were the message (RFC 8463, 3)
	default:
		return nil, fmt.Errorf("dkim: a key of type %T can't sign", k)
	}
	s.opens = "DKIM-Signature: v=1; a=" + algorithm + "; c=relaxed/relaxed; d=" + domain + ";\r\n s=" + selector + "; t="
	return s, nil
}

// fold joins words on lines that are not too long for a header (RFC 5322, 2.1.1).
func fold(words []string) string {
	const most = 72
	var folded strings.Builder
	line := 0
	for _, word := range words {
		if line += len(word); line > most {
			folded.WriteString("\r\n  ")
			line = len(word)
		}
		folded.WriteString(word)
	}
	return folded.String()
}

func public(key crypto.Signer) crypto.PublicKey {
	if key == nil {
		return nil
	}
	return key.Public()
}

// Sign returns the message with its signature before it. The signature is dated
// at, and the same for the same message and date.
func (s *Signer) Sign(message []byte, at time.Time) ([]byte, error) {
	if s == nil {
		return message, nil
	}
	header, body, ok := bytes.Cut(message, []byte("\r\n\r\n"))
	if !ok {
		return nil, errors.New("dkim: the message has no body")
	}
	h := newBodyHash()
	h.write(body)
	field, err := s.field(message[:len(header)+2], h.sum(), at)
	if err != nil {
		return nil, err
	}
	return slices.Concat(field, message), nil
}

// field is the DKIM-Signature field for a header, each of whose fields ends in
// CRLF, and the hash of a body.
func (s *Signer) field(header, bodyHash []byte, at time.Time) ([]byte, error) {
	sum := sha256.New()
	fields := splitFields(header)
	names := signedFields(fields)
	for _, name := range names {
		// Of several of one name the last is covered first (RFC 6376, 5.4.2).
		for i := len(fields) - 1; i >= 0; i-- {
			if strings.EqualFold(fields[i].name, name) {
				sum.Write(relaxField(fields[i].name, fields[i].value))
				sum.Write([]byte("\r\n"))
				fields = slices.Delete(fields, i, i+1)
				break
			}
		}
	}
	covers := ";\r\n h=" + fold(strings.SplitAfter(strings.Join(names, ":"), ":")) + ";\r\n bh="
	field := s.opens + strconv.FormatInt(at.Unix(), 10) + covers + base64.StdEncoding.EncodeToString(bodyHash) + ";\r\n b="
	name, value, _ := strings.Cut(field, ":")
	sum.Write(relaxField(name, []byte(value))) // itself comes last, its b= empty and its line without an end (RFC 6376, 3.7)
	signature, err := s.key.Sign(rand.Reader, sum.Sum(nil), s.hash)
	if err != nil {
		return nil, fmt.Errorf("dkim: sign: %w", err)
	}
	signed := strings.Split(base64.StdEncoding.EncodeToString(signature), "") // white space may stand anywhere in it
	return []byte(field + fold(signed) + "\r\n"), nil
}
