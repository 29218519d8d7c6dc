// Package maildns owns what DNS says of a domain that sends mail: SPF (RFC
// 7208), the keys of DKIM (RFC 6376), DMARC (RFC 7489) and MX.
//
// It must not judge more than the standards do: what is worth a warning is for
// those who check.
//
// Start reading with Zone; each record has a file of its own.
package maildns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Resolver asks name servers. *net.Resolver is one.
type Resolver interface {
	// LookupTXT gives the TXT records of a name, the strings of each joined.
	LookupTXT(ctx context.Context, name string) ([]string, error)
	// LookupMX gives the MX records of a name, by preference.
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	// LookupHost gives the addresses of a host.
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// ErrAbsent says that there is no such name, or no such record at it.
var ErrAbsent = errors.New("there is no such record")

// NewResolver asks the name server at an address, "9.9.9.9" or
// "127.0.0.1:5353", and nobody else; the system's for "".
func NewResolver(server string) *net.Resolver {
	if server == "" {
		return &net.Resolver{PreferGo: true}
	}
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(strings.Trim(server, "[]"), "53")
	}
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, server)
		},
	}
}

// Zone reads the records about mail that a Resolver finds.
type Zone struct{ resolver Resolver }

// NewZone reads by way of a resolver.
func NewZone(r Resolver) Zone { return Zone{resolver: r} }

// txt is the TXT records of a name; ErrAbsent where there is none.
func (z Zone) txt(ctx context.Context, name string) ([]string, error) {
	all, err := z.resolver.LookupTXT(ctx, rooted(name))
	return all, explain(name, err)
}

// rooted keeps the resolver from trying a name within the machine's own domain.
func rooted(name string) string { return strings.TrimSuffix(name, ".") + "." }

// explain turns an answer that there is none into ErrAbsent, and any other
// failure into few words.
func explain(name string, err error) error {
	if err == nil {
		return nil
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		if dns.IsNotFound {
			return fmt.Errorf("%s: %w", name, ErrAbsent)
		}
		return fmt.Errorf("%s: %w: %s", name, ErrNoAnswer, dns.Err)
	}
	return fmt.Errorf("%s: %w: %w", name, ErrNoAnswer, err)
}

// ErrNoAnswer says that the name servers did not answer: what they would have
// said is not known.
var ErrNoAnswer = errors.New("the name servers do not answer")

// OrganizationalDomain is the part of a domain that somebody has registered
// (RFC 7489, 3.2): magazine.example of news.magazine.example. It is the domain
// itself where that can't be told.
func OrganizationalDomain(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	organization, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return organization
}

// Aligned reports whether DMARC takes two domains for the same sender: equal
// ones, or, unless strict, those of one organization (RFC 7489, 3.1).
func Aligned(a, b string, strict bool) bool {
	a, b = strings.ToLower(strings.TrimSuffix(a, ".")), strings.ToLower(strings.TrimSuffix(b, "."))
	if a == b || strict {
		return a == b && a != ""
	}
	return a != "" && b != "" && OrganizationalDomain(a) == OrganizationalDomain(b)
}

// tags reads a list of tags, "v=DMARC1; p=none" (RFC 6376, 3.2). A tag given
// twice makes the whole list void.
func tags(record string) (map[string]string, error) {
	all := map[string]string{}
	for part := range strings.SplitSeq(record, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if name = strings.ToLower(strings.TrimSpace(name)); !ok || name == "" {
			return nil, fmt.Errorf("%q is not of the form name=value", strings.TrimSpace(part))
		}
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("%s= stands there twice", name)
		}
		all[name] = strings.TrimSpace(value)
	}
	return all, nil
}
