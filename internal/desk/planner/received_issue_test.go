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
		{"a number that is none", listed + "X-Roundup-Issue: -1\n", "", `its X-Roundup-Issue is "-1"`},
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

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
