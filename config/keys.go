package config

import (
	"slices"
	"strings"

	words "roundup/internal/language"
	"roundup/templates"
)

// key is one setting. The table of keys is the only place that knows which
// there are: it serves defaults, the environment, checks, suggestions for
// typos, the list of effective settings and the reference.
type key struct {
	name     string // "smtp.host"; "sources[].url" for one of every item of a list
	kind     kind
	fallback string // the default, as it would be written; "" for none
	doc      string // one sentence
	allowed  []string
	min, max int    // of an integer; max 0: no limit
	derived  string // in words, where the default follows from another setting
}

// keys is the table, in the order of the file.
func keys() []key {
	return slices.Concat(newsletterKeys(), contentKeys(), sendingKeys(), housekeepingKeys())
}

// MaxConnections is how many connections to the relay one process may have.
const MaxConnections = 100

func newsletterKeys() []key {
	return []key{
		{name: "newsletter.name", kind: oneLine, derived: "the name in mail.from", doc: "The name readers know the newsletter by."},
		{name: "newsletter.tagline", kind: oneLine, doc: "One line under the name."},
		{name: "newsletter.site_url", kind: webURL, doc: "The publication's site."},
		{name: "newsletter.base_url", kind: webURL, doc: "Where readers reach `roundup serve`: no issue goes out while it does not answer. Without it they leave by mail (`mail.unsubscribe`)."},
		{name: "newsletter.language", kind: language, fallback: "en", doc: "The language of all that is not an article: words, dates and plurals of the mail and of the readers' pages, and the direction of its writing. A tag such as `en-GB`, `pt-PT` or `ar-EG`; there are words in " + strings.Join(words.Known(), ", ") + ", and English ones stand in for others."},
		{name: "newsletter.languages", kind: languages, doc: "Languages that each reader may choose instead, such as `[de, ar]`: for the words around the articles, dates and the direction of writing of their mails and pages. Articles, subjects and notes stay as they are written. See [choosing.md](choosing.md)."},
		{name: "newsletter.timezone", kind: timezone, fallback: "UTC", doc: "The time zone of the schedule and of the dates in the mail."},
		{name: "newsletter.postal_address", kind: lines, doc: "The publication's postal address, printed in every mail. Needed to send: the law of many countries asks for it."},
		{name: "newsletter.logo", kind: webURL, doc: "A picture for the head of the mail and of the readers' pages."},
		{name: "newsletter.accent_color", kind: colour, doc: "The colour of links and lines in the mail and on the readers' pages, such as `\"#1a5276\"`, with the quotes."},
		{name: "newsletter.social[].name", kind: oneLine, doc: "What a link in the footer is called."},
		{name: "newsletter.social[].url", kind: webURL, doc: "Where it leads."},

		{name: "mail.from", kind: mailbox, doc: "Who the mail is from, such as `The Magazine <weekly@magazine.example>`. Needed to send."},
		{name: "mail.reply_to", kind: mailbox, doc: "Where readers' answers go, if not to `mail.from`. Only where it is set are readers asked to answer when something is wrong."},
		{name: "mail.return_path", kind: address, derived: "the address of mail.from", doc: "Where mail that can't be delivered comes back to (the envelope sender)."},
		{name: "mail.verp", kind: boolean, fallback: "false", doc: "Gives each reader's mail a return path of its own, `bounces+TOKEN@…`, so that what comes back names its reader. The mailbox must take such addresses (Postfix: `recipient_delimiter = +`), and its name may have 19 octets."},
		{name: "mail.unsubscribe", kind: address, allowed: []string{fromWord}, derived: "mail.return_path", doc: "Where readers write to leave; somebody, or `roundup bounces read`, must read it. `from` stands for the address of `mail.from`."},
		{name: "mail.feedback_id", kind: oneLine, allowed: []string{offWord}, derived: "the domain of mail.from, its dots as hyphens, as far as there is room", doc: "Your name in the `Feedback-ID` of every mail, 5 to 15 letters, digits and hyphens: Gmail's Postmaster Tools show by it, and by issue, how many readers call a mail spam. It counts where the mail is signed with DKIM for a domain of yours. Never change it; `off` leaves the field out."},
	}
}

func contentKeys() []key {
	return []key{
		{name: "sources[].url", kind: webURL, doc: "The address of a feed: RSS, Atom or JSON Feed."},
		{name: "sources[].path", kind: file, doc: "Or a file with a feed in it, or a glob for several."},
		{name: "sources[].labels", kind: texts, doc: "Labels added to what the feed says."},
		{name: "sources[].include.labels", kind: texts, doc: "Only articles with one of these labels, authors or words are taken. What several sources give is in where one of them takes it; what was kept out for `digest.max_age` is dropped."},
		{name: "sources[].include.authors", kind: texts, doc: "See `include.labels`."},
		{name: "sources[].include.words", kind: texts, doc: "See `include.labels`; in title, dek or summary."},
		{name: "sources[].exclude.labels", kind: texts, doc: "Articles with one of these labels, authors or words are left out."},
		{name: "sources[].exclude.authors", kind: texts, doc: "See `exclude.labels`."},
		{name: "sources[].exclude.words", kind: texts, doc: "See `exclude.labels`; in title, dek or summary."},

		{name: "digest.subject", kind: line, fallback: "{{ .Lead.Title }}", doc: "The subject, a template over the issue; where it can't be filled, as one that takes the first article of an issue without any, the default stands. Inboxes show the newsletter's name beside it, from `mail.from`."},
		{name: "digest.preheader", kind: line, derived: "made from the articles", doc: "The line that mail programs show beside the subject, a template."},
		{name: "digest.theme", kind: choice, fallback: templates.DefaultTheme, allowed: templates.Themes(), doc: "The look of the mail: `magazine` with pictures, `letter` of nothing but text, `compact` as a list."},
		{name: "digest.labels.hide", kind: texts, doc: "Labels that are never printed."},
		{name: "digest.labels.only", kind: texts, doc: "The only labels that are printed, where there are any here."},
		{name: "digest.labels.max", kind: integer, fallback: "3", doc: "The most labels printed of an article, the first ones its feed gives; 0 for all. The title of its section is not printed again and does not count."},
		{name: "digest.labels.rename[].from", kind: oneLine, doc: "A label of the feeds."},
		{name: "digest.labels.rename[].to", kind: oneLine, doc: "What it is printed as."},
		{name: "digest.dates", kind: choice, fallback: "old", allowed: []string{"old", "all"}, doc: "Which articles are printed with the day they were published: `old`, those from more than a week before the issue, `all` every one."},
		{name: "digest.sections[].title", kind: oneLine, doc: "The heading of a section; sections are in the mail's order. One whose articles all rolled over does not open the mail: the first one does that has something new."},
		{name: "digest.sections[].key", kind: oneLine, derived: "the title, in lower case with hyphens", doc: "What readers' choices, and the addresses of its feeds, are kept by. Before you rename a section, set it to what it was: else the section is a new one, which everybody gets."},
		{name: "digest.sections[].labels", kind: texts, doc: "The labels whose articles it takes; the first section that takes an article has it."},
		{name: "digest.sections[].max", kind: integer, doc: "The most articles it holds; 0 for any number."},
		{name: "digest.sections[].rest", kind: boolean, doc: "Takes what no other section takes or has room for. At most one does."},
		{name: "digest.sections[].overflow", kind: choice, allowed: []string{"next"}, doc: "`next` keeps what does not fit for the next issue instead."},
		{name: "digest.sections[].compact", kind: boolean, doc: "Prints its articles small, one below the other. Without a title it is called In brief, in the newsletter's language."},
		{name: "digest.min_articles", kind: integer, fallback: "3", doc: "With fewer, no issue goes out; they wait for the next slot."},
		{name: "digest.max_articles", kind: integer, fallback: "15", min: 1, doc: "The most articles of an issue. What is too much for one mail (100,000 octets of HTML, of which Gmail shows a little more) waits for the next issue all the same: blurbs are cut first, then the last places are given up, pinned articles last of all."},
		{name: "digest.max_age", kind: duration, fallback: "21d", doc: "An article owed for longer is dropped; 0 for never."},
		{name: "digest.first_window", kind: duration, fallback: "7d", doc: "Of a source that is read for the first time, older articles are known but never sent."},
		{name: "digest.cut_off", kind: duration, fallback: "0h", doc: "Articles published later than this before the slot wait for the next issue."},
		{name: "digest.republished_patterns", kind: patterns, derived: "the usual notes of seven languages", doc: "A first or last paragraph that matches, or else what the item says of its rights, is printed as a note of republication."},
		{name: "digest.images", kind: choice, fallback: "link", allowed: []string{"link", "embed", "none"}, doc: "How pictures get into a mail: `link` lets mail programs load them from where the articles have them; `embed` fetches them when an issue starts, scales them down (200 kB each, 2 MB together) and sends them along; `none` leaves them out. One that can't be embedded is linked, and that is said."},
		{name: "digest.note_file", kind: file, doc: "A file with the editor's note, in Markdown, printed above the articles where no note was written for the issue. The same text is printed once: until the file changes, issues go without it, and say so."},
		{name: "digest.link_params", kind: params, doc: "Parameters added to the links to articles, such as `{utm_source: newsletter, utm_medium: email}`; one that a link has already stays as it is. No other link gets any, and without this none does. In the environment: `utm_source=newsletter,utm_medium=email`."},

		{name: "schedule.cron", kind: cron, doc: "When issues are due, in `newsletter.timezone`; `0 7 * * FRI` is Fridays at seven, `0 7 * * FRI#1` the first Friday of the month, `0 7 * * FRIL` the last, `0 7 L * *` the last day of the month. See “When issues are due” in docs/operations.md. Without it issues go out only by `send --now`."},
		{name: "schedule.every", kind: integer, fallback: "1", min: 1, max: 52, doc: "Only in every so many weeks: 2 for every other one. The weeks are counted from `schedule.starting`."},
		{name: "schedule.starting", kind: date, doc: "The date of an issue, such as `2026-12-04`: the first week that counts begins with it, and nothing is due before."},
		{name: "schedule.catch_up", kind: duration, fallback: "24h", doc: "A slot missed by more than this gets no issue, and an issue left alone for longer waits for a person."},
	}
}

func sendingKeys() []key {
	return []key{
		{name: "delivery.unknown", kind: choice, fallback: "resend", allowed: []string{"resend", "hold"}, doc: "A mail whose reply was lost is sent once more, or held for a person."},
		{name: "delivery.give_up_after", kind: duration, fallback: "24h", doc: "How long a reader whose server says later is tried, counting only while the issue is being sent."},
		{name: "delivery.wait", kind: duration, fallback: "15m", doc: "How long a `send` that is not `serve` waits for such readers and for a relay that is away. On a terminal it does not wait for such readers."},

		{name: "smtp.host", kind: host, doc: "The relay that takes the mail. Needed to send."},
		{name: "smtp.port", kind: integer, fallback: "587", min: 1, max: 65535, derived: "587; 465 with `tls: implicit`, 25 with `tls: none`", doc: "Its port."},
		{name: "smtp.username", kind: oneLine, doc: "The login, where it wants one."},
		{name: "smtp.password", kind: secret, doc: "The password; better in a file of its own."},
		{name: "smtp.password_file", kind: file, doc: "A file with the password."},
		{name: "smtp.tls", kind: choice, fallback: "starttls", allowed: []string{"starttls", "implicit", "none"}, doc: "How the connection is encrypted. `none` only to a relay on this machine, unless `smtp.insecure`."},
		{name: "smtp.insecure", kind: boolean, fallback: "false", doc: "Allows `tls: none` over a network."},
		{name: "smtp.connections", kind: integer, fallback: "4", min: 1, max: MaxConnections, doc: "Connections at the same time."},
		{name: "smtp.rate", kind: number, fallback: "0", doc: "Messages a second over all connections, evenly; 0 for as fast as the relay takes them."},
		{name: "smtp.per_hour", kind: integer, fallback: "0", doc: "Messages in any hour, spread evenly over it, also over several runs: a large issue takes hours, as the warm-up of a new address wants. 0 for no limit."},
		{name: "smtp.messages_per_connection", kind: integer, fallback: "1000", min: 1, doc: "After so many a new connection is made."},
		{name: "smtp.ca_file", kind: file, doc: "Certificates to trust besides the system's, as PEM."},
		{name: "smtp.local_name", kind: host, derived: "the machine's name", doc: "The name given in EHLO."},

		{name: "dkim.domain", kind: host, derived: "the domain of mail.from", doc: "The domain that signs. Mails are signed here once there are a selector and a key; most relays sign themselves."},
		{name: "dkim.selector", kind: oneLine, doc: "The name the key is published under in DNS: at `SELECTOR._domainkey.DOMAIN`."},
		{name: "dkim.key_file", kind: file, doc: "A file with the private key, RSA (2048 bits) or Ed25519, in PEM. `roundup dkim-key` makes one and says what to publish."},
	}
}

func housekeepingKeys() []key {
	return []key{
		{name: "fetch.interval", kind: duration, fallback: "1h", doc: "How old the last reading of a source may be: `serve`, and `send` also with nothing due, read it again then; an issue reads all at its start. One that fails is tried every ten minutes."},
		{name: "fetch.stale_after", kind: duration, fallback: "24h", doc: "When no source could be read for this long, no issue goes out."},
		{name: "fetch.allow_private", kind: boolean, fallback: "false", doc: "Allows feeds on loopback and private networks."},
		{name: "fetch.enrich", kind: boolean, fallback: "false", doc: "Fills a missing picture or dek from the article's own page."},
		{name: "fetch.timeout", kind: duration, fallback: "30s", doc: "For one source, from dialling to the last byte."},
		{name: "fetch.max_bytes", kind: integer, fallback: "10485760", min: 1024, doc: "The most a feed may be, once decompressed."},

		{name: "notify.email", kind: addresses, doc: "Who is told what became of an issue, and of trouble."},
		{name: "notify.url", kind: secret, doc: "A URL the same is posted to, as JSON: mail may be what is down."},
		{name: "notify.url_file", kind: file, doc: "A file with that URL, which often holds a token."},
		{name: "notify.heartbeat_url", kind: secret, doc: "A URL that `serve` calls every minute while all is well, and `send` after each run that went well: whoever is behind it, such as a service that watches timers, raises the alarm when the calls stay away. It is not called while something is wrong, and a machine that is dead can't tell."},
		{name: "notify.heartbeat_url_file", kind: file, doc: "A file with that URL, which often holds a token."},
		{name: "notify.late_after", kind: duration, fallback: "30m", doc: "An issue not out by so long after its slot is late; 0 for never."},

		{name: "bounces.soft_issues", kind: integer, fallback: "4", min: 1, doc: "A reader whose mailbox did not take this many issues in a row, over `bounces.soft_for`, is not mailed any more."},
		{name: "bounces.soft_for", kind: duration, fallback: "60d", doc: "Over how long they must have failed. Who does not exist is suppressed at the first bounce that proves itself, or in the second issue in a row refused over SMTP."},
		{name: "bounces.notify_hard", kind: number, fallback: "2", doc: "`notify` is told when so many in a hundred of the readers who were sent an issue turn out to be gone (hard bounces), and at least five. 0 for never."},
		{name: "bounces.notify_complaints", kind: number, fallback: "0.1", doc: "`notify` is told when so many in a hundred of them call an issue spam, and at least three: Gmail wants less than 0.1, and refuses mail from 0.3 on. 0 for never."},
		{name: "bounces.webhooks.ses.secret", kind: secret, doc: "A provider posts to `/hooks/ses/SECRET` below `newsletter.base_url`. 16 to 200 letters, digits, hyphens and underscores; without it nothing is taken."},
		{name: "bounces.webhooks.ses.secret_file", kind: file, doc: "A file with that secret."},
		{name: "bounces.webhooks.ses.topic", kind: oneLine, doc: "The ARN of the SNS topic that is yours: a signature proves that SNS sent it, not whose topic it is."},
		{name: "bounces.webhooks.sendgrid.secret", kind: secret, doc: "A provider posts to `/hooks/sendgrid/SECRET` below `newsletter.base_url`. 16 to 200 letters, digits, hyphens and underscores; without it nothing is taken."},
		{name: "bounces.webhooks.sendgrid.secret_file", kind: file, doc: "A file with that secret."},
		{name: "bounces.webhooks.sendgrid.public_key", kind: oneLine, doc: "The verification key, as SendGrid shows it."},
		{name: "bounces.webhooks.mailgun.secret", kind: secret, doc: "A provider posts to `/hooks/mailgun/SECRET` below `newsletter.base_url`. 16 to 200 letters, digits, hyphens and underscores; without it nothing is taken."},
		{name: "bounces.webhooks.mailgun.secret_file", kind: file, doc: "A file with that secret."},
		{name: "bounces.webhooks.mailgun.signing_key", kind: secret, doc: "The webhook signing key."},
		{name: "bounces.webhooks.mailgun.signing_key_file", kind: file, doc: "A file with it."},
		{name: "bounces.webhooks.postmark.secret", kind: secret, doc: "A provider posts to `/hooks/postmark/SECRET` below `newsletter.base_url`. 16 to 200 letters, digits, hyphens and underscores; without it nothing is taken."},
		{name: "bounces.webhooks.postmark.secret_file", kind: file, doc: "A file with that secret."},
		{name: "bounces.webhooks.brevo.secret", kind: secret, doc: "A provider posts to `/hooks/brevo/SECRET` below `newsletter.base_url`. 16 to 200 letters, digits, hyphens and underscores; without it nothing is taken."},
		{name: "bounces.webhooks.brevo.secret_file", kind: file, doc: "A file with that secret."},

		{name: "bounces.imap.host", kind: host, doc: "The IMAP server of a mailbox that bounces come to. `serve` reads it, and `roundup bounces fetch`."},
		{name: "bounces.imap.port", kind: integer, fallback: "993", min: 1, max: 65535, derived: "993; 143 with `tls: starttls` or `none`", doc: "Its port."},
		{name: "bounces.imap.tls", kind: choice, fallback: "implicit", allowed: []string{"implicit", "starttls", "none"}, doc: "How the connection is encrypted. `none` only to a server on this machine."},
		{name: "bounces.imap.username", kind: oneLine, doc: "The login."},
		{name: "bounces.imap.password", kind: secret, doc: "The password; better in a file of its own."},
		{name: "bounces.imap.password_file", kind: file, doc: "A file with the password."},
		{name: "bounces.imap.token_command", kind: oneLine, doc: "A command whose output is an OAuth access token, in place of a password: XOAUTH2, as Gmail and Microsoft 365 want it. A shell runs it before each reading."},
		{name: "bounces.imap.ca_file", kind: file, doc: "Certificates to trust besides the system's, as PEM."},
		{name: "bounces.imap.mailbox", kind: oneLine, fallback: "INBOX", doc: "The mailbox that is read. Give it to bounces alone: every mail in it is moved."},
		{name: "bounces.imap.processed", kind: oneLine, fallback: "Processed", doc: "Where mails go that were understood; made where it is missing. Nothing is deleted."},
		{name: "bounces.imap.unknown", kind: oneLine, fallback: "Unknown", doc: "Where the others go, for a person to look at: ordinary mail, and bounces that name nobody of the list."},
		{name: "bounces.imap.interval", kind: duration, fallback: "5m", doc: "How often `serve` reads it."},
		{name: "bounces.listen", kind: mailListen, doc: "Where `serve` takes mail for `mail.return_path`, with a token or without, and for `mail.unsubscribe`: `127.0.0.1:2525` for SMTP, `lmtp:/run/roundup/bounces.sock` or `lmtp:127.0.0.1:2424` for LMTP. Without it nothing is taken."},
		{name: "bounces.unknown_dir", kind: file, derived: "`roundup.unknown` beside the database's file; with PostgreSQL beside `roundup.yaml`, or in `/var/lib/NAME` where that is in `/etc/NAME`", doc: "A maildir for what came to `bounces.listen` and is no bounce of a reader of the list: a person looks at it."},

		{name: "web.listen", kind: listen, fallback: "127.0.0.1:8080", doc: "Where `roundup serve` listens."},
		{name: "web.metrics_listen", kind: listen, doc: "Where `roundup serve` and `roundup work` show Prometheus how they get on, at `/metrics`, such as `127.0.0.1:9465`. Of several on one machine each needs an address of its own: set `ROUNDUP_WEB_METRICS_LISTEN` for the others; at one that is taken a process goes on without metrics, and says so. Not for readers: keep it off the public address. Without it nothing is shown."},
		{name: "web.trusted_proxies", kind: networks, doc: "Proxies whose X-Forwarded-For is believed: addresses or networks. Without it all who sign up through a proxy count as one network."},
		{name: "web.allow_origins", kind: sites, doc: "Sites whose sign-up form may post here, such as `https://magazine.example`: scheme and host, nothing else. The form is what `roundup embed` prints; the page behind it may be in a frame of theirs. The pages' own site may always."},
		{name: "web.sign_ups_per_hour", kind: integer, fallback: "200", doc: "How many confirmations go out in any hour, to all addresses together; more is taken for an attack, and `notify` is told. 0 for no limit."},
		{name: "web.sign_up_code", kind: choice, fallback: "off", allowed: []string{"off", "auto"}, doc: "`auto` shows who signs up four digits to type while most sign-ups of the last hour, of at least 20, are not confirmed, which stops simple programs. It begins and ends by itself. `off` asks nobody."},
		{name: "web.welcome", kind: boolean, fallback: "true", doc: "Mails those who have confirmed that they are subscribed."},
		{name: "web.welcome_issue", kind: boolean, fallback: "false", doc: "Mails the latest issue, too, to those who have confirmed. Without it they are offered it: one press, and it comes."},
		{name: "web.archive", kind: choice, fallback: "public", allowed: []string{"public", "unlisted", "off"}, doc: "Who sees past issues at `newsletter.base_url`: `public` lists, searches and feeds for everybody; `unlisted` only an issue's page, for whoever has its address, as each mail has; `off` nothing, and mails lead to none."},

		{name: "templates", kind: file, doc: "A folder of your own templates: for the mail, and in its folder `web` for the readers' pages; `roundup templates export` writes the built-in ones to begin with. See docs/templates.md."},

		{name: "database", kind: database, fallback: "roundup.db", doc: "The database: a file, or `postgres://USER@HOST/DATABASE` for a list that outgrows one machine. See “PostgreSQL” in docs/operations.md."},
		{name: "database_file", kind: file, doc: "A file with that URL, which often holds a password. User and password are read anew for each connection, so that they may change while Roundup runs."},
		{name: "leavings_file", kind: file, derived: "`roundup.left` beside the database's file; with PostgreSQL beside `roundup.yaml`, or in `/var/lib/NAME` where that is in `/etc/NAME`", doc: "Where it is on record who left, apart from the database, so that a backup put in its place mails none of them (`roundup adopt`)."},
		{name: "work.here", kind: boolean, fallback: "true", doc: "With a database on a server: whether `serve` sends, too, beside the machines that run `roundup work`. See docs/scaling.md."},
	}
}

// variable is the environment variable of a key; "" for one within a list.
func (k key) variable() string {
	if strings.Contains(k.name, "[]") {
		return ""
	}
	return "ROUNDUP_" + strings.ToUpper(strings.ReplaceAll(k.name, ".", "_"))
}
