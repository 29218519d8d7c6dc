package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"roundup/internal/desk"
	"roundup/subscribers"
	"roundup/web"
)

// previewOptions are the flags of `roundup preview`.
type previewOptions struct {
	out, at, as, listen string
	noFetch, noOpen     bool
}

func newPreview(a *app) *cobra.Command {
	var o previewOptions
	c := &cobra.Command{
		Use:   "preview",
		Short: "the next issue in the browser, or as files",
		Long: `Put the next issue together and show it in the browser, on loopback only, until
Ctrl-C; --out writes issue.html, issue.txt, issue.eml and issue.json instead. Looking
changes nothing. Where nothing is owed it shows the most recent articles, and says
that it is an example.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.preview(cmd.Context(), o) },
	}
	c.Flags().StringVar(&o.out, "out", "", "write the four files to this `DIR`")
	c.Flags().StringVar(&o.at, "at", "", "as it would be at this `TIME` (RFC 3339)")
	c.Flags().StringVar(&o.as, "as", "", "as the reader with this `EMAIL` gets it")
	c.Flags().StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback `ADDRESS` to serve it on")
	c.Flags().BoolVar(&o.noOpen, "no-open", false, "do not open a browser")
	fetchFlag(c, &o.noFetch)
	return c
}

// draft compiles previews; it is the web room's Previewer.
type draft struct {
	app  *app
	desk *desk.Desk
	at   time.Time
	as   *subscribers.Subscriber // nil for a stand-in
}

func (a *app) preview(ctx context.Context, o previewOptions) error {
	d, err := a.freshDesk(ctx, o.noFetch)
	if err != nil {
		return err
	}
	dr := &draft{app: a, desk: d}
	if o.at != "" {
		if dr.at, err = time.Parse(time.RFC3339, o.at); err != nil {
			return &usageError{msg: fmt.Sprintf("--at: %q is not a time", o.at), hint: "write 2026-11-20T07:00:00-05:00"}
		}
	}
	if o.as != "" {
		_, sub, err := a.subscriber(ctx, o.as)
		if err != nil {
			return err
		}
		dr.as = &sub
	}
	if o.out != "" {
		return a.writePreview(ctx, dr, o.out)
	}
	return a.servePreview(ctx, dr, o)
}

// Preview compiles the next issue anew.
func (dr *draft) Preview(ctx context.Context) (web.Preview, error) {
	p, err := dr.desk.Preview(ctx, dr.at)
	if err != nil {
		return web.Preview{}, err
	}
	m, err := dr.desk.Draft(p, dr.as)
	if err != nil {
		return web.Preview{}, err
	}
	line := issueJSON(p.Issue)
	line.Articles = printedLines(p.Issue)
	data, err := json.MarshalIndent(line, "", "  ")
	if err != nil {
		return web.Preview{}, err
	}
	v := web.Preview{
		Head: headOfPlan(p), From: dr.app.cfg.Mail.From.Name, Subject: p.Issue.Subject, Preheader: p.Issue.Preheader,
		Fates: p.Selection.Fates, HTML: m.HTML, Text: m.Text, Mail: m.Data, JSON: append(data, '\n'),
		Notes: notesOf(p),
	}
	if v.From == "" {
		v.From = dr.app.cfg.Mail.From.Address
	}
	if p.Example {
		v.Notes = append([]string{"Nothing is owed: this example is made of the most recent articles."}, v.Notes...)
	}
	if dr.app.cfg.Mail.From.Address == "" {
		v.From = dr.app.cfg.Newsletter.Name
		v.Notes = append(v.Notes, "The sender is a stand-in until mail.from is filled in.")
	}
	for _, p := range dr.app.cfg.SendProblems() {
		v.Notes = append(v.Notes, "Missing for a send: "+p.String())
	}
	if len(p.Issue.Articles()) == 0 {
		v.Notes = append(v.Notes, dr.app.whyEmpty(p))
	}
	return v, nil
}

// whyEmpty says why a preview has no article in it.
func (a *app) whyEmpty(p desk.Plan) string {
	if len(p.Selection.Fates) == 0 {
		return a.whyNoCandidate()
	}
	return "No article can be shown: `roundup explain` says why for each."
}

func (a *app) writePreview(ctx context.Context, dr *draft, dir string) error {
	p, err := dr.Preview(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"issue.html": []byte(p.HTML), "issue.txt": []byte(p.Text), "issue.eml": p.Mail, "issue.json": p.JSON,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	a.printf("%s\nSubject: %s\n", p.Head, oneLine(p.Subject))
	for _, n := range p.Notes {
		a.printf("note: %s\n", oneLine(n))
	}
	a.printf("Written to %s: issue.html, issue.txt, issue.eml, issue.json.\n", dir)
	return nil
}

func (a *app) servePreview(ctx context.Context, dr *draft, o previewOptions) error {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil || !desk.Loopback(host) {
		return &usageError{msg: fmt.Sprintf("--listen: %q is not a loopback address with a port", o.listen), hint: "for example 127.0.0.1:8025; reach it from elsewhere with ssh -L"}
	}
	// Compile once before opening anything: a mistake belongs in the terminal.
	if _, err := dr.Preview(ctx); err != nil {
		return err
	}
	handler, err := web.NewPreview(dr, a.logger(0))
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	server := web.NewServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	url := "http://" + listener.Addr().String() + "/"
	a.printf("Preview at %s (this machine only). Ctrl-C ends it.\n", url)
	if !o.noOpen {
		a.open(ctx, url)
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(ignoreClosed(err), shutdown(ctx, server))
}

// open opens a browser where there is a display; where not, it says how to
// reach the page from a machine that has one.
func (a *app) open(ctx context.Context, url string) {
	opener := "xdg-open"
	if runtime.GOOS == "darwin" {
		opener = "open"
	} else if a.env("DISPLAY") == "" && a.env("WAYLAND_DISPLAY") == "" {
		_, port, _ := net.SplitHostPort(url[len("http://") : len(url)-1])
		a.printf("No display here. From your own machine: ssh -L %s:127.0.0.1:%s THIS-HOST, then open http://127.0.0.1:%s/\n", port, port, port)
		return
	}
	path, err := exec.LookPath(opener)
	if err == nil {
		err = exec.CommandContext(ctx, path, url).Start()
	}
	if err != nil {
		a.printf("No browser could be opened: open that address yourself.\n")
	}
}
