package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	words "roundup/internal/language"
	"roundup/internal/loopback"
	"roundup/internal/remedy"
)

// validator finds the mistakes that lie between settings; those of single
// values were found before.
type validator struct {
	*Config
	problems Problems
}

// report adds a problem, unless the key has one already.
func (v *validator) report(key, message string) {
	if !v.problems.about(key) {
		v.problems = append(v.problems, v.sources.problem(key, message))
	}
}

func (v *validator) warn(key, message, hint string) {
	p := v.sources.problem(key, message)
	p.Hint = hint
	v.warnings = append(v.warnings, p)
}

func (v *validator) validate() {
	v.newsletter()
	v.language()
	v.feeds()
	v.labels()
	v.sections()
	v.templates()
	v.numbers()
	v.schedule()
	v.verp()
	v.feedbackID()
	v.smtp()
	v.dkim()
	v.notify()
	v.hooks()
	v.mailListener()
	v.mailbox()
	v.web()
	v.warnings = v.warnings.sorted()
}

func (v *validator) newsletter() {
	n := v.Newsletter
	if u, err := url.Parse(n.BaseURL); err == nil && n.BaseURL != "" {
		switch {
		case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
			v.report("newsletter.base_url", "must end with its path, without ?, # or a login")
		case u.Scheme == "http" && !loopback.Is(u.Hostname()):
			v.warn("newsletter.base_url", "is not https: mail programs offer to unsubscribe by one click only over https (RFC 8058)", "")
		}
	}
	for i, s := range n.Social {
		at := fmt.Sprintf("newsletter.social[%d]", i)
		v.need(at+".name", s.Name, "say what the link is called")
		v.need(at+".url", s.URL, "say where it leads")
	}
}

// need reports a key that is missing, and whether it is. Where the item it
// belongs to has a problem itself, what is missing follows from it.
func (v *validator) need(key, value, what string) bool {
	if value != "" || v.problems.about(parent(key)) {
		return false
	}
	v.report(key, "is missing: "+what)
	return true
}

func (v *validator) feeds() {
	known := map[string]int{}
	for i, s := range v.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		switch {
		case s.URL != "" && s.Path != "":
			v.report(at+".path", "is set beside url; a source has one of them")
		case s.URL == "" && s.Path == "":
			v.unfilled(at)
			continue
		case strings.Contains(s.Path, "://"):
			v.report(at+".path", "is a URL; set url instead")
		}
		if _, err := filepath.Match(s.Path, ""); err != nil {
			v.report(at+".path", "is not a glob: a [ in it is not closed")
		}
		if first, twice := known[s.URL+s.Path]; twice {
			v.report(at, fmt.Sprintf("is the same source as sources[%d]", first))
		} else {
			known[s.URL+s.Path] = i
		}
	}
}

// unfilled reports a source with neither url nor path, unless there is an empty
// line for one of them, to be filled in.
func (v *validator) unfilled(at string) {
	for _, key := range []string{at + ".url", at + ".path"} {
		if _, there := v.sources.at[key]; there {
			return
		}
	}
	if !v.problems.about(at) {
		v.report(at, "has neither url nor path")
	}
}

func (v *validator) labels() {
	for i, r := range v.Digest.Labels.Rename {
		at := fmt.Sprintf("digest.labels.rename[%d]", i)
		v.need(at+".from", r.From, "name the label of the feeds")
		v.need(at+".to", r.To, "say what it is printed as")
	}
}

func (v *validator) sections() {
	rest := -1
	titles, keys, takers := map[string]int{}, map[string]int{}, map[string]int{}
	for i, s := range v.Digest.Sections {
		at := fmt.Sprintf("digest.sections[%d]", i)
		if !s.Compact {
			v.need(at+".title", s.Title, "give the section a heading")
		}
		if first, twice := titles[words.Fold(s.Title)]; twice && (s.Title != "" || s.Compact) {
			v.report(at+".title", fmt.Sprintf("is the title of digest.sections[%d] already", first))
		} else {
			titles[words.Fold(s.Title)] = i
		}
		v.sectionKey(at, i, keys)
		if s.Rest && rest >= 0 {
			v.report(at+".rest", fmt.Sprintf("is true for digest.sections[%d] already; one section takes the rest", rest))
		} else if s.Rest {
			rest = i
		}
		v.section(at, i, takers)
	}
	if len(v.Digest.Sections) > 0 && rest < 0 {
		v.warn("digest.sections", "has no section with rest: true: an article with none of their labels is never printed", "")
	}
}

// sectionKey reports a key that is not one, or another section's.
func (v *validator) sectionKey(at string, i int, keys map[string]int) {
	s := v.Digest.Sections[i]
	first, twice := keys[s.Key]
	keys[s.Key] = i
	switch plain := words.Key(s.Key); {
	case v.problems.about(at + ".title"):
	case plain == "":
		v.report(at+".key", "is missing: the title has no letter to make one of")
	case plain != s.Key:
		v.report(at+".key", fmt.Sprintf("%q is not a key: write it %s", s.Key, plain))
	case twice:
		v.report(at+".key", fmt.Sprintf("%s is the key of digest.sections[%d] already", s.Key, first))
	}
}

// section reports one that can never take anything: what takes an article is
// the first section that has one of its labels.
func (v *validator) section(at string, i int, takers map[string]int) {
	s := v.Digest.Sections[i]
	own := 0
	for _, label := range s.Labels {
		if _, taken := takers[words.Fold(label)]; !taken {
			takers[words.Fold(label)] = i
			own++
		} else if takers[words.Fold(label)] == i {
			own++
		}
	}
	switch {
	case s.Rest || own > 0 || v.problems.about(at) || v.problems.about(at+".labels") || v.problems.about(at+".rest"):
	case len(s.Labels) == 0:
		v.report(at+".labels", "is missing: without labels or rest: true the section never takes anything")
	default:
		first := takers[words.Fold(s.Labels[0])]
		v.report(at+".labels", fmt.Sprintf("are all taken by sections before it, %q by digest.sections[%d]; the section never takes anything",
			s.Labels[0], first))
	}
}

// PagesFolder holds the parts of the readers' pages, within the folder of templates.
const PagesFolder = "web"

// templates reports a folder that is not there: the mail would have another look
// than the one that was made for it.
func (v *validator) templates() {
	if v.Templates == "" {
		return
	}
	entries, err := os.ReadDir(v.Templates)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.report("templates", "there is no folder "+v.Templates)
	case errors.Is(err, syscall.ENOTDIR):
		v.report("templates", v.Templates+" is a file; name the folder")
	case err != nil:
		v.report("templates", "can't be read: "+err.Error())
	case !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return filepath.Ext(e.Name()) == ".html" || filepath.Ext(e.Name()) == ".txt" || e.IsDir() && e.Name() == PagesFolder
	}):
		v.warn("templates", "holds no template: no file there ends in .html or .txt", "")
		v.warnings.advise("templates", remedy.Remedy{Code: remedy.ExportTemplates, About: v.Templates})
	}
}

func (v *validator) numbers() {
	d := v.Digest
	if d.MinArticles > d.MaxArticles && !v.problems.about("digest.max_articles") {
		v.report("digest.min_articles", fmt.Sprintf("%d is more than digest.max_articles, %d", d.MinArticles, d.MaxArticles))
	}
	for _, positive := range []struct {
		key   string
		value time.Duration
	}{
		{"digest.first_window", d.FirstWindow},
		{"schedule.catch_up", v.Schedule.CatchUp},
		{"delivery.give_up_after", v.Delivery.GiveUpAfter},
		{"fetch.interval", v.Fetch.Interval},
		{"fetch.timeout", v.Fetch.Timeout},
	} {
		if positive.value == 0 {
			v.report(positive.key, "must be more than 0")
		}
	}
}

// schedule asks from when weeks are counted: "every other" alone says only half.
func (v *validator) schedule() {
	s := v.Schedule
	if s.Every > 1 && s.Starting.IsZero() && !v.problems.about("schedule.starting") {
		v.report("schedule.every", fmt.Sprintf("%d needs schedule.starting: the date of an issue, from which the weeks are counted", s.Every))
	}
	if s.Cron == "" && s.Every > 1 {
		v.report("schedule.every", "needs schedule.cron: it says on which days of those weeks, and when")
	}
}

// verpRoom is how long a local part may be that a token of 44 characters and a
// plus sign follow: 64 octets are allowed in all (RFC 5321, 4.5.3.1.1).
const verpRoom = 19

func (v *validator) verp() {
	path := v.Mail.ReturnPath
	local := strings.LastIndexByte(path, '@')
	if !v.Mail.VERP || local <= verpRoom {
		return
	}
	key := "mail.return_path"
	if !v.sources.isSet(key) {
		key = "mail.verp"
	}
	v.report(key, fmt.Sprintf("with verp there may be %d octets before the @, so that a token has room; %s has %d", verpRoom, path, local))
}

var senderName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// feedbackID wants a name that can be one of the fields between colons.
func (v *validator) feedbackID() {
	name := v.Mail.FeedbackID
	if v.sources.isSet("mail.feedback_id") && name != "" && (!senderName.MatchString(name) || len(name) < leastFeedbackID || len(name) > mostFeedbackID) {
		v.report("mail.feedback_id", fmt.Sprintf("%q is not a name of %d to %d letters, digits and hyphens, or %s", name, leastFeedbackID, mostFeedbackID, offWord))
	}
}

func (v *validator) smtp() {
	s := v.SMTP
	local := loopback.Is(s.Host)
	switch {
	case s.TLS == "none" && !s.Insecure && s.Host != "" && !local:
		v.report("smtp.tls", fmt.Sprintf(
			"none is for a relay on this machine, and %s is not; use starttls or implicit, or set smtp.insecure: true", s.Host))
	case s.TLS == "none" && s.Password != "" && !local:
		v.warn("smtp.insecure", "lets the password go over the network for everybody to read", "")
	}
	switch {
	case s.Username != "" && s.Password == "" && !v.problems.about("smtp.password") && !v.problems.about("smtp.password_file"):
		v.report("smtp.username", "is set without a password; set smtp.password_file")
	case s.Username == "" && s.Password != "" && !v.problems.about("smtp.username"):
		v.report("smtp.username", "is missing: there is a password")
	}
	switch {
	case s.Port == 465 && s.TLS == "starttls":
		v.warn("smtp.port", "465 is for smtp.tls: implicit; starttls has 587", "")
	case s.Port == 587 && s.TLS == "implicit":
		v.warn("smtp.port", "587 is for smtp.tls: starttls; implicit has 465", "")
	}
	v.authorities("smtp.ca_file", s.CAFile)
}

// authorities tries a file with certificates that are trusted besides the system's.
func (v *validator) authorities(key, file string) {
	if file == "" {
		return
	}
	text, err := readFile(file)
	switch {
	case err != nil:
		v.report(key, "can't be read: "+err.Error())
	case !x509.NewCertPool().AppendCertsFromPEM(text):
		v.report(key, file+" holds no certificate in PEM")
	}
}

// notify checks URLs last: they may have come from files.
func (v *validator) notify() {
	for _, s := range v.secrets() {
		if !strings.HasPrefix(s.key, "notify.") || *s.value == "" {
			continue
		}
		if reason := checkURL(string(*s.value)); reason != "" {
			v.report(s.where(), "the URL, which is not shown, "+reason)
		}
	}
}

// web keeps what is for Prometheus away from what is for readers.
func (v *validator) web() {
	w := v.Web
	if w.MetricsListen == "" || v.problems.about("web.metrics_listen") {
		return
	}
	host, port, err := net.SplitHostPort(w.MetricsListen)
	switch {
	case err != nil:
	case w.MetricsListen == w.Listen && port != "0":
		v.report("web.metrics_listen", "is the address of web.listen; metrics are not for readers, give them one of their own")
	case !loopback.Is(host):
		v.warn("web.metrics_listen", "is reached from other machines: whoever can, sees how many readers there are and how an issue gets on",
			"listen on 127.0.0.1, or let a firewall admit Prometheus alone")
	}
}

// SendProblems lists what is not filled in yet and needed to send: none of it is
// needed to look at a preview or to keep the list.
func (c *Config) SendProblems() Problems {
	var problems Problems
	needed := func(key string, missing bool, message string) {
		if missing {
			problems = append(problems, c.sources.problem(key, message))
		}
	}
	needed("newsletter.name", c.Newsletter.Name == "", "not filled in yet: the name readers know the newsletter by")
	needed("newsletter.postal_address", c.Newsletter.PostalAddress == "", "not filled in yet: the postal address printed in every mail")
	needed("mail.from", c.Mail.From.Address == "", "not filled in yet: who the mail is from, as The Magazine <weekly@magazine.example>")
	needed(c.unfilledSource(), len(c.Sources) == 0, "not filled in yet: the address of a feed")
	needed("smtp.host", c.SMTP.Host == "", "not filled in yet: the relay that takes the mail")
	return problems.sorted()
}

// unfilledSource is the key of the line where a feed's address is to be filled in.
func (c *Config) unfilledSource() string {
	for _, name := range []string{"sources[0].url", "sources[0].path"} {
		if slices.Contains(c.sources.list, name) {
			return name
		}
	}
	return "sources"
}

// Warnings lists what is allowed and still worth a second look.
func (c *Config) Warnings() Problems { return slices.Clone(c.warnings) }
