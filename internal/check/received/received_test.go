package received_test

import (
	"crypto"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/check/finding"
	"roundup/internal/check/maildns"
	"roundup/internal/check/received"
	"roundup/internal/eml"
	"roundup/internal/testing/dnstest"
	"roundup/subscribers"
)

// expected is what a mail of the newsletter is like when it leaves.
func expected() received.Expected {
	return received.Expected{
		Name: "The Weekly", From: "weekly@magazine.example", ReturnPath: "bounces@magazine.example",
		ListID: "roundup.magazine.example", BaseURL: "https://news.magazine.example",
	}
}

// sent is a mail as Roundup hands it over, signed by whoever signs: a test mail
// unless to a reader.
func sent(t *testing.T, toReader bool, signer *mail.Signer) string {
	t.Helper()
	issue := digest.Issue{
		ID: 1, UID: strings.Repeat("0f", 16), Number: 12, Subject: "The Weekly: A headline", Date: time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC),
		Sections: []digest.IssueSection{{Title: "Analysis", Articles: []digest.Printed{
			{Article: digest.Article{URL: "https://magazine.example/a?x=1&y=2", Image: digest.Image{URL: "https://magazine.example/a.jpg", Width: 1200, Height: 800, Alt: "A"}}, Headline: "A headline", Text: "Words.", Lead: true},
			{Article: digest.Article{URL: "https://magazine.example/" + strings.Repeat("long-", 30)}, Headline: "Another", Text: "More."},
		}}},
	}
	pub := digest.Publication{
		Name: "The Weekly", SiteURL: "https://magazine.example", BaseURL: "https://news.magazine.example", Language: "en", PostalAddress: "1 Main St",
		Logo: "https://magazine.example/logo.png", Social: []digest.SocialLink{{Name: "Mastodon", URL: "https://social.example/@weekly"}},
	}
	variant, err := letter.Render(issue, pub, letter.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ring, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: []byte(strings.Repeat("k", 32))}}, []byte(strings.Repeat("a", 32)))
	if err != nil {
		t.Fatal(err)
	}
	c, err := mail.NewComposer(mail.Letter{
		Issue: issue, Variant: variant, From: netmail.Address{Name: "The Weekly", Address: "weekly@magazine.example"},
		ReturnPath: "bounces@magazine.example", ListName: "The Weekly", ListID: "roundup.magazine.example",
		UnsubscribeMail: "leave@magazine.example", BaseURL: "https://news.magazine.example", Date: issue.Date, Signer: signer,
	}, ring)
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Test("editor@readers.example")
	if toReader {
		m, err = c.Compose(mail.Reader{PublicID: subscribers.PublicID{1}, Email: "anna@readers.example"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(m.Data)
}

// trace is what the servers on the way put before a mail that is in order.
const trace = "Return-Path: <bounces@magazine.example>\r\n" +
	"Received: from relay.example (relay.example [192.0.2.7])\r\n\tby mx.receiver.example with ESMTPS id 4XYZ\r\n" +
	"\tfor <editor@readers.example> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n\tFri, 20 Nov 2026 07:00:05 +0000\r\n" +
	"Received-SPF: pass\r\n" +
	"Authentication-Results: mx.receiver.example;\r\n dkim=pass (a; comment) header.i=@magazine.example header.s=sel header.b=\"abc;d\";\r\n" +
	" spf=pass (mx.receiver.example: domain of bounces@magazine.example designates 192.0.2.7 as permitted sender) smtp.mailfrom=bounces@magazine.example;\r\n" +
	" dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=magazine.example\r\n" +
	"Received: from sender.magazine.example ([203.0.113.9]) by relay.example with ESMTPSA; Fri, 20 Nov 2026 07:00:02 +0000\r\n"

// key is a key for DKIM and its signer.
func key(t *testing.T) (*mail.Signer, crypto.PublicKey) {
	t.Helper()
	k, err := mail.NewEd25519Key()
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSigner("magazine.example", "sel", k)
	if err != nil {
		t.Fatal(err)
	}
	return s, k.Public()
}

// names is a name server that publishes a key.
func names(t *testing.T, public crypto.PublicKey) maildns.Resolver {
	t.Helper()
	s, err := dnstest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	record, err := mail.DKIMRecord(public)
	if err != nil {
		t.Fatal(err)
	}
	s.TXT("sel._domainkey.magazine.example", record)
	return maildns.NewResolver(s.Addr())
}

func found(t *testing.T, source string, e received.Expected, r maildns.Resolver) []string {
	t.Helper()
	m, err := eml.Read(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, f := range received.Look(t.Context(), m, e, r) {
		said = append(said, fmt.Sprintf("%s/%s %s: %s", f.Group, f.Outcome, f.What, f.Detail))
	}
	return said
}

// says fails the test unless one line has all of these words.
func says(t *testing.T, said []string, words ...string) {
	t.Helper()
	for _, line := range said {
		found := true
		for _, w := range words {
			found = found && strings.Contains(line, w)
		}
		if found {
			return
		}
	}
	t.Errorf("nothing says %q:\n%s", words, strings.Join(said, "\n"))
}

func TestInOrder(t *testing.T) {
	t.Parallel()
	signer, public := key(t)
	for name, toReader := range map[string]bool{"test mail": false, "reader's mail": true} {
		for lines, source := range map[string]string{
			"as sent":  trace + sent(t, toReader, signer),
			"as saved": strings.ReplaceAll(trace+sent(t, toReader, signer), "\r\n", "\n"),
		} {
			t.Run(name+" "+lines, func(t *testing.T) {
				t.Parallel()
				said := found(t, source, expected(), names(t, public))
				for _, words := range [][]string{
					{"received/passed mail: ", "A headline"},
					{"received/passed way: relay.example (ESMTPSA) → mx.receiver.example (ESMTPS, TLS 1.3); 3s on the way"},
					{"received/skipped spam filter: "},
					{"signed/passed SPF: pass for magazine.example, by mx.receiver.example"},
					{"signed/passed DKIM: pass for magazine.example, by mx.receiver.example"},
					{"signed/passed DMARC: pass for magazine.example", "SPF and DKIM are of magazine.example"},
					{"signed/passed signature: of magazine.example (selector sel): verified here"},
					{"signed/passed one click: the signature of magazine.example covers List-Unsubscribe and List-Unsubscribe-Post"},
					{"changed/passed changes: none that matters"},
				} {
					says(t, said, words...)
				}
				for _, line := range said {
					if strings.Contains(line, "/failed ") || strings.Contains(line, "/warned ") {
						t.Error(line)
					}
				}
			})
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	swap := func(old, with string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				return "the fault has nothing to change: " + old
			}
			return strings.ReplaceAll(s, old, with)
		}
	}
	drop := func(field string) func(string) string {
		return func(s string) string {
			at := strings.Index(s, "\r\n"+field+":")
			end := at + 2
			for {
				end += strings.Index(s[end:], "\r\n") + 2
				if s[end] != ' ' && s[end] != '\t' {
					break
				}
			}
			return s[:at+2] + s[end:]
		}
	}
	insert := func(field string) func(string) string { return func(s string) string { return field + "\r\n" + s } }
	tests := []struct {
		name   string
		change func(string) string
		want   []string
	}{
		{"SPF failed", swap("spf=pass", "spf=softfail"), []string{"signed/failed SPF: softfail for magazine.example"}},
		{"SPF of the relay", swap("smtp.mailfrom=bounces@magazine.example", "smtp.mailfrom=b@relay.example"), []string{"signed/passed SPF: ", "does not count for DMARC"}},
		{"SPF, none", swap("spf=pass", "spf=none"), []string{"signed/warned SPF: none"}},
		{"DKIM failed", swap("dkim=pass", "dkim=fail reason=\"bad signature\""), []string{"signed/failed DKIM: fail for magazine.example, by mx.receiver.example: bad signature"}},
		{"DMARC failed", swap("dmarc=pass", "dmarc=fail"), []string{"signed/failed DMARC: fail for magazine.example"}},
		{"no record of DMARC", swap("dmarc=pass", "dmarc=none"), []string{"signed/warned DMARC: none"}},
		{"no results", drop("Authentication-Results"), []string{"signed/skipped results: "}},
		{"DMARC worked out", drop("Authentication-Results"), []string{"signed/passed DMARC: it would pass: DKIM is of magazine.example"}},
		{"results forged further down", func(s string) string {
			return "Authentication-Results: mx.other.example; spf=none\r\n" + s
		}, []string{"signed/warned SPF: none", "by mx.other.example"}},
		{"results without a server", swap("mx.receiver.example;\r\n dkim", "dkim"), []string{"signed/passed SPF: pass for magazine.example, by the server that received it"}},
		{"a field for each method, as iCloud has them", swap("Authentication-Results: mx.receiver.example;\r\n dkim", "Authentication-Results: bimi.receiver.example; bimi=none\r\nAuthentication-Results: mx.receiver.example;\r\n dkim"),
			[]string{"signed/passed SPF: pass for magazine.example"}},
		{"Exchange's words", swap("with ESMTPS id 4XYZ\r\n\tfor <editor@readers.example> (version=TLS1_3", "with Microsoft SMTP Server\r\n\t(version=TLS1_2"), []string{"received/passed way: ", "mx.receiver.example (SMTP, TLS 1.2)"}},
		{"within one organization", swap("from sender.magazine.example ([203.0.113.9]) by relay.example with ESMTPSA", "from a.relay.example (a [10.0.0.1]) by relay.example with SMTP"), []string{"received/passed way: relay.example (SMTP)"}},
		{"signed for a domain below", swap("header.i=@magazine.example", "header.i=@news.magazine.example"), []string{"signed/passed DKIM: pass for news.magazine.example"}},
		{"not signed", drop("DKIM-Signature"), []string{"signed/failed DKIM: the mail is not signed"}},
		{"text changed", swap("Another", "An other"), []string{"signed/warned signature: ", "body hash did not verify"}},
		{"subject marked", swap("[Test] ", "[SPAM?] [Test] "), []string{"changed/warned subject: "}},
		{"one click not covered", func(s string) string {
			return swap("List-Unsubscribe:List-Unsubscribe-Post", "X-A:X-B")(strings.ReplaceAll(strings.ReplaceAll(s, ":\r\n  ", ":"), "List-Id:\r\n", "List-Id:"))
		}, []string{"signed/failed one click: ", "that of magazine.example leaves out List-Unsubscribe and List-Unsubscribe-Post"}},
		{"way out taken out", drop("List-Unsubscribe"), []string{"changed/failed List-Unsubscribe: it is gone"}},
		{"way out led elsewhere", swap("List-Unsubscribe: <https://news.magazine.example/u/", "List-Unsubscribe: <https://click.relay.example/u/"), []string{"changed/failed List-Unsubscribe: it leads elsewhere"}},
		{"post taken out", drop("List-Unsubscribe-Post"), []string{"changed/failed List-Unsubscribe-Post: "}},
		{"Message-ID rewritten", swap("Message-ID: <test.", "Message-ID: <relay."), []string{"changed/warned Message-ID: rewritten to relay."}},
		{"return path rewritten", swap("Return-Path: <bounces@magazine.example>", "Return-Path: <b+1@relay.example>"), []string{"changed/warned return path: b+1@relay.example"}},
		{"another From", swap("<weekly@magazine.example>\r\n", "<weekly@relay.example>\r\n"), []string{"changed/warned From: weekly@relay.example"}},
		{"a Sender", insert("Sender: bulk@relay.example"), []string{"changed/warned Sender: bulk@relay.example"}},
		{"List-Id taken out", drop("List-Id"), []string{"changed/warned List-Id: "}},
		{"a pixel", swap("</body>", `<img src=3D"https://click.relay.example/o" width=3D"1" height=3D"1"></body>`), []string{"changed/warned pictures: ", "https://click.relay.example/o"}},
		{"clicks counted", swap(`href=3D"https://magazine`, `href=3D"https://click.relay.example/?u=3Dmagazine`), []string{"changed/warned links: ", "lead to click.relay.example"}},
		{"a link added", swap("</body>", `<a href=3D"https://ad.relay.example/">x</a></body>`), []string{"changed/warned links: 1 of 8 links of the HTML is not in the text, and leads to ad.relay.example"}},
		{"written anew", swap("Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain", "Content-Transfer-Encoding: 8bit\r\nContent-Type: text/plain"), []string{"changed/passed encoding: the text/plain part was written anew, as 8bit"}},
		{"HTML taken out", swap("Content-Type: text/html", "Content-Type: application/x-gone"), []string{"changed/warned parts: there is no HTML part"}},
		{"in the clear", swap("with ESMTPSA;", "with ESMTPA;"), []string{"received/warned way: ", "without TLS from sender.magazine.example to relay.example"}},
		{"spam", insert("X-Spam-Status: Yes, score=7.2 required=5.0"), []string{"received/failed spam filter: ", "score=7.2"}},
		{"spam, says Outlook", insert("X-Forefront-Antispam-Report: CIP:192.0.2.7;SFV:SPM;SCL:5"), []string{"received/failed spam filter: ", "SFV:SPM"}},
		{"no spam", insert("X-Spam-Status: No, score=-0.1"), []string{"received/passed spam filter: X-Spam-Status: No, score=-0.1"}},
		{"cut short", func(s string) string { return s[:len(s)-600] }, []string{"received/warned mail: ", "breaks off"}},
		{"no From", drop("From"), []string{"received/failed From: "}},
		{"key withdrawn", swap(" s=sel;", " s=gone;"), []string{"signed/warned signature: of magazine.example (selector gone): its key is not published"}},
		{"somebody else's", func(string) string {
			return "From: a@other.example\r\nSubject: Hi\r\nMessage-ID: <1@other.example>\r\nDate: Fri, 20 Nov 2026 07:00:05 +0000\r\n\r\nHi\r\n"
		}, []string{"received/warned mail: this is not a mail of The Weekly (wrong configuration?)"}},
		{"another newsletter's of Roundup", func(s string) string {
			return swap("<weekly@magazine.example>\r\n", "<daily@paper.example>\r\n")(swap("<roundup.magazine.example>", "<roundup.paper.example>")(s))
		}, []string{"received/warned mail: this is not a mail of The Weekly (wrong configuration?)"}},
		{"List-Id and From taken", func(s string) string {
			return swap("<weekly@magazine.example>\r\n", "<weekly@relay.example>\r\n")(drop("List-Id")(s))
		}, []string{"changed/warned From: weekly@relay.example"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			signer, public := key(t)
			source := tt.change(trace + sent(t, false, signer))
			if source == "" || strings.HasPrefix(source, "the fault") {
				t.Fatal(source)
			}
			says(t, found(t, source, expected(), names(t, public)), tt.want...)
		})
	}
}

// What a receiver could not find out, or leaves open, is blamed on nobody (RFC 8601, 2.7).
func TestResultsThatBlameNobody(t *testing.T) {
	t.Parallel()
	const away = ", by mx.receiver.example: the receiver's name servers did not answer → send another test mail"
	tests := []struct{ method, value, want string }{
		{"spf", "temperror", "skipped SPF: temperror for magazine.example" + away},
		{"spf", "permerror", "failed SPF: permerror for magazine.example, by mx.receiver.example: the record of magazine.example is void → mend record"},
		{"spf", "neutral", "warned SPF: neutral for magazine.example, by mx.receiver.example → "},
		{"spf", "policy", "warned SPF: policy for magazine.example, by mx.receiver.example → "},
		{"dkim", "temperror", "skipped DKIM: temperror for magazine.example" + away},
		{"dkim", "neutral", "warned DKIM: neutral for magazine.example, by mx.receiver.example → "},
		{"dkim", "policy", "warned DKIM: policy for magazine.example, by mx.receiver.example → "},
		{"dmarc", "temperror", "skipped DMARC: temperror for magazine.example" + away},
		{"dmarc", "permerror", "failed DMARC: permerror for magazine.example, by mx.receiver.example: the record of magazine.example is void → mend record"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.value, func(t *testing.T) {
			t.Parallel()
			signer, public := key(t)
			source := strings.Replace(trace+sent(t, false, signer), tt.method+"=pass", tt.method+"="+tt.value, 1)
			m, err := eml.Read(strings.NewReader(source))
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, f := range received.Look(t.Context(), m, expected(), names(t, public)) {
				said = append(said, fmt.Sprintf("%s %s: %s → %s%s", f.Outcome, f.What, f.Detail, f.Hint, f.Do.Code))
			}
			if !slices.Contains(said, tt.want) {
				t.Errorf("nothing says %q:\n%s", tt.want, strings.Join(said, "\n"))
			}
		})
	}
}

// Links and text as large as a mail may hold: a search through the text for each
// link would take most of a minute.
func TestManyLinks(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	for i := range 130_000 {
		fmt.Fprintf(&page, "<a href=http://%d.example>", i)
	}
	source := "From: weekly@magazine.example\nList-Id: <roundup.magazine.example>\nContent-Type: multipart/alternative; boundary=x\n\n" +
		"--x\nContent-Type: text/plain\n\nhttp://7.ex\nample " + strings.Repeat("http://x.example/ ", 200_000) +
		"\n--x\nContent-Type: text/html\n\n" + page.String() + "\n--x--\n"
	says(t, found(t, source, expected(), nil), "changed/warned links: 129999 of 130000 links of the HTML are not in the text, and lead to 0.example, 1.example")
}

// A signature that names more fields than any mail has is not verified: each is
// looked for in the whole header.
func TestEndlessSignature(t *testing.T) {
	t.Parallel()
	_, public := key(t)
	said := found(t, "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=magazine.example; s=sel; h=from"+strings.Repeat(":q", 400_000)+
		"; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AA==\n"+strings.Repeat("X: y\n", 1990)+"From: weekly@magazine.example\n\n", expected(), names(t, public))
	says(t, said, "signed/warned signature: none is verified here: one has more than 16 KB")
	says(t, said, "signed/skipped signature: of magazine.example (selector sel): not verified here")
}

func TestWithoutConfigurationAndNetwork(t *testing.T) {
	t.Parallel()
	signer, _ := key(t)
	said := found(t, trace+sent(t, false, signer), received.Expected{}, nil)
	says(t, said, "received/skipped newsletter: ")
	says(t, said, "signed/skipped signature: of magazine.example (selector sel): not verified here")
	says(t, said, "signed/passed one click: ")
	says(t, said, "changed/skipped changes: ")
}

func TestParseResults(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, value, server, want string }{
		{"gmail", "mx.google.com;\r\n       dkim=pass header.i=@m.example header.s=s1 header.b=AbC;\r\n       spf=pass (google.com: domain of b@m.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=b@m.example;\r\n       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=m.example",
			"mx.google.com", "dkim pass m.example; spf pass m.example; dmarc pass m.example"},
		{"outlook", "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=m.example; dkim=pass (signature was verified) header.d=m.example;dmarc=pass action=none header.from=m.example;compauth=pass reason=100",
			"", "spf pass m.example; dkim pass m.example; dmarc pass m.example; compauth pass "},
		{"version and none", "mx.example 1; none", "mx.example", ""},
		{"comments that nest, quotes, spaces", `mx.example (a (b) \) ; c); spf (x) = (y) pass reason="a; b" smtp.mailfrom = "b@m.example"`, "mx.example", "spf pass m.example"},
		{"method with a version", "mx.example; spf/1=PASS smtp.helo=m.example", "mx.example", "spf pass m.example"},
		{"an open comment", "mx.example; spf=pass (never closed; dkim=pass", "mx.example", "spf pass "},
		{"nothing", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server, results, err := received.ParseResults(tt.value)
			var said []string
			for _, r := range results {
				domain := ""
				for _, p := range []string{"smtp.mailfrom", "smtp.helo", "header.d", "header.i", "header.from"} {
					if domain == "" {
						domain = r.Domain(p)
					}
				}
				said = append(said, r.Method+" "+r.Value+" "+domain)
			}
			if got := strings.Join(said, "; "); err != nil || server != tt.server || got != tt.want {
				t.Errorf("got %q, %q, %v, want %q, %q", server, got, err, tt.server, tt.want)
			}
		})
	}
	if _, _, err := received.ParseResults(strings.Repeat("x", 20<<10)); err == nil {
		t.Error("a field of 20 KB was read")
	}
}

// Whatever a mail says, looking at it ends, and what is told of it is short.
func FuzzLook(f *testing.F) {
	f.Add(trace + "From: weekly@magazine.example\r\nList-Unsubscribe: <https://x>\r\nDKIM-Signature: v=1; d=m.example; s=a; h=from:to; b=AA; bh=AA\r\nContent-Type: text/html\r\n\r\n<a href=x>")
	f.Add("Received: from a by b with ESMTP; now\nAuthentication-Results: ((((;;;\"=\n\n")
	f.Fuzz(func(t *testing.T, source string) {
		m, err := eml.Read(strings.NewReader(source))
		if err != nil {
			return
		}
		for _, e := range []received.Expected{{}, expected()} {
			for _, found := range received.Look(t.Context(), m, e, nil) {
				if found.What == "" || found.Outcome == "" || found.Group == finding.Group("") {
					t.Errorf("%+v", found)
				}
			}
		}
	})
}
