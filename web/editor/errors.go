package editor

import (
	"errors"
	"regexp"
	"strings"

	"roundup/config"
	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/internal/remedy"
	"roundup/subscribers"
)

// askSomebody is what to do where it takes the server that Roundup runs on.
const askSomebody = "ask whoever runs Roundup"

// wordedError is an error with what to do about it, in an editor's words.
type wordedError struct{ err error }

func (e *wordedError) Error() string { return errorWords(e.err) }
func (e *wordedError) Unwrap() error { return e.err }

func worded(err error) error {
	if err == nil {
		return nil
	}
	return &wordedError{err}
}

// errorWords are an error and what to do about it in an editor's words.
func errorWords(err error) string {
	var problems config.Problems
	if errors.As(err, &problems) {
		lines := make([]string, len(problems))
		for i, p := range problems {
			lines[i] = withHint(p.String(), joined(p.Hint, remedyWords(p.Do)))
		}
		return strings.Join(lines, "\n")
	}
	var notReady *desk.NotReadyError
	if errors.As(err, &notReady) {
		n := noticeOf(desk.Why{Code: notReady.Code, Detail: notReady.Why}, 0, false)
		return strings.TrimSpace(n.Text + " " + n.Do)
	}
	var change *digest.ChangeError
	if errors.As(err, &change) && change.Code == digest.NoSuchArticle {
		return "This article is not known any more. Reload the page."
	}
	var missing *list.NotListedError
	if errors.As(err, &missing) {
		return missingWords(missing)
	}
	return withHint(withoutSockets(strings.TrimRight(err.Error(), "\n")), hintOf(err))
}

// hintOf is what an editor can do about an error; "" where that is not known.
func hintOf(err error) string {
	var (
		change   *digest.ChangeError
		template *letter.TemplateError
		tooLarge *letter.TooLargeError
		trouble  *relay.Trouble
	)
	switch {
	case errors.As(err, &change):
		switch change.Code {
		case digest.AlreadyCarried:
			return "“Print again” prints it once more"
		case digest.NotOwed:
			return "“Restore” gives it to the next issue"
		}
		return change.Hint
	case errors.As(err, &template):
		return template.Hint
	case errors.As(err, &tooLarge):
		return tooLarge.Hint
	case errors.As(err, &trouble):
		return trouble.Hint
	case errors.Is(err, desk.ErrNothingToSend):
		return "“Read the sources again” may bring one"
	case errors.Is(err, desk.ErrOtherDatabase):
		return askSomebody + " to start the preview again"
	case errors.Is(err, delivery.ErrLedgerAway):
		return "try again in a moment; if it stays so, " + askSomebody
	}
	return ""
}

// missingWords say of an address that it is no reader's.
func missingWords(e *list.NotListedError) string {
	switch e.Suppressed {
	case "":
		return e.Address.Given + " is not on the list"
	case subscribers.Erased:
		return e.Address.Given + " was forgotten: nothing but that is known"
	}
	return e.Address.Given + " is not on the list, only suppressed: " + string(e.Suppressed)
}

// findingHint is what to do about a finding: what is wrong with the issue is
// mended on the page, what is wrong with the rest by somebody else.
func findingHint(f finding.Finding) string {
	do := remedyWords(f.Do)
	if f.Hint != "" && do == askSomebody {
		if f.Group.OfIssue() {
			return f.Hint
		}
		do = "or " + do
	}
	return joined(f.Hint, do)
}

// remedyWords word a remedy for a browser: what the page has a part for, else who
// to ask.
func remedyWords(r remedy.Remedy) string {
	switch r.Code {
	case "":
		return ""
	case remedy.Explain:
		return "every article’s line says why it is in, or not"
	case remedy.ShortenSubject:
		return "put what matters first, or shorten the one set by hand"
	case remedy.LengthenPre:
		return "say more in the one set by hand"
	case remedy.ReadSource:
		return "“Read the sources again” reads it"
	case remedy.EditNote:
		return "mend it in the note"
	case remedy.Follow:
		return "it goes on by itself"
	case remedy.MendTemplate:
		return "mend it there: this page looks again every second"
	}
	return askSomebody
}

// withoutSockets takes what resolvers and sockets said off an explanation, or
// says in their place that something can't be reached.
func withoutSockets(words string) string {
	short := socketWords.ReplaceAllString(words, "")
	if short == words || explained.MatchString(short) {
		return short
	}
	return short + ": it can’t be reached just now"
}

var (
	socketWords = regexp.MustCompile(`:? ?(?:dial (?:tcp|udp)|lookup \S+|(?:read|write) (?:tcp|udp))\b[^;\n]*`)
	explained   = regexp.MustCompile(`there is no host|nothing answers|no complete answer|hung up`)
)

func joined(parts ...string) string {
	var all []string
	for _, p := range parts {
		if p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, "; ")
}

func withHint(words, hint string) string {
	if hint == "" {
		return words
	}
	return words + " – " + hint
}
