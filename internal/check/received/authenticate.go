package received

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"roundup/internal/check/maildns"
	"roundup/internal/remedy"
)

// maxSignatures is how many signatures of a mail are verified.
const maxSignatures = 5

// maxSignature is how many octets a signature that is verified may have: each
// field it names is looked for in the whole header.
const maxSignature = 16 << 10

// patience is how long the name servers may take for all of them.
const patience = 15 * time.Second

// signature is one DKIM-Signature of a mail.
type signature struct {
	domain, selector string
	covers           []string // fields, in lower case
	partial          bool     // it covers part of the body only (l=)
	good             bool     // verified here, or by the server that received it
	unasked          bool     // name servers did not answer
	here             string   // what verifying it here gave: "good", or why not; "" where it was not tried
}

// authenticate tells what the receiving server and the signatures say of who
// sent the mail, and whether that is who readers see.
func (a *arrived) authenticate(ctx context.Context) {
	server, results := verdicts(a.message)
	if len(results) == 0 {
		a.signed.Skip("results", "the server that received it wrote no Authentication-Results", "send a test mail to a large provider's mailbox, such as Gmail's, whose servers do")
	}
	bySPF := a.spf(server, results)
	byDKIM := a.dkim(ctx, server, results)
	a.dmarc(server, results, bySPF, byDKIM)
}

// spf tells the result of SPF; true where it passed for a domain that DMARC
// takes for the sender's.
func (a *arrived) spf(server string, results []Result) bool {
	aligned := false
	for _, r := range results {
		if r.Method != "spf" {
			continue
		}
		domain := r.Domain("smtp.mailfrom")
		if domain == "" {
			domain = r.Domain("smtp.helo")
		}
		isOurs := maildns.Aligned(domain, a.domain(), false)
		detail := fmt.Sprintf("%s for %s, by %s", shorten(r.Value, 20), shorten(domain, 100), nameOf(server))
		switch {
		case a.unclear("SPF", r.Value, detail):
		case r.Value == "pass" && isOurs:
			aligned = true
			a.signed.Pass("SPF", detail)
		case r.Value == "pass":
			a.signed.Pass("SPF", fmt.Sprintf("%s, which is not of %s: it does not count for DMARC", detail, a.domain()))
		case r.Value == "softfail" || r.Value == "fail":
			a.signed.Fail("SPF", detail+": the relay's address is not among those that "+domain+" names", "")
			a.signed.Do(remedy.Remedy{Code: remedy.AddToSPF})
		case r.Value == "permerror":
			a.signed.Fail("SPF", detail+": the record of "+domain+" is void", "")
			a.signed.Do(remedy.Remedy{Code: remedy.MendRecord})
		default:
			a.signed.Warn("SPF", detail, "")
			a.signed.Do(remedy.Remedy{Code: remedy.PublishSPF})
		}
	}
	return aligned
}

// unclear tells of a result that blames nobody: the receiver's name servers did not
// answer, or it does not say whether the method passed (RFC 8601, 2.7).
func (a *arrived) unclear(method, value, detail string) bool {
	switch value {
	case "temperror":
		a.signed.Skip(method, detail+": the receiver's name servers did not answer", "send another test mail")
	case "neutral", "policy":
		a.signed.Warn(method, detail, "")
	default:
		return false
	}
	return true
}

// dkim tells of each signature, and whether the one that counts covers the
// fields of one click; true where a good one is of the domain that readers see.
func (a *arrived) dkim(ctx context.Context, server string, results []Result) bool {
	signatures := a.signatures()
	if len(signatures) == 0 {
		a.signed.Fail("DKIM", "the mail is not signed", "")
		a.signed.Do(remedy.Remedy{Code: remedy.SignFor, About: a.domain()})
		return false
	}
	a.verify(ctx, signatures)
	for _, r := range results {
		if r.Method == "dkim" {
			a.told(server, r, signatures)
		}
	}
	aligned := false
	for _, s := range signatures {
		a.signature(s)
		aligned = aligned || s.good && a.counts(s)
	}
	a.covers(signatures)
	return aligned
}

// counts reports whether a signature is of the domain that readers see.
func (a *arrived) counts(s *signature) bool {
	return maildns.Aligned(s.domain, a.domain(), false)
}

// signatures reads those of the mail, in their order.
func (a *arrived) signatures() []*signature {
	var all []*signature
	for _, field := range a.message.All("DKIM-Signature") {
		if len(all) == maxSignatures {
			break
		}
		s := &signature{}
		for tag := range strings.SplitSeq(field, ";") {
			name, value, _ := strings.Cut(tag, "=")
			value = strings.Join(strings.Fields(value), "")
			switch strings.TrimSpace(name) {
			case "d":
				s.domain = strings.ToLower(shorten(value, 253))
			case "s":
				s.selector = shorten(value, 253)
			case "h":
				s.covers = strings.Split(strings.ToLower(value), ":")
			case "l":
				s.partial = true
			}
		}
		all = append(all, s)
	}
	return all
}

// told takes over what the receiving server found of a signature.
func (a *arrived) told(server string, r Result, signatures []*signature) {
	domain := r.Domain("header.d")
	if domain == "" {
		domain = r.Domain("header.i")
	}
	for _, s := range signatures {
		selector := r.Properties["header.s"]
		if (s.domain == domain || strings.HasSuffix(domain, "."+s.domain)) && (selector == "" || selector == s.selector) {
			s.good = s.good || r.Value == "pass"
		}
	}
	detail := fmt.Sprintf("%s for %s, by %s", shorten(r.Value, 20), shorten(domain, 100), nameOf(server))
	if reason := r.Properties["reason"]; reason != "" && r.Value != "pass" {
		detail += ": " + shorten(reason, 120)
	}
	switch {
	case a.unclear("DKIM", r.Value, detail), r.Value == "none":
	case r.Value == "pass":
		a.signed.Pass("DKIM", detail)
	default:
		a.signed.Fail("DKIM", detail, "the key in DNS is another one, or the mail was changed after it was signed")
	}
}

// verify verifies the signatures here, where name servers may be asked.
func (a *arrived) verify(ctx context.Context, signatures []*signature) {
	if a.resolver == nil {
		return
	}
	for _, field := range a.message.All("DKIM-Signature") {
		if len(field) > maxSignature {
			a.signed.Warn("signature", fmt.Sprintf("none is verified here: one has more than %d KB", maxSignature>>10), "")
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(a.message.Raw), &dkim.VerifyOptions{
		MaxVerifications: maxSignatures,
		LookupTXT: func(name string) ([]string, error) {
			return a.resolver.LookupTXT(ctx, strings.TrimSuffix(name, ".")+".")
		},
	})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return
	}
	for i, v := range found {
		if i >= len(signatures) {
			break
		}
		if v.Err == nil {
			signatures[i].here, signatures[i].good = "good", true
		} else {
			signatures[i].here, signatures[i].unasked = shorten(strings.TrimPrefix(v.Err.Error(), "dkim: "), 160), dkim.IsTempFail(v.Err)
		}
	}
}

// signature tells what one signature is worth here.
func (a *arrived) signature(s *signature) {
	what := fmt.Sprintf("of %s (selector %s)", s.domain, s.selector)
	switch {
	case s.here == "good" && a.counts(s):
		a.signed.Pass("signature", what+": verified here")
	case s.here == "good":
		a.signed.Pass("signature", fmt.Sprintf("%s: verified here; it is not of %s and does not count for DMARC", what, a.domain()))
	case s.here == "":
		a.signed.Skip("signature", what+": not verified here", "")
	case strings.HasPrefix(s.here, "no key for signature"):
		a.signed.Warn("signature", what+": its key is not published, or not any more", "")
		a.signed.Do(remedy.Remedy{Code: remedy.PublishKey})
	case s.unasked:
		a.signed.Skip("signature", what+": not verified here: "+s.here, "look again where name servers answer")
	default:
		a.signed.Warn("signature", fmt.Sprintf("%s: not good here: %s", what, s.here),
			"where the server that received it found it good, the file was changed when it was saved; else the mail was changed on the way")
	}
	if s.partial {
		a.signed.Warn("signature", what+" covers part of the mail only (l=): anybody may add to it", "have the relay sign all of it")
	}
}

// covers tells whether a good signature covers the two fields of one click, as
// RFC 8058, 4, demands.
func (a *arrived) covers(signatures []*signature) {
	if !a.message.Has("List-Unsubscribe-Post") {
		return // that is told with what was changed
	}
	var lacking []string
	for _, s := range signatures {
		if !s.good {
			continue
		}
		list, post := slices.Contains(s.covers, "list-unsubscribe"), slices.Contains(s.covers, "list-unsubscribe-post")
		if list && post {
			a.signed.Pass("one click", "the signature of "+s.domain+" covers List-Unsubscribe and List-Unsubscribe-Post (RFC 8058)")
			return
		}
		missing := "List-Unsubscribe-Post"
		switch {
		case !list && !post:
			missing = "List-Unsubscribe and List-Unsubscribe-Post"
		case !list:
			missing = "List-Unsubscribe"
		}
		lacking = append(lacking, fmt.Sprintf("that of %s leaves out %s", s.domain, missing))
	}
	if len(lacking) == 0 {
		a.signed.Warn("one click", "no signature that is known to be good covers List-Unsubscribe and its -Post (RFC 8058)", "mend the signature first")
		return
	}
	a.signed.Fail("one click", "no signature covers both fields (RFC 8058), so that mail providers show no button: "+strings.Join(lacking, "; "), "")
	a.signed.Do(remedy.Remedy{Code: remedy.SignBoth})
}

// dmarc tells the result of DMARC, and what it came from.
func (a *arrived) dmarc(server string, results []Result, bySPF, byDKIM bool) {
	var by []string
	if bySPF {
		by = append(by, "SPF")
	}
	if byDKIM {
		by = append(by, "DKIM")
	}
	domain := a.domain()
	why := "neither SPF nor a good signature is of " + domain
	if len(by) > 0 {
		why = strings.Join(by, " and ") + " are of " + domain
		if len(by) == 1 {
			why = by[0] + " is of " + domain
		}
	}
	align := remedy.Remedy{Code: remedy.AlignWith, About: domain}
	found := false
	for _, r := range results {
		if r.Method != "dmarc" {
			continue
		}
		found = true
		detail := fmt.Sprintf("%s for %s, by %s", shorten(r.Value, 20), shorten(r.Domain("header.from"), 100), nameOf(server))
		switch {
		case a.unclear("DMARC", r.Value, detail):
		case r.Value == "pass", r.Value == "bestguesspass":
			a.signed.Pass("DMARC", detail+"; "+why)
		case r.Value == "none":
			a.signed.Warn("DMARC", detail+"; "+why, "")
			a.signed.Do(remedy.Remedy{Code: remedy.PublishDMARC})
		case r.Value == "permerror":
			a.signed.Fail("DMARC", detail+": the record of "+domain+" is void", "")
			a.signed.Do(remedy.Remedy{Code: remedy.MendRecord})
		default:
			a.signed.Fail("DMARC", detail+"; "+why, "")
			a.signed.Do(align)
		}
	}
	switch {
	case found:
	case len(by) > 0:
		a.signed.Pass("DMARC", "it would pass: "+why)
	default:
		a.signed.Warn("DMARC", "it would not pass: "+why, "")
		a.signed.Do(align)
	}
}

// nameOf is a server in words.
func nameOf(server string) string {
	if server == "" {
		return "the server that received it"
	}
	return shorten(server, 100)
}
