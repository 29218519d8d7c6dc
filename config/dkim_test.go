package config_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
	"roundup/internal/remedy"
)

// shortKey makes an RSA key of 512 bits, which crypto/rsa itself makes no more.
func shortKey() *rsa.PrivateKey {
	for {
		p, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			panic(err)
		}
		q, err := rand.Prime(rand.Reader, 256)
		if err != nil {
			panic(err)
		}
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, Primes: []*big.Int{p, q}}
		if key.D = new(big.Int).ModInverse(big.NewInt(65537), phi); key.D != nil && key.N.BitLen() == 512 {
			return key
		}
	}
}

// testKeys are key files, by name.
var testKeys = sync.OnceValue(func() map[string]string {
	block := func(kind string, der []byte, err error) string {
		if err != nil {
			panic(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	must := func(key any, err error) any {
		if err != nil {
			panic(err)
		}
		return key
	}
	good := must(rsa.GenerateKey(rand.Reader, 2048)).(*rsa.PrivateKey)
	weak := must(rsa.GenerateKey(rand.Reader, 1024)).(*rsa.PrivateKey)
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).(*ecdsa.PrivateKey)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(nil, err)
	pkcs8 := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		return block("PRIVATE KEY", der, err)
	}
	public, err := x509.MarshalPKIXPublicKey(edwards.Public())
	return map[string]string{
		"key.pem":     pkcs8(good),
		"pkcs1.pem":   block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(good), nil),
		"weak.pem":    pkcs8(weak),
		"ed25519.pem": pkcs8(edwards),
		"ecdsa.pem":   pkcs8(curve),
		"public.pem":  block("PUBLIC KEY", public, err),
		"damaged.pem": block("PRIVATE KEY", []byte("damaged"), nil),
		"short.pem":   block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(shortKey()), nil),
	}
})

func TestDKIM(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range testKeys() {
		write(t, filepath.Join(dir, name), text, 0o600)
	}
	load := func(t *testing.T, text string) *config.Config {
		t.Helper()
		path := filepath.Join(t.TempDir(), "roundup.yaml")
		write(t, path, strings.ReplaceAll(text, "DIR", dir), 0o600)
		c, err := config.Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct {
		name, give, domain, selector string
		key                          crypto.PublicKey
		warnings                     []string
	}{
		{name: "off", give: "mail: {from: a@x.example}"},
		{name: "the domain of mail.from", give: "mail: {from: a@x.example}\ndkim: {selector: Nov, key_file: DIR/key.pem}",
			domain: "x.example", selector: "nov", key: &rsa.PublicKey{}},
		{name: "PKCS #1", give: "mail: {from: a@x.example}\ndkim: {selector: nov, key_file: DIR/pkcs1.pem}",
			domain: "x.example", selector: "nov", key: &rsa.PublicKey{}},
		{name: "a domain above", give: "mail: {from: a@news.bücher.example}\ndkim: {domain: Bücher.example, selector: a.b, key_file: DIR/ed25519.pem}",
			domain: "xn--bcher-kva.example", selector: "a.b", key: ed25519.PublicKey{}},
		{name: "another domain", give: "mail: {from: a@x.example}\ndkim: {domain: notx.example, selector: nov, key_file: DIR/key.pem}",
			domain: "notx.example", selector: "nov", key: &rsa.PublicKey{}},
		{name: "a domain below", give: "mail: {from: a@x.example}\ndkim: {domain: mail.x.example, selector: nov, key_file: DIR/key.pem}",
			domain: "mail.x.example", selector: "nov", key: &rsa.PublicKey{}},
		{name: "1024 bits", give: "mail: {from: a@x.example}\ndkim: {selector: nov, key_file: DIR/weak.pem}",
			domain: "x.example", selector: "nov", key: &rsa.PublicKey{},
			warnings: []string{"roundup.yaml:2: dkim.key_file: weak.pem holds an RSA key of 1024 bits; 2048 are recommended (RFC 8301)"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := load(t, tt.give)
			if c.DKIM.Domain != tt.domain || c.DKIM.Selector != tt.selector || (c.DKIM.Key == nil) != (tt.key == nil) {
				t.Errorf("got %+v", c.DKIM)
			}
			if c.DKIM.Key != nil {
				if got, want := kindOf(c.DKIM.Key.Public()), kindOf(tt.key); got != want {
					t.Errorf("got a key of %s, want %s", got, want)
				}
			}
			var warnings []string
			for _, w := range c.Warnings() {
				warnings = append(warnings, strings.NewReplacer(filepath.Dir(c.Path)+"/", "", dir+"/", "").Replace(w.String()))
			}
			if diff := cmp.Diff(tt.warnings, warnings); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("for everybody to read", func(t *testing.T) {
		t.Parallel()
		open := filepath.Join(t.TempDir(), "open.pem")
		write(t, open, testKeys()["key.pem"], 0o600)
		if err := os.Chmod(open, 0o644); err != nil {
			t.Fatal(err)
		}
		c := load(t, "mail: {from: a@x.example}\ndkim: {selector: nov, key_file: "+open+"}")
		if w := c.Warnings(); len(w) != 1 || w[0].Key != "dkim.key_file" || !strings.Contains(w[0].Message, "can be read by everybody") {
			t.Errorf("got %v", w)
		}
	})
}

func kindOf(key crypto.PublicKey) string {
	if _, ok := key.(*rsa.PublicKey); ok {
		return "RSA"
	}
	return "Ed25519"
}

// Where the key or what is known of it is missing, a key can be made; where its
// file is, with the names that are set: that must work while the configuration does not.
func TestMissingKeyRemedies(t *testing.T) {
	t.Parallel()
	for give, want := range map[string][]remedy.Remedy{
		"dkim: {domain: x.example, selector: nov, key_file: nowhere}": {{Code: remedy.MakeKeyFor, About: "nov._domainkey.x.example"}},
		"dkim: {domain: x.example}":                                   {{Code: remedy.NameKey}, {Code: remedy.MakeKey}},
	} {
		_, err := load(t, give)
		found, _ := err.(config.Problems) //nolint:errorlint // it is what Load returns
		var got []remedy.Remedy
		for _, p := range found {
			got = append(got, p.Do)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", give, diff)
		}
	}
}
