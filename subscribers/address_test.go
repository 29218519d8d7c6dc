package subscribers_test

import (
	"encoding/xml"
	"errors"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"roundup/subscribers"
)

func TestParseAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give            string
		envelope, key, reason string
	}{
		{name: "plain", give: "ann@example.org", envelope: "ann@example.org", key: "ann@example.org"},
		{name: "blanks around", give: " \tann@example.org\u00a0", envelope: "ann@example.org", key: "ann@example.org"},
		{name: "byte order mark before", give: "\ufeffann@example.org", envelope: "ann@example.org", key: "ann@example.org"},
		{name: "case", give: "Ann.Lee@EXAMPLE.Org", envelope: "Ann.Lee@example.org", key: "ann.lee@example.org"},
		{name: "plus tag kept", give: "ann+news@example.org", envelope: "ann+news@example.org", key: "ann+news@example.org"},
		{name: "international domain", give: "ann@Bücher.example", envelope: "ann@xn--bcher-kva.example", key: "ann@xn--bcher-kva.example"},
		{name: "international domain, decomposed", give: "ann@Bu\u0308cher.example", envelope: "ann@xn--bcher-kva.example", key: "ann@xn--bcher-kva.example"},
		{name: "international domain, A-label", give: "ann@XN--BCHER-KVA.example", envelope: "ann@xn--bcher-kva.example", key: "ann@xn--bcher-kva.example"},
		{name: "ideographic full stop", give: "ann@例え。example", envelope: "ann@xn--r8jz45g.example", key: "ann@xn--r8jz45g.example"},
		{name: "full width domain", give: "ann@ｅxample.org", envelope: "ann@example.org", key: "ann@example.org"},
		{name: "international local part kept", give: "Dörte@example.org", envelope: "Dörte@example.org", key: "dörte@example.org"},
		{name: "local part decomposed", give: "Do\u0308rte@example.org", envelope: "Dörte@example.org", key: "dörte@example.org"},
		{name: "hyphens in third and fourth place", give: "ann@ab--cd.example", envelope: "ann@ab--cd.example", key: "ann@ab--cd.example"},
		{name: "localhost", give: "ann@localhost", envelope: "ann@localhost", key: "ann@localhost"},
		{name: "apostrophe", give: "o'neil@example.org", envelope: "o'neil@example.org", key: "o'neil@example.org"},

		{name: "empty", give: "  ", reason: "is empty"},
		{name: "no at", give: "ann.example.org", reason: "has no @"},
		{name: "two ats", give: "ann@lee@example.org", reason: "has more than one @"},
		{name: "no local part", give: "@example.org", reason: "has nothing before the @"},
		{name: "no domain", give: "ann@", reason: "has nothing after the @"},
		{name: "display name", give: "Ann<ann@example.org>", reason: "holds < or >: give the bare address, without a name"},
		{name: "space", give: "ann lee@example.org", reason: "holds a space"},
		{name: "list", give: "ann@example.org,bob", reason: "holds ',': give one address at a time"},
		{name: "quoted local part", give: `"ann"@example.org`, reason: "holds a quotation mark: quoted local parts are not supported"},
		{name: "comment", give: "ann(lee)@example.org", reason: "holds parentheses: comments are not supported"},
		{name: "header injection", give: "ann@example.org\r\nBcc:bob", reason: "holds a line break"},
		{name: "line break after", give: "ann@example.org\n", reason: "holds a line break"},
		{name: "line separator", give: "ann\u2028@example.org", reason: "holds a line break"},
		{name: "NUL", give: "ann\x00@example.org", reason: "holds a control character (U+0000)"},
		{name: "bidi override", give: "ann\u202e@example.org", reason: "holds an invisible character (U+202E)"},
		{name: "zero width space inside", give: "an\u200bn@example.org", reason: "holds an invisible character (U+200B)"},
		{name: "not UTF-8", give: "ann\xff@example.org", reason: "is not valid UTF-8"},
		{name: "lost character", give: "ann\uFFFD@example.org", reason: "holds a character that was lost in an earlier conversion (U+FFFD)"},
		{name: "IP literal", give: "ann@[192.0.2.1]", reason: "has an IP address in place of a domain"},
		{name: "bare IP", give: "ann@192.0.2.1", reason: "has a domain that ends in a number, like an IP address"},
		{name: "trailing dot", give: "ann@example.org.", reason: "ends with a dot"},
		{name: "dot after at", give: "ann@.example.org", reason: "has a dot right after the @"},
		{name: "dots in domain", give: "ann@example..org", reason: "has two dots in a row after the @"},
		{name: "leading dot", give: ".ann@example.org", reason: "starts with a dot"},
		{name: "dot before at", give: "ann.@example.org", reason: "has a dot right before the @"},
		{name: "dots in local part", give: "ann..lee@example.org", reason: "has two dots in a row before the @"},
		{name: "colon", give: "mailto:ann@example.org", reason: "holds ':' before the @"},
		{name: "no dot in domain", give: "ann@example", reason: "has a domain without a dot"},
		{name: "underscore in domain", give: "ann@ex_ample.org", reason: "holds '_' after the @"},
		{name: "hyphen first", give: "ann@-example.org", reason: "has a label after the @ that starts or ends with a hyphen"},
		{name: "long local part", give: strings.Repeat("a", 65) + "@example.org", reason: "has 65 octets before the @; at most 64 are allowed (RFC 5321)"},
		{name: "long label", give: "ann@" + strings.Repeat("a", 64) + ".org", reason: "has a label of 64 octets after the @; at most 63 are allowed (RFC 1035)"},
		{name: "long address", give: "ann@" + strings.Repeat("abcdefg.", 31) + "org", reason: "has 255 octets; at most 254 are allowed (RFC 5321)"},
		{name: "never parsed", give: strings.Repeat("a", 400) + "@example.org", reason: "has 412 octets; at most 320 are read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := subscribers.ParseAddress(tt.give)
			if tt.reason != "" {
				var refused *subscribers.AddressError
				if !errors.As(err, &refused) || refused.Reason != tt.reason {
					t.Fatalf("got %+v, %v; want reason %q", got, err, tt.reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Envelope() != tt.envelope || got.Key != tt.key {
				t.Errorf("got envelope %q key %q; want %q, %q", got.Envelope(), got.Key, tt.envelope, tt.key)
			}
		})
	}
}

func TestAddressErrorIsShort(t *testing.T) {
	t.Parallel()
	_, err := subscribers.ParseAddress(strings.Repeat("x", 5000))
	want := `address "` + strings.Repeat("x", 80) + `…" has 5000 octets; at most 320 are read`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestIsRole(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give string
		role bool
	}{
		{give: "ann@example.org"},
		{give: "info@example.org"},
		{give: "ann@bücher.example"},
		{give: "dörte@example.org"},
		{give: "Postmaster@example.org", role: true},
		{give: "abuse+x@example.org", role: true},
		{give: "no-reply@example.org", role: true},
		{give: "roots@example.org"},
	}
	for _, tt := range tests {
		a, err := subscribers.ParseAddress(tt.give)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.IsRole(); got != tt.role {
			t.Errorf("%s: got role %v, want %v", tt.give, got, tt.role)
		}
	}
}

// accepted is our policy for each diagnosis of isemail's catalogue: what a
// weekly newsletter can mail, not what a parser could read. Everything that is
// not named here is refused.
var accepted = map[string]string{
	"ISEMAIL_VALID":                "plain addresses",
	"ISEMAIL_DNSWARN_NO_MX_RECORD": "the DNS is asked when sending, not here",
	"ISEMAIL_DNSWARN_NO_RECORD":    "the DNS is asked when sending, not here",
}

// exceptions are cases that differ from their diagnosis, by number.
var exceptions = map[string]struct {
	accept bool
	why    string
}{
	"5":   {false, "a top-level domain has no mail but by accident: test@io"},
	"157": {true, "blanks before the address are a slip of the hand, not folding white space"},
	"158": {true, "blanks after it as well"},
}

func TestIsEmailCatalogue(t *testing.T) {
	t.Parallel()
	for _, c := range isEmailCases(t) {
		_, want := accepted[c.Diagnosis]
		if e, ok := exceptions[c.ID]; ok {
			want = e.accept
		}
		a, err := subscribers.ParseAddress(c.Address)
		if got := err == nil; got != want {
			t.Errorf("case %s %q (%s): accepted %v as %+v (%v), want %v", c.ID, c.Address, c.Diagnosis, got, a, err, want)
		}
	}
}

type isEmailCase struct {
	ID        string `xml:"id,attr"`
	Address   string `xml:"address"`
	Diagnosis string `xml:"diagnosis"`
}

func isEmailCases(tb testing.TB) []isEmailCase {
	tb.Helper()
	text := sharedFile(tb, "isemail/tests.xml")
	var doc struct {
		Tests []isEmailCase `xml:"test"`
	}
	if err := xml.Unmarshal(text, &doc); err != nil {
		tb.Fatal(err)
	}
	if len(doc.Tests) < 160 {
		tb.Fatalf("got %d cases, want all 164", len(doc.Tests))
	}
	for i, c := range doc.Tests { // U+2400 + n stands for control character n
		doc.Tests[i].Address = strings.Map(func(r rune) rune {
			if r >= 0x2400 && r < 0x2420 {
				return r - 0x2400
			}
			return r
		}, c.Address)
	}
	return doc.Tests
}

// sharedFile reads test data that is not part of the repository.
func sharedFile(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("%s is not on this machine", name)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"ann@example.org", "Dörte+x@Bücher.example", "a@localhost", `"a"@b.c`, "a@[1.2.3.4]", "a@b.c\r\n",
		"ſ@ſ.example", "İ@example.org", "a@xn--a.example", "a@-.-", "\ufeffa@b.c ", "a@b。c", strings.Repeat("a@", 200),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := subscribers.ParseAddress(s)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Errorf("error of more than one line: %q", err)
			}
			return
		}
		envelope := a.Envelope()
		if len(envelope) > 254 || strings.ContainsAny(envelope, " \r\n\t<>,;\"()") {
			t.Errorf("envelope %q", envelope)
		}
		for _, c := range a.Domain {
			if c > 0x7f {
				t.Errorf("domain %q is not ASCII", a.Domain)
			}
		}
		if parsed, err := mail.ParseAddress(envelope); err != nil || parsed.Address != envelope {
			t.Errorf("net/mail does not read %q: %v", envelope, err)
		}
		again, err := subscribers.ParseAddress(envelope)
		if err != nil || again.Envelope() != envelope || again.Key != a.Key {
			t.Errorf("%q again: %+v, %v; want %+v", envelope, again, err, a)
		}
		// Lower case may need more octets than upper case: such a key stands for
		// the address without being one.
		if byKey, err := subscribers.ParseAddress(a.Key); err == nil && byKey.Key != a.Key {
			t.Errorf("key of key %q is %s", a.Key, strconv.Quote(byKey.Key))
		}
	})
}
