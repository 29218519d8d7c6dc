package config

import (
	"net/url"
	"regexp"
	"strings"
)

// mask stands for a secret wherever settings are shown.
const mask = "********"

// Secret is a value that never appears in output.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// maskURL hides what a URL carries for the server's eyes only: a password (or a
// user name without one), and the values of query parameters named like one. What can't be parsed is
// hidden whole: nobody knows what is in it.
func maskURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" && strings.Contains(raw, "@") {
		return mask // "jdbc:postgresql://USER:PASSWORD@HOST" has no user that a parser could find
	}
	changed := u.User != nil
	if _, set := u.User.Password(); set {
		u.User = url.UserPassword(u.User.Username(), mask)
	} else if changed {
		u.User = url.User(mask) // a token alone
	}
	query := maskQuery(u.RawQuery)
	if !changed && query == u.RawQuery {
		return raw
	}
	u.RawQuery = query
	return strings.ReplaceAll(u.String(), url.QueryEscape(mask), mask)
}

// maskQuery hides the values of parameters whose names say that they are secret.
func maskQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		if value != "" && namesSecret(name) {
			parts[i] = name + "=" + mask
		}
	}
	return strings.Join(parts, "&")
}

// namesSecret reports whether a query parameter's name says that its value is
// not for everybody: by a word that says so anywhere in it, but for the words that only
// hold one (author, keyword). It rather hides too much.
func namesSecret(name string) bool {
	name = strings.ToLower(ownWord.ReplaceAllStringFunc(name, func(own string) string {
		if namesNone(own) {
			return ""
		}
		return own
	}))
	for _, word := range []string{"token", "key", "secret", "pass", "pwd", "auth", "sig", "credential", "session"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// namesNone reports whether a word of a name says of no value that it is secret.
func namesNone(own string) bool {
	switch strings.ToLower(own) {
	case "author", "authors", "authority", "design", "designs", "designer", "insight", "insights", "keynote", "keynotes",
		"keyword", "keywords", "passage", "passages", "passenger", "passengers", "signup", "signups":
		return true
	}
	return false
}

// ownWord is a word of a name like user_key, authKey or KEY.
var ownWord = regexp.MustCompile(`[A-Z]+[a-z]*|[a-z]+`)
