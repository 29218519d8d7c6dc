package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"roundup/config"
	"roundup/internal/check"
	"roundup/internal/check/maildns"
	"roundup/internal/check/received"
	"roundup/internal/eml"
)

// checkReceived reads a mail as it arrived, from a file or, by "-", standard
// input. Without a configuration it is compared with nothing.
func (a *app) checkReceived(ctx context.Context, file string, o checkOptions) error {
	m, err := a.readMail(ctx, "--received", file)
	if err != nil {
		return err
	}
	var expected received.Expected
	cfg, err := a.config()
	switch {
	case err == nil:
		expected = check.Expected(cfg)
	case !errors.Is(err, config.ErrNoFile) || a.configPath != "":
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
	p := a.newFindings()
	for _, f := range all {
		p.print(f)
	}
	return p.end(all)
}

// readMail reads a mail from the file a flag names, or by "-" from standard input.
func (a *app) readMail(ctx context.Context, flag, file string) (*eml.Message, error) {
	var in io.Reader = patient{ctx, a.std.In}
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, &usageError{msg: fmt.Sprintf("%s: %v", flag, err), hint: "name the file the mail was saved to, or - for standard input"}
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	m, err := eml.Read(in)
	if errors.Is(err, eml.ErrNotMail) {
		return nil, &hintedError{err: fmt.Errorf("%s: %w", file, err), hint: `save the mail with its header: "Show original" and "Download", "View source", or the file of a maildir`}
	}
	return m, err
}
