package relay_test

import (
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// S1
func TestNoRelay(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "no-such-host.invalid"} {
		r, err := relay.New(relay.Settings{
			Host: host, Port: freePort(t), TLS: relay.StartTLS, Timeouts: relay.Timeouts{Connect: 5 * time.Second},
		})
		if err != nil {
			t.Fatal(err)
		}
		trouble := dialTrouble(t, r)
		if trouble.Hold || !strings.HasPrefix(trouble.Why, "connect to "+host) || trouble.Reply.Code != 0 {
			t.Errorf("%s: %+v", host, trouble)
		}
		if host == "127.0.0.1" && !strings.HasSuffix(trouble.Why, ": connection refused") {
			t.Errorf("why: %s", trouble.Why)
		}
	}
}

// S2, S3, S7 and S21 before mail: whether the issue waits or is held, in whose words.
func TestOpeningFails(t *testing.T) {
	t.Parallel()
	on := smtptest.On
	tests := []struct {
		name   string
		script smtptest.Script
		hold   bool
		want   string
	}{
		{"banner 421", on(smtptest.Connect, smtptest.Reply("421 4.3.2 too busy").ThenDrop()), false, "421 4.3.2 too busy"},
		{"banner 554", on(smtptest.Connect, smtptest.Reply("554 5.7.1 no SMTP service here").ThenDrop()), false, "554 5.7.1 no SMTP service here"},
		{"banner never comes", on(smtptest.Connect, smtptest.Stall()), false, "no answer in time"},
		{"banner is the end", on(smtptest.Connect, smtptest.Drop()), false, "closed the connection"},
		{"banner is a reset", on(smtptest.Connect, smtptest.Reset()), false, "reset by peer"},
		{"banner of 1 MB", on(smtptest.Connect, smtptest.Raw([]byte("220 "+strings.Repeat("x", 1<<20)+"\r\n"))), false, "malformed reply"},
		{"banner of 10 MB in lines", on(smtptest.Connect, smtptest.Raw([]byte(strings.Repeat("220-hello\r\n", 1<<20)))), false, "malformed reply"},
		{"banner without CRLF", on(smtptest.Connect, smtptest.Raw([]byte("220 hello")).ThenDrop()), false, "closed the connection"},
		{"banner of another protocol", on(smtptest.Connect, smtptest.Raw([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))), false, "malformed reply"},
		{"banner byte by byte", on(smtptest.Connect, smtptest.Reply("220 "+strings.Repeat("x", 500)).Slowly(5*time.Millisecond)), false, "no answer in time"},
		{"name refused", on(smtptest.EHLO, smtptest.Reply("550 5.7.1 your name is not welcome")), true, "your name is not welcome"},
		{"EHLO 421", on(smtptest.EHLO, smtptest.Reply("421 4.3.2 shutting down").ThenDrop()), false, "421"},
		{"EHLO dropped", on(smtptest.EHLO, smtptest.Drop()), false, "closed the connection"},
		{"AUTH 535", on(smtptest.AUTH, smtptest.Reply("535 5.7.8 wrong: s3cret-pass")), true, "535 5.7.8 wrong: ***"},
		{"AUTH 534", on(smtptest.AUTH, smtptest.Reply("534 5.7.9 use an app password")), true, "app password"},
		{"AUTH 530", on(smtptest.AUTH, smtptest.Reply("530 5.7.0 no")), true, "530"},
		{"AUTH 454", on(smtptest.AUTH, smtptest.Reply("454 4.7.0 too many login attempts")), false, "454"},
		{"AUTH 421", on(smtptest.AUTH, smtptest.Reply("421 4.7.0 bye").ThenDrop()), false, "421"},
		{"AUTH dropped", on(smtptest.AUTH, smtptest.Drop()), false, "closed the connection"},
		{"AUTH stalls", on(smtptest.AUTH, smtptest.Stall()), false, "no answer in time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{Extensions: everything, Script: tt.script})
			limits := relay.Timeouts{Greeting: time.Second, Auth: time.Second}
			trouble := dialTrouble(t, relayTo(t, s, signedIn, timeouts(limits)))
			if trouble.Hold != tt.hold || !strings.Contains(trouble.Error(), tt.want) {
				t.Errorf("hold %v, %s", trouble.Hold, trouble)
			}
			if trouble.Hold && trouble.Hint == "" {
				t.Error("held without saying what to do")
			}
			if strings.Contains(fmt.Sprintf("%+v", *trouble), "s3cret-pass") {
				t.Errorf("the password shows: %+v", *trouble)
			}
			if s.Count("AUTH") > 1 || s.Count("MAIL") > 0 {
				t.Errorf("commands: %s", verbs(s))
			}
		})
	}
}

// S3: a server that knows no EHLO is greeted with HELO.
func TestHELO(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step == smtptest.EHLO && strings.HasPrefix(e.Line, "EHLO") {
			return smtptest.Reply("500 5.5.1 what?")
		}
		return nil
	}})
	r := dial(t, relayTo(t, s)).Send(soon(t), messageTo("r@b.example"))
	if r.Verdict != relay.Accepted {
		t.Errorf("got %+v", r)
	}
	if got := verbs(s); got != "EHLO HELO MAIL RCPT DATA" {
		t.Errorf("commands: %s", got)
	}
}

// S4 to S6: without safe TLS there is no word of mail or passwords.
func TestNothingIsSaidWithoutTLS(t *testing.T) {
	t.Parallel()
	now := time.Now()
	authority, err := smtptest.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	issue := func(from, to time.Duration, host string) *tls.Certificate {
		c, err := authority.Issue(now.Add(from), now.Add(to), host)
		if err != nil {
			t.Fatal(err)
		}
		return &c
	}
	const day = 24 * time.Hour
	trusting := func(r *relay.Settings) { r.CAFile = writeFile(t, authority.PEM()) }
	tests := []struct {
		name    string
		options smtptest.Options
		change  func(*relay.Settings)
		hold    bool
		want    string
	}{
		{"not offered", smtptest.Options{Extensions: []string{"AUTH PLAIN"}}, nil, true, "STARTTLS is required and not offered"},
		{"refused for good", smtptest.Options{Script: smtptest.On(smtptest.STARTTLS, smtptest.Reply("502 5.5.1 no"))}, nil, true, "502"},
		{"refused for now", smtptest.Options{Script: smtptest.On(smtptest.STARTTLS, smtptest.Reply("454 4.7.0 TLS not available"))}, nil, false, "454 4.7.0 TLS not available"},
		{"dropped", smtptest.Options{Script: smtptest.On(smtptest.STARTTLS, smtptest.Reply("220 go").ThenDrop())}, nil, false, "STARTTLS to"},
		{"plain text behind the 220", smtptest.Options{Script: smtptest.On(smtptest.STARTTLS, smtptest.Raw([]byte("220 go\r\n250-AUTH PLAIN\r\n250 ok\r\n")))},
			nil, true, "plain text followed"},
		{"plain text instead of TLS", smtptest.Options{Script: smtptest.On(smtptest.STARTTLS, smtptest.Raw([]byte("220 go\r\n")).ThenDrop())},
			nil, false, "STARTTLS to"},
		{"unknown authority", smtptest.Options{}, func(r *relay.Settings) { r.CAFile = "" }, true, "unknown authority"},
		{"expired", smtptest.Options{Certificate: issue(-2*day, -day, "127.0.0.1")}, trusting, true, "has expired"},
		{"not valid yet", smtptest.Options{Certificate: issue(day, 2*day, "127.0.0.1")}, trusting, true, "not valid yet"},
		{"another host's", smtptest.Options{Certificate: issue(-day, day, "other.example")}, trusting, true, "is for another host"},
		{"TLS 1.1 at most", smtptest.Options{MaxTLS: tls.VersionTLS11}, nil, true, "protocol version"},
		{"implicit, but the relay speaks first", smtptest.Options{}, func(r *relay.Settings) { r.TLS = relay.ImplicitTLS }, true, "does not answer in TLS"},
		{"implicit, unknown authority", smtptest.Options{ImplicitTLS: true},
			func(r *relay.Settings) { r.TLS, r.CAFile = relay.ImplicitTLS, "" }, true, "unknown authority"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := tt.options
			if o.Extensions == nil {
				o.Extensions = everything
			}
			s := smtptest.Start(t, o)
			change := []func(*relay.Settings){signedIn}
			if s.RootPEM() != nil {
				change = append(change, secured(t, s, relay.StartTLS))
			} else {
				change = append(change, func(r *relay.Settings) { r.TLS = relay.StartTLS })
			}
			if tt.change != nil {
				change = append(change, tt.change)
			}
			trouble := dialTrouble(t, relayTo(t, s, change...))
			if trouble.Hold != tt.hold || !strings.Contains(trouble.Error(), tt.want) {
				t.Errorf("hold %v, %s", trouble.Hold, trouble)
			}
			if trouble.Hold && trouble.Hint == "" {
				t.Error("held without saying what to do")
			}
			if s.Count("AUTH")+s.Count("MAIL") > 0 {
				t.Errorf("commands: %s", verbs(s))
			}
		})
	}
}

// A relay may write what it offers in any case.
func TestOffersInLowerCase(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Extensions: []string{"starttls", "Auth plain login", "size 100000", "pipelining", "8bitmime"}})
	r := dial(t, relayTo(t, s, signedIn, secured(t, s, relay.StartTLS))).Send(soon(t), messageTo("r@b.example"))
	if r.Verdict != relay.Accepted {
		t.Errorf("got %+v", r)
	}
	if got := verbs(s); got != "EHLO EHLO STARTTLS EHLO EHLO AUTH MAIL RCPT DATA" {
		t.Errorf("commands: %s", got)
	}
	noViolations(t, s)
	for _, c := range s.Commands() {
		if c.Verb() == "MAIL" && !strings.Contains(c.Line, " SIZE=") {
			t.Errorf("%q says no SIZE, which was offered", c.Line)
		}
	}
}

func TestMechanisms(t *testing.T) {
	t.Parallel()
	tests := []struct {
		offer string
		want  string // "" for trouble
	}{
		{"AUTH PLAIN LOGIN", "AUTH PLAIN"},
		{"AUTH LOGIN", "AUTH LOGIN"},
		{"AUTH login XOAUTH2", "AUTH LOGIN"},
		{"AUTH LOGIN CRAM-MD5", "AUTH LOGIN"},
		{"AUTH CRAM-MD5", "AUTH CRAM-MD5"},
		{"AUTH PLAIN SCRAM-SHA-1", "AUTH SCRAM-SHA-1"},
		{"AUTH PLAIN SCRAM-SHA-1 SCRAM-SHA-256", "AUTH SCRAM-SHA-256"},
		{"AUTH GSSAPI", ""},
		{"HELP", ""},
	}
	for _, tt := range tests {
		t.Run(tt.offer, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{Extensions: []string{tt.offer}})
			c, err := relayTo(t, s, signedIn).Dial(soon(t))
			if c != nil {
				_ = c.Close()
			}
			got := ""
			for _, command := range s.Commands() {
				if command.Verb() == "AUTH" {
					got = command.Line
				}
			}
			if tt.want == "" {
				if trouble, ok := err.(*relay.Trouble); !ok || !trouble.Hold || got != "" { //nolint:errorlint // its very type
					t.Errorf("%v after %q", err, got)
				}
				return
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
