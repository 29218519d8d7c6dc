package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"roundup/internal/desk/planner"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/loopback"
	"roundup/internal/oneline"
	"roundup/store"
	"roundup/subscribers"
	"roundup/web"
	"roundup/web/editor"
)

// previewOptions are the flags of `roundup preview`.
type previewOptions struct {
	out, at, as, listen string
	noFetch, noOpen     bool
}

func newPreview(a *app.App) *cobra.Command {
	var o previewOptions
	c := &cobra.Command{
		Use:   "preview",
		Short: "the next issue in the browser, to look at and edit, or as files",
		Long: `Put the next issue together and show it in the browser, until Ctrl-C, on loopback and
to whoever has the address that is printed: the line it makes in an inbox, the mail on
a phone and a desktop, light and dark, without images, as text and as source; every
article's fate; the checks. The page follows what changes on disk. On it the editor
pins, drops and moves articles, writes subject, preheader, note and headlines, and
sends tests; "roundup edit" and "roundup articles" do the same. Looking changes nothing.

--out writes issue.html, issue.txt, issue.eml and issue.json instead. Where nothing is
owed it shows the most recent articles, and says that it is an example. Its links to
unsubscribe only say that they are a test, with --as too.`,
		Example: `  roundup preview
  roundup preview --as reader@example.org
  ssh -L 8025:127.0.0.1:8025 server roundup preview --listen 127.0.0.1:8025`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return preview(cmd.Context(), a, o) },
	}
	c.Flags().StringVar(&o.out, "out", "", "write the four files to this `DIR`")
	c.Flags().StringVar(&o.at, "at", "", "as it would be at this `TIME` (RFC 3339)")
	c.Flags().StringVar(&o.as, "as", "", "as the reader with this `EMAIL` gets it")
	c.Flags().StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback `ADDRESS` to serve it on")
	c.Flags().BoolVar(&o.noOpen, "no-open", false, "do not open a browser")
	fetchFlag(c, &o.noFetch)
	return c
}

func preview(ctx context.Context, a *app.App, o previewOptions) error {
	var at time.Time
	if o.at != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, o.at); err != nil {
			return &words.UsageError{Msg: fmt.Sprintf("--at: %q is not a time", o.at), Hint: "write 2026-11-20T07:00:00-05:00"}
		}
	}
	d, err := freshDesk(ctx, a, o.noFetch)
	if err != nil {
		return err
	}
	var as *store.Listed
	if o.as != "" {
		reader, err := a.Reader(ctx, o.as)
		if err != nil {
			return err
		}
		as = &reader
	}
	// Put together before anything is opened: a mistake belongs in the terminal.
	// One in a template, or a note that is too long, is shown on the page too, and
	// gone there once it is mended.
	p, mail, err := draft(ctx, d, at, as)
	var mistake *letter.TemplateError
	var tooLarge *letter.TooLargeError
	switch {
	case err != nil && o.out == "" && (errors.As(err, &mistake) || errors.As(err, &tooLarge)):
		app.PrintError(a.Err, err)
	case err != nil:
		return err
	}
	if o.out != "" {
		var notes []string
		if as != nil {
			if notes, err = notMailed(ctx, a, p, *as); err != nil {
				return err
			}
		}
		return writePreview(a, p, mail, writing{dir: o.out, private: as != nil, notes: notes})
	}
	return servePreview(ctx, a, d, at, o)
}

// draft puts the next issue together: as a reader gets it, or nil for a stand-in.
func draft(ctx context.Context, d *desk.Desk, at time.Time, as *store.Listed) (planner.Plan, planner.Draft, error) {
	p, err := d.Preview(ctx, at)
	var reader *subscribers.Subscriber
	if err == nil && as != nil {
		reader = &as.Subscriber
		p, err = asReader(d, p, reader)
	}
	if err == nil {
		err = skippedWords(p, reader)
	}
	if err != nil {
		return p, planner.Draft{}, err
	}
	mail, err := d.Draft(p, reader)
	return p, mail, err
}

// asReader is a plan of the issue as a reader gets it.
func asReader(d *desk.Desk, p planner.Plan, r *subscribers.Subscriber) (planner.Plan, error) {
	return d.As(p, p.VariantFor(r.Choice))
}

// skippedWords say that there is no mail for a reader.
func skippedWords(p planner.Plan, r *subscribers.Subscriber) error {
	if r == nil || p.Variant.Unsent == "" {
		return nil
	}
	return &words.HintedError{
		Err:  fmt.Errorf("%s gets no mail of this issue: %s", oneline.Plain(r.Email), p.Variant.Unsent),
		Hint: "to see why: roundup explain --as " + terminal.ShellWord(r.Email),
	}
}

// notMailed says of a reader who gets no mail for how they stand that the files are what
// they would get.
func notMailed(ctx context.Context, a *app.App, p planner.Plan, r store.Listed) ([]string, error) {
	why, err := unmailed(ctx, a, p, r)
	if err != nil || why == "" {
		return nil, err
	}
	return []string{r.Email + " gets no mail of this issue: " + why + ". Written is what it would be."}, nil
}

// issueFile is an issue as JSON, to be kept.
func issueFile(i digest.Issue) ([]byte, error) {
	data, err := json.MarshalIndent(asjson.WholeIssueOf(i), "", "  ")
	return append(data, '\n'), err
}

// fileNotes is what whoever wrote the files should know.
func fileNotes(cfg *config.Config, p planner.Plan) []string {
	var notes []string
	if p.Example {
		notes = append(notes, "Nothing is owed: this example is made of the most recent articles.")
	}
	notes = append(notes, p.Notes()...)
	if cfg.Mail.From.Address == "" {
		notes = append(notes, "The sender is a stand-in until mail.from is filled in.")
	}
	for _, p := range cfg.SendProblems() {
		notes = append(notes, "Missing for a send: "+p.String())
	}
	if len(p.Issue.Articles()) == 0 {
		notes = append(notes, whyEmpty(cfg, p))
	}
	return notes
}

// whyEmpty says why a preview has no article in it.
func whyEmpty(cfg *config.Config, p planner.Plan) string {
	if len(p.Selection.Fates) == 0 {
		return whyNoCandidate(cfg)
	}
	return "No article can be shown: `roundup explain` says why for each."
}

// writing is how a preview is written.
type writing struct {
	dir     string
	private bool     // for this account alone: they hold a reader's name and address
	notes   []string // what is told besides
}

// writePreview writes the four files.
func writePreview(a *app.App, p planner.Plan, mail planner.Draft, w writing) error {
	files, err := writeMail(p.Issue, mail, w.dir, w.private)
	if err != nil {
		return err
	}
	notes := append(w.notes, fileNotes(a.Settings, p)...)
	a.Printf("%s\nSubject: %s\n", headOfPlan(p), oneline.Plain(p.Issue.Subject))
	for _, n := range notes {
		a.Printf("note: %s\n", oneline.Plain(n))
	}
	a.Printf("Written to %s: issue.html, issue.txt, issue.eml, issue.json.\n", w.dir)
	a.Tell(asjson.PreviewOf(p.Issue, notes, files))
	return nil
}

// writeMail writes an issue's mail as four files, and returns their names.
func writeMail(i digest.Issue, mail planner.Draft, dir string, private bool) (files []string, err error) {
	issue, err := issueFile(i)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"issue.html", []byte(mail.Shown)}, {"issue.txt", []byte(mail.Text)}, {"issue.eml", mail.Data}, {"issue.json", issue},
	} {
		path := filepath.Join(dir, f.name)
		if err := writeFile(path, f.data, private); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	return files, nil
}

func writeFile(path string, data []byte, private bool) error {
	if !private {
		return os.WriteFile(path, data, 0o644)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = f.Chmod(0o600) // it may have been there, open to others
	if err == nil {
		_, err = f.Write(data)
	}
	return errors.Join(err, f.Close())
}

func servePreview(ctx context.Context, a *app.App, d *desk.Desk, at time.Time, o previewOptions) error {
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil || !loopback.Is(host) {
		return &words.UsageError{Msg: fmt.Sprintf("--listen: %q is not a loopback address with a port", o.listen), Hint: "for example 127.0.0.1:8025; reach it from elsewhere with ssh -L"}
	}
	key := editor.NewKey()
	handler, err := editorsPage(ctx, a, d, at, key)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", o.listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return &words.HintedError{Err: fmt.Errorf("preview: %w", err), Hint: "another program listens there: choose another with --listen"}
	}
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	server := web.NewServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	page := url.Values{}
	if o.as != "" {
		page.Set("as", o.as)
	}
	a.Asked = true // the address is all that is printed
	address := key.Address(listener.Addr().String(), page)
	a.Printf("Preview at %s (this machine only; keep the address to yourself). Ctrl-C ends it.\n", address)
	if a.JSON {
		if err := a.PrintJSON(asjson.Served{URL: address}); err != nil {
			return errors.Join(err, server.Close())
		}
	}
	if !o.noOpen {
		defer terminal.OpenBrowser(ctx, a.People(), a.Env, address, listener.Addr().String())()
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	return errors.Join(ignoreClosed(err), shutdown(ctx, server))
}

// editorsPage wires the editor's page to a desk that follows the configuration's
// file, for the issue of a slot; the zero time for the next.
func editorsPage(ctx context.Context, a *app.App, d *desk.Desk, at time.Time, key *editor.Key) (http.Handler, error) {
	following, err := desk.Follow(d, a.DeskOptions(), a.ReadConfig)
	if err != nil {
		return nil, err
	}
	readers, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	v := &editor.DeskView{Desk: following.Now, Readers: readers, At: at, Checker: a.Checker, File: issueFile, Unmailed: words.Unmailed}
	return editor.New(editor.Options{
		Desk: v, Checker: v, Fetcher: v, Host: editor.Loopback, Key: key, Now: a.Now, Log: a.Logger(slog.LevelInfo),
	})
}
