package delivery_test

import (
	"errors"
	"net"
	"runtime"
	"syscall"
)

// serve answers all connections in one thread that waits for any of them. A thread for
// each, or a goroutine, costs the sink twice as much for a message and whoever sends to it
// a fifth more: each line wakes another thread.
func (s *sink) serve(l *net.TCPListener) error {
	runtime.LockOSThread()
	file, err := l.File()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	listener := int(file.Fd())
	poll, err := syscall.EpollCreate1(0)
	if err != nil {
		return err
	}
	watch := func(fd int) error {
		return syscall.EpollCtl(poll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)})
	}
	if err := watch(listener); err != nil {
		return err
	}
	sessions := map[int]*sinkSession{}
	events := make([]syscall.EpollEvent, 128)
	for {
		n, err := syscall.EpollWait(poll, events, -1)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return err
		}
		for _, e := range events[:max(n, 0)] {
			fd := int(e.Fd)
			ses := sessions[fd]
			switch {
			case ses != nil && !s.turn(fd, ses):
				_ = syscall.Close(fd)
				delete(sessions, fd)
			case ses == nil:
				if fd, err = welcome(listener); err == nil {
					sessions[fd] = newSinkSession()
					err = watch(fd)
				}
				if err != nil {
					return err
				}
			}
		}
	}
}

func welcome(listener int) (fd int, err error) {
	if fd, _, err = syscall.Accept(listener); err != nil {
		return 0, err
	}
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		return 0, err
	}
	_, err = syscall.Write(fd, []byte(sinkGreeting))
	return fd, err
}

// turn takes what a client has sent and answers; false once it is gone.
func (s *sink) turn(fd int, ses *sinkSession) bool {
	n, err := syscall.Read(fd, ses.room())
	if err != nil || n == 0 {
		return false
	}
	if answer := s.hear(ses, n); len(answer) > 0 {
		_, err = syscall.Write(fd, answer)
	}
	return err == nil
}
