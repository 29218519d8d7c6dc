package config

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/idna"

	words "roundup/internal/language"
	"roundup/internal/maildomain"
)

// complete fills in what follows from other settings, makes paths absolute and
// reads the files of secrets.
func (c *Config) complete(v *validator) {
	n := &c.Newsletter
	if n.Name == "" {
		n.Name = c.Mail.From.Name
	}
	n.BaseURL = strings.TrimRight(n.BaseURL, "/")
	n.AccentColor = strings.ToLower(n.AccentColor)
	c.completeMail()
	for _, host := range []*string{&c.SMTP.Host, &c.SMTP.LocalName, &c.Bounces.IMAP.Host} {
		if ascii, err := idna.Lookup.ToASCII(*host); err == nil { // as it is said in SMTP and DNS; an address of IPv6 is none
			*host = ascii
		}
	}
	if !c.sources.isSet("smtp.port") {
		c.SMTP.Port = defaultPort(c.SMTP.TLS)
	}
	if !c.sources.isSet("bounces.imap.port") && c.Bounces.IMAP.TLS != "implicit" {
		c.Bounces.IMAP.Port = 143
	}
	dir := filepath.Dir(c.Path)
	for _, path := range []*string{&c.Templates, &c.SMTP.CAFile, &c.DKIM.KeyFile, &c.Digest.NoteFile, &c.Bounces.IMAP.CAFile} {
		*path = absolute(dir, *path)
	}
	for i := range c.Sources {
		c.Sources[i].Path = absolute(dir, c.Sources[i].Path)
	}
	c.markSources()
	c.completeSections()
	c.completeDatabase(v, dir)
	for _, s := range c.secrets() {
		*s.path = absolute(dir, *s.path)
		v.secret(s.key, s.value, s.path)
	}
}

// filed is a secret that a file may hold.
type filed struct {
	key   string // of the value; that of the file ends in _file
	value *Secret
	path  *string // "" where no file holds it
}

// where is the key that says what the secret is.
func (f filed) where() string {
	if *f.path != "" {
		return f.key + "_file"
	}
	return f.key
}

// secrets are the secrets that files may hold, but for the database, which is not always one.
func (c *Config) secrets() []filed {
	hooks := &c.Bounces.Webhooks
	return []filed{
		{"smtp.password", &c.SMTP.Password, &c.SMTP.PasswordFile},
		{"notify.url", &c.Notify.URL, &c.Notify.URLFile},
		{"notify.heartbeat_url", &c.Notify.HeartbeatURL, &c.Notify.HeartbeatURLFile},
		{"bounces.imap.password", &c.Bounces.IMAP.Password, &c.Bounces.IMAP.PasswordFile},
		{"bounces.webhooks.ses.secret", &hooks.SES.Secret, &hooks.SES.SecretFile},
		{"bounces.webhooks.sendgrid.secret", &hooks.SendGrid.Secret, &hooks.SendGrid.SecretFile},
		{"bounces.webhooks.mailgun.secret", &hooks.Mailgun.Secret, &hooks.Mailgun.SecretFile},
		{"bounces.webhooks.mailgun.signing_key", &hooks.Mailgun.SigningKey, &hooks.Mailgun.SigningKeyFile},
		{"bounces.webhooks.postmark.secret", &hooks.Postmark.Secret, &hooks.Postmark.SecretFile},
		{"bounces.webhooks.brevo.secret", &hooks.Brevo.Secret, &hooks.Brevo.SecretFile},
	}
}

// markSources tells apart sources of one name. The mark is made of the whole URL,
// and too short to tell what is in it.
func (c *Config) markSources() {
	taken := map[string]bool{}
	for i := range c.Sources {
		s := &c.Sources[i]
		if name := s.Name(); taken[name] {
			s.Mark = fmt.Sprintf("#%.3x", sha256.Sum256([]byte(s.URL)))
		} else {
			taken[name] = true
		}
	}
}

// completeSections names by its title a section that has no key.
func (c *Config) completeSections() {
	for i := range c.Digest.Sections {
		s := &c.Digest.Sections[i]
		if s.Key == "" {
			s.Key = words.Key(cmp.Or(s.Title, words.InBrief(c.Newsletter.Language)))
		}
	}
}

func (c *Config) completeMail() {
	m := &c.Mail
	bare := func(s *string) { // a mistake in it was told before
		if parsed, err := parseAddress(*s); err == nil {
			*s = parsed
		}
	}
	bare(&m.ReturnPath)
	bare(&m.Unsubscribe)
	if m.Unsubscribe == fromWord {
		m.Unsubscribe = m.From.Address
	}
	m.UnsubscribeChosen = m.Unsubscribe != ""
	if m.ReturnPath == "" {
		m.ReturnPath = m.From.Address
	}
	if m.Unsubscribe == "" {
		m.Unsubscribe = m.ReturnPath
	}
	switch m.FeedbackID {
	case offWord:
		m.FeedbackID = ""
	case "":
		m.FeedbackID = feedbackID(maildomain.Of(m.From.Address))
	}
	for i := range c.Notify.Email {
		bare(&c.Notify.Email[i])
	}
}

// fromWord stands for the address of mail.from in mail.unsubscribe.
const fromWord = "from"

// offWord stands for no Feedback-ID in mail.feedback_id.
const offWord = "off"

// A sender's name in Feedback-ID has 5 to 15 characters (support.google.com/mail/answer/6254652).
const (
	leastFeedbackID = 5
	mostFeedbackID  = 15
)

// feedbackID is the name of who sends from a domain; "" for none.
func feedbackID(domain string) string {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || domain == "" {
		return ""
	}
	name := strings.ReplaceAll(ascii, ".", "-")
	if len(name) < leastFeedbackID {
		name = "mail-" + name
	}
	return strings.TrimRight(name[:min(len(name), mostFeedbackID)], "-")
}

func defaultPort(tls string) int {
	switch tls {
	case "implicit":
		return 465
	case "none":
		return 25
	}
	return 587
}

func absolute(dir, path string) string {
	if path == "" || filepath.IsAbs(path) || strings.Contains(path, "://") { // a mistake, told later
		return path
	}
	return filepath.Join(dir, path)
}

// dropUnfilled leaves out sources that are there to be filled in: the file that
// `roundup init` writes has one, and SendProblems points at it.
func (c *Config) dropUnfilled() {
	filled := c.Sources[:0]
	for _, s := range c.Sources {
		if s.URL != "" || s.Path != "" {
			filled = append(filled, s)
		}
	}
	c.Sources = filled
}

// secret reads a secret from its file, where it has one, and warns where everybody
// can read it.
func (v *validator) secret(key string, value *Secret, path *string) {
	if v.choose(key, value, path); *path == "" && *value != "" {
		v.warnExposed(key)
	}
}

// warnExposed warns of a secret that stands in a configuration everybody can read.
func (v *validator) warnExposed(key string) {
	if v.sources.at[key].variable == "" && othersRead(v.Path) {
		v.warn(key, "is in a file that everybody on this machine can read", "chmod 600 "+v.Path+", or use "+key+"_file")
	}
}

// choose reads a secret from its file, where it has one. Of value and file, one
// of the environment goes before one of the configuration file.
func (v *validator) choose(key string, value *Secret, path *string) {
	fileKey := key + "_file"
	if *value != "" && *path != "" {
		inEnviron := v.sources.at[key].variable != ""
		fileInEnviron := v.sources.at[fileKey].variable != ""
		switch {
		case inEnviron == fileInEnviron:
			v.report(fileKey, "is set beside "+key+"; keep one of them")
			return
		case inEnviron:
			*path = ""
		default:
			*value = ""
		}
	}
	if *path == "" {
		return
	}
	text, reason := readSecret(*path)
	if reason != "" {
		v.report(fileKey, reason)
		return
	}
	*value = Secret(text)
	if othersRead(*path) {
		v.warn(fileKey, fmt.Sprintf("%s can be read by everybody on this machine", *path), "chmod 600 "+*path)
	}
}

// readSecret reads the one line of a file.
func readSecret(path string) (text, reason string) {
	raw, err := readFile(path)
	if err != nil {
		return "", "can't be read: " + err.Error()
	}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0:
		return "", path + " is empty"
	case bytes.ContainsAny(raw, "\r\n\x00"):
		return "", path + " has more than one line; the secret must stand alone in it"
	}
	return string(raw), ""
}

// othersRead reports whether a file is readable for everybody.
func othersRead(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Type() == fs.FileMode(0) && info.Mode().Perm()&0o004 != 0
}
