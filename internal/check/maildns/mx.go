package maildns

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Inbox is where a domain takes mail.
type Inbox struct {
	Hosts    []string // by preference
	Implicit bool     // no MX: the domain's own address is used (RFC 5321, 5.1)
	Refuses  bool     // it says that it takes none (RFC 7505)
	Dangling []string // hosts that have no address
	Unknown  []string // hosts whose name servers do not answer
}

// maxHosts is how many hosts of a domain are looked up.
const maxHosts = 5

// Inbox reads where a domain takes mail. ErrAbsent where mail to it can't be
// delivered; ErrNoAnswer where its own MX records can't be asked for.
func (z Zone) Inbox(ctx context.Context, domain string) (Inbox, error) {
	records, err := z.resolver.LookupMX(ctx, rooted(domain))
	err = explain(domain, err)
	var in Inbox
	switch {
	case errors.Is(err, ErrAbsent):
		in.Hosts, in.Implicit = []string{domain}, true
	case err != nil && len(records) == 0:
		return in, err
	}
	for _, r := range records {
		host := strings.TrimSuffix(r.Host, ".")
		if host == "" {
			in.Refuses = len(records) == 1
			continue
		}
		in.Hosts = append(in.Hosts, host)
	}
	for _, host := range in.Hosts[:min(len(in.Hosts), maxHosts)] {
		_, err := z.resolver.LookupHost(ctx, rooted(host))
		if err = explain(host, err); errors.Is(err, ErrAbsent) {
			in.Dangling = append(in.Dangling, host)
		} else if err != nil {
			in.Unknown = append(in.Unknown, host)
		}
	}
	if len(in.Hosts) > 0 && len(in.Dangling) == len(in.Hosts) {
		return in, fmt.Errorf("%s: %w: none of its mail hosts has an address", domain, ErrAbsent)
	}
	return in, nil
}
