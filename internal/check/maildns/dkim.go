package maildns

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Key is a key that a domain has published for DKIM (RFC 6376, 3.6.1).
type Key struct {
	Record  string
	Type    string // "rsa" or "ed25519"
	Public  []byte // nil where it was revoked
	Testing bool   // receivers are told to take no notice of it (t=y)
}

// ParseKey reads the record of a key.
func ParseKey(record string) (Key, error) {
	k := Key{Record: record, Type: "rsa"}
	all, err := tags(record)
	if err != nil {
		return k, err
	}
	if v, ok := all["v"]; ok && v != "DKIM1" {
		return k, fmt.Errorf("v=%s is not v=DKIM1", v)
	}
	if t := all["k"]; t != "" {
		k.Type = strings.ToLower(t)
	}
	public, ok := all["p"]
	if !ok {
		return k, errors.New("it has no p=, the key itself")
	}
	if k.Public, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(public), "")); err != nil {
		return k, errors.New("its p= is not base64: part of it may have been lost where it was entered")
	}
	if len(k.Public) == 0 {
		k.Public = nil
	}
	k.Testing = listed(all["t"], "y")
	if h, ok := all["h"]; ok && !listed(h, "sha256") {
		return k, fmt.Errorf("h=%s leaves out sha256, which mails are signed with", h)
	}
	if s, ok := all["s"]; ok && !listed(s, "*") && !listed(s, "email") {
		return k, fmt.Errorf("s=%s does not allow it for mail", s)
	}
	return k, nil
}

func listed(list, word string) bool {
	words := strings.Split(list, ":")
	for i := range words {
		words[i] = strings.ToLower(strings.TrimSpace(words[i]))
	}
	return slices.Contains(words, word)
}

// Key reads the key at SELECTOR._domainkey.DOMAIN. ErrAbsent where there is none.
func (z Zone) Key(ctx context.Context, domain, selector string) (Key, error) {
	name := selector + "._domainkey." + domain
	all, err := z.txt(ctx, name)
	switch {
	case err != nil:
		return Key{}, err
	case len(all) == 0:
		return Key{}, fmt.Errorf("%s: %w", name, ErrAbsent)
	case len(all) > 1:
		return Key{Record: strings.Join(all, " | ")}, fmt.Errorf("there are %d records, and which one receivers take is chance", len(all))
	}
	return ParseKey(all[0])
}
