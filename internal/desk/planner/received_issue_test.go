package planner_test

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/desk/planner"
	"roundup/internal/eml"
	"roundup/internal/testing/proof"
	"roundup/subscribers"
	"roundup/templates"
)

func magazine() *config.Config {
	c := &config.Config{}
	c.Mail.From = netmail.Address{Name: "The Weekly", Address: "weekly@magazine.example"}
	c.Digest.LinkParams = []config.Param{{Name: "ref", Value: "weekly"}}
	return c
}

// A real mail, in every look, tells number, start and articles; the links of the
// editor's note, the footer and the way out are none.
func TestReceivedIssue(t *testing.T) {
	t.Parallel()
	for _, theme := range templates.Themes() {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			issue := proof.Compiled(t, proof.Publication(t), proof.Articles(), "See [what we wrote](https://magazine.example/mentioned) last year.")
			issue.Number = 12
			var want []string
			for _, section := range issue.Sections {
				for _, a := range section.Articles {
					want = append(want, digest.Canonical(a.URL))
				}
			}
			variant, err := letter.Render(issue, proof.Publication(t), letter.Options{
				Theme: theme, LinkParams: []letter.LinkParam{{Name: "ref", Value: "weekly"}},
			})
			check(t, err)
			ring, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: make([]byte, 32)}}, make([]byte, 32))
			check(t, err)
			start := time.Date(2026, 11, 27, 7, 0, 4, 0, time.UTC)
			composer, err := mail.NewComposer(mail.Letter{
				Issue: issue, Variant: variant, From: magazine().Mail.From, ListName: "The Weekly", ListID: "roundup.magazine.example",
				BaseURL: "https://news.magazine.example", Date: start,
			}, ring)
			check(t, err)
			m, err := composer.Compose(mail.Reader{Email: "ada@readers.example", PublicID: subscribers.NewPublicID()})
			check(t, err)
			read, err := eml.Read(strings.NewReader(string(m.Data)))
			check(t, err)
			got, err := planner.ReceivedIssue(magazine(), read)
			check(t, err)
			slices.Sort(got.Links)
			slices.Sort(want)
			if got.Number != 12 || !got.Start.Equal(start) || !slices.Equal(got.Links, want) {
				t.Errorf("issue %d of %v with\n%q, want 12 of %v with\n%q", got.Number, got.Start, got.Links, start, want)
			}

			test, err := composer.Test("editor@magazine.example")
			check(t, err)
			if read, err = eml.Read(strings.NewReader(string(test.Data))); err != nil || read.Has(mail.IssueHeader) {
				t.Errorf("a test mail has the number of an issue (%v)", err)
			}
			if _, err = planner.ReceivedIssue(magazine(), read); !errors.Is(err, planner.ErrNoIssue) {
				t.Errorf("a test mail is taken for an issue: %v", err)
			}
		})
	}
}

func TestReceivedIssueOfOddMails(t *testing.T) {
	t.Parallel()
	const listed = "List-Id: \"The Weekly\" <roundup.magazine.example>\n"
	tests := []struct {
		name, fields, html string
		want               string // number and links, or the error
	}{
		{"own templates without headings", listed + "X-Roundup-Issue: 3\n", `<a href="https://m.example/a?ref=weekly&amp;utm_medium=x">A</a> <a href="mailto:x@y.example">B</a>`, "3 [m.example/a]"},
		{"from before the number was there", listed, `<h2><a href="https://m.example/a">A</a></h2> <a href="https://m.example/b">B</a>`, "0 [m.example/a]"},
		{"another list's", "List-Id: <weekly.other.example>\n", "", `its List-Id is "<weekly.other.example>" and not roundup.magazine.example`},
		{"nobody's list", "", "", `its List-Id is "" and not roundup.magazine.example`},
		{"a number that is none", listed + "X-Roundup-Issue: -1\n", "", `X-Roundup-Issue: "-1" is not an issue's mark`},
		{"a part, and headings that lead elsewhere", listed + "X-Roundup-Issue: 3 (1 of 2 articles)\n",
			`<h2><a href="https://m.example/a">A</a></h2><h2><a href="https://m.example/us">Us</a></h2>`, planner.ErrUnclear.Error()},
		{"a part, without headings", listed + "X-Roundup-Issue: 3 (1 of 2 articles)\n",
			`<a href="https://m.example/a">A</a> <a href="https://m.example/us">Us</a>`, planner.ErrUnclear.Error()},
		{"all of it, without headings", listed + "X-Roundup-Issue: 3 (2 of 2\n articles)\n", `<a href="https://m.example/a">A</a>`, "3 [m.example/a]"},
		{"a test mail", listed + "Message-ID:\n <test.0123@magazine.example>\n", "", "it is a test mail"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := eml.Read(strings.NewReader("From: weekly@magazine.example\nDate: Fri, 27 Nov 2026 07:00:00 -0500\n" +
				"Content-Type: text/html; charset=utf-8\n" + tt.fields + "\n" + tt.html))
			check(t, err)
			issue, err := planner.ReceivedIssue(magazine(), m)
			got := fmt.Sprint(issue.Number, " ", issue.Links)
			if err != nil {
				got = err.Error()
			}
			if !strings.HasSuffix(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Copies of readers who turned sections off are as much of the issue as they say, and the
// issue only together.
func TestReceivedParts(t *testing.T) {
	t.Parallel()
	copyOf := func(mark, html string) planner.Received {
		t.Helper()
		m, err := eml.Read(strings.NewReader("From: weekly@magazine.example\nDate: Fri, 27 Nov 2026 07:00:00 -0500\n" +
			"Content-Type: text/html; charset=utf-8\nList-Id: <roundup.magazine.example>\nX-Roundup-Issue: " + mark + "\n\n" + html))
		check(t, err)
		issue, err := planner.ReceivedIssue(magazine(), m)
		check(t, err)
		return issue
	}
	const a, b, c = `<h2><a href="https://m.example/a">A</a></h2>`, `<h2><a href="https://m.example/b">B</a></h2>`, `<h2><a href="https://m.example/c">C</a></h2>`
	issue := copyOf("3 (1 of 3 articles)", a)
	for _, tt := range []struct {
		mark, html string
		missing    int
	}{
		{"3 (1 of 3 articles)", a, 2},
		{"3 (2 of 3 articles)", a + b, 1},
		{"3", c, 0}, // what does not say it has an article all the same
	} {
		issue.Join(copyOf(tt.mark, tt.html))
		if got := issue.Missing(); got != tt.missing || issue.Of != 3 {
			t.Errorf("with %q %d of %d articles are missing, want %d", tt.mark, got, issue.Of, tt.missing)
		}
	}
	whole := copyOf("3 (1 of 3 articles)", a)
	whole.Join(copyOf("3 (3 of 3 articles)", a)) // two of them without a link
	if whole.Missing() != 0 || len(whole.Links) != 1 {
		t.Errorf("of a whole copy %d are missing", whole.Missing())
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
