package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/readership"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/sample"
	"roundup/store/engine"
	"roundup/store/sqlite"
	"roundup/web"
)

// demoMark is the file by which demo knows a folder it made, and may make anew.
const demoMark = ".made-by-roundup-demo"

// demoFolder is where it works unless told otherwise.
const demoFolder = "roundup-demo"

// demoDatabase is the database's name in that folder.
const demoDatabase = "roundup.db"

func newDemo(a *app.App) *cobra.Command {
	var dir string
	var keep bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "the whole weekly job on a sample magazine: no set-up, no network",
		Long: `Run the whole weekly job on an embedded sample: a magazine's feed and a mail
catcher, both on loopback, and 25 made-up readers. It is the path of a real send;
only the addresses differ. Everything it makes is in the one folder it names.

The mail catcher ends with the demo. With --serve it stays until Ctrl-C, and tells of
each mail it takes: send tests to it from another terminal and, while "roundup serve"
runs there, issues and the mails that ask new readers to confirm. A folder that another
process still works in, such as "roundup serve", is not made anew.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a, dir, keep) },
	}
	c.Flags().StringVar(&dir, "dir", demoFolder, "`FOLDER` to work in; made anew each time")
	c.Flags().BoolVar(&keep, "serve", false, "keep the mail catcher until Ctrl-C, for mails sent from another terminal")
	return c
}

func runDemo(ctx context.Context, a *app.App, dir string, keep bool) error {
	given := dir
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := clearDemo(dir); err != nil {
		return err
	}
	d := &demo{app: a, dir: dir, given: given, keep: keep}
	if err := d.start(ctx); err != nil {
		return errors.Join(err, d.stop())
	}
	if err = d.week(ctx); err == nil && keep {
		d.keepCatcher(ctx)
	}
	return errors.Join(err, d.stop())
}

// clearDemo makes the folder, or empties one that demo made. Any other folder
// with something in it is left alone.
func clearDemo(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("demo: %w", err)
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, demoMark)); err != nil {
			return &words.UsageError{
				Msg:  fmt.Sprintf("demo: %s is not empty and was not made by `roundup demo`", dir),
				Hint: "name another folder with --dir",
			}
		}
		if err := demoUnused(filepath.Join(dir, demoDatabase)); err != nil {
			return err
		}
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	for _, sub := range []string{"pictures", "mail", "preview"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return &words.HintedError{Err: fmt.Errorf("demo: %w", err), Hint: "name a folder you may write to with --dir"}
		}
	}
	return os.WriteFile(filepath.Join(dir, demoMark), []byte("`roundup demo` empties this folder when it runs again.\n"), 0o644)
}

// demoUnused fails where another process has the database of an earlier demo open: to
// empty the folder would take it away below a daemon, or another demo with its catcher.
func demoUnused(database string) error {
	pid, open, err := sqlite.OpenedBy(database)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if !open {
		return nil
	}
	who := "another process"
	if pid > 0 {
		who = engine.ProcessName(pid)
	}
	return &words.HintedError{
		Err:  fmt.Errorf("demo: %s is in use by %s, and making the folder anew would remove it", database, who),
		Hint: "end what runs on it with Ctrl-C first (`roundup serve`, `preview` or `demo --serve`), or name another folder with --dir",
	}
}

// demo is one run of the sample week.
type demo struct {
	app     *app.App
	dir     string
	given   string // dir as it was asked for
	keep    bool   // the catcher stays after the week
	catcher *catcher
	feed    *http.Server
	feedURL string
	pages   net.Listener // where readers are answered, by `serve` once the issue is sent
	desk    *desk.Desk
}

func (d *demo) file(names ...string) string {
	return filepath.Join(append([]string{d.dir}, names...)...)
}

// start sets up what a real installation has: a feed, a relay, a configuration,
// a database and a list.
func (d *demo) start(ctx context.Context) error {
	if err := d.serveFeed(ctx); err != nil {
		return err
	}
	var err error
	if d.catcher, err = newCatcher(d.file("mail"), d.app.Now); err != nil {
		return err
	}
	if d.pages, err = usualPort(ctx); err != nil {
		return err
	}
	if err := d.writePictures(); err != nil {
		return err
	}
	if err := d.writeConfig("url: " + d.feedURL); err != nil {
		return err
	}
	return d.openDatabase(ctx)
}

func (d *demo) serveFeed(ctx context.Context) error {
	handler, err := sample.Server(d.app.Now())
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.feedURL = "http://" + listener.Addr().String() + "/feed.xml"
	d.feed = web.NewServer(handler)
	go func() { _ = d.feed.Serve(listener) }() // ends with stop; a failure shows as a source that can't be read
	return nil
}

// usualPort is where the readers' pages can be served on this machine: at the usual port,
// or at another where that is taken, since the links of the mails lead there.
func usualPort(ctx context.Context) (net.Listener, error) {
	var lc net.ListenConfig
	if usual, err := lc.Listen(ctx, "tcp", "127.0.0.1:8080"); err == nil {
		return usual, nil
	}
	return lc.Listen(ctx, "tcp", "127.0.0.1:0")
}

func (d *demo) writePictures() error {
	pictures, err := sample.Pictures()
	if err != nil {
		return err
	}
	for _, p := range pictures {
		if err := os.WriteFile(d.file("pictures", p.Name), p.JPEG, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(d.file("readers.csv"), sample.Readers, 0o600)
}

// demoConfig is a whole configuration: what the editor of the sample wrote.
const demoConfig = `# The Meridian Review, a sample. "roundup init" writes a file like this for you.
newsletter:
  name: The Meridian Review
  tagline: Foreign affairs, at walking pace
  site_url: ` + sample.Site + `
  base_url: http://%[3]s
  language: en
  timezone: Europe/Stockholm
  postal_address: "The Meridian Review, Kajen 4, 111 30 Stockholm, Sweden"
  accent_color: "#8a1f11"
mail:
  from: "The Meridian Review <weekly@meridian-review.example>"
  reply_to: editors@meridian-review.example
  unsubscribe: leave@meridian-review.example
sources:
  - %[1]s
    exclude: {labels: [sponsored]}
digest:
  subject: "{{ .Lead.Title }}"
  labels:
    hide: [homepage-top]
    rename: [{from: op-ed, to: Opinion}]
  sections:
    - {title: Analysis, labels: [analysis], max: 4}
    - {title: Reporting, labels: [reporting], max: 4}
    - {title: Opinion, labels: [opinion], max: 3, overflow: next}
    - {title: In brief and elsewhere, rest: true, max: 5}
schedule:
  cron: "0 7 * * FRI"
smtp:
  host: 127.0.0.1
  port: %[2]d
  tls: none
fetch:
  allow_private: true   # the sample's feed is on this machine
web:
  listen: %[3]s
database: ` + demoDatabase + "\n"

func (d *demo) writeConfig(source string) error {
	text := fmt.Sprintf(demoConfig, source, d.catcher.Port(), d.pages.Addr())
	return os.WriteFile(d.file("roundup.yaml"), []byte(text), 0o644)
}

func (d *demo) openDatabase(ctx context.Context) error {
	a := d.app
	a.ConfigPath = d.file("roundup.yaml")
	cfg, err := config.Load(a.ConfigPath, nil) // the environment is for real newsletters
	if err != nil {
		return err
	}
	a.Settings = cfg
	st, _, err := a.CreateDatabase(ctx, cfg.Database)
	if err != nil {
		return err
	}
	a.Keep(st)
	d.desk, err = a.Desk(ctx)
	return err
}

// week is the weekly job, step by step, each said before it is done.
func (d *demo) week(ctx context.Context) error {
	a := d.app
	a.Printf("%s\n", `The Meridian Review is a made-up magazine of foreign affairs. Its digest goes out on
Fridays at seven. This is its first week with Roundup: the path of a real send, on a
made-up list, to a mail catcher on this machine.`)
	d.step("1. The list: readers.csv is imported")
	if err := readership.Import(ctx, a, d.file("readers.csv"), readership.ImportOptions{}); err != nil {
		return err
	}
	a.Printf("The others have left, are suppressed, or have not confirmed yet.\n")
	d.step("2. The feed: read over HTTP, as any feed is")
	fetched, err := d.desk.Fetch(ctx)
	if err != nil {
		return err
	}
	if err := printFetched(a, fetched); err != nil {
		return err
	}
	d.step("3. The first issue: every candidate, in or out, and why")
	p, err := d.desk.Preview(ctx, time.Time{})
	if err != nil {
		return err
	}
	if err := explain(ctx, a, p, ""); err != nil {
		return err
	}
	d.step("4. The preview, as `roundup preview --out` writes it")
	if err := d.preview(ctx); err != nil {
		return err
	}
	d.step(fmt.Sprintf("5. Sending it now, not on Friday, over SMTP to %s", d.catcher.Addr()))
	if err := d.sendNow(ctx); err != nil {
		return err
	}
	d.step("6. The report, as `roundup report` prints it")
	if err := withIssue(ctx, a, "1", report); err != nil {
		return err
	}
	return d.finish()
}

// sendNow sends the issue, while the readers' pages answer to which its mails lead.
func (d *demo) sendNow(ctx context.Context) error {
	a := d.app
	healthy := func() desk.Health { return desk.Health{OK: true} }
	pages, err := readersPages(ctx, a, d.desk, healthy, a.Logger(slog.LevelWarn))
	if err != nil {
		return err
	}
	server := web.NewServer(pages)
	go func() { _ = server.Serve(d.pages) }() // ends with Close
	err = send(ctx, a, sendOptions{now: true, yes: true, noFetch: true})
	return errors.Join(err, server.Close())
}

func (d *demo) step(title string) {
	d.app.Printf("\n%s\n%s\n", title, strings.Repeat("-", len(title)))
}

// preview writes the four files, with the pictures beside them: the magazine
// that the mail links to does not exist.
func (d *demo) preview(ctx context.Context) error {
	p, mail, err := draft(ctx, d.desk, time.Time{}, nil)
	if err != nil {
		return err
	}
	if err := writePreview(d.app, p, mail, writing{dir: filepath.Join(d.given, "preview")}); err != nil {
		return err
	}
	path := d.file("preview", "issue.html")
	html, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	local := strings.ReplaceAll(string(html), sample.Site+"/pictures/", "../pictures/")
	return os.WriteFile(path, []byte(local), 0o644)
}

// finish leaves a folder that works on its own, and says what to do with it.
func (d *demo) finish() error {
	feed, err := sample.Feed(d.app.Now())
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.file("feed.xml"), feed, 0o644); err != nil {
		return err
	}
	// The feed's server ends with us: from now on the same feed is read as a file.
	if err := d.writeConfig("path: feed.xml"); err != nil {
		return err
	}
	d.step("What is where")
	t := terminal.NewTable(d.app.People())
	t.Row("The digest, for a browser", filepath.Join(d.given, "preview", "issue.html"))
	t.Row("The mails as they arrived", filepath.Join(d.given, "mail"))
	t.Row("Settings and database", filepath.Join(d.given, "roundup.yaml")+", "+demoDatabase)
	if err := t.Flush(); err != nil {
		return err
	}
	program := ourName()
	command := "  " + program + " -c " + filepath.Join(d.given, "roundup.yaml") + " "
	d.step("Look around")
	t = terminal.NewTable(d.app.People())
	t.Row(command+"deliveries 1", "who got it, reader by reader")
	t.Row(command+"explain", "what rolled over to issue 2")
	t.Row(command+"serve", "the readers' pages")
	if err := t.Flush(); err != nil {
		return err
	}
	name, link, err := d.wayOut()
	if err != nil {
		return err
	}
	pages, _, _ := strings.Cut(link, "/u/")
	d.app.Printf("While it serves them, begin with the newsletter's own page, where readers join:\n  %s/\n", oneline.Plain(pages))
	d.app.Printf("%s\n", d.whereAskedMailGoes(program))
	d.app.Printf("%s leaves the list at the link of the mail:\n  %s\n", oneline.Plain(name), oneline.Plain(link))
	d.app.Printf("\nBegin with your own newsletter:  %s init\n", program)
	return nil
}

// whereAskedMailGoes says whether the mail is caught that asks who joins to confirm.
func (d *demo) whereAskedMailGoes(program string) string {
	if d.keep {
		return "The mail that asks a new reader to confirm is caught here: run the commands in another\nterminal, while this one stays."
	}
	begin := program + " demo --serve"
	if d.given != demoFolder {
		begin += " --dir " + terminal.ShellWord(d.given)
	}
	return "The mail that asks a new reader to confirm finds no mail catcher: that ends with the demo. To see such a mail,\n" +
		"begin with `" + begin + "`, and run the commands in another terminal while it stays."
}

// wayOut reads one mail as it was sent: its reader, and the unsubscribe link in
// its header (RFC 2369).
func (d *demo) wayOut() (reader, link string, err error) {
	mails, err := filepath.Glob(d.file("mail", "*.eml"))
	if err != nil || len(mails) == 0 {
		return "", "", errors.Join(errors.New("demo: no mail has arrived"), err)
	}
	f, err := os.Open(mails[0])
	if err != nil {
		return "", "", fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = f.Close() }()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return "", "", fmt.Errorf("demo: read %s: %w", mails[0], err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil {
		return "", "", fmt.Errorf("demo: read %s: %w", mails[0], err)
	}
	link, _, _ = strings.Cut(strings.TrimPrefix(m.Header.Get("List-Unsubscribe"), "<"), ">")
	return cmp.Or(to[0].Name, to[0].Address), link, nil
}

// ourName is how a person here would call this program.
func ourName() string {
	if _, err := exec.LookPath("roundup"); err == nil {
		return "roundup"
	}
	path, err := os.Executable()
	if err != nil {
		return "roundup"
	}
	if here, err := os.Getwd(); err == nil {
		if near, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(near) {
			return "./" + near
		}
	}
	return path
}

// stop ends the servers; the folder stays.
func (d *demo) stop() error {
	var errs []error
	if d.pages != nil {
		_ = d.pages.Close() // which it is already where the issue was sent
	}
	if d.feed != nil {
		errs = append(errs, d.feed.Close())
	}
	if d.catcher != nil {
		errs = append(errs, d.catcher.Close())
	}
	return errors.Join(errs...)
}
