package maildns

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"roundup/internal/maildomain"
)

// DMARC is what a domain asks receivers to do with mail in its name that is
// neither SPF's nor DKIM's to vouch for (RFC 7489).
type DMARC struct {
	Domain     string // whose record it is: the one asked about, or its organization's
	Record     string
	Policy     string // for the domain asked about: "none", "quarantine" or "reject"
	StrictDKIM bool   // adkim=s
	StrictSPF  bool   // aspf=s
	Percent    int    // of mails that the policy is for
	Reports    []string
}

// ParseDMARC reads a record as it stands at a domain of its own.
func ParseDMARC(record string) (DMARC, error) {
	d := DMARC{Record: record, Percent: 100}
	all, err := tags(record)
	if err != nil {
		return d, err
	}
	if first, _, _ := strings.Cut(record, ";"); strings.ReplaceAll(first, " ", "") != "v=DMARC1" {
		return d, errors.New("it does not begin with v=DMARC1")
	}
	d.StrictDKIM, d.StrictSPF = strings.EqualFold(all["adkim"], "s"), strings.EqualFold(all["aspf"], "s")
	for uri := range strings.SplitSeq(all["rua"], ",") {
		if uri = strings.TrimSpace(uri); uri != "" {
			d.Reports = append(d.Reports, uri)
		}
	}
	if percent, ok := all["pct"]; ok {
		if d.Percent, err = strconv.Atoi(percent); err != nil || d.Percent < 0 || d.Percent > 100 {
			return d, fmt.Errorf("pct=%s is no percentage", percent)
		}
	}
	d.Policy = strings.ToLower(all["p"])
	switch d.Policy {
	case "none", "quarantine", "reject":
		return d, nil
	case "":
		return d, errors.New("it has no p=, what to do")
	}
	return d, fmt.Errorf("p=%s is none of none, quarantine and reject", d.Policy)
}

// DMARC reads the record that holds for a domain: its own, else that of its
// organization. ErrAbsent where there is neither; another error that is not
// ErrNoAnswer says what is wrong with the one there is.
func (z Zone) DMARC(ctx context.Context, domain string) (DMARC, error) {
	d, err := z.dmarcAt(ctx, domain)
	organization := OrganizationalDomain(domain)
	if !errors.Is(err, ErrAbsent) || organization == domain {
		return d, err
	}
	if d, err = z.dmarcAt(ctx, organization); err != nil {
		return d, err
	}
	if all, err := tags(d.Record); err == nil && all["sp"] != "" {
		d.Policy = strings.ToLower(all["sp"])
	}
	return d, nil
}

func (z Zone) dmarcAt(ctx context.Context, domain string) (DMARC, error) {
	all, err := z.txt(ctx, "_dmarc."+domain)
	if err != nil {
		return DMARC{Domain: domain}, err
	}
	var records []string
	for _, text := range all {
		if strings.HasPrefix(strings.ReplaceAll(text, " ", ""), "v=DMARC1") {
			records = append(records, text)
		}
	}
	switch len(records) {
	case 0:
		return DMARC{Domain: domain}, fmt.Errorf("_dmarc.%s: %w", domain, ErrAbsent)
	case 1:
		d, err := ParseDMARC(records[0])
		d.Domain = domain
		return d, err
	}
	return DMARC{Domain: domain, Record: strings.Join(records, " | ")}, fmt.Errorf("there are %d DMARC records, and only one may be there", len(records))
}

// TakesReports reports whether the receiver of a domain's reports, "mailto:…",
// lets them come: one of another organization must say so in its own DNS (RFC
// 7489, 7.1).
func (z Zone) TakesReports(ctx context.Context, domain, uri string) (bool, error) {
	address, ok := strings.CutPrefix(strings.ToLower(uri), "mailto:")
	if !ok {
		return false, nil
	}
	address, _, _ = strings.Cut(address, "!") // a size limit
	host := maildomain.Of(address)
	if OrganizationalDomain(host) == OrganizationalDomain(domain) {
		return true, nil
	}
	all, err := z.txt(ctx, domain+"._report._dmarc."+host)
	if errors.Is(err, ErrAbsent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, text := range all {
		if strings.HasPrefix(strings.ReplaceAll(text, " ", ""), "v=DMARC1") {
			return true, nil
		}
	}
	return false, nil
}
