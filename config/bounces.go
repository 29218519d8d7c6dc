package config

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"roundup/internal/loopback"
)

// Bounces is what comes back, and what it takes to stop mailing somebody.
type Bounces struct {
	SoftIssues int           `mapstructure:"soft_issues"`
	SoftFor    time.Duration `mapstructure:"soft_for"`

	NotifyHard       float64 `mapstructure:"notify_hard"`       // percent of those who were sent an issue; 0 for never
	NotifyComplaints float64 `mapstructure:"notify_complaints"` // likewise

	Webhooks   Webhooks
	IMAP       IMAP
	Listen     string // "host:port" for SMTP, "lmtp:" and a path or host:port for LMTP; "" for no listener
	UnknownDir string `mapstructure:"unknown_dir"` // absolute: a maildir of what the listener took and did not understand
}

// IMAP is a mailbox that is read. Without a host none is.
type IMAP struct {
	Host         string
	Port         int
	TLS          string // "implicit", "starttls" or "none"
	Username     string
	Password     Secret        // also when it came from PasswordFile
	PasswordFile string        `mapstructure:"password_file"` // absolute; "" for none
	TokenCommand string        `mapstructure:"token_command"` // prints an OAuth token, in place of a password
	CAFile       string        `mapstructure:"ca_file"`       // absolute; "" for the system's alone
	Mailbox      string        // that is read
	Processed    string        // where mails go that were understood
	Unknown      string        // where the others go
	Interval     time.Duration // between two readings by `serve`
}

// On reports whether a mailbox is read.
func (i IMAP) On() bool { return i.Host != "" }

// Name names the mailbox: whose it is, where, and which.
func (i IMAP) Name() string {
	return fmt.Sprintf("%s@%s/%s", i.Username, net.JoinHostPort(i.Host, strconv.Itoa(i.Port)), i.Mailbox)
}

// lmtpPrefix begins an address at which LMTP is spoken.
const lmtpPrefix = "lmtp:"

// ListensAt is where mails that come back are taken, and in which dialogue; network is ""
// where they are not.
func (b Bounces) ListensAt() (network, address string, lmtp bool) {
	address, lmtp = strings.CutPrefix(b.Listen, lmtpPrefix)
	switch {
	case address == "":
		return "", "", false
	case strings.HasPrefix(address, "/"):
		return "unix", address, lmtp
	}
	return "tcp", address, lmtp
}

// checkMailListen returns a reason that follows the quoted value.
func checkMailListen(value string) string {
	address, lmtp := strings.CutPrefix(value, lmtpPrefix)
	switch {
	case lmtp && strings.HasPrefix(address, "/"):
		if len(address) > maxSocketPath {
			return fmt.Sprintf("is longer than the path of a socket may be, %d octets", maxSocketPath)
		}
		return ""
	case checkListen(address) != "":
		return "is not an address to listen on; write it as 127.0.0.1:2525, or lmtp:/run/roundup/bounces.sock"
	}
	return ""
}

// maxSocketPath is the most octets that the path of a socket has on Linux, less its end.
const maxSocketPath = 107

// mailListener warns of a listener that strangers reach: it takes no password.
func (v *validator) mailListener() {
	network, address, _ := v.Bounces.ListensAt()
	if network != "tcp" || v.problems.about("bounces.listen") {
		return
	}
	if host, _, err := net.SplitHostPort(address); err == nil && !loopback.Is(host) {
		v.warn("bounces.listen", "is reached from other machines, without encryption: whoever can, may leave mail there",
			"listen on 127.0.0.1 or a socket, or let a firewall admit the MTA alone")
	}
}

// mailbox asks for what a mailbox is opened with.
func (v *validator) mailbox() {
	m := v.Bounces.IMAP
	const key = "bounces.imap."
	if !m.On() {
		if m.Username != "" || m.Password != "" || m.TokenCommand != "" {
			v.report(key+"host", "is missing: there is a login for it")
		}
		return
	}
	if m.TLS == "none" && !loopback.Is(m.Host) {
		v.report(key+"tls", fmt.Sprintf("none is for a server on this machine, and %s is not; use implicit or starttls", m.Host))
	}
	v.authorities(key+"ca_file", m.CAFile)
	secret := m.Password != "" || m.TokenCommand != ""
	switch {
	case m.Username == "" && !v.problems.about(key+"username"):
		v.report(key+"username", "is missing")
	case !secret && !v.problems.about(key+"password") && !v.problems.about(key+"password_file"):
		v.report(key+"username", "is set without a password; set bounces.imap.password_file, or token_command")
	case m.Password != "" && m.TokenCommand != "":
		v.report(key+"token_command", "takes the place of a password, and there is one")
	}
	if m.Interval == 0 && !v.problems.about(key+"interval") {
		v.report(key+"interval", "must be more than 0")
	}
	for _, folder := range []struct{ name, value, other string }{
		{"processed", m.Processed, m.Mailbox}, {"unknown", m.Unknown, m.Mailbox}, {"unknown", m.Unknown, m.Processed},
	} {
		if strings.EqualFold(folder.value, folder.other) && !v.problems.about(key+folder.name) {
			v.report(key+folder.name, folder.value+" is another of the mailboxes; each needs one of its own")
		}
	}
	if m.CAFile != "" {
		if _, err := readFile(m.CAFile); err != nil {
			v.report(key+"ca_file", "can't be read: "+err.Error())
		}
	}
}
