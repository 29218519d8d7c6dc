-- Roundup's whole memory. Times are UTC text, RFC 3339 with milliseconds
-- ('2026-11-20T12:00:00.000Z'), so that they sort. '' never stands for a
-- missing time: NULL does.

CREATE TABLE meta (                       -- facts about this database file
    key   TEXT PRIMARY KEY,               -- the names are in meta.go
    value TEXT NOT NULL
) STRICT;

CREATE TABLE newsletters (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT    NOT NULL
) STRICT;

CREATE TABLE keys (                       -- never deleted; part of every backup
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    purpose       TEXT    NOT NULL CHECK (purpose IN ('token', 'address')),
    secret        BLOB    NOT NULL CHECK (length(secret) = 32),
    created_at    TEXT    NOT NULL
) STRICT;

CREATE TABLE sources (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    url           TEXT    NOT NULL,       -- as configured: an address, a path or a glob
    title         TEXT    NOT NULL DEFAULT '',
    etag          TEXT    NOT NULL DEFAULT '',
    last_modified TEXT    NOT NULL DEFAULT '',
    validators_of TEXT    NOT NULL DEFAULT '', -- the address that gave them: after a redirect or rel=alternate, not url
    readings      INTEGER NOT NULL DEFAULT 0,  -- successful ones
    items         INTEGER NOT NULL DEFAULT 0,  -- in the last one
    first_read_at TEXT,
    last_read_at  TEXT,                   -- last success
    tried_at      TEXT,                   -- last try: every process leaves a failing one alone for a while, a timer's too
    last_error    TEXT    NOT NULL DEFAULT '',
    failing_since TEXT,                   -- NULL while it can be read
    not_before    TEXT,                   -- Retry-After
    damage        TEXT    NOT NULL DEFAULT '', -- what was the matter where it could be read, but not without a loss
    damaged_since TEXT,                   -- NULL while it is read whole
    rule          TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(rule)), -- its include and exclude as last configured: it holds on once it is not
    UNIQUE (newsletter_id, url)
) STRICT;

CREATE TABLE articles (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source      TEXT    NOT NULL,         -- the source that gave it first
    guid        TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    canonical   TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    dek         TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    authors     TEXT    NOT NULL CHECK (json_valid(authors)),
    labels      TEXT    NOT NULL CHECK (json_valid(labels)),
    image       TEXT    NOT NULL CHECK (json_valid(image)),
    republished TEXT    NOT NULL,
    words       INTEGER NOT NULL,
    published   TEXT,
    updated     TEXT,
    first_seen  TEXT    NOT NULL
) STRICT;
CREATE INDEX articles_first_seen ON articles (first_seen);

CREATE TABLE article_aliases (            -- every name an article was ever seen under
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    source     TEXT    NOT NULL,
    guid       TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    canonical  TEXT    NOT NULL,
    digest     BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32) -- of source, guid, url and canonical
) STRICT;
CREATE INDEX article_aliases_canonical ON article_aliases (canonical) WHERE canonical <> '';
CREATE INDEX article_aliases_guid      ON article_aliases (source, guid) WHERE guid <> '';
CREATE INDEX article_aliases_article   ON article_aliases (article_id);

CREATE TABLE slots (                      -- a slot is decided once
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    at            TEXT    NOT NULL,
    label         TEXT    NOT NULL,       -- local: "Friday 20 November 2026, 07:00 EST"
    outcome       TEXT    NOT NULL CHECK (outcome IN ('taken', 'skipped', 'missed')),
    why           TEXT    NOT NULL,
    month         TEXT,                   -- whose first issue took it, in the newsletter's time zone: "2026-11"
    decided_at    TEXT    NOT NULL,
    PRIMARY KEY (newsletter_id, at),
    CHECK (month IS NULL OR outcome = 'taken')
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX slots_month ON slots (newsletter_id, month) WHERE month IS NOT NULL;

CREATE TABLE issues (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    uid           TEXT    NOT NULL UNIQUE,
    number        INTEGER NOT NULL CHECK (number > 0),
    kind          TEXT    NOT NULL CHECK (kind IN ('regular', 'extra', 'correction')),
    slot          TEXT,
    slug          TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (status IN ('sending', 'waiting', 'held', 'sent', 'cancelled')),
    why           TEXT    NOT NULL DEFAULT '',
    revision      INTEGER NOT NULL DEFAULT 1,
    subject       TEXT    NOT NULL,
    preheader     TEXT    NOT NULL,
    note          TEXT    NOT NULL,
    note_file     TEXT    NOT NULL DEFAULT '', -- the digest of digest.note_file as printed; '' where the note is this issue's own
    mail_domain   TEXT    NOT NULL DEFAULT '', -- what its Message-IDs end in, so that what is sent again has the one it had
    mail_token    TEXT    NOT NULL DEFAULT '', -- what stands for it in them, to find it by
    date          TEXT    NOT NULL,
    started_at    TEXT    NOT NULL,
    reached_at    TEXT,                   -- first delivery sent or unknown: its page is public from then on
    touched_at    TEXT    NOT NULL,       -- last claim, result or status
    waiting_since TEXT,                   -- NULL unless waiting
    finished_at   TEXT,
    accounted_at  TEXT,                   -- the finished_at of the end of which all is done that follows: the editor told, readers judged
    active_ms     INTEGER NOT NULL DEFAULT 0,  -- time in which it was being sent (give_up_after)
    unpublished_at TEXT,                  -- since when its page is taken down; NULL unless it is
    corrections   TEXT CHECK (json_valid(corrections)), -- on top of its page, oldest first; NULL before the first
    corrected_at  TEXT,                   -- when one was put there or taken away last; NULL for never
    search_text   TEXT    NOT NULL DEFAULT '', -- all that it prints, folded: what the archive is searched in
    UNIQUE (newsletter_id, number),
    CHECK ((finished_at IS NOT NULL) = (status IN ('sent', 'cancelled')))
) STRICT;
CREATE UNIQUE INDEX issues_slot ON issues (newsletter_id, slot) WHERE slot IS NOT NULL AND kind = 'regular';
CREATE INDEX        issues_slug ON issues (newsletter_id, slug);
CREATE INDEX        issues_mail ON issues (newsletter_id, mail_token);

CREATE TABLE issue_articles (             -- a copy of what was printed, in order
    issue_id   INTEGER NOT NULL REFERENCES issues (id),
    position   INTEGER NOT NULL,
    section    TEXT    NOT NULL,           -- its title
    section_key TEXT    NOT NULL,         -- what readers choose it by
    article_id INTEGER NOT NULL REFERENCES articles (id),
    printed    TEXT    NOT NULL CHECK (json_valid(printed)),
    PRIMARY KEY (issue_id, position),
    UNIQUE (issue_id, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_variants (             -- frozen: what readers of one choice get
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id     INTEGER NOT NULL REFERENCES issues (id),
    revision     INTEGER NOT NULL,
    number       INTEGER NOT NULL CHECK (number > 0), -- 1: the whole issue, which its page is of
    sections     TEXT    NOT NULL CHECK (json_valid(sections)), -- keys of those it has
    language     TEXT    NOT NULL DEFAULT '', -- of the words around the articles; '': the newsletter's
    readers      INTEGER NOT NULL,        -- of the audience; 0 where the whole issue is nobody's
    unsent       TEXT    NOT NULL DEFAULT '', -- why its readers are skipped; '' where there is a mail
    reached_at   TEXT,                    -- first delivery sent or unknown: its articles are carried from then on
    subject      TEXT    NOT NULL,
    html         TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    page         TEXT    NOT NULL DEFAULT '', -- its page on the web; only the whole issue has one
    greeting     TEXT    NOT NULL DEFAULT '', -- "Dear {name},"
    greeting_all TEXT    NOT NULL DEFAULT '', -- "Dear reader,"
    UNIQUE (issue_id, revision, number)
) STRICT;
CREATE INDEX issue_variants_ahead ON issue_variants (issue_id) WHERE reached_at IS NULL AND unsent = '' AND readers > 0;

CREATE TABLE issue_pictures (             -- embedded ones, in the order of the mail; a variant has those its HTML names
    issue_id   INTEGER NOT NULL REFERENCES issues (id),
    position   INTEGER NOT NULL,
    content_id TEXT    NOT NULL,          -- without brackets (RFC 2392)
    type       TEXT    NOT NULL CHECK (type IN ('image/jpeg', 'image/png')),
    data       BLOB    NOT NULL,
    PRIMARY KEY (issue_id, content_id)
) STRICT;

CREATE TABLE article_states (
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    article_id    INTEGER NOT NULL REFERENCES articles (id),
    state         TEXT    NOT NULL CHECK (state IN ('owed', 'reserved', 'carried', 'dropped', 'baseline', 'quarantined')),
    why           TEXT    NOT NULL DEFAULT '',
    issue_id      INTEGER REFERENCES issues (id),
    passed_over   INTEGER NOT NULL DEFAULT 0,  -- decided slots and issues it was eligible for and not in
    owed_since    TEXT,
    changed_at    TEXT    NOT NULL,
    PRIMARY KEY (newsletter_id, article_id),
    CHECK ((issue_id IS NOT NULL) = (state IN ('reserved', 'carried')))
) STRICT, WITHOUT ROWID;
CREATE INDEX article_states_state ON article_states (newsletter_id, state);

CREATE TABLE issue_edits (                -- issue_id NULL: of the next issue
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    issue_id      INTEGER REFERENCES issues (id),
    subject       TEXT    NOT NULL DEFAULT '',
    preheader     TEXT    NOT NULL DEFAULT '',
    note          TEXT    NOT NULL DEFAULT '',
    changed_at    TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX issue_edits_next ON issue_edits (newsletter_id) WHERE issue_id IS NULL;

CREATE TABLE article_edits (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id  INTEGER NOT NULL REFERENCES newsletters (id),
    issue_id       INTEGER REFERENCES issues (id),
    article_id     INTEGER NOT NULL REFERENCES articles (id),
    pin            INTEGER NOT NULL DEFAULT 0 CHECK (pin IN (0, 1)),
    position       INTEGER NOT NULL DEFAULT 0,
    section        TEXT    NOT NULL DEFAULT '',
    skip           INTEGER NOT NULL DEFAULT 0 CHECK (skip IN (0, 1)),
    headline       TEXT    NOT NULL DEFAULT '',
    blurb          TEXT    NOT NULL DEFAULT '',
    upstream_title TEXT    NOT NULL DEFAULT '',
    upstream_blurb TEXT    NOT NULL DEFAULT '',
    changed_at     TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX article_edits_next ON article_edits (newsletter_id, article_id) WHERE issue_id IS NULL;

CREATE TABLE subscribers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id  BLOB    NOT NULL UNIQUE CHECK (length(public_id) = 16), -- never reused
    email      TEXT,                      -- as given; NULL once forgotten
    key        TEXT,                      -- normalised; NULL once forgotten
    hash       BLOB    UNIQUE CHECK (length(hash) = 32), -- keyed hash of the key, by which a reader is found, and a suppression of theirs; NULL once forgotten
    name       TEXT    NOT NULL DEFAULT '',
    created_at TEXT    NOT NULL,
    erased_at  TEXT,
    CHECK ((email IS NULL) = (erased_at IS NOT NULL)),
    CHECK ((key IS NULL) = (erased_at IS NOT NULL)),
    CHECK ((hash IS NULL) = (erased_at IS NOT NULL))
) STRICT;
CREATE INDEX subscribers_erased ON subscribers (erased_at) WHERE erased_at IS NOT NULL;

CREATE TABLE subscriptions (
    newsletter_id   INTEGER NOT NULL REFERENCES newsletters (id),
    subscriber_id   INTEGER NOT NULL REFERENCES subscribers (id),
    status          TEXT    NOT NULL CHECK (status = 'active' OR status = 'unsubscribed' OR status = 'pending'), -- for IN (...), SQLite builds a list anew for each row
    consent_how     TEXT    NOT NULL DEFAULT '',
    consent_at      TEXT,
    consent_from    TEXT    NOT NULL DEFAULT '',
    consent_wording TEXT    NOT NULL DEFAULT '',
    sections_off    TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(sections_off)), -- keys, in order: a section that is not here is on
    monthly         INTEGER NOT NULL DEFAULT 0 CHECK (monthly IN (0, 1)), -- 1: only the first issue of a month
    language        TEXT    NOT NULL DEFAULT '', -- of the words around the articles, BCP 47; '': the newsletter's
    labels          TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(labels)),
    left_why        TEXT    NOT NULL DEFAULT '' CHECK (left_why = '' OR left_why IN ('too_often', 'not_for_me', 'never_asked', 'elsewhere', 'other')),
    paused_until    TEXT,                 -- no issue that starts before it goes to the reader
    joined_at       TEXT    NOT NULL,
    changed_at      TEXT    NOT NULL,
    CHECK (left_why = '' OR status = 'unsubscribed'),
    PRIMARY KEY (newsletter_id, subscriber_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscriptions_status ON subscriptions (newsletter_id, status);
CREATE INDEX subscriptions_left ON subscriptions (newsletter_id, left_why) WHERE left_why <> '';
CREATE INDEX subscriptions_paused ON subscriptions (newsletter_id, paused_until) WHERE paused_until IS NOT NULL;
CREATE INDEX subscriptions_choice ON subscriptions (newsletter_id, sections_off, monthly, language) WHERE sections_off <> '[]' OR monthly = 1 OR language <> '';

CREATE TABLE suppressions (               -- outlives the subscriber
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    hash   BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    email  TEXT,                          -- NULL after an erasure
    reason TEXT NOT NULL CHECK (reason IN ('hard_bounce', 'soft_bounce', 'complaint', 'erased', 'manual')),
    at     TEXT NOT NULL
) STRICT;

CREATE TABLE sign_ups (                   -- the last three confirmations an address was asked for
    newsletter_id   INTEGER NOT NULL REFERENCES newsletters (id),
    hash            BLOB    NOT NULL CHECK (length(hash) = 32), -- of the address, as in suppressions
    last_at         TEXT    NOT NULL,
    second_at       TEXT,
    third_at        TEXT,
    consent_from    TEXT    NOT NULL DEFAULT '', -- this and what follows: of who had left, theirs once they confirm
    consent_wording TEXT    NOT NULL DEFAULT '',
    sections_off    TEXT    CHECK (json_valid(sections_off)), -- as in subscriptions; NULL: as it was
    language        TEXT    NOT NULL DEFAULT '', -- '': as it was
    PRIMARY KEY (newsletter_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_ups_last ON sign_ups (newsletter_id, last_at);

CREATE TABLE address_changes (            -- another address that a reader wants, until it is confirmed from there
    subscriber_id INTEGER PRIMARY KEY REFERENCES subscribers (id),
    email         TEXT NOT NULL,          -- as given
    key           TEXT NOT NULL,          -- normalised
    asked_at      TEXT NOT NULL           -- the moment that the link of the mail bears
) STRICT;

CREATE TABLE addresses_left (             -- those that readers changed from lately, and can take back from there
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id),
    email         TEXT    NOT NULL,       -- as given
    key           TEXT    NOT NULL,       -- normalised
    left_at       TEXT    NOT NULL,       -- the moment that the link of the mail bears
    PRIMARY KEY (subscriber_id, left_at)
) STRICT, WITHOUT ROWID;

-- An issue's audience, frozen at its start in ranges of up to 2,000 readers: one
-- value a range, never updated.
CREATE TABLE audience (
    issue_id INTEGER NOT NULL REFERENCES issues (id),
    number   INTEGER NOT NULL CHECK (number > 0),  -- within the issue
    first_id INTEGER NOT NULL,
    last_id  INTEGER NOT NULL,
    readers  BLOB    NOT NULL,            -- subscribers' ids in order: each as its distance from the one before, an unsigned varint
    variants BLOB    NOT NULL,            -- the number of each one's variant, in runs: how many, and which; unsigned varints
    PRIMARY KEY (issue_id, number),
    UNIQUE (issue_id, first_id),
    CHECK (first_id <= last_id)
) STRICT;
CREATE TRIGGER audience_fixed BEFORE UPDATE ON audience BEGIN SELECT RAISE(ABORT, 'an audience is frozen'); END;
CREATE TRIGGER audience_keep BEFORE DELETE ON audience BEGIN SELECT RAISE(ABORT, 'an audience is kept'); END;

-- How far each range has come. It is the sender's that holds it: whoever opens it
-- grows epoch, and each exchange seq, so that nobody else's write is taken for its own.
CREATE TABLE ranges (
    issue_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    size       INTEGER NOT NULL CHECK (size > 0),
    claimed    INTEGER NOT NULL DEFAULT 0, -- the mark: so many readers were claimed a first time, in order
    epoch      INTEGER NOT NULL DEFAULT 0,
    seq        INTEGER NOT NULL DEFAULT 0,
    holder     TEXT    NOT NULL DEFAULT '', -- "process 123 on host"; '' when nobody has it
    touched_at TEXT    NOT NULL,           -- last opened, exchanged or closed
    closed_at  TEXT,                       -- what follows was counted then; NULL from its opening to its closing
    queued     INTEGER NOT NULL DEFAULT 0, -- rows in that state: readers given back
    sent       INTEGER NOT NULL DEFAULT 0,
    failed     INTEGER NOT NULL DEFAULT 0,
    deferred   INTEGER NOT NULL DEFAULT 0,
    unknown    INTEGER NOT NULL DEFAULT 0,
    resendable INTEGER NOT NULL DEFAULT 0, -- of the unknown: may be sent again
    skipped    INTEGER NOT NULL DEFAULT 0,
    next_at    TEXT,                       -- when the earliest deferred reader is due
    done_at    TEXT,                       -- every delivery of it is final
    PRIMARY KEY (issue_id, number),
    FOREIGN KEY (issue_id, number) REFERENCES audience (issue_id, number),
    CHECK (claimed BETWEEN 0 AND size)
) STRICT, WITHOUT ROWID;

-- What there is to say about a reader of an issue. Without a row a delivery is queued
-- after its range's mark; before it, sending while the range is held, and unknown once
-- nobody holds it. In a cancelled issue what is queued or deferred counts as skipped.
-- store/merge.go is the one place that knows. Of subscribers, no row is ever deleted.
CREATE TABLE deliveries (
    issue_id      INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state = 'queued' OR state = 'sending' OR state = 'sent' OR state = 'deferred'
        OR state = 'failed' OR state = 'unknown' OR state = 'skipped'),
    attempts      INTEGER NOT NULL,
    resends       INTEGER NOT NULL DEFAULT 0 CHECK (resends IN (0, 1)), -- 1: its one resend is used up
    code          INTEGER NOT NULL DEFAULT 0,
    enhanced      TEXT    NOT NULL DEFAULT '',
    reply         TEXT    NOT NULL DEFAULT '',
    command       TEXT    NOT NULL DEFAULT '', -- the command the reply answered
    why           TEXT    NOT NULL DEFAULT '',
    next_at       TEXT,                   -- deferred: not before
    deferred_ms   INTEGER,                -- the issue's active_ms at the first deferral
    seq           INTEGER NOT NULL DEFAULT 0, -- sending: its range's at the claim
    changed_at    TEXT    NOT NULL,
    PRIMARY KEY (issue_id, subscriber_id),
    CHECK ((next_at IS NOT NULL) = (state = 'deferred'))
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_skipped ON deliveries (issue_id, why) WHERE state = 'skipped';
CREATE INDEX deliveries_failed ON deliveries (issue_id, subscriber_id) WHERE state = 'failed';

-- The machine of delivery.Transitions, guarded by the database too; a test
-- compares the two. The lawful steps are looked up in one text: for IN (...), SQLite
-- builds a list anew for each row. A first claim makes no row, so none begins as
-- sending; a cancelling and its taking back change none.
CREATE TRIGGER deliveries_lawful BEFORE UPDATE OF state ON deliveries
WHEN instr('
    queued>sending   queued>skipped
    sending>sent     sending>failed  sending>deferred sending>unknown sending>queued
    deferred>sending deferred>failed deferred>skipped
    unknown>sending  unknown>sent    unknown>queued
    failed>queued', OLD.state || '>' || NEW.state) = 0
BEGIN SELECT RAISE(ABORT, 'unlawful step of a delivery'); END;
CREATE TRIGGER deliveries_begin BEFORE INSERT ON deliveries WHEN NEW.state = 'sending'
BEGIN SELECT RAISE(ABORT, 'a first claim is the mark of its range'); END;
CREATE TRIGGER deliveries_keep BEFORE DELETE ON deliveries BEGIN SELECT RAISE(ABORT, 'deliveries are kept'); END;
CREATE TRIGGER subscribers_keep BEFORE DELETE ON subscribers BEGIN SELECT RAISE(ABORT, 'subscribers are kept'); END;

CREATE TABLE attempts (                   -- one row for each attempt that did not end sent
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    issue_id      INTEGER NOT NULL,
    subscriber_id INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    state         TEXT    NOT NULL,       -- what the attempt ended in
    code          INTEGER NOT NULL,
    enhanced      TEXT    NOT NULL,
    reply         TEXT    NOT NULL,
    command       TEXT    NOT NULL,
    why           TEXT    NOT NULL,
    at            TEXT    NOT NULL,
    FOREIGN KEY (issue_id, subscriber_id) REFERENCES deliveries (issue_id, subscriber_id)
) STRICT;
CREATE INDEX attempts_delivery ON attempts (issue_id, subscriber_id);

CREATE TABLE bounces (                    -- what came back of readers' mails and proved itself; it changes no delivery
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    digest        BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32), -- of the report and the recipient: counted once
    subscriber_id INTEGER REFERENCES subscribers (id),
    issue_id      INTEGER REFERENCES issues (id), -- NULL where it does not say
    way           TEXT    NOT NULL,       -- "mail", or a provider's name
    kind          TEXT    NOT NULL CHECK (kind IN ('hard', 'soft', 'complaint', 'unsubscribe', 'auto-reply', 'reply')),
    delayed       INTEGER NOT NULL CHECK (delayed IN (0, 1)), -- 1: whoever has the mail goes on trying
    reason        TEXT    NOT NULL,       -- of delivery/reason; '' of what is no bounce
    status        TEXT    NOT NULL,
    code          INTEGER NOT NULL,
    words         TEXT    NOT NULL,       -- the server's; '' once the reader is forgotten
    domain        TEXT    NOT NULL,
    at            TEXT    NOT NULL
) STRICT;
CREATE INDEX bounces_subscriber ON bounces (subscriber_id, issue_id);
CREATE INDEX bounces_issue      ON bounces (issue_id, kind);

CREATE TABLE mailboxes (                  -- that bounces are read from
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    name          TEXT    NOT NULL,       -- login, server and mailbox
    uid_validity  INTEGER NOT NULL DEFAULT 0,
    last_uid      INTEGER NOT NULL DEFAULT 0, -- read up to here
    tried_at      TEXT,                   -- last reading, however it ended
    read_at       TEXT,                   -- last success
    fault         TEXT    NOT NULL DEFAULT '', -- of the last reading, a code
    about         TEXT    NOT NULL DEFAULT '',
    fact          TEXT    NOT NULL DEFAULT '', -- in somebody else's words
    failing_since TEXT,                   -- NULL while it can be read
    PRIMARY KEY (newsletter_id, name),
    CHECK ((fault = '') = (failing_since IS NULL))
) STRICT;

CREATE TABLE leases (
    name        TEXT PRIMARY KEY CHECK (name = 'sender'),
    holder      TEXT    NOT NULL,         -- '' when nobody sends
    epoch       INTEGER NOT NULL,
    acquired_at TEXT    NOT NULL
) STRICT;

CREATE TABLE workers (                    -- processes that send beside each other, where the engine allows it
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL UNIQUE,  -- what ranges.holder names: 'process 12 on mail-2, worker 7'
    connections INTEGER NOT NULL,         -- it may open
    version     TEXT    NOT NULL,         -- of the program
    fingerprints TEXT   NOT NULL CHECK (json_valid(fingerprints)), -- of the settings it sends by: {"mail.from": "9f1c0a2b"}
    started_at  TEXT    NOT NULL,
    seen_us     INTEGER NOT NULL,         -- last heard of; by the database's clock in microseconds, as what ends in _us
    steady_us   INTEGER NOT NULL,         -- heard of without a gap since
    issue_id    INTEGER REFERENCES issues (id), -- it works on; NULL for none
    sent        INTEGER NOT NULL DEFAULT 0, -- messages accepted since it started
    hourly      INTEGER NOT NULL DEFAULT 0, -- messages it ends in an hour, at the rate of lately
    trouble     TEXT    NOT NULL DEFAULT '' -- why it waits for the relay; '' while that takes mail
) STRICT;

CREATE TABLE refusals (                   -- the present run of equal refusals of each worker
    issue_id  INTEGER NOT NULL REFERENCES issues (id),
    worker_id INTEGER NOT NULL,
    gist      TEXT    NOT NULL,
    readers   INTEGER NOT NULL,
    domains   TEXT    NOT NULL CHECK (json_valid(domains)),
    since     TEXT    NOT NULL,
    proven    INTEGER NOT NULL DEFAULT 0 CHECK (proven IN (0, 1)), -- to be about us
    PRIMARY KEY (issue_id, worker_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE relays (                     -- whose rate several workers share
    name   TEXT PRIMARY KEY,
    due_us INTEGER NOT NULL               -- when the next message may begin
) STRICT;

CREATE TABLE relay_hours (                -- messages begun of late, where there is a limit by the hour
    relay TEXT    NOT NULL,
    tick  INTEGER NOT NULL,               -- seconds since 1970, in tens
    begun INTEGER NOT NULL,
    PRIMARY KEY (relay, tick)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (                     -- mail and notices that are not an issue
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    dedupe        TEXT    NOT NULL UNIQUE,
    kind          TEXT    NOT NULL CHECK (kind IN ('confirmation', 'welcome', 'address', 'moved', 'notice', 'issue')),
    issue_id      INTEGER REFERENCES issues (id),           -- one that a reader asked for who was not in its audience
    subscriber_id INTEGER REFERENCES subscribers (id),      -- that reader, or whose mail to another address it is
    transport     TEXT    NOT NULL CHECK (transport IN ('mail', 'post')),
    recipient     TEXT    NOT NULL,       -- an address, or the URL to post to
    subject       TEXT    NOT NULL,
    text          TEXT    NOT NULL,
    html          TEXT    NOT NULL DEFAULT '',
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
    attempts      INTEGER NOT NULL DEFAULT 0,
    error         TEXT    NOT NULL DEFAULT '',
    next_at       TEXT    NOT NULL,       -- queued: not before; sending: when the claim lapses
    created_at    TEXT    NOT NULL,
    changed_at    TEXT    NOT NULL,
    CHECK ((kind = 'issue') = (issue_id IS NOT NULL) AND (kind = 'issue' OR kind = 'address') = (subscriber_id IS NOT NULL)),
    CHECK (kind = 'issue' OR state <> 'unknown')
) STRICT;
CREATE INDEX outbox_open  ON outbox (next_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_asked ON outbox (subscriber_id) WHERE subscriber_id IS NOT NULL;
CREATE INDEX outbox_recipient ON outbox (recipient) WHERE recipient <> '' AND kind <> 'notice';
CREATE INDEX outbox_told  ON outbox (newsletter_id) WHERE kind = 'notice' AND text <> ''; -- not gone out yet

CREATE TABLE notices (                    -- causes the editor has been told of
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    cause         TEXT    NOT NULL,       -- "issue 12 waiting", "source https://... failing"
    opened_at     TEXT    NOT NULL,
    closed_at     TEXT                    -- NULL while it lasts
) STRICT;
CREATE UNIQUE INDEX notices_open ON notices (newsletter_id, cause) WHERE closed_at IS NULL;

CREATE TABLE events (                     -- append-only: what changed, when, and who did it
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    newsletter_id INTEGER NOT NULL REFERENCES newsletters (id),
    subscriber_id INTEGER REFERENCES subscribers (id),
    article_id    INTEGER REFERENCES articles (id),
    issue_id      INTEGER REFERENCES issues (id),
    source_id     INTEGER REFERENCES sources (id),
    slot          TEXT,
    what          TEXT    NOT NULL,       -- "subscribed", "unsubscribed", "issue held", ...
    detail        TEXT    NOT NULL DEFAULT '',
    actor         TEXT    NOT NULL CHECK (actor = 'command_line' OR actor IN ('reader', 'one_click', 'editor', 'api_key', 'daemon')),
    actor_name    TEXT    NOT NULL DEFAULT '', -- who of that kind; never of a reader, who may be forgotten
    through       TEXT    NOT NULL DEFAULT '', -- the way it came: "import of list.csv", "page", "mail", "sending"
    at            TEXT    NOT NULL,
    FOREIGN KEY (newsletter_id, slot) REFERENCES slots (newsletter_id, at),
    CHECK (actor_name = '' OR actor NOT IN ('reader', 'one_click'))
) STRICT;
CREATE INDEX events_subscriber ON events (subscriber_id, at) WHERE subscriber_id IS NOT NULL;
CREATE INDEX events_article    ON events (article_id, at) WHERE article_id IS NOT NULL;
CREATE INDEX events_issue      ON events (issue_id, at) WHERE issue_id IS NOT NULL;
CREATE INDEX events_readers ON events (newsletter_id, what, at) WHERE subscriber_id IS NOT NULL;
CREATE TRIGGER events_keep BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are kept'); END;
CREATE TRIGGER events_fixed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are kept'); END;
