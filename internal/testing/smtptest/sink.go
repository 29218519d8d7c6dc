package smtptest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Sink stores a kept mail. It is called by one goroutine for each connection.
type Sink func(Mail) error

// Files is a sink that writes each mail to a file of its own in a folder, which
// must exist: "0001-reader@example.org.eml", numbered in the order kept. Files
// already there are left alone and numbered past.
func Files(folder string) Sink {
	var mu sync.Mutex
	n := 0
	return func(m Mail) error {
		mu.Lock()
		defer mu.Unlock()
		for {
			n++
			name := fmt.Sprintf("%04d-%s.eml", n, fileName(m.To))
			f, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if os.IsExist(err) {
				continue
			}
			if err != nil {
				return err
			}
			if _, err := f.Write(m.Data); err != nil {
				_ = f.Close()
				return err
			}
			return f.Close()
		}
	}
}

// Maildir is a sink that delivers to a maildir, making its folders, with the
// Return-Path and Delivered-To fields of a final delivery (RFC 5321, 4.4).
func Maildir(folder string) (Sink, error) {
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o755); err != nil {
			return nil, err
		}
	}
	var mu sync.Mutex
	n := 0
	return func(m Mail) error {
		mu.Lock()
		n++
		name := fmt.Sprintf("%d.P%dQ%d.smtptest", m.At.Unix(), os.Getpid(), n)
		mu.Unlock()
		var b strings.Builder
		fmt.Fprintf(&b, "Return-Path: <%s>\r\n", m.From)
		for _, to := range m.To {
			fmt.Fprintf(&b, "Delivered-To: %s\r\n", to)
		}
		b.Write(m.Data)
		tmp := filepath.Join(folder, "tmp", name)
		if err := os.WriteFile(tmp, []byte(b.String()), 0o644); err != nil {
			return err
		}
		return os.Rename(tmp, filepath.Join(folder, "new", name))
	}, nil
}

// fileName makes the first recipient fit for a file name.
func fileName(to []string) string {
	if len(to) == 0 {
		return "nobody"
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) || r == 0x7f {
			return '_'
		}
		return r
	}, to[0])
	if len(clean) > 100 {
		clean = strings.ToValidUTF8(clean[:100], "")
	}
	return clean
}
