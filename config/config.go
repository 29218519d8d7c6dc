// Package config owns the one configuration struct: its defaults, the file, the
// environment and validation. It is the only user of viper.
//
// It must not be asked for anything but settings, or keep a copy of another room's
// rule; it knows none but those that hold such rules (schedule, language …).
//
// Start reading with Config; load.go fills it, validate.go finds every mistake
// at once, with key and line.
package config

import (
	"net/mail"
	"net/netip"
	"time"
)

// Config is every setting of Roundup, parsed and valid.
type Config struct {
	Path       string `mapstructure:"-"` // the file it came from, absolute
	Newsletter Newsletter
	Mail       Mail
	Sources    []Source
	Digest     Digest
	Schedule   Schedule
	Delivery   Delivery
	SMTP       SMTP
	DKIM       DKIM
	Fetch      Fetch
	Notify     Notify
	Bounces    Bounces
	Web        Web
	Work       Work
	Templates  string // folder of the mail's own templates, absolute; "" for none
	Database   Database

	DatabaseFile string `mapstructure:"database_file"` // that Database was read from, absolute; "" for none
	LeavingsFile string `mapstructure:"leavings_file"` // absolute; "" for the one beside the database's file

	leavings string   // LeavingsFile where it was set, absolute
	sources  origins  // of every setting, for Settings and for problems found later
	warnings Problems // what is allowed but worth a second look
}

// Newsletter is what the publication is and how it presents itself.
type Newsletter struct {
	Name          string
	Tagline       string
	SiteURL       string         `mapstructure:"site_url"`
	BaseURL       string         `mapstructure:"base_url"` // no trailing slash; "" where readers leave by mail
	Language      string         // BCP 47, "en"
	Languages     []string       // that readers may choose instead; see Offered
	Timezone      *time.Location // never nil
	PostalAddress string         `mapstructure:"postal_address"`
	Logo          string
	AccentColor   string `mapstructure:"accent_color"` // "#rrggbb"; "" for the template's own
	Social        []SocialLink
}

// SocialLink is a named link in the footer.
type SocialLink struct {
	Name string
	URL  string
}

// Mail is who the mail is from.
type Mail struct {
	From        mail.Address
	ReplyTo     mail.Address `mapstructure:"reply_to"`    // zero for none
	ReturnPath  string       `mapstructure:"return_path"` // envelope sender; default: the address of From
	VERP        bool         // each reader's mail has a return path of its own
	Unsubscribe string       // the mailto: of List-Unsubscribe; default: ReturnPath
	FeedbackID  string       `mapstructure:"feedback_id"` // the sender's name in Feedback-ID; "" for no such field; default: of From's domain

	// UnsubscribeChosen is set when Unsubscribe was configured: somebody reads
	// that mailbox. An address it has by default may be one nobody looks into.
	UnsubscribeChosen bool `mapstructure:"-"`
}

// AnswersRead reports whether somebody reads what readers answer: nobody may look into the
// mailbox of From.
func (m Mail) AnswersRead() bool { return m.ReplyTo.Address != "" }

// Source is a feed to read: a URL, or a path or glob (absolute once loaded).
type Source struct {
	URL     string
	Path    string
	Labels  []string // added to what the feed says
	Include Match
	Exclude Match

	Mark string `mapstructure:"-"` // ends the name where it would be another source's too; "" for most
}

// Name is what the source is called in reports and in the database: its URL,
// secrets in it masked, else its path. Of sources whose URLs differ only in their
// secrets, all but the first have a mark of their own behind it.
func (s Source) Name() string {
	if s.URL != "" {
		return maskURL(s.URL) + s.Mark
	}
	return s.Path
}

// Match lists labels, authors and words; one hit is enough.
type Match struct {
	Labels  []string
	Authors []string
	Words   []string
}

// Digest is how an issue is chosen and put together.
type Digest struct {
	Subject             string // text/template over the issue
	Preheader           string // text/template; "" for the blurbs' own
	Theme               string // "magazine", "letter" or "compact"
	Labels              Labels
	Dates               string // "old" or "all"
	Sections            []Section
	MinArticles         int           `mapstructure:"min_articles"`
	MaxArticles         int           `mapstructure:"max_articles"`
	MaxAge              time.Duration `mapstructure:"max_age"`              // 0: no limit
	FirstWindow         time.Duration `mapstructure:"first_window"`         // before a source's first reading
	CutOff              time.Duration `mapstructure:"cut_off"`              // before the slot
	RepublishedPatterns []string      `mapstructure:"republished_patterns"` // regular expressions; empty for the built-in ones
	Images              string        // "link", "embed" or "none"
	NoteFile            string        `mapstructure:"note_file"`   // absolute; "" for none
	LinkParams          []Param       `mapstructure:"link_params"` // added to links to articles, in this order
}

// SectionKeys are the keys of the sections, in their order.
func (d Digest) SectionKeys() []string {
	keys := make([]string, len(d.Sections))
	for i, s := range d.Sections {
		keys[i] = s.Key
	}
	return keys
}

// Param is a parameter of a link, name and value as they are before escaping.
type Param struct {
	Name  string
	Value string
}

// Labels says which labels are hidden and renamed in print.
type Labels struct {
	Hide   []string
	Only   []string // empty for any
	Rename []Rename
	Max    int // of one article; 0: no limit
}

// Rename prints a label under another name.
type Rename struct {
	From string
	To   string
}

// Section is a part of the mail.
type Section struct {
	Title    string
	Key      string // what readers' choices and addresses are kept by; derived from the title
	Labels   []string
	Max      int
	Rest     bool
	Overflow string // "" or "next"
	Compact  bool   // printed small; its title may then be left out
}

// Schedule is when issues are due.
type Schedule struct {
	Cron     string        // five fields, in newsletter.timezone; "" for no schedule
	Every    int           // weeks: 2 for every other
	Starting time.Time     // a date, as its midnight in UTC: weeks are counted from there, and there is no slot before; zero for always
	CatchUp  time.Duration `mapstructure:"catch_up"`
}

// Delivery is the policy of sending.
type Delivery struct {
	Unknown     string        // "resend" or "hold"
	GiveUpAfter time.Duration `mapstructure:"give_up_after"`
	Wait        time.Duration
}

// Work is how several processes send, with a database on a server.
type Work struct {
	Here bool // `serve` sends, too
}

// SMTP is the relay.
type SMTP struct {
	Host                  string
	Port                  int
	Username              string
	Password              Secret // also when it came from a file
	PasswordFile          string `mapstructure:"password_file"` // absolute; "" for none
	TLS                   string // "starttls", "implicit" or "none"
	Insecure              bool   // allow tls: none off loopback
	Connections           int
	Rate                  float64 // messages a second; 0: no limit
	PerHour               int     `mapstructure:"per_hour"` // 0: no limit
	MessagesPerConnection int     `mapstructure:"messages_per_connection"`
	CAFile                string  `mapstructure:"ca_file"`    // PEM bundle to trust besides the system's; "" for none
	LocalName             string  `mapstructure:"local_name"` // EHLO name; "" for the machine's
}

// Fetch is how sources are read.
type Fetch struct {
	Interval     time.Duration
	StaleAfter   time.Duration `mapstructure:"stale_after"`
	AllowPrivate bool          `mapstructure:"allow_private"`
	Enrich       bool          // fill a missing picture or dek from the article's page
	Timeout      time.Duration // for one source, from dialling to the last byte
	MaxBytes     int64         `mapstructure:"max_bytes"` // of a feed once decompressed
}

// Notify is who is told when something happens.
type Notify struct {
	Email     []string
	URL       Secret        // its path may hold a token; also when it came from a file
	URLFile   string        `mapstructure:"url_file"` // absolute; "" for none
	LateAfter time.Duration `mapstructure:"late_after"`

	HeartbeatURL     Secret `mapstructure:"heartbeat_url"`      // called while all is well; also when it came from a file
	HeartbeatURLFile string `mapstructure:"heartbeat_url_file"` // absolute; "" for none
}

// Web is where `roundup serve` listens.
type Web struct {
	Listen         string
	MetricsListen  string   `mapstructure:"metrics_listen"`  // "" for no metrics
	TrustedProxies []string `mapstructure:"trusted_proxies"` // CIDR prefixes or addresses
	Archive        string   // "public", "unlisted" or "off"
	AllowOrigins   []string `mapstructure:"allow_origins"` // scheme and host, no path
	SignUpsPerHour int      `mapstructure:"sign_ups_per_hour"`
	SignUpCode     string   `mapstructure:"sign_up_code"` // "off" or "auto"
	Welcome        bool     // mail those who have confirmed
	WelcomeIssue   bool     `mapstructure:"welcome_issue"` // mail them the latest issue, too
}

// Proxies are the networks of those that are trusted.
func (w Web) Proxies() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range w.TrustedProxies {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			all = append(all, prefix)
		} else if addr, err := netip.ParseAddr(text); err == nil {
			all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
		}
	}
	return all
}
