package config

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"roundup/internal/dkimname"
	"roundup/internal/maildomain"
	"roundup/internal/remedy"
)

// DKIM is how mails are signed before they go to the relay.
type DKIM struct {
	Domain   string        // A-labels; default: the domain of mail.from
	Selector string        // "" where mails are not signed here
	KeyFile  string        `mapstructure:"key_file"` // absolute; "" where mails are not signed here
	Key      crypto.Signer `mapstructure:"-"`        // what is in it; nil where mails are not signed here
}

// isSet reports whether anything was said of signing.
func (d DKIM) isSet() bool { return d.Domain != "" || d.Selector != "" || d.KeyFile != "" }

// The bits of an RSA key (RFC 8301, 3.2).
const (
	leastRSA = 1024
	goodRSA  = 2048
)

// dkim checks the settings for signing together and reads the key.
func (v *validator) dkim() {
	d := &v.DKIM
	if !d.isSet() {
		return
	}
	if d.Domain == "" {
		d.Domain = maildomain.Of(v.Mail.From.Address)
	}
	v.need("dkim.domain", d.Domain, "say which domain signs; it is that of mail.from else, and that is not set")
	if v.need("dkim.selector", d.Selector, "say under which name the key is in DNS") {
		v.problems.advise("dkim.selector", remedy.Remedy{Code: remedy.NameKey})
	}
	if v.need("dkim.key_file", d.KeyFile, "name the file with the private key") {
		v.problems.advise("dkim.key_file", remedy.Remedy{Code: remedy.MakeKey})
	}
	v.dkimNames()
	if d.KeyFile != "" && !v.problems.about("dkim.key_file") {
		v.dkimKey()
	}
}

func (v *validator) dkimNames() {
	d := &v.DKIM
	domain, ok := dkimname.Domain(d.Domain)
	if ok {
		d.Domain = domain
	} else if d.Domain != "" {
		v.report("dkim.domain", fmt.Sprintf("%q is not a domain that a key can be published at", d.Domain))
	}
	if d.Selector, ok = dkimname.Selector(d.Selector); !ok && d.Selector != "" {
		v.report("dkim.selector", fmt.Sprintf("%q is not made of letters, digits and hyphens, with dots between", d.Selector))
	}
}

func (v *validator) dkimKey() {
	d := &v.DKIM
	text, err := readFile(d.KeyFile)
	if err != nil {
		v.report("dkim.key_file", "can't be read: "+err.Error())
		if d.Domain != "" && d.Selector != "" {
			v.problems.advise("dkim.key_file", remedy.Remedy{Code: remedy.MakeKeyFor, About: d.Selector + "._domainkey." + d.Domain})
		}
		return
	}
	key, reason := parseKey(text)
	if reason != "" {
		v.report("dkim.key_file", d.KeyFile+" "+reason)
		return
	}
	if k, ok := key.(*rsa.PrivateKey); ok && k.N.BitLen() < goodRSA {
		v.warn("dkim.key_file", fmt.Sprintf("%s holds an RSA key of %d bits; 2048 are recommended (RFC 8301)", d.KeyFile, k.N.BitLen()), "")
		v.warnings.advise("dkim.key_file", remedy.Remedy{Code: remedy.MakeLongerKey})
	}
	if othersRead(d.KeyFile) {
		v.warn("dkim.key_file", d.KeyFile+" can be read by everybody on this machine", "chmod 600 "+d.KeyFile)
	}
	d.Key = key
}

// parseKey reads a private key in PEM, as PKCS #8 or PKCS #1.
func parseKey(text []byte) (key crypto.Signer, reason string) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, "holds no private key in PEM"
	}
	var parsed any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return nil, fmt.Sprintf("holds a %s; a private key is needed, without a password", strings.ToLower(block.Type))
	}
	if err != nil {
		return nil, "holds a private key that is damaged"
	}
	switch k := parsed.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < leastRSA {
			return nil, fmt.Sprintf("holds an RSA key of %d bits, which nobody trusts; at least 1024 are needed, 2048 are recommended", k.N.BitLen())
		}
		return k, ""
	case ed25519.PrivateKey:
		return k, ""
	}
	return nil, "holds a key that is neither RSA nor Ed25519"
}
