// Package desk owns the weekly job: it fetches, starts an issue, sends it and
// accounts for it, and it tells the editor. What the next issue is, until it starts,
// it leaves to its planner. The commands, the daemon, the editor's page and the demo
// go through it, so that there is one path a real issue takes.
//
// It must not print, ask, parse arguments or word what the editor is told (that is
// cmd/roundup), and holds none of the rules it calls on: choosing is digest's, the
// machine delivery's, every statement store's.
//
// Start reading with Decide in decide.go, which says what a run does next; turn.go
// takes its steps, start.go starts the issue that was planned and send.go hands it over.
package desk

import (
	"context"
	"log/slog"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"roundup/config"
	"roundup/delivery"
	"roundup/delivery/inbox"
	"roundup/delivery/mail"
	"roundup/delivery/mailbox"
	"roundup/delivery/relay"
	"roundup/digest/feeds"
	"roundup/digest/schedule"
	"roundup/internal/desk/planner"
	"roundup/internal/outbound"
	"roundup/store"
	"roundup/subscribers"
)

// Desk does the weekly job of one newsletter.
type Desk struct {
	*planner.Planner // the next issue, until it starts

	cfg      *config.Config
	store    *store.Store
	keyring  *subscribers.Keyring
	calendar schedule.Calendar // zero when no schedule is configured
	own      *outbound.Client  // for addresses the operator owns: base_url, notify.url, notify.heartbeat_url
	reader   *feeds.Reader
	mailer   delivery.Mailer      // nil until the settings for sending are complete
	notices  *mail.NoticeComposer // nil likewise
	now      func() time.Time
	log      *slog.Logger
	watcher  Watcher           // nil for nobody
	words    func(News) Notice // nil for none
	whys     func(Why) string  // nil for none
	by       subscribers.Actor
	list     Listed   // nil for none
	workers  bool     // send issues, and the desk watches
	compared compared // with workers; the attendant's own

	rehearsal bool
	answered  time.Time // when the readers' pages last answered
	takesMail func(ctx context.Context, domain string) (bool, error)
	askAgain  atomic.Int64    // in Unix milliseconds: before then the name servers are left alone
	told      map[string]bool // what was told of what came of issues; the attendant's own
	counted   time.Time       // when it was last counted what came of issues; the attendant's own
	swept     time.Time       // when what is kept for a time only was last erased; the attendant's own
	reading   sync.Mutex      // held while sources are read
	heart     heart
}

// Options are what a Desk is built from.
type Options struct {
	Config  *config.Config
	Store   *store.Store
	Now     func() time.Time
	Log     *slog.Logger
	Version string // for the User-Agent
	// Rehearsal says that the calendar is not the real one: only a relay on this
	// machine may be mailed.
	Rehearsal bool
	// Watcher is told what the desk does; nil for nobody.
	Watcher Watcher
	// Words puts into words what the editor is told of; nil for none: a notice
	// then has nothing but the name of its cause.
	Words func(News) Notice
	// Because puts into words what is put on record with a slot and an issue: why it
	// was skipped, missed or held; nil for none: a record then has the code alone.
	Because func(Why) string
	// TakesMail reports whether a domain takes mail, as its name servers say; nil: they
	// are not asked.
	TakesMail func(ctx context.Context, domain string) (bool, error)
	// List does what follows for the readers of an issue that is over; nil for nothing.
	List Listed
	// Workers says that workers send issues, in this process or others: the desk watches.
	Workers bool
	// By is whom the desk works for: who starts issues, decides slots, reads sources.
	By subscribers.Actor
}

// Listed is what a desk asks of the list.
type Listed interface {
	// AfterIssue does what follows from an issue that is over, for the readers whom
	// servers refused. Done twice it changes nothing.
	AfterIssue(ctx context.Context, number int, by subscribers.Actor) (suppressed int, err error)
}

// ownTimeout is how long an address of the operator's own may take to answer.
const ownTimeout = 15 * time.Second

// New builds a Desk. Its errors are mistakes of the configuration or a database
// whose keys can't be read.
func New(ctx context.Context, o Options) (*Desk, error) {
	keyring, err := o.Store.Keyring(ctx)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		cfg: o.Config, store: o.Store, keyring: keyring, now: o.Now, log: o.Log,
		takesMail: o.TakesMail, rehearsal: o.Rehearsal, watcher: o.Watcher, words: o.Words, whys: o.Because, by: o.By, list: o.List, workers: o.Workers, told: map[string]bool{},
	}
	if o.Config.Schedule.Cron != "" {
		d.calendar, err = schedule.NewCalendar(o.Config.Schedule.Cron, o.Config.Newsletter.Timezone)
		if err == nil {
			d.calendar, err = d.calendar.Every(o.Config.Schedule.Every, o.Config.Schedule.Starting)
		}
		if err != nil {
			return nil, err
		}
	}
	patterns := make([]*regexp.Regexp, 0, len(o.Config.Digest.RepublishedPatterns))
	for _, p := range o.Config.Digest.RepublishedPatterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, re)
	}
	client := outbound.New(outbound.Options{
		AllowPrivate: o.Config.Fetch.AllowPrivate,
		UserAgent:    UserAgent(o.Version, o.Config.Newsletter.SiteURL),
		Timeout:      o.Config.Fetch.Timeout,
	})
	d.own = OwnClient(o.Version)
	d.heart = heart{url: string(o.Config.Notify.HeartbeatURL), client: d.own, log: o.Log}
	d.reader = feeds.NewReader(client, feeds.Options{
		Now:                 o.Now,
		MaxBytes:            o.Config.Fetch.MaxBytes,
		RepublishedPatterns: patterns,
		Language:            o.Config.Newsletter.Language,
	})
	var signer *mail.Signer
	if dkim := o.Config.DKIM; dkim.Key != nil {
		if signer, err = mail.NewSigner(dkim.Domain, dkim.Selector, dkim.Key); err != nil {
			return nil, err
		}
	}
	d.Planner = planner.New(planner.Options{
		Config: o.Config, Store: o.Store, Keyring: keyring, Calendar: d.calendar, Client: client, Reader: d.reader,
		Signer: signer, Now: o.Now, Log: o.Log, By: o.By,
	})
	return d, d.connect(signer)
}

// Config is the settings the desk was made from, which nobody may change.
func (d *Desk) Config() *config.Config { return d.cfg }

// connect makes what mail leaves through, once the settings for it are there: a
// newsletter that is still being set up can be fetched and previewed without.
func (d *Desk) connect(signer *mail.Signer) error {
	if len(d.cfg.SendProblems()) > 0 {
		return nil
	}
	server, err := relay.New(RelaySettings(d.cfg))
	if err != nil {
		return err
	}
	d.mailer = server
	m := d.cfg.Mail
	if d.notices, err = mail.NewNoticeComposer(m.From, m.ReplyTo, m.ReturnPath, d.now); err != nil {
		return err
	}
	d.notices.SignWith(signer)
	d.notices.MarkWith(planner.FeedbackID(d.cfg))
	return nil
}

// OwnClient asks addresses that the operator owns, also on private networks.
func OwnClient(version string) *outbound.Client {
	return outbound.New(outbound.Options{AllowPrivate: true, UserAgent: UserAgent(version, ""), Timeout: ownTimeout})
}

// UserAgent is what servers see who asks: the program, and for whom.
func UserAgent(version, site string) string {
	ua := "Roundup/" + version
	if site != "" {
		ua += " (+" + site + ")"
	}
	return ua
}

// MailboxSettings are how the mailbox of bounces is reached.
func MailboxSettings(c *config.Config) mailbox.Options {
	m := c.Bounces.IMAP
	o := mailbox.Options{
		Host: m.Host, Port: m.Port, TLS: m.TLS, CAFile: m.CAFile, Username: m.Username, Password: string(m.Password),
		Mailbox: m.Mailbox, Processed: m.Processed, Unknown: m.Unknown, Limit: inbox.MaxMail,
	}
	if m.TokenCommand != "" {
		o.Token = mailbox.Token(m.TokenCommand)
	}
	return o
}

// RelaySettings are how the configured relay is reached.
func RelaySettings(c *config.Config) relay.Settings {
	return relay.Settings{
		Host:      c.SMTP.Host,
		Port:      c.SMTP.Port,
		Username:  c.SMTP.Username,
		Password:  string(c.SMTP.Password),
		TLS:       relay.TLSMode(c.SMTP.TLS),
		Insecure:  c.SMTP.Insecure,
		CAFile:    c.SMTP.CAFile,
		LocalName: c.SMTP.LocalName,
	}
}
