package relay_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

const (
	secretUser     = "weekly@magazine.example"
	secretPassword = "Tr0ub4dor & 3/horse"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// tells lists the forms of the login that a text gives away.
func tells(text string) (found []string) {
	plain := "\x00" + secretUser + "\x00" + secretPassword
	for _, form := range []string{
		secretUser, secretPassword, b64(secretUser), b64(secretPassword), b64(plain), strings.TrimRight(b64(plain), "="),
		base64.URLEncoding.EncodeToString([]byte(plain)), hex.EncodeToString([]byte(secretPassword)),
		url.QueryEscape(secretPassword), url.PathEscape(secretPassword), b64(secretPassword)[:12], b64(plain)[8:40],
	} {
		if strings.Contains(text, form) {
			found = append(found, form)
		}
	}
	return found
}

// TestARelayThatRepeatsTheLogin has relays answer AUTH with what they were sent, in
// every form and at every step: nothing of it is in what we pass on, and the rest of
// the relay's words is.
func TestARelayThatRepeatsTheLogin(t *testing.T) {
	t.Parallel()
	echo := func(reply string, form func(line string) string) smtptest.Script {
		return func(e smtptest.Event) *smtptest.Action {
			if e.Step != smtptest.AUTH && e.Step != smtptest.Answer {
				return nil
			}
			return smtptest.Reply(fmt.Sprintf(reply, form(e.Line)))
		}
	}
	same := func(line string) string { return line }
	ask := func(prompt string) *smtptest.Action { return smtptest.Reply("334 " + b64(prompt)) }
	steps := func(a ...*smtptest.Action) smtptest.Script { // one after the other, then an echo
		n := 0
		return func(e smtptest.Event) *smtptest.Action {
			if e.Step != smtptest.AUTH && e.Step != smtptest.Answer {
				return nil
			}
			if n++; n <= len(a) {
				return a[n-1]
			}
			return smtptest.Reply("535 5.7.8 bad: " + e.Line)
		}
	}
	for _, c := range []struct {
		name, offer string
		script      smtptest.Script
		want        string
	}{
		{"the line", "PLAIN", echo("535 5.7.8 bad: %s", same), "535 5.7.8 bad: AUTH PLAIN ***"},
		{"a syntax error", "PLAIN", echo("501 5.5.2 syntax: %s", same), "501 5.5.2 syntax: AUTH PLAIN ***"},
		{"in quotes and lines", "PLAIN", echo("535-5.7.8 no\n535 5.7.8 in %q", same), "535 5.7.8 no in \"AUTH PLAIN ***\""},
		{"cut short", "PLAIN", echo("535 5.7.8 bad: %s...", func(l string) string { return l[:40] }), "bad: AUTH PLAIN ***..."},
		{"the end of it", "PLAIN", echo("535 5.7.8 bad: %s", func(l string) string { return l[20:] }), "bad: ***"},
		{"behind other letters", "PLAIN", echo("535 5.7.8 bad:x%s", func(l string) string { return strings.TrimPrefix(l, "AUTH PLAIN ") }), "bad:***"},
		{"in plain", "PLAIN", echo("535 5.7.8 %s no", func(string) string { return strings.ToUpper(secretUser) + "/" + secretPassword }), "535 5.7.8 ***/*** no"},
		{"in an address", "PLAIN", echo("535 5.7.8 see https://relay.example/?u=%s", func(string) string { return url.QueryEscape(secretUser) + "&p=" + url.QueryEscape(secretPassword) }), "u=***&p=***"},
		{"in hex", "PLAIN", echo("535 5.7.8 %s", func(string) string { return hex.EncodeToString([]byte(secretPassword)) }), "535 5.7.8 ***"},
		{"in base64 of an address", "PLAIN", echo("535 5.7.8 %s", func(l string) string {
			return strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimPrefix(l, "AUTH PLAIN "))
		}), "535 5.7.8 ***"},
		{"with a code that is none", "PLAIN", echo("999 %s", same), "AUTH PLAIN ***"},
		{"no reply at all", "PLAIN", echo("%s", same), "malformed reply"},
		{"as a challenge", "PLAIN", echo("334 %s", func(l string) string { return strings.TrimPrefix(l, "AUTH PLAIN ") }), ""},
		{"as a challenge that is not base64", "PLAIN", echo("334 %s", same), ""},
		{"the user of LOGIN", "LOGIN", steps(ask("Username:")), "bad: ***"},
		{"the password of LOGIN", "LOGIN", steps(ask("Username:"), ask("Password:")), "bad: ***"},
		{"a third question of LOGIN", "LOGIN", steps(ask("Username:"), ask("Password:"), ask(secretUser+":"+secretPassword)), ""},
		{"the answer of CRAM-MD5", "CRAM-MD5", steps(ask("<1.2@relay.example>")), "bad: ***"},
		{"the first message of SCRAM", "SCRAM-SHA-256", steps(smtptest.Reply("334 ")), "bad: ***"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{Extensions: []string{"AUTH " + c.offer}, Script: c.script})
			trouble := dialTrouble(t, relayTo(t, s, func(r *relay.Settings) { r.Username, r.Password = secretUser, secretPassword }))
			all := fmt.Sprintf("%v %+v", trouble, *trouble)
			if found := tells(all); len(found) > 0 {
				t.Errorf("%q gives away %q", all, found)
			}
			if !strings.Contains(trouble.Error(), c.want) {
				t.Errorf("got %q, want %q in it", trouble.Error(), c.want)
			}
		})
	}
}

// TestARelaysWordsStay has well-known refusals of a login come through as they are.
func TestARelaysWordsStay(t *testing.T) {
	t.Parallel()
	for _, words := range []string{
		"535 5.7.8 Username and Password not accepted. For more information, go to https://support.google.com/mail/?p=BadCredentials - gsmtp",
		"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
		"535 Authentication failed: The provided authorization grant is invalid, expired, or revoked",
		"454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
	} {
		s := smtptest.Start(t, smtptest.Options{Extensions: everything, Script: smtptest.On(smtptest.AUTH, smtptest.Reply(words))})
		trouble := dialTrouble(t, relayTo(t, s, func(r *relay.Settings) { r.Username, r.Password = "key", "pw" }))
		if got := trouble.Reply.String(); got != words {
			t.Errorf("got  %q\nwant %q", got, words)
		}
	}
}

// TestALaterReplyDoesNotTellThePassword has the relay repeat the login at MAIL.
func TestALaterReplyDoesNotTellThePassword(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Extensions: everything, Script: smtptest.On(smtptest.MAIL,
		smtptest.Reply("550 5.7.1 "+secretUser+" may not, after AUTH PLAIN "+b64("\x00"+secretUser+"\x00"+secretPassword)))})
	conn := dial(t, relayTo(t, s, func(r *relay.Settings) { r.Username, r.Password = secretUser, secretPassword }))
	got := conn.Send(soon(t), messageTo("r@b.example")).Reply.String()
	if want := "550 5.7.1 " + secretUser + " may not, after AUTH PLAIN ***"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
