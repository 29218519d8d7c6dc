package config

import (
	"fmt"
	"math"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
	"time"
	"unicode"

	"golang.org/x/net/idna"
	xlanguage "golang.org/x/text/language"

	"roundup/digest/schedule"
	"roundup/internal/nearest"
	"roundup/internal/wording"
)

// check says what is wrong with a value for a key, and what is allowed; "" when
// nothing is. The value of a secret is not in the answer.
func (k key) check(value string) string {
	if reason := checkText(k.kind, value); reason != "" {
		return reason
	}
	if reason := k.checkKind(value); reason != "" {
		return fmt.Sprintf("%q %s", shown(k.kind, value), reason)
	}
	return ""
}

// shown is a value as far as a message, or a list of settings, may repeat it.
func shown(k kind, value string) string {
	switch {
	case value == "":
		return ""
	case k == secret, strings.Contains(value, "@") && (k == host || k == listen):
		return mask
	case k == webURL:
		value = maskURL(value)
	case k == database:
		value = maskDatabase(value)
	}
	return wording.Cut(value, 81)
}

// checkText refuses what no setting may hold: they end up in headers.
func checkText(k kind, value string) string {
	for _, r := range value {
		switch {
		case r == '\n' && k == lines:
		case r == '\n' || r == '\r':
			return "is more than one line"
		case unicode.IsControl(r):
			return fmt.Sprintf("holds a control character (%U)", r)
		case r == unicode.ReplacementChar:
			return "is not valid UTF-8"
		}
	}
	return ""
}

// checkKind returns a reason that follows the quoted value.
func (k key) checkKind(value string) string {
	if slices.Contains(k.allowed, value) {
		return ""
	}
	switch k.kind {
	case choice:
		return k.checkChoice(value)
	case boolean:
		if _, err := parseBool(value); err != nil {
			return "is neither true nor false"
		}
	case integer:
		return k.checkInteger(value)
	case number:
		if n, err := strconv.ParseFloat(value, 64); err != nil || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) {
			return "is not a number of 0 or more"
		}
	case duration:
		if _, err := ParseDuration(value); err != nil {
			return "is " + err.Error()
		}
	case webURL:
		return checkURL(value)
	case database:
		return checkDatabase(value)
	case mailbox:
		return reasonOf(parseMailbox(value))
	case address, addresses:
		return reasonOf(parseAddress(value))
	case timezone:
		return checkZone(value)
	case language:
		if _, err := xlanguage.Parse(value); err != nil {
			return "is not a language; use a tag such as en, de or pt-BR"
		}
	case languages:
		return checkWords(value)
	case colour:
		if !colourForm.MatchString(value) {
			return `is not a colour; write it as "#1a5276", in quotes`
		}
	case cron:
		return schedule.Fault(value)
	case date:
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "is not a date; write it as 2026-12-04"
		}
	case host:
		return checkHost(value)
	case listen:
		return checkListen(value)
	case mailListen:
		return checkMailListen(value)
	case networks:
		return checkNetwork(value)
	case sites:
		return checkSite(value)
	case patterns:
		if _, err := regexp.Compile(value); err != nil {
			return "is not a regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		}
	case params:
		return checkParam(value)
	case line:
		tree := parse.New("")
		tree.Mode = parse.SkipFuncCheck // which functions there are, the room knows that prints it
		if _, err := tree.Parse(value, "", "", map[string]*parse.Tree{}); err != nil {
			return "is not a template: " + strings.TrimPrefix(err.Error(), "template: :1: ")
		}
	}
	return ""
}

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func (k key) checkChoice(value string) string {
	if near := nearest.Of(value, k.allowed); near != "" && len(k.allowed) > 1 {
		return fmt.Sprintf("is not %s; did you mean %s?", anyOf(k.allowed), near)
	}
	return "is not " + anyOf(k.allowed)
}

func (k key) checkInteger(value string) string {
	n, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return "is not a whole number"
	case k.max > 0 && (n < k.min || n > k.max):
		return fmt.Sprintf("is not from %d to %d", k.min, k.max)
	case n < k.min:
		return fmt.Sprintf("is less than %d", k.min)
	}
	return ""
}

// parseBool reads what YAML has ever called true or false.
func parseBool(value string) (bool, error) {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return true, nil
	case "false", "no", "off":
		return false, nil
	}
	return false, strconv.ErrSyntax
}

// checkSite checks an origin (RFC 6454): what a browser sends of the site that a form
// was on.
func checkSite(value string) string {
	if reason := checkURL(value); reason != "" {
		return reason
	}
	if u, err := url.Parse(value); err != nil || u.Scheme+"://"+u.Host != strings.ToLower(value) {
		return "is more than a site; write nothing but scheme and host, as https://magazine.example"
	}
	return ""
}

func checkURL(value string) string {
	u, err := url.Parse(value)
	switch {
	case err != nil || strings.ContainsAny(value, " <>\"\\"):
		return "is not a URL"
	case u.Scheme == "":
		return "is not a whole URL; begin it with https://"
	case u.Scheme != "http" && u.Scheme != "https":
		return "is not an http or https URL"
	case u.Host == "" || u.Hostname() == "":
		return "is a URL without a host"
	}
	return ""
}

func checkHost(value string) string {
	switch {
	case strings.Contains(value, "://"):
		return "is a URL; give the host alone"
	case net.ParseIP(value) != nil:
		return ""
	case strings.Contains(value, ":"):
		return "is not a host; the port has a key of its own"
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(value, "."))
	if err != nil || name == "" || len(name) > 253 {
		return "is not a host"
	}
	return ""
}

func checkListen(value string) string {
	_, port, err := net.SplitHostPort(value)
	if err != nil {
		return "is not an address to listen on; write it as 127.0.0.1:8080"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "has no port from 0 to 65535"
	}
	return ""
}

func checkNetwork(value string) string {
	if _, err := netip.ParseAddr(value); err == nil {
		return ""
	}
	if _, err := netip.ParsePrefix(value); err == nil {
		return ""
	}
	return "is neither an IP address nor a network such as 10.0.0.0/8"
}

// parseAddress returns a bare address, its domain in A-labels.
func parseAddress(value string) (string, error) {
	parsed, err := mail.ParseAddress(value)
	if err != nil || parsed.Name != "" || strings.ContainsAny(value, "<>\"") {
		return "", fmt.Errorf("is not an address; write it as bounces@magazine.example")
	}
	return toASCII(parsed.Address)
}

// parseMailbox returns an address with or without a name before it.
func parseMailbox(value string) (mail.Address, error) {
	parsed, err := mail.ParseAddress(value)
	if err != nil {
		return mail.Address{}, fmt.Errorf("is not a mailbox; write it as The Magazine <weekly@magazine.example>")
	}
	bare, err := toASCII(parsed.Address)
	return mail.Address{Name: parsed.Name, Address: bare}, err
}

func toASCII(bare string) (string, error) {
	at := strings.LastIndexByte(bare, '@')
	domain, err := idna.Lookup.ToASCII(bare[at+1:])
	switch {
	case err != nil:
		return "", fmt.Errorf("has a domain that is not valid")
	case !strings.Contains(domain, ".") && domain != "localhost":
		return "", fmt.Errorf("has a domain without a dot")
	}
	return bare[:at+1] + domain, nil
}

func reasonOf(_ any, err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}
