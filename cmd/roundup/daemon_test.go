package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// daemon is `roundup serve` as a process of its own, and a visitor to its pages.
type daemon struct {
	visitor
	address string
	process *exec.Cmd
	log     string // the file that has what it says
}

// serve starts one, with settings as "NAME=value", and waits until it answers.
func (s *site) serve(settings ...string) *daemon {
	s.t.Helper()
	port, err := webPort()
	if err != nil {
		s.t.Fatal(err)
	}
	d := &daemon{address: "127.0.0.1:" + port, process: s.command("serve"), log: filepath.Join(s.dir, "serve.log")}
	d.visitor = visitor{s.t, "http://" + d.address}
	log, err := os.Create(d.log)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = log.Close() })
	d.process.Stdout, d.process.Stderr = log, log
	d.process.Env = append(append(d.process.Env, "ROUNDUP_WEB_LISTEN="+d.address), settings...)
	if err := d.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	answers(s.t, d.address)
	return d
}

// terminate asks it to end.
func (d *daemon) terminate() {
	d.t.Helper()
	if err := d.process.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Error(err)
	}
}

// wait waits until it has ended, in order.
func (d *daemon) wait() {
	d.t.Helper()
	if err := d.process.Wait(); err != nil {
		d.t.Errorf("the daemon: %v", err)
	}
}

// said is its log.
func (d *daemon) said() string {
	d.t.Helper()
	text, err := os.ReadFile(d.log)
	if err != nil {
		d.t.Error(err)
	}
	return string(text)
}

// answers waits until somebody listens there.
func answers(t testing.TB, address string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) { // a poll for another process
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Since(began) > 2*time.Minute {
			t.Fatal(err)
		}
	}
}

// visitor is a browser at one site.
type visitor struct {
	t    testing.TB
	base string
}

func (v visitor) get(path string) (int, string) {
	v.t.Helper()
	return v.send(http.MethodGet, path, nil, "", "")
}

func (v visitor) post(path string, form url.Values, from, origin string) (int, string) {
	return v.send(http.MethodPost, path, form, from, origin)
}

func (v visitor) send(method, path string, form url.Values, from, origin string) (int, string) {
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Error(err)
		return 0, ""
	}
	for name, value := range map[string]string{"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": from, "Origin": origin} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Error(err)
		return 0, ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Error(err)
	}
	return res.StatusCode, string(body)
}
