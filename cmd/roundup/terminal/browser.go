package terminal

import (
	"context"
	"fmt"
	"html"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// OpenBrowser opens a browser where there is a display; where not, it says how to
// reach the page from a machine that has one. The function it returns clears up.
func OpenBrowser(ctx context.Context, out io.Writer, env func(name string) string, address, listening string) (remove func()) {
	remove = func() {}
	opener := "xdg-open"
	if runtime.GOOS == "darwin" {
		opener = "open"
	} else if env("DISPLAY") == "" && env("WAYLAND_DISPLAY") == "" {
		_, port, _ := net.SplitHostPort(listening)
		_, rest, _ := strings.Cut(address, listening)
		fmt.Fprintf(out, "No display here. From your own machine: ssh -L %s:127.0.0.1:%s THIS-HOST, then open http://127.0.0.1:%s%s\n", port, port, port, rest)
		return remove
	}
	path, err := exec.LookPath(opener)
	var page string
	if err == nil {
		page, remove, err = RedirectFile(address)
	}
	if err == nil {
		err = exec.CommandContext(ctx, path, page).Start()
	}
	if err != nil {
		fmt.Fprintln(out, "No browser could be opened: open that address yourself.")
	}
	return remove
}

// RedirectFile writes a page that leads to an address, and returns its own: what
// a program is called with, every account of the machine can read. The folder and
// the file are this account's alone.
func RedirectFile(address string) (page string, remove func(), err error) {
	remove = func() {}
	dir, err := os.MkdirTemp("", "roundup-preview-")
	if err != nil {
		return "", remove, err
	}
	remove = func() { _ = os.RemoveAll(dir) } // the address in it has ended
	address = html.EscapeString(address)
	file := filepath.Join(dir, "preview.html")
	if err := os.WriteFile(file, fmt.Appendf(nil, redirectPage, address, address), 0o600); err != nil {
		return "", remove, err
	}
	return (&url.URL{Scheme: "file", Path: file}).String(), remove, nil
}

// redirectPage is a page that leads to an address, given twice.
const redirectPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=%s">
<title>To the preview</title>
<p><a href="%s">To the preview</a></p>
`
