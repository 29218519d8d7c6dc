package smtptest

import (
	"context"
	"net"
	"sync"
)

// Pipe is a listener whose connections stay in memory, so that a server and its
// client can live in a bubble of testing/synctest, where hours take no time.
type Pipe struct {
	connections chan net.Conn
	closed      chan struct{}
	close       sync.Once
}

// NewPipe makes a listener for Options.Listener.
func NewPipe() *Pipe {
	return &Pipe{connections: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to whoever accepts; it has the form of net.Dialer.DialContext
// and takes any address.
func (p *Pipe) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.connections <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (p *Pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. Connections stay open.
func (p *Pipe) Close() error {
	p.close.Do(func() { close(p.closed) })
	return nil
}

// Addr implements net.Listener, with an address nobody listens at.
func (p *Pipe) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 25} }
