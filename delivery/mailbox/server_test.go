package mailbox_test

import (
	"bufio"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/delivery/mailbox"
)

// server is an IMAP server that knows as much as a reading asks for. A fault may answer in
// its place.
type server struct {
	t        *testing.T
	listener net.Listener
	greeting string
	caps     string
	spaces   string // below which mailboxes are, as NAMESPACE has it
	validity uint32
	certs    *tls.Config
	begin    sync.Once
	running  sync.WaitGroup

	mu      sync.Mutex // held by a conversation, all its life
	mails   map[uint32]string
	deleted map[uint32]bool
	folders map[string][]string
	heard   []string // every line
	fault   func(c *conversation, tag, command string) bool
}

// conversation is one connection.
type conversation struct {
	*server
	conn net.Conn
	r    *bufio.Reader
}

func (c *conversation) say(format string, args ...any) { fmt.Fprintf(c.conn, format+"\r\n", args...) }

func newServer(t *testing.T, mails ...string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{
		t: t, listener: l, greeting: "* OK ready", caps: "IMAP4rev1 MOVE UIDPLUS SASL-IR AUTH=PLAIN AUTH=XOAUTH2", validity: 7,
		mails: map[uint32]string{}, deleted: map[uint32]bool{}, folders: map[string][]string{},
	}
	for i, m := range mails {
		s.mails[uint32(i)+1] = m
	}
	t.Cleanup(func() { _ = l.Close(); s.running.Wait() })
	return s
}

// settle waits for the end of a conversation: then what was said may be looked at.
func (s *server) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
}

// start answers whoever connects from now on: what the server is like is settled.
func (s *server) start() {
	s.begin.Do(func() {
		s.running.Go(func() {
			for {
				conn, err := s.listener.Accept()
				if err != nil {
					return
				}
				_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
				c := &conversation{server: s, conn: conn, r: bufio.NewReader(conn)}
				s.running.Go(func() {
					defer conn.Close()
					c.run()
				})
			}
		})
	})
}

// options read the server's INBOX.
func (s *server) options() mailbox.Options {
	return mailbox.Options{
		Host: "127.0.0.1", Port: s.listener.Addr().(*net.TCPAddr).Port, TLS: "none", Username: "bounces", Password: "hunter2",
		Mailbox: "INBOX", Processed: "Processed", Unknown: "Unknown", Limit: 1 << 16,
	}
}

func (c *conversation) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.greeting == "" && !c.encrypt() { // TLS begins at once
		return
	}
	c.say("%s", cmp.Or(c.greeting, "* OK ready"))
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		c.heard = append(c.heard, command)
		if !(c.fault != nil && c.fault(c, tag, command)) && !c.answer(tag, command) {
			return
		}
	}
}

func (c *conversation) encrypt() bool {
	encrypted := tls.Server(c.conn, c.certs)
	if encrypted.Handshake() != nil {
		return false
	}
	c.conn, c.r = encrypted, bufio.NewReader(encrypted)
	return true
}

// answer reports whether the conversation goes on.
func (c *conversation) answer(tag, command string) bool {
	words := strings.Fields(command)
	switch verb := strings.ToUpper(strings.Join(words[:min(len(words), 2)], " ")); {
	case verb == "CAPABILITY":
		c.say("* CAPABILITY %s", c.caps)
	case verb == "STARTTLS":
		c.say("%s OK go on", tag)
		return c.encrypt()
	case strings.HasPrefix(verb, "AUTHENTICATE"), strings.HasPrefix(verb, "LOGIN"):
	case verb == "NAMESPACE":
		c.say("* NAMESPACE %s", c.spaces)
	case strings.HasPrefix(verb, "LIST"):
		if _, ok := c.folders[strings.Trim(words[2], `"`)]; ok {
			c.say(`* LIST () "." %s`, words[2])
		}
	case strings.HasPrefix(verb, "SELECT"), strings.HasPrefix(verb, "EXAMINE"):
		c.say("* %d EXISTS", len(c.mails))
		c.say("* OK [UIDVALIDITY %d] as ever", c.validity)
	case verb == "UID SEARCH":
		first := 1
		if _, rest, ok := strings.Cut(command, " UID "); ok {
			_, rest, _ = strings.Cut(rest, "UID ")
			_, _ = fmt.Sscanf(rest, "%d", &first)
		}
		found := ""
		for _, uid := range slices.Sorted(maps.Keys(c.mails)) {
			if int(uid) >= first && !c.deleted[uid] {
				found += " " + strconv.Itoa(int(uid))
			}
		}
		c.say("* SEARCH%s", found)
	case verb == "UID FETCH":
		uid, _ := strconv.Atoi(words[2])
		if m, ok := c.mails[uint32(uid)]; ok {
			c.say("* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)", uid, len(m), m)
		}
	case verb == "UID MOVE", verb == "UID COPY":
		uid, _ := strconv.Atoi(words[2])
		folder := strings.Trim(words[3], `"`)
		if _, ok := c.folders[folder]; !ok {
			c.say("%s NO [TRYCREATE] no such mailbox", tag)
			return true
		}
		c.folders[folder] = append(c.folders[folder], c.mails[uint32(uid)])
		if verb == "UID MOVE" {
			delete(c.mails, uint32(uid))
		}
	case verb == "UID STORE":
		uid, _ := strconv.Atoi(words[2])
		c.deleted[uint32(uid)] = true
	case verb == "UID EXPUNGE":
		uid, _ := strconv.Atoi(words[2])
		if !c.deleted[uint32(uid)] {
			c.t.Error("a mail is taken away that is not marked")
		}
		delete(c.mails, uint32(uid))
	case strings.HasPrefix(verb, "CREATE"):
		c.folders[strings.Trim(words[1], `"`)] = []string{}
	case strings.HasPrefix(verb, "SUBSCRIBE"):
	case verb == "LOGOUT":
		c.say("* BYE bye\r\n%s OK gone", tag)
		return false
	default:
		c.say("%s BAD what?", tag)
		return true
	}
	c.say("%s OK done", tag)
	return true
}

// withTLS gives the server a certificate of its own for a name, and returns a file of who trusts it.
func (s *server) withTLS(name string) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(name); ip != nil {
		form.IPAddresses = []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.certs = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	file := filepath.Join(s.t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return file
}
