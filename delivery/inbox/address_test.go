package inbox_test

import (
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

// TestTypedRecipients has the ways an address is written in the fields of a bounce (RFC 3464,
// 2.3; RFC 6533, 3).
func TestTypedRecipients(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, field, want string }{
		{"plain", "rfc822; ann@reader.example", "ann@reader.example"},
		{"in brackets", "rfc822;<ann@reader.example>", "ann@reader.example"},
		{"without a type", "ann@reader.example", "ann@reader.example"},
		{"with a comment", "rfc822; ann@reader.example (Ann O'Brien)", "ann@reader.example"},
		{"with a name", "rfc822; Ann <ann@reader.example>", "ann@reader.example"},
		{"an apostrophe", "rfc822; o'brien@reader.example", "o'brien@reader.example"},
		{"an apostrophe, with a name", "rfc822; Ann <o'brien@reader.example>", "o'brien@reader.example"},
		{"an equals sign", "rfc822; ann=home@reader.example", "ann=home@reader.example"},
		{"other characters", "rfc822; a*b`c{d}e|f@reader.example", "a*b`c{d}e|f@reader.example"},
		{"a quoted local part", `rfc822; "a b"@reader.example`, `"a b"@reader.example`},
		{"a plus", "rfc822; ann+40news@reader.example", "ann+40news@reader.example"},
		{"left as xtext", "rfc822; ann+2Bnews+40reader.example", "ann+news@reader.example"},
		{"a domain in its own letters", "utf-8; user@bücher.example", "user@bücher.example"},
		{"a domain in its own letters, as of ASCII", "rfc822; user@bücher.example", "user@bücher.example"},
		{"letters escaped", `utf-8; jos\x{E9}a@reader.example`, "joséa@reader.example"},
		{"letters escaped, past the first plane", `utf-8; a\x{1F600}@reader.example`, "a\U0001F600@reader.example"},
		{"no character", `utf-8; a\x{FFFFFF}@reader.example`, "a\uFFFD@reader.example"},
		{"X.400", "x400; /S=ann/", ""},
	}
	for _, tt := range tests {
		r, err := inbox.Read(strings.NewReader(dsn("", "Final-Recipient: "+tt.field+"\nAction: failed\nStatus: 5.1.1\n", "")), keyring(t), inbox.Envelope{})
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Recipient != tt.want {
			t.Errorf("%s: %+v, %v; want %q", tt.name, r.Findings, err, tt.want)
		}
	}
	for _, field := range []string{"o'brien@reader.example", "Ann <o'brien@reader.example>", "ann=home@reader.example"} {
		e := inbox.SESEvent{NotificationType: "Delivery"}
		e.Delivery.Recipients = []string{field}
		want := strings.Trim(strings.TrimPrefix(field, "Ann "), "<>")
		if all := e.Findings(); len(all) != 1 || all[0].Recipient != want {
			t.Errorf("SES: %+v; want %q", all, want)
		}
	}
}

// TestAddressesInProse: an apostrophe within an address is of it, and around it is not.
func TestAddressesInProse(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"<o'brien@reader.example>: user unknown":           "o'brien@reader.example",
		"'ann@reader.example': user unknown":               "ann@reader.example",
		"To 'o'brien@reader.example', who is unknown":      "o'brien@reader.example",
		"No such user as o'brien@reader.example was found": "o'brien@reader.example",
		"Mail for o’brien@reader.example: user unknown":    "o'brien@reader.example",
		"Mail for ‘o’brien@reader.example’: user unknown":  "o'brien@reader.example",
		"<O’Brien.x+y@reader.example>: user unknown":       "O'Brien.x+y@reader.example",
		"Mail for ‘ann@reader.example’: user unknown":      "ann@reader.example",
		"Wrong quotes, ’ann@reader.example’: user unknown": "ann@reader.example",
		"用户’ann@reader.example’不存在: user unknown":          "ann@reader.example",
	} {
		text := "From: MAILER-DAEMON\nTo: bounces@magazine.example\nSubject: Undelivered Mail\n\nIt could not be delivered:\n\n" + line + "\n"
		r, err := inbox.Read(strings.NewReader(text), keyring(t), inbox.Envelope{})
		if err != nil || len(r.Findings) != 1 || r.Findings[0].Recipient != want {
			t.Errorf("%s: %+v, %v; want %s", line, r.Findings, err, want)
		}
	}
}
