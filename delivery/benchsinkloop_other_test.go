//go:build !linux

package delivery_test

import "net"

// serve answers each connection in a goroutine of its own.
func (s *sink) serve(l *net.TCPListener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer func() { _ = c.Close() }()
			ses := newSinkSession()
			_, err := c.Write([]byte(sinkGreeting))
			for err == nil {
				var n int
				if n, err = c.Read(ses.room()); err == nil {
					_, err = c.Write(s.hear(ses, n))
				}
			}
		}()
	}
}
