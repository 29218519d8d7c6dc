package maildns

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// MaxSPFLookups is how many of a record's terms may ask name servers, those of
// the records it includes among them; beyond it the record is void (RFC 7208, 4.6.4).
const MaxSPFLookups = 10

// countedLookups bounds how far an overlong record is followed.
const countedLookups = 40

// maxVoidLookups is how many of them may find nothing (RFC 7208, 4.6.4).
const maxVoidLookups = 2

// SPF is what a domain says about who may send in its name.
type SPF struct {
	Record   string
	Lookups  int      // terms that ask name servers, followed into every include
	Includes []string // domains it includes itself
	All      string   // how it ends: "-all", "~all", "?all", "+all"; "" where it does not say
	Permits  bool     // some server may pass: a term names one, or everybody
	Problems []string // why receivers take it for void
	Remarks  []string // what is not good about it, and does not make it void
}

// term is a mechanism or modifier of a record (RFC 7208, 4.6.1).
type term struct {
	qualifier byte // '+' where none is written
	name      string
	value     string // after ":" or "=", without a CIDR length
	modifier  bool
}

// ParseSPF reads the terms of a record, and names those that make it void.
func ParseSPF(record string) (SPF, error) {
	terms, err := spfTerms(record)
	s := SPF{Record: record}
	for _, t := range terms {
		switch {
		case t.name == "all":
			s.All = string(t.qualifier) + "all"
		case t.name == "include":
			s.Includes = append(s.Includes, t.value)
		}
	}
	return s, err
}

// isSPF reports whether a TXT record is one of SPF (RFC 7208, 4.5).
func isSPF(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	return strings.EqualFold(first, "v=spf1")
}

func spfTerms(record string) ([]term, error) {
	words := strings.Fields(record)
	if len(words) == 0 || !strings.EqualFold(words[0], "v=spf1") {
		return nil, errors.New("it does not begin with v=spf1")
	}
	var terms []term
	for _, word := range words[1:] {
		t, err := spfTerm(word)
		if err != nil {
			return terms, err
		}
		terms = append(terms, t)
	}
	return terms, nil
}

func spfTerm(word string) (term, error) {
	t := term{qualifier: '+'}
	rest := word
	if strings.IndexByte("+-~?", rest[0]) >= 0 {
		t.qualifier, rest = rest[0], rest[1:]
	}
	end := strings.IndexAny(rest, ":=/")
	if end < 0 {
		end = len(rest)
	}
	t.name = strings.ToLower(rest[:end])
	if end < len(rest) {
		t.modifier = rest[end] == '='
		t.value = strings.TrimLeft(rest[end:], ":=")
	}
	if t.modifier {
		return t, nil // those not known are passed over (RFC 7208, 6)
	}
	switch t.name {
	case "all", "a", "mx", "ptr":
	case "include", "exists":
		if t.value == "" {
			return t, fmt.Errorf("%q names no domain", word)
		}
	case "ip4", "ip6":
		if !isNetwork(t.value, t.name == "ip4") {
			return t, fmt.Errorf("%q is no network", word)
		}
	default:
		return t, fmt.Errorf("%q is not known", word)
	}
	if t.name == "a" || t.name == "mx" {
		t.value, _, _ = strings.Cut(t.value, "/")
	}
	return t, nil
}

func isNetwork(value string, v4 bool) bool {
	address, err := netip.ParseAddr(value)
	if err != nil {
		prefix, err := netip.ParsePrefix(value)
		if err != nil {
			return false
		}
		address = prefix.Addr()
	}
	return address.Is4() == v4
}

// SPF reads the record of a domain and follows its includes. ErrAbsent where
// there is none; what is wrong with one is in its Problems.
func (z Zone) SPF(ctx context.Context, domain string) (SPF, error) {
	records, err := z.spfRecords(ctx, domain)
	if err != nil {
		return SPF{}, err
	}
	if len(records) > 1 {
		return SPF{Record: strings.Join(records, " | "), Problems: []string{fmt.Sprintf("there are %d SPF records, and only one may be there", len(records))}}, nil
	}
	s, err := ParseSPF(records[0])
	if err != nil {
		s.Problems = append(s.Problems, err.Error())
	}
	w := &spfWalk{zone: z, open: map[string]bool{domain: true}}
	if err := w.follow(ctx, records[0], domain); err != nil {
		return s, err
	}
	s.Lookups, s.Permits = w.lookups, w.permits
	s.Problems, s.Remarks = append(s.Problems, w.problems...), w.remarks
	if s.All == "" && w.redirected != "" {
		s.All = w.redirected
	}
	if w.lookups > MaxSPFLookups {
		s.Problems = append(s.Problems, fmt.Sprintf("it takes %d lookups, and more than %d make it void", w.lookups, MaxSPFLookups))
	}
	if w.voids > maxVoidLookups {
		s.Problems = append(s.Problems, fmt.Sprintf("%d of its lookups find nothing, and more than %d make it void", w.voids, maxVoidLookups))
	}
	return s, nil
}

func (z Zone) spfRecords(ctx context.Context, domain string) ([]string, error) {
	all, err := z.txt(ctx, domain)
	if err != nil {
		return nil, err
	}
	var records []string
	for _, text := range all {
		if isSPF(text) {
			records = append(records, text)
		}
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: %w", domain, ErrAbsent)
	}
	return records, nil
}

// spfWalk counts what evaluating a record asks name servers.
type spfWalk struct {
	zone       Zone
	lookups    int
	voids      int
	permits    bool // a term was met by which a server may pass
	problems   []string
	remarks    []string
	open       map[string]bool // domains on the way to here
	redirected string          // how the record ends that it is redirected to
}

func (w *spfWalk) follow(ctx context.Context, record, domain string) error {
	terms, err := spfTerms(record)
	if err != nil && len(w.open) > 1 { // that of the first was told
		w.problems = append(w.problems, fmt.Sprintf("in that of %s, %s", domain, err))
	}
	final := false
	for _, t := range terms {
		final = final || t.name == "all"
	}
	for _, t := range terms {
		if w.lookups > countedLookups {
			return nil
		}
		if err := w.term(ctx, t, domain, final); err != nil {
			return err
		}
		if t.name == "all" {
			return nil // what stands behind it is never reached
		}
	}
	return nil
}

func (w *spfWalk) term(ctx context.Context, t term, domain string, final bool) error {
	switch {
	case t.name == "include" && !t.modifier, t.name == "redirect" && t.modifier && !final:
		w.lookups++
		before := w.permits
		err := w.descend(ctx, t)
		if !t.modifier && t.qualifier != '+' { // whoever it names does not pass by it
			w.permits = before
		}
		return err
	case t.modifier:
		return nil
	case t.name == "ptr":
		w.lookups++
		w.remarks = append(w.remarks, "it uses ptr, which is slow and not to be used (RFC 7208, 5.5)")
	case t.name == "a" || t.name == "mx":
		w.lookups++
		if found, err := w.addresses(ctx, t, domain); !found || err != nil {
			return err
		}
	case t.name == "exists":
		w.lookups++
	}
	w.permits = w.permits || t.qualifier == '+'
	return nil
}

// addresses tries whether the name of an a or mx term leads anywhere.
func (w *spfWalk) addresses(ctx context.Context, t term, domain string) (bool, error) {
	name := t.value
	if name == "" {
		name = domain
	}
	if strings.Contains(name, "%") {
		return true, nil // a macro, which differs for each mail
	}
	var err error
	if t.name == "mx" {
		_, err = w.zone.resolver.LookupMX(ctx, rooted(name))
	} else {
		_, err = w.zone.resolver.LookupHost(ctx, rooted(name))
	}
	if err = explain(name, err); errors.Is(err, ErrAbsent) {
		w.voids++
		w.remarks = append(w.remarks, fmt.Sprintf("%s:%s finds nothing", t.name, name))
		return false, nil
	}
	return true, err
}

func (w *spfWalk) descend(ctx context.Context, t term) error {
	target := strings.ToLower(strings.TrimSuffix(t.value, "."))
	switch {
	case strings.Contains(target, "%"):
		w.permits = true // as far as can be seen
		return nil
	case w.open[target]:
		w.problems = append(w.problems, "it includes itself, by way of "+target)
		return nil
	}
	records, err := w.zone.spfRecords(ctx, target)
	switch {
	case errors.Is(err, ErrAbsent):
		w.voids++
		w.problems = append(w.problems, fmt.Sprintf("it names %s, which has no SPF record: that makes it void", target))
		return nil
	case err != nil:
		return err
	case len(records) > 1:
		w.problems = append(w.problems, fmt.Sprintf("it names %s, which has %d SPF records: that makes it void", target, len(records)))
		return nil
	}
	w.open[target] = true
	defer delete(w.open, target)
	if t.name == "redirect" {
		if s, err := ParseSPF(records[0]); err == nil && len(w.open) == 2 {
			w.redirected = s.All
		}
	}
	return w.follow(ctx, records[0], target)
}
