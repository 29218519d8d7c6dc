// Package dnstest owns a small DNS server on loopback, over UDP and TCP, that
// answers what a test tells it.
//
// It must not be used outside tests: it knows no zones and asks nobody.
//
// Start reading with New; a name that it was told nothing of does not exist.
package dnstest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"

	"golang.org/x/net/dns/dnsmessage"
)

// maxUDP is how many octets an answer by UDP may have (the customary size with
// EDNS); a longer one is asked for again by TCP.
const maxUDP = 1232

// Server is a name server. Its methods are safe for concurrent use.
type Server struct {
	udp *net.UDPConn
	tcp net.Listener
	wg  sync.WaitGroup

	mu     sync.Mutex
	names  map[string][]dnsmessage.ResourceBody
	broken map[string]bool
	asked  int
}

// New starts a server on a free port of 127.0.0.1, until Close.
func New() (*Server, error) {
	s := &Server{names: map[string][]dnsmessage.ResourceBody{}, broken: map[string]bool{}}
	var err error
	// The same port must be free for both.
	for range 20 {
		if s.udp, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			return nil, err
		}
		if s.tcp, err = net.Listen("tcp", s.udp.LocalAddr().String()); err == nil {
			break
		}
		_ = s.udp.Close()
	}
	if err != nil {
		return nil, err
	}
	s.wg.Go(s.serveUDP)
	s.wg.Go(s.serveTCP)
	return s, nil
}

// Addr is where it listens, "127.0.0.1:43210".
func (s *Server) Addr() string { return s.udp.LocalAddr().String() }

// Close ends it.
func (s *Server) Close() error {
	err := errors.Join(s.udp.Close(), s.tcp.Close())
	s.wg.Wait()
	return err
}

// Asked is how many questions it was asked.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// TXT publishes a TXT record, split into strings as DNS holds them.
func (s *Server) TXT(name, text string) {
	var parts []string
	for len(text) > 255 {
		parts = append(parts, text[:255])
		text = text[255:]
	}
	s.add(name, &dnsmessage.TXTResource{TXT: append(parts, text)})
}

// MX publishes an MX record; host "." is that of a domain that takes no mail.
func (s *Server) MX(name string, preference uint16, host string) {
	s.add(name, &dnsmessage.MXResource{Pref: preference, MX: dnsmessage.MustNewName(rooted(host))})
}

// A publishes an address, of either kind.
func (s *Server) A(name string, address netip.Addr) {
	if address.Is4() {
		s.add(name, &dnsmessage.AResource{A: address.As4()})
		return
	}
	s.add(name, &dnsmessage.AAAAResource{AAAA: address.As16()})
}

// Break lets every question about a name fail (SERVFAIL).
func (s *Server) Break(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken[rooted(name)] = true
}

// Drop takes away everything published at a name.
func (s *Server) Drop(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.names, rooted(name))
}

func (s *Server) add(name string, body dnsmessage.ResourceBody) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[rooted(name)] = append(s.names[rooted(name)], body)
}

func rooted(name string) string { return strings.TrimSuffix(strings.ToLower(name), ".") + "." }

func (s *Server) serveUDP() {
	buffer := make([]byte, 64<<10)
	for {
		n, from, err := s.udp.ReadFromUDP(buffer)
		if err != nil {
			return
		}
		if reply := s.answer(buffer[:n], maxUDP); reply != nil {
			_, _ = s.udp.WriteToUDP(reply, from)
		}
	}
}

func (s *Server) serveTCP() {
	for {
		c, err := s.tcp.Accept()
		if err != nil {
			return
		}
		s.talk(c)
	}
}

// talk answers one question by TCP.
func (s *Server) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, question); err != nil {
		return
	}
	if reply := s.answer(question, 65535); reply != nil {
		_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
	}
}

// answer is the reply to a question; nil for what is none.
func (s *Server) answer(packet []byte, most int) []byte {
	var p dnsmessage.Parser
	header, err := p.Start(packet)
	if err != nil {
		return nil
	}
	question, err := p.Question()
	if err != nil {
		return nil
	}
	s.mu.Lock()
	s.asked++
	name := strings.ToLower(question.Name.String())
	bodies, known := s.names[name]
	broken := s.broken[name]
	s.mu.Unlock()

	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, Authoritative: true, RecursionAvailable: true},
		Questions: []dnsmessage.Question{question},
	}
	switch {
	case broken:
		reply.RCode = dnsmessage.RCodeServerFailure
	case !known:
		reply.RCode = dnsmessage.RCodeNameError
	}
	for _, body := range bodies {
		if typeOf(body) == question.Type && !broken {
			reply.Answers = append(reply.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class, TTL: 60},
				Body:   body,
			})
		}
	}
	packed, err := reply.Pack()
	if err == nil && len(packed) > most {
		reply.Truncated, reply.Answers = true, nil
		packed, err = reply.Pack()
	}
	if err != nil {
		return nil
	}
	return packed
}

func typeOf(body dnsmessage.ResourceBody) dnsmessage.Type {
	switch body.(type) {
	case *dnsmessage.TXTResource:
		return dnsmessage.TypeTXT
	case *dnsmessage.MXResource:
		return dnsmessage.TypeMX
	case *dnsmessage.AResource:
		return dnsmessage.TypeA
	default:
		return dnsmessage.TypeAAAA
	}
}
