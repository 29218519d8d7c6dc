package received

import (
	"fmt"
	"net/mail"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// maxHops is how many Received fields are looked at.
const maxHops = 50

// hop is what one server says of how it got a mail (RFC 5321, 4.4).
type hop struct {
	from, by string
	protocol string // in capitals: "ESMTPS"
	tls      bool
	version  string // "TLS 1.3", where it says so
	inside   bool   // within one machine or network
	at       time.Time
}

var (
	hopFrom = regexp.MustCompile(`(?i)^from\s+(\S+)`)
	hopBy   = regexp.MustCompile(`(?i)(?:^|\s)by\s+([^\s;]+)`)
	hopWith = regexp.MustCompile(`(?i)\swith\s+([A-Za-z0-9_-]+)`)
	hopTLS  = regexp.MustCompile(`(?i)\bTLS ?v?_?(1(?:[._][0-3])?)\b`)
	hopIP   = regexp.MustCompile(`\[(?:IPv6:)?([0-9a-fA-F.:]+)\]`)
)

func parseHop(value string) hop {
	if len(value) > maxResultField {
		value = value[:maxResultField]
	}
	var h hop
	first := func(re *regexp.Regexp) string {
		if found := re.FindStringSubmatch(value); found != nil {
			return found[1]
		}
		return ""
	}
	h.from, h.by, h.protocol = first(hopFrom), first(hopBy), strings.ToUpper(first(hopWith))
	if h.protocol == "MICROSOFT" { // "with Microsoft SMTP Server (version=TLS1_2, …)"
		h.protocol = "SMTP"
	}
	if v := first(hopTLS); v != "" {
		h.version = "TLS " + strings.ReplaceAll(v, "_", ".")
	}
	h.tls = h.version != "" || secured(h.protocol)
	h.inside = h.from == "" || h.protocol == "LMTP" || h.protocol == "LMTPS" || h.protocol == "LOCAL" || h.protocol == "MAPI" || h.protocol == "HTTP" ||
		strings.EqualFold(h.from, "localhost") || strings.EqualFold(h.from, h.by)
	if address, err := netip.ParseAddr(first(hopIP)); err == nil {
		address = address.Unmap()
		h.inside = h.inside || address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast()
	}
	if at := strings.LastIndexByte(value, ';'); at >= 0 {
		if when, err := mail.ParseDate(strings.TrimSpace(value[at+1:])); err == nil {
			h.at = when
		}
	}
	return h
}

// secured reports whether a protocol is one over TLS (RFC 3848, RFC 6531).
func secured(protocol string) bool {
	switch protocol {
	case "ESMTPS", "ESMTPSA", "SMTPS", "UTF8SMTPS", "UTF8SMTPSA", "LMTPS", "LMTPSA", "UTF8LMTPS", "UTF8LMTPSA", "HTTPS":
		return true
	}
	return false
}

// way tells the way the mail came, the oldest hop first, and which part of it
// went in the clear.
func (a *arrived) way() {
	fields := a.message.All("Received")
	if len(fields) == 0 {
		a.received.Skip("way", "it has no Received field: it was saved before it was sent, or by a program that leaves them out", "save it where it arrived: \"Show original\", \"View source\"")
		return
	}
	if len(fields) > maxHops {
		fields = fields[:maxHops]
	}
	var told, inClear []string
	var begun, ended time.Time
	for i := len(fields) - 1; i >= 0; i-- {
		h := parseHop(fields[i])
		if begun.IsZero() {
			begun = h.at
		}
		if !h.at.IsZero() {
			ended = h.at
		}
		if h.by == "" {
			continue
		}
		step := h.by
		if h.version != "" {
			step += " (" + strings.TrimSpace(h.protocol+", "+h.version) + ")"
		} else if h.protocol != "" {
			step += " (" + h.protocol + ")"
		}
		told = append(told, shorten(step, 100))
		if !h.tls && !h.inside {
			inClear = append(inClear, shorten(h.from+" to "+h.by, 120))
		}
	}
	detail := strings.Join(told, " → ")
	if took := ended.Sub(begun); !begun.IsZero() && took >= 0 {
		detail += fmt.Sprintf("; %s on the way", took.Round(time.Second))
	}
	if len(inClear) > 0 {
		a.received.Warn("way", detail+": without TLS from "+strings.Join(inClear, ", "), "ask the relay's operator for TLS; whoever is on the way reads the mail")
		return
	}
	a.received.Pass("way", detail)
}
