package check

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"roundup/internal/check/finding"
	"roundup/internal/desk/planner"
	"roundup/internal/outbound"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

// answers tells what became of asking for the links and pictures of a mail.
type answers struct {
	list *finding.List
	note noteLinks
}

// tell tells of those that are gone one by one, but of a host that is away once,
// and of the others in sum.
func (a answers) tell(targets []*target) {
	answered := 0
	var refusing, moved []string
	away := map[string][]*target{}
	for _, t := range targets {
		if host := t.away(); host != "" {
			away[host] = append(away[host], t)
		}
	}
	for _, t := range targets {
		outcome, detail := t.judge()
		same := away[t.away()]
		switch {
		case len(same) > 1:
			if same[0] == t {
				a.tellHost(same)
			}
		case outcome == finding.Failed, outcome == finding.Warned:
			a.list.Add(outcome, t.kind(), t.shown()+" "+detail, a.hint(outcome, t))
			a.list.Do(a.remedy(outcome, t))
		case outcome == finding.Skipped:
			refusing = append(refusing, fmt.Sprintf("%s (%d)", t.url, t.answer.Status))
		default:
			answered++
			if t.answer.Moved && !t.picture {
				moved = append(moved, t.url+" to "+t.answer.FinalURL)
			}
		}
	}
	if len(moved) > 0 {
		a.list.Pass("redirects", fmt.Sprintf("%s moved for good: %s", wording.Count(len(moved), "link"), some(moved)))
	}
	if len(refusing) > 0 {
		a.list.Skip("links", "not told to programs: "+some(refusing), "open them in a browser")
	}
	if answered > 0 {
		a.list.Pass("links", fmt.Sprintf("%d of %s", answered, wording.Agree(len(targets), "link or picture answers", "links and pictures answer")))
	}
}

// shownOfHost is how many addresses of a host that is away are told.
const shownOfHost = 3

// tellHost tells of several addresses of one host that all fail alike.
func (a answers) tellHost(same []*target) {
	outcome, detail := same[0].judge()
	shown := make([]string, len(same))
	for i, t := range same {
		shown[i] = t.shown()
	}
	hint := a.hint(outcome, same...)
	if outcome == finding.Warned {
		hint = "open one of them in a browser"
	}
	a.list.Add(outcome, "links", fmt.Sprintf("%s %s; %s lead there: %s",
		hostOf(same[0].url), detail, linksAndPictures(len(same)), wording.First(shown, shownOfHost)), hint)
	a.list.Do(a.remedy(outcome, same...))
}

// hint is what to do about targets that are all of the same kind of trouble.
func (a answers) hint(outcome finding.Outcome, targets ...*target) string {
	switch {
	case outcome == finding.Warned:
		return "open it in a browser"
	case a.inNote(targets) && a.note.byHand:
		return "" // remedy says it
	case a.inNote(targets):
		return "mend it in the note: digest.note_file"
	case len(targets) > 1:
		return "mend the addresses where the articles are published, or in the configuration; or drop the articles"
	}
	return "mend the address where the article is published, or in the configuration; or drop the article"
}

// remedy is what hint leaves to be worded elsewhere.
func (a answers) remedy(outcome finding.Outcome, targets ...*target) remedy.Remedy {
	if outcome != finding.Warned && a.inNote(targets) && a.note.byHand {
		return remedy.Remedy{Code: remedy.EditNote}
	}
	return remedy.Remedy{}
}

// inNote reports whether the editor's note alone leads there.
func (a answers) inNote(targets []*target) bool {
	return !slices.ContainsFunc(targets, func(t *target) bool { return !a.note.has(t) })
}

// noteLinks are the addresses in the editor's own note.
type noteLinks struct {
	byHand bool // and not in a file
	urls   []string
}

// webAddress is one in a text of Markdown.
var webAddress = regexp.MustCompile(`https?://[^\s<>()\[\]"]+`)

func newNoteLinks(p planner.Plan) noteLinks {
	n := noteLinks{byHand: p.Edits.Note != ""}
	for _, found := range webAddress.FindAllString(p.Issue.Note, -1) {
		n.urls = append(n.urls, strings.TrimRight(found, ".,;:!?*_'"))
	}
	return n
}

func (n noteLinks) has(t *target) bool { return !t.picture && slices.Contains(n.urls, t.url) }

func (t *target) kind() string {
	if t.picture {
		return "picture"
	}
	return "link"
}

// shown is the target as a finding names it.
func (t *target) shown() string { return fmt.Sprintf("%s (“%s”)", t.url, beginning(t.words)) }

// away names what all targets of a host have in common that is away as a whole:
// the host, and how; "" where the trouble, if any, is this target's own.
func (t *target) away() string {
	var dns *net.DNSError
	switch {
	case t.err == nil && t.answer.Status >= http.StatusInternalServerError:
		return fmt.Sprintf("%s answers %d", hostOf(t.url), t.answer.Status)
	case t.err == nil, errors.Is(t.err, outbound.ErrTooManyRedirects), errors.Is(t.err, outbound.ErrScheme), errors.Is(t.err, outbound.ErrDowngrade):
		return ""
	case errors.As(t.err, &dns):
		return hostOf(t.url) + " finds no " + dns.Name // itself, or where it redirects to
	}
	return hostOf(t.url)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// pictureType is the type of a picture, or of what its server knows no type of
// (binary/octet-stream is Amazon S3's).
var pictureType = regexp.MustCompile(`^(image/|(application|binary)/octet-stream)`)

// judge says what an answer means; Skipped for servers that turn programs away
// and may well answer a person.
func (t *target) judge() (finding.Outcome, string) {
	switch {
	case errors.Is(t.err, outbound.ErrPrivateAddress), errors.Is(t.err, outbound.ErrTooManyRedirects):
		return finding.Failed, "can't be opened: " + t.err.Error()
	case t.err != nil:
		var dns *net.DNSError
		if errors.As(t.err, &dns) && dns.IsNotFound {
			return finding.Failed, "can't be opened: there is no host " + dns.Name
		}
		return finding.Warned, "does not answer now: " + t.err.Error()
	}
	switch s := t.answer.Status; {
	case s == http.StatusNotFound, s == http.StatusGone:
		return finding.Failed, fmt.Sprintf("is not there: %d %s", s, http.StatusText(s))
	case s >= http.StatusInternalServerError && s < 600:
		return finding.Warned, fmt.Sprintf("answers %d %s", s, http.StatusText(s))
	case s >= http.StatusBadRequest:
		return finding.Skipped, ""
	}
	if !t.picture {
		return finding.Passed, ""
	}
	kind := strings.ToLower(t.answer.Header.Get("Content-Type"))
	if kind != "" && !pictureType.MatchString(kind) {
		return finding.Failed, "is no picture but " + cmp.Or(strings.Split(kind, ";")[0], "something else")
	}
	if size, err := strconv.ParseInt(t.answer.Header.Get("Content-Length"), 10, 64); err == nil && size > maxPicture {
		return finding.Warned, "has " + wording.Bytes(size) + ": phones wait for it"
	}
	return finding.Passed, ""
}
