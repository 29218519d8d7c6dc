package editor_test

import (
	"fmt"
	"strings"
	"testing"

	"roundup/config"
	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/internal/remedy"
	"roundup/subscribers"
	"roundup/web/editor"
)

func TestSourceTrouble(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		`there is no host "x.example"`:                                             "there is no such address; is it spelled right?",
		"lookup x.example on 127.0.0.53:53: server misbehaving":                    "its address could not be looked up just now",
		"no complete answer in time: waited 20s":                                   "it did not answer in time",
		"nothing answers there: dial tcp 10.0.0.1:80: connect: connection refused": "nothing answers at its address",
		"tls: failed to verify certificate: x509: certificate has expired":         "its certificate is not valid",
		"the feed cannot be read: it is in trouble (503 Service Unavailable)":      "the feed cannot be read: it is in trouble (503 Service Unavailable)",
	} {
		if got := editor.SourceTrouble(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

func TestWithoutSockets(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		`x does not answer: there is no host "x": dial tcp: lookup x on 10.0.0.1:53: no such host; try again`: `x does not answer: there is no host "x"; try again`,
		"relay: dial tcp 127.0.0.1:25: connect: connection refused":                                           "relay: it can’t be reached just now",
		"all well": "all well",
	} {
		if got := editor.WithoutSockets(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

// The page names no command: an editor has a browser, and often no command line.
func TestWordsNameNoCommand(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, err := range []error{
		&digest.ChangeError{Code: digest.NoSuchArticle, Message: "there is no article 5", Article: 5},
		&digest.ChangeError{Code: digest.AlreadyCarried, Message: "article 5: carried by issue 2", Article: 5},
		&digest.ChangeError{Code: digest.NotOwed, Message: "article 5: dropped, so no issue prints it", Article: 5},
		&list.NotListedError{Address: subscribers.Address{Given: "x@readers.example"}},
		&list.NotListedError{Address: subscribers.Address{Given: "x@readers.example"}, Suppressed: subscribers.HardBounce},
		&relay.Trouble{Why: "connect to relay:587: connection refused", Hint: "is it the right port?"},
		desk.ErrNothingToSend, desk.ErrOtherDatabase, fmt.Errorf("%w: database is locked", delivery.ErrLedgerAway),
	} {
		said[err.Error()] = editor.ErrorWords(err)
	}
	for _, code := range []desk.Code{desk.Rehearsing, desk.NotInCharge, desk.MovedAway, desk.NoWayOut, desk.PagesAway} {
		said[string(code)] = editor.ErrorWords(&desk.NotReadyError{Code: code, Why: "set ROUNDUP_CLOCK, or run `roundup adopt`"})
	}
	for _, code := range remedy.Codes() {
		do := remedy.Remedy{Code: code, About: "7"}
		said[string(code)] = editor.FindingHint(finding.Finding{Group: finding.Relay, Do: do})
		said[string(code)+" of a setting"] = editor.ErrorWords(config.Problems{{File: "roundup.yaml", Message: "wrong", Do: do}})
	}
	for what, words := range said {
		if words == "" || strings.Contains(words, "`") || strings.Contains(words, "roundup ") || strings.Contains(words, "ROUNDUP_") {
			t.Errorf("%s: %q", what, words)
		}
	}
}

func TestErrorWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"a section that is not there", &digest.ChangeError{Message: `there is no section "Analisis"`, Hint: "did you mean Analysis?"}, `there is no section "Analisis" – did you mean Analysis?`},
		{"printed before", &digest.ChangeError{Code: digest.AlreadyCarried, Message: "article 5: carried by issue 2"}, "article 5: carried by issue 2 – “Print again” prints it once more"},
		{"a setting", config.Problems{{File: "a.yaml", Line: 3, Key: "dkim.key_file", Message: "is not there", Hint: "mend the path", Do: remedy.Remedy{Code: remedy.MakeKey}}}, "a.yaml:3: dkim.key_file: is not there – mend the path; ask whoever runs Roundup"},
		{"a copy", &desk.NotReadyError{Code: desk.NotInCharge, Why: "x"}, "This database is a copy, or was put back from a backup, and sends nothing before it is said what went out since. Ask whoever runs Roundup to adopt it."},
		{"locked", fmt.Errorf("%w: database is locked", delivery.ErrLedgerAway), "the ledger can't be reached: database is locked – try again in a moment; if it stays so, ask whoever runs Roundup"},
	} {
		if got := editor.ErrorWords(tt.err); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFindingHint(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		finding finding.Finding
		want    string
	}{
		{"said by the check", finding.Finding{Group: finding.Relay, Hint: "open the port"}, "open the port"},
		{"somebody else's", finding.Finding{Group: finding.Domain, Do: remedy.Remedy{Code: remedy.PublishSPF}}, "ask whoever runs Roundup"},
		{"both", finding.Finding{Group: finding.Domain, Hint: "wait", Do: remedy.Remedy{Code: remedy.PublishSPF}}, "wait; or ask whoever runs Roundup"},
		{"of the issue", finding.Finding{Group: finding.Issue, Hint: "shorten it", Do: remedy.Remedy{Code: remedy.Settle}}, "shorten it"},
		{"done on the page", finding.Finding{Group: finding.Sources, Do: remedy.Remedy{Code: remedy.ReadSource}}, "“Read the sources again” reads it"},
	} {
		if got := editor.FindingHint(tt.finding); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// What to do names a list of articles only where there is one on the page.
func TestNoticesNameOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, code := range []desk.Code{desk.NoArticles, desk.TooFew} {
		for _, left := range []bool{true, false} {
			n := editor.NoticesOf([]desk.Why{{Code: code, Lacks: digest.Shortage{Articles: 2, Least: 3}}}, 7, left)[0]
			if n.Do == "" || strings.Contains(n.Do, "Not in this issue") != left {
				t.Errorf("%s, with articles left %v: %q", code, left, n.Do)
			}
		}
	}
}

func TestReadWords(t *testing.T) {
	t.Parallel()
	good, bad := desk.Fetched{Source: "feed.xml", New: 2}, desk.Fetched{Source: "https://www.x.example/feed", Error: "no complete answer in time"}
	got, err := editor.ReadWords([]desk.Fetched{good, bad})
	if want := "Read 1 of 2 sources: 2 articles new, 0 changed. Not read: x.example/feed (it did not answer in time)."; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if got, err := editor.ReadWords([]desk.Fetched{bad}); err == nil {
		t.Errorf("nothing was read, and it says %q", got)
	}
}
