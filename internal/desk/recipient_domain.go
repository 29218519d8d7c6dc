package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/internal/maildomain"
	"roundup/subscribers"
)

const (
	// askDomainFor is how long the name servers may take to say where a domain takes mail.
	askDomainFor = 5 * time.Second
	// domainPause is how long they are left alone after they did not answer: every mail of
	// the outbox would wait for them.
	domainPause = time.Minute
)

// errNoMailThere is why a mail is not sent. It names no domain: it goes into the log.
var errNoMailThere = errors.New("the address's domain takes no mail")

// askDomain looks whether the domain takes mail whose reader somebody wants to be: most who
// do not exist are a slip in typing, and mail to them costs us our name with the relay.
// It is looked up here, once the page has answered, and put on record. Where the name
// servers do not answer, that is not the reader's fault: the relay may know better.
func (d *Desk) askDomain(ctx context.Context, m delivery.OutboxMail) error {
	domain := maildomain.Of(m.Recipient)
	if d.takesMail == nil || reserved(domain) || d.now().UnixMilli() < d.askAgain.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, askDomainFor)
	defer cancel()
	takes, err := d.takesMail(ctx, domain)
	if err != nil {
		d.askAgain.Store(d.now().Add(domainPause).UnixMilli())
		return nil
	}
	if takes {
		return nil
	}
	addr, err := subscribers.ParseAddress(m.Recipient)
	if err != nil {
		return &delivery.UnsendableError{Err: err}
	}
	if err := d.store.NotAsked(ctx, addr.Key, errNoMailThere.Error(), d.by); err != nil {
		return err
	}
	return &delivery.UnsendableError{Err: errNoMailThere}
}

// reserved reports whether a name is nobody's for good (RFC 2606, RFC 6761): rehearsals,
// tests and the demo have readers there, whom no name server knows.
func reserved(domain string) bool {
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	switch last {
	case "example", "test", "invalid", "localhost":
		return true
	}
	return strings.HasPrefix(domain, "[")
}
