package words_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"roundup/cmd/roundup/words"
	"roundup/delivery"
)

// Five thousand refusals of forty kinds at three hundred domains are a page, the
// most frequent first, in the servers' own words.
func TestManyRefusalsAreAPage(t *testing.T) {
	t.Parallel()
	var refusals []delivery.Refusal
	total := 0
	for kind := range 40 {
		for d := 0; d <= kind*7; d += 7 {
			n := 1 + (kind+d)%11
			total += n
			refusals = append(refusals, delivery.Refusal{
				State: delivery.Failed, Words: fmt.Sprintf("550 5.1.1 … gist %d", kind), Domain: fmt.Sprintf("d%d.example", d), Count: n,
				Example: fmt.Sprintf("550 5.1.1 <Reader%d@d%d.example>: Recipient REJECTED in Table %d %s", kind, d, kind, strings.Repeat("x", kind*5)),
			})
		}
	}
	if total < 4000 {
		t.Fatalf("only %d refusals", total)
	}
	var out bytes.Buffer
	if err := words.WriteRefusals(&out, 12, refusals); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) > 40 {
		t.Errorf("%d lines, want a page:\n%s", len(lines), out.String())
	}
	last := total
	for _, l := range lines {
		if len([]rune(l)) > 260 {
			t.Errorf("a line of %d characters: %s", len(l), l)
		}
		var n int
		if _, err := fmt.Sscanf(l, "  %d failed", &n); err == nil {
			if n > last {
				t.Errorf("%d after %d: not the most frequent first", n, last)
			}
			last = n
		}
	}
	for _, want := range []string{
		"Recipient REJECTED in Table 39",
		"and 25 other kinds, for ",
		"All of them by domain: d14.example 238, d7.example 234, ",
		" and 30 more domains.\n",
		"`roundup deliveries 12 --state failed`",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing of %q in:\n%s", want, out.String())
		}
	}
}

func TestOneRefusalIsOneLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := words.WriteRefusals(&out, 3, []delivery.Refusal{{
		State: delivery.Deferred, Words: "451 4.7.1 greylisted", Example: "451 4.7.1 Greylisted", Domain: "", Count: 1,
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := "\nWhat servers refused, one of each kind in their own words:\n" +
		"  READERS  STATE     REPLY\n" +
		"  1        deferred  451 4.7.1 Greylisted\n" +
		"           at (forgotten since) 1\n" +
		"`roundup deliveries 3 --state deferred` lists each reader that is deferred.\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}
