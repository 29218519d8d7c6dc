package mail

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
)

// NewRSAKey makes a key for DKIM of 2048 bits: more does not fit everywhere in
// DNS, less is not taken everywhere (RFC 8301, 3.2).
func NewRSAKey() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) }

// NewEd25519Key makes a key for DKIM by RFC 8463, which not every receiver
// verifies yet.
func NewEd25519Key() (crypto.Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

// EncodeKey is a private key as it stands in its file: PKCS #8 in PEM.
func EncodeKey(key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// DescribeKey names a key for people: "RSA, 2048 bits".
func DescribeKey(key crypto.PublicKey) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA, %d bits", k.N.BitLen())
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return fmt.Sprintf("%T", key)
}

// DKIMName is where in DNS a domain publishes a key (RFC 6376, 3.6.2.1).
func DKIMName(domain, selector string) string { return selector + "._domainkey." + domain }

// DKIMRecord is the TXT record that publishes a key (RFC 6376, 3.6.1; RFC 8463, 4).
func DKIMRecord(key crypto.PublicKey) (string, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		der, err := x509.MarshalPKIXPublicKey(k)
		if err != nil {
			return "", fmt.Errorf("encode key: %w", err)
		}
		return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), nil
	case ed25519.PublicKey:
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(k), nil
	}
	return "", fmt.Errorf("dkim: a key of type %T can't be published", key)
}

// SplitTXT splits a TXT record into the strings it is made of in DNS: none has
// more than 255 octets (RFC 1035, 3.3), and they are read as one (RFC 7208, 3.3).
func SplitTXT(record string) []string {
	const most = 255
	var parts []string
	for len(record) > most {
		parts = append(parts, record[:most])
		record = record[most:]
	}
	return append(parts, record)
}
