package relay

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"roundup/internal/oneline"
)

// Offer is what a relay says of itself to those who have signed in, and what TLS
// with it came to.
type Offer struct {
	Extensions []string // in capitals, each with what it says of itself: "SIZE 10485760"
	TLS        string   // "TLS 1.3"; "" where the connection is in the clear
	Cipher     string
	Expires    time.Time // until when its certificate is trusted; zero without TLS
	Issuer     string    // of its own certificate
}

// Has reports whether an extension is offered.
func (o Offer) Has(keyword string) bool {
	_, ok := o.Says(keyword)
	return ok
}

// Says is what an extension says of itself; false where it is not offered.
func (o Offer) Says(keyword string) (string, bool) {
	for _, e := range o.Extensions {
		if word, rest, _ := strings.Cut(e, " "); word == keyword {
			return rest, true
		}
	}
	return "", false
}

// known are the extensions that are worth a word.
func known() []string {
	return []string{"SIZE", "8BITMIME", "SMTPUTF8", "PIPELINING", "CHUNKING", "ENHANCEDSTATUSCODES", "DSN", "AUTH", "REQUIRETLS"}
}

// Try connects, signs in and asks whether the relay would take mail from a
// return path, then sends QUIT: no mail is begun. Its error is a *Trouble;
// with one about the return path the offer is there all the same.
func (r *Relay) Try(ctx context.Context, returnPath string) (Offer, error) {
	c, err := r.dial(ctx)
	if err != nil {
		return Offer{}, err
	}
	defer func() { _ = c.Close() }()
	offer := c.offer()
	giveUp := context.AfterFunc(ctx, func() { _ = c.wire.Close() })
	defer giveUp()
	return offer, c.tryFrom(returnPath)
}

func (c *conn) offer() Offer {
	var o Offer
	for _, keyword := range known() {
		if says, offered := c.said.find(keyword); offered {
			o.Extensions = append(o.Extensions, strings.TrimSpace(keyword+" "+says))
		}
	}
	state, err := c.client.GetTLSConnectionState()
	if err != nil || len(state.PeerCertificates) == 0 {
		return o
	}
	o.TLS, o.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	o.Expires, o.Issuer = expiry(state.VerifiedChains), state.PeerCertificates[0].Issuer.String()
	return o
}

// expiry is when the last of several chains breaks, each at the first of its certificates to
// run out. What a server sends and no chain needs, such as an old root that is cross-signed,
// does not matter.
func expiry(chains [][]*x509.Certificate) time.Time {
	var last time.Time
	for _, chain := range chains {
		first := slices.MinFunc(chain, func(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
		if first.NotAfter.After(last) {
			last = first.NotAfter
		}
	}
	return last
}

// tryFrom says MAIL and takes it back.
func (c *conn) tryFrom(returnPath string) error {
	if !isPath(returnPath) {
		return &Trouble{Hold: true, Why: "the return path can't be said in SMTP: " + oneline.Of(returnPath, 100)}
	}
	reply, err := c.exchange(CommandMail, "MAIL FROM:<"+returnPath+">", c.relay.settings.Timeouts.Mail)
	switch {
	case err != nil:
		return &Trouble{Why: "MAIL to " + c.relay.address + ": " + explain(err)}
	case reply.class() != 2:
		return &Trouble{Hold: reply.class() == 5, Reply: reply, Why: "MAIL FROM:<" + returnPath + "> to " + c.relay.address,
			Hint: "the relay does not take mail from this address: correct mail.return_path, or have the relay's operator allow it"}
	}
	if _, err := c.exchange("RSET", "RSET", c.relay.settings.Timeouts.Reset); err != nil {
		return &Trouble{Why: "RSET to " + c.relay.address + ": " + explain(err)}
	}
	return nil
}
