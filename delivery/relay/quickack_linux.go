package relay

import "syscall"

// acknowledge has the kernel acknowledge at once what came and what comes next. A
// relay that writes its replies to MAIL and RCPT and then the one to the message, as
// Postfix does, waits with the last for our acknowledgement of the first (Nagle, RFC
// 9293, 3.7.4), and with nothing to write we would delay that by 40 ms. It is asked
// for only where a read follows another with nothing written in between, since what
// we write acknowledges too: the kernel forgets the wish, and saying it for each
// reply was a tenth of a message's processor time. One that can't be granted costs
// time and nothing else.
func (w *wire) acknowledge() {
	if w.raw == nil {
		return
	}
	_ = w.raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
	})
}
