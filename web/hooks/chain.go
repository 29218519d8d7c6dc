package hooks

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"regexp"
	"time"
)

// issuerURL is where Amazon's authority has the certificates between its roots and those
// of SNS. They are fetched over plain HTTP (RFC 5280, 4.2.2.1), and proven by the chain.
var issuerURL = regexp.MustCompile(`^https?://[a-z0-9.-]+\.amazontrust\.com/[A-Za-z0-9._-]+$`)

const (
	// maxIssuers is how many certificates are fetched between that of SNS and a root.
	maxIssuers = 3
	// certificateGood is how long a certificate that was verified is trusted without
	// being fetched again.
	certificateGood = 24 * time.Hour
)

// certificate is a key of SNS's that was verified, and until when it is remembered.
type certificate struct {
	key   *rsa.PublicKey
	until time.Time
}

// certificate is the key at an address of SNS's. It is verified up to a root of this
// machine's: that it came from the right host is not all there is to it.
func (s *sns) certificate(ctx context.Context, url, host string) (*rsa.PublicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if known, ok := s.certificates[url]; ok && now.Before(known.until) {
		return known.key, nil
	}
	text, err := s.get(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("fetch SNS's certificate: %w", err)
	}
	leaf, between, err := readChain(text)
	if err != nil {
		return nil, err
	}
	if err := s.chain(ctx, leaf, between, host, now); err != nil {
		return nil, err
	}
	key, ok := leaf.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: its certificate has no RSA key", errCredentials)
	}
	if len(s.certificates) >= maxCertificates {
		clear(s.certificates)
	}
	until := now.Add(certificateGood)
	if leaf.NotAfter.Before(until) {
		until = leaf.NotAfter
	}
	s.certificates[url] = certificate{key, until}
	return key, nil
}

// readChain reads a certificate, and those between it and a root that came with it.
func readChain(text []byte) (leaf *x509.Certificate, between []*x509.Certificate, err error) {
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: its certificate: %w", errCredentials, err)
		}
		if leaf == nil {
			leaf = c
		} else if len(between) < maxIssuers {
			between = append(between, c)
		}
	}
	if leaf == nil {
		return nil, nil, fmt.Errorf("%w: its certificate is none", errCredentials)
	}
	return leaf, between, nil
}

// chain verifies a certificate up to a root. Who issued it is fetched where that did not
// come with it.
func (s *sns) chain(ctx context.Context, leaf *x509.Certificate, between []*x509.Certificate, host string, now time.Time) error {
	if leaf.VerifyHostname("sns.amazonaws.com") != nil && leaf.VerifyHostname(host) != nil {
		return fmt.Errorf("%w: its certificate is another's", errCredentials)
	}
	o := x509.VerifyOptions{Roots: s.roots, Intermediates: x509.NewCertPool(), CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	last := leaf
	for _, c := range between {
		o.Intermediates.AddCert(c)
		last = c
	}
	_, wrong := leaf.Verify(o)
	for range maxIssuers {
		if wrong == nil || len(last.IssuingCertificateURL) == 0 || !issuerURL.MatchString(last.IssuingCertificateURL[0]) {
			break
		}
		der, err := s.get(ctx, last.IssuingCertificateURL[0])
		if err != nil {
			return fmt.Errorf("fetch who issued SNS's certificate: %w", err)
		}
		if last, err = x509.ParseCertificate(der); err != nil {
			return fmt.Errorf("%w: who issued its certificate: %w", errCredentials, err)
		}
		o.Intermediates.AddCert(last)
		_, wrong = leaf.Verify(o)
	}
	if wrong != nil {
		return fmt.Errorf("%w: its certificate: %w", errCredentials, wrong)
	}
	return nil
}
