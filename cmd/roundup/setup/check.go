package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/internal/asjson"
	"roundup/internal/check"
	"roundup/internal/check/finding"
	"roundup/internal/check/maildns"
	"roundup/internal/check/received"
	"roundup/internal/eml"
	"roundup/internal/oneline"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

func newCheck(a *app.App) *cobra.Command {
	var o checkOptions
	c := &cobra.Command{
		Use:   "check",
		Short: "everything worth a look before a send",
		Long: `Look at everything a careful operator looks at before the first send and every
week after: the settings, the database and its machine, every source, the next issue
and its mail, the links in it, the readers' way out, the relay, and what DNS says of
the sender's domain (SPF, DKIM, DMARC, MX). Each line is passed, warned, failed or
skipped (not looked at, and why), with what to do, and the DNS records to publish.

Nothing is sent, and nothing changed but what a fetch adds. With --offline it
says what it did not look at; without network the sources and the relay fail, as they
would for a send. The exit code is 1 where anything failed.

--received reads a test mail as it arrived instead (` + "`roundup send --test YOU`" + `, then
save it with its header: "Show original", "View source"): what the receiving server
found of SPF, DKIM and DMARC, whether the signatures hold and cover both fields of
one click (RFC 8058), whether each hop was encrypted, what a spam filter said, and what
was changed on the way. It needs no database.`,
		Example: `  roundup check
  roundup check --offline
  roundup check --resolver 9.9.9.9
  roundup check --received test.eml
  roundup check --json | jq 'select(.outcome == "failed")'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.received != "" {
				return checkReceived(cmd.Context(), a, o.received, o)
			}
			return runCheck(cmd.Context(), a, o)
		},
	}
	c.Flags().BoolVar(&o.offline, "offline", false, "look at nothing beyond this machine")
	c.Flags().StringVar(&o.resolver, "resolver", "", "ask the name server at `ADDRESS[:PORT]` about the sender's domain (default: the system's)")
	c.Flags().StringVar(&o.received, "received", "", "read a mail as it arrived, from `FILE` or - for standard input")
	c.MarkFlagsMutuallyExclusive("offline", "resolver")
	return c
}

type checkOptions struct {
	offline  bool
	resolver string
	received string
}

// nameServer is who is asked about DNS.
func (o checkOptions) nameServer() (*net.Resolver, error) {
	host, _, err := net.SplitHostPort(o.resolver)
	if err != nil {
		host = strings.Trim(o.resolver, "[]")
	}
	if _, err := netip.ParseAddr(host); o.resolver != "" && err != nil {
		return nil, &words.UsageError{Msg: fmt.Sprintf("--resolver: %q is not the address of a name server", o.resolver), Hint: "give its IP address: --resolver 9.9.9.9"}
	}
	return maildns.NewResolver(o.resolver), nil
}

func runCheck(ctx context.Context, a *app.App, o checkOptions) error {
	resolver, err := o.nameServer()
	if err != nil {
		return err
	}
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	p := newFindings(a)
	all := a.Checker(d).Look(ctx, check.Extent{Offline: o.offline, Resolver: resolver, Spam: "spamassassin", Found: p.print})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return p.end(all)
}

// findings prints findings one by one as they come, under a heading for each
// group of them.
type findings struct {
	app   *app.App
	out   io.Writer
	width int // columns; 0 where lines are not folded
	group finding.Group
	hint  string // of the lines printed last, below which it has still to stand
	err   error  // of the first line that could not be written
}

func newFindings(a *app.App) *findings {
	p := &findings{app: a, out: a.People()}
	if f, ok := p.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			p.width = max(columns, 60)
		}
	}
	return p
}

// The columns of a line: how it ended, and what was looked at.
const (
	outcomeColumn = 9
	whatColumn    = 16
)

func (p *findings) print(f finding.Finding) {
	if p.err != nil {
		return
	}
	f = worded(f)
	if p.app.JSON {
		p.err = p.app.PrintJSON(asjson.FindingOf(f))
		return
	}
	var b strings.Builder
	if f.Group != p.group || f.Hint != p.hint {
		p.endHint(&b)
	}
	if f.Group != p.group {
		if p.group != "" {
			b.WriteString("\n")
		}
		b.WriteString(f.Group.Title() + "\n")
		p.group = f.Group
	}
	b.WriteString(column(string(f.Outcome), outcomeColumn) + column(oneline.Plain(f.What), whatColumn))
	p.text(&b, oneline.Plain(f.Detail))
	if f.Outcome != finding.Passed {
		p.hint = f.Hint
	}
	if len(f.Publish) > 0 {
		p.endHint(&b)
	}
	for _, r := range f.Publish {
		b.WriteString("\n    " + check.ZoneLine(r) + "\n")
	}
	if len(f.Publish) > 0 {
		b.WriteString("\n")
	}
	_, p.err = io.WriteString(p.out, b.String())
}

// endHint writes the hint of the lines above, once for all that share it.
func (p *findings) endHint(b *strings.Builder) {
	if p.hint == "" {
		return
	}
	b.WriteString(strings.Repeat(" ", outcomeColumn+whatColumn))
	p.text(b, "→ "+oneline.Plain(p.hint))
	p.hint = ""
}

// text writes a text in the last column, folded where the terminal is narrower.
func (p *findings) text(b *strings.Builder, s string) {
	const indent = outcomeColumn + whatColumn
	used := 0
	for i, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case p.width > 0 && indent+used+1+n > p.width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = 0
		default:
			b.WriteString(" ")
			used++
		}
		b.WriteString(word)
		used += n
	}
	b.WriteString("\n")
}

// column fills a column and always leaves a space after it.
func column(s string, n int) string {
	return s + strings.Repeat(" ", max(n-utf8.RuneCountInString(s), 1))
}

// end sums up, and fails where a check failed.
func (p *findings) end(all []finding.Finding) error {
	var b strings.Builder
	p.endHint(&b)
	if p.err == nil {
		_, p.err = io.WriteString(p.out, b.String())
	}
	if p.err != nil {
		return p.err
	}
	failed := finding.Count(all, finding.Failed)
	if !p.app.JSON {
		p.app.Printf("\n%d failed, %d warned, %d passed, %d not looked at.\n", failed,
			finding.Count(all, finding.Warned), finding.Count(all, finding.Passed), finding.Count(all, finding.Skipped))
	}
	if failed > 0 {
		return fmt.Errorf("%s failed", wording.Count(failed, "check"))
	}
	return nil
}

// checkReceived reads a mail as it arrived, from a file or, by "-", standard
// input. Without a configuration it is compared with nothing.
func checkReceived(ctx context.Context, a *app.App, file string, o checkOptions) error {
	m, err := readMail(ctx, a, "--received", file)
	if err != nil {
		return err
	}
	var expected received.Expected
	cfg, err := a.Config()
	switch {
	case err == nil:
		expected = check.Expected(cfg)
	case !errors.Is(err, config.ErrNoFile) || a.ConfigPath != "":
		return err
	}
	var resolver maildns.Resolver
	if !o.offline {
		if resolver, err = o.nameServer(); err != nil {
			return err
		}
	}
	all := received.Look(ctx, m, expected, resolver)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p := newFindings(a)
	for _, f := range all {
		p.print(f)
	}
	return p.end(all)
}

// readMail reads a mail from the file a flag names, or by "-" from standard input.
func readMail(ctx context.Context, a *app.App, flag, file string) (*eml.Message, error) {
	in := terminal.Patient(ctx, a.In)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, &words.UsageError{Msg: fmt.Sprintf("%s: %v", flag, err), Hint: "name the file the mail was saved to, or - for standard input"}
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	m, err := eml.Read(in)
	if errors.Is(err, eml.ErrNotMail) {
		return nil, &words.HintedError{Err: fmt.Errorf("%s: %w", file, err), Hint: `save the mail with its header: "Show original" and "Download", "View source", or the file of a maildir`}
	}
	return m, err
}

// worded is a finding with everything in words: what a check leaves to be worded
// by those who show it names commands.
func worded(f finding.Finding) finding.Finding {
	f.Detail += words.Remedy(f.InDetail)
	f.Hint = words.JoinHints(f.Hint, words.Remedy(f.Do))
	f.InDetail, f.Do = remedy.Remedy{}, remedy.Remedy{}
	return f
}
