package hooks_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/web/hooks"
)

// issuer is where the certificate between SNS's and the root is.
const issuer = "http://crt.r2m01.amazontrust.com/r2m01.cer"

// snsKey is SNS's, made once: that takes long.
var snsKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// authority signs what SNS signs with.
type authority struct {
	key     *rsa.PrivateKey // SNS's
	roots   *x509.CertPool
	answers map[string][]byte // by address
	between []byte            // DER
}

// newAuthority makes a root, a certificate below it, which is fetched from issuer, and
// SNS's below that; change may spoil SNS's.
func newAuthority(t testing.TB, change ...func(*x509.Certificate)) authority {
	t.Helper()
	a := authority{roots: x509.NewCertPool()}
	begin := time.Unix(timeUnix, 0).Add(-time.Hour)
	sign := func(c, parent *x509.Certificate, key, of crypto.Signer) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), of)
		if err != nil {
			t.Fatal(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, NotBefore: begin, NotAfter: begin.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	root = sign(root, root, rootKey, rootKey)
	a.roots.AddCert(root)
	between := sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "between"}, NotBefore: begin, NotAfter: begin.AddDate(5, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, root, rootKey, rootKey) // of one key: what is tested is the chain
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "sns.amazonaws.com"}, DNSNames: []string{"sns.amazonaws.com"},
		NotBefore: begin, NotAfter: begin.AddDate(1, 0, 0), IssuingCertificateURL: []string{issuer},
	}
	for _, c := range change {
		c(leaf)
	}
	a.key, a.between = snsKey(), between.Raw
	made := sign(leaf, between, a.key, rootKey)
	a.answers = map[string][]byte{certURL: inPEM(made.Raw), issuer: between.Raw}
	return a
}

func inPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// TestSNSChain: what SNS signs with leads to a root that this machine trusts, and is SNS's.
func TestSNSChain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*x509.Certificate)
		then   func(*authority)
		status int
	}{
		{name: "its issuer is fetched", status: 200},
		{name: "its issuer comes with it", status: 200, then: func(a *authority) {
			a.answers[certURL] = append(a.answers[certURL], inPEM(a.between)...)
			delete(a.answers, issuer)
		}},
		{name: "of the region", status: 200, change: func(c *x509.Certificate) { c.DNSNames = []string{"sns.eu-west-1.amazonaws.com"} }},
		{name: "of another region", status: 401, change: func(c *x509.Certificate) { c.DNSNames = []string{"sns.us-east-1.amazonaws.com"} }},
		{name: "of another service", status: 401, change: func(c *x509.Certificate) { c.DNSNames = []string{"s3.amazonaws.com"} }},
		{name: "expired", status: 401, change: func(c *x509.Certificate) { c.NotAfter = time.Unix(timeUnix, 0).Add(-time.Minute) }},
		{name: "another root", status: 401, then: func(a *authority) { a.roots = x509.NewCertPool() }},
		{name: "an issuer elsewhere", status: 401, change: func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://evil.example/ca.cer"} }},
		{name: "no issuer named", status: 401, change: func(c *x509.Certificate) { c.IssuingCertificateURL = nil }},
		{name: "an issuer of rubbish", status: 401, then: func(a *authority) { a.answers[issuer] = []byte("rubbish") }},
		{name: "an issuer that does not answer", status: 503, then: func(a *authority) { delete(a.answers, issuer) }},
		{name: "a certificate of rubbish", status: 401, then: func(a *authority) { a.answers[certURL] = inPEM([]byte("rubbish")) }},
		{name: "no certificate", status: 401, then: func(a *authority) { a.answers[certURL] = []byte("<html>") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*x509.Certificate)
			if tt.change != nil {
				changes = append(changes, tt.change)
			}
			a := newAuthority(t, changes...)
			if tt.then != nil {
				tt.then(&a)
			}
			d, now := &desk{key: a.key}, time.Unix(timeUnix, 0)
			d.Handler = hooks.New(hooks.Options{
				Secrets: map[string]string{"ses": "s1"}, SESTopic: topic, Returns: d, Roots: a.roots, Log: slog.New(slog.DiscardHandler),
				Now: func() time.Time { return now },
				Get: func(_ context.Context, url string) ([]byte, error) {
					d.fetched = append(d.fetched, url)
					if answer, ok := a.answers[url]; ok {
						return answer, nil
					}
					return nil, errors.New("nothing answers there")
				},
			})
			body := d.sns(t, "2", map[string]string{"Message": sesBounce}, nil)
			if got := d.post("/hooks/ses/s1", body); got != tt.status || (len(d.got) > 0) != (tt.status == 200) {
				t.Errorf("got %d, %q", got, d.got)
			}
			fetched := len(d.fetched)
			if d.post("/hooks/ses/s1", body); tt.status == 200 && len(d.fetched) != fetched {
				t.Errorf("fetched again: %q", d.fetched)
			}
			now = now.Add(25 * time.Hour)
			if d.post("/hooks/ses/s1", body); tt.status == 200 && len(d.fetched) != 2*fetched {
				t.Errorf("not fetched again after a day: %q", d.fetched)
			}
			for _, url := range d.fetched {
				if strings.Contains(url, "evil") {
					t.Errorf("fetched %s", url)
				}
			}
		})
	}
}
