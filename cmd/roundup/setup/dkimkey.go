package setup

import (
	"cmp"
	"crypto"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/delivery/mail"
	"roundup/internal/asjson"
	"roundup/internal/maildomain"
)

func newDKIMKey(a *app.App) *cobra.Command {
	var o dkimKeyOptions
	c := &cobra.Command{
		Use:   "dkim-key",
		Short: "make a key that mails are signed with (DKIM)",
		Long: `Make a private key for DKIM, write it to a file that nobody else can read, and
print the DNS record to publish and the lines for roundup.yaml. An existing file is
never overwritten: a new key gets a new selector, and the old record stays until the
last mail signed with it has arrived. --show prints the same for the configured key.

Most relays sign mails themselves; then nothing of this is needed. An RSA key is
verified everywhere, an Ed25519 key (RFC 8463) not yet.

Without --domain the domain is that of dkim.domain or mail.from, and the file is
put beside the configuration.`,
		Example: `  roundup dkim-key
  roundup dkim-key --selector nov26 --out /etc/roundup/dkim-nov26.pem`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if o.show {
				return showDKIMKey(a)
			}
			return makeDKIMKey(a, o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.rsa, "rsa", false, "an RSA key of 2048 bits (the default)")
	f.BoolVar(&o.ed25519, "ed25519", false, "an Ed25519 key")
	f.StringVar(&o.domain, "domain", "", "the `DOMAIN` that signs; no configuration is read then")
	f.StringVar(&o.selector, "selector", "roundup", "the `NAME` the key is published under")
	f.StringVar(&o.out, "out", "", "the `FILE` to write (default dkim-SELECTOR.pem)")
	f.BoolVar(&o.show, "show", false, "make none: print the record of the configured key")
	c.MarkFlagsMutuallyExclusive("rsa", "ed25519", "show")
	for _, other := range []string{"domain", "selector", "out"} {
		c.MarkFlagsMutuallyExclusive("show", other)
	}
	return c
}

type dkimKeyOptions struct {
	rsa, ed25519, show    bool
	domain, selector, out string
}

func makeDKIMKey(a *app.App, o dkimKeyOptions) error {
	made := asjson.DKIMKey{Domain: o.domain, Selector: strings.ToLower(o.selector), File: o.out}
	folder := "." // that paths in the configuration start at
	if o.domain == "" {
		var err error
		if made.Domain, folder, err = signingDomain(a); err != nil {
			return err
		}
	}
	if made.File == "" {
		made.File = filepath.Join(folder, "dkim-"+made.Selector+".pem")
	}
	newKey := mail.NewRSAKey
	if o.ed25519 {
		newKey = mail.NewEd25519Key
	}
	key, err := newKey()
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	if _, err := mail.NewSigner(made.Domain, made.Selector, key); err != nil {
		return &words.UsageError{Msg: err.Error(), Hint: "see `roundup dkim-key --help`"}
	}
	if err := describeKey(&made, key.Public()); err != nil {
		return err
	}
	if err := writeKey(made.File, key); err != nil {
		return err
	}
	a.Printf("written  %s  (%s; keep it secret, and in your backups)\n\n", made.File, made.Key)
	if o.ed25519 {
		a.Printf("Not every receiver verifies Ed25519 yet; an RSA key is verified everywhere.\n\n")
	}
	return printDKIMKey(a, made, pathFrom(folder, made.File))
}

// showDKIMKey tells again what was told when the configured key was made.
func showDKIMKey(a *app.App) error {
	cfg, err := a.Config()
	if err != nil {
		return err
	}
	if cfg.DKIM.Key == nil {
		return &words.UsageError{Msg: "no key is configured: mails are not signed here", Hint: "`roundup dkim-key` makes one"}
	}
	has := asjson.DKIMKey{Domain: cfg.DKIM.Domain, Selector: cfg.DKIM.Selector, File: cfg.DKIM.KeyFile}
	if err := describeKey(&has, cfg.DKIM.Key.Public()); err != nil {
		return err
	}
	return printDKIMKey(a, has, pathFrom(filepath.Dir(cfg.Path), has.File))
}

// signingDomain is the domain the configuration has, and the folder it is in.
func signingDomain(a *app.App) (domain, folder string, err error) {
	cfg, err := a.Config()
	if errors.Is(err, config.ErrNoFile) {
		return "", "", &words.UsageError{Msg: "which domain signs is not known: there is no configuration", Hint: "name it with --domain magazine.example"}
	}
	if err != nil {
		return "", "", err
	}
	if domain = cmp.Or(cfg.DKIM.Domain, maildomain.Of(cfg.Mail.From.Address)); domain == "" {
		return "", "", &words.UsageError{Msg: "which domain signs is not known: mail.from is not filled in", Hint: "fill it in, or name the domain with --domain"}
	}
	return domain, filepath.Dir(cfg.Path), nil
}

func describeKey(m *asjson.DKIMKey, key crypto.PublicKey) (err error) {
	m.Key = mail.DescribeKey(key)
	m.Name = mail.DKIMName(m.Domain, m.Selector)
	m.Record, err = mail.DKIMRecord(key)
	m.Strings = mail.SplitTXT(m.Record)
	return err
}

// writeKey writes a key to a new file that only its owner can read.
func writeKey(path string, key crypto.Signer) error {
	text, err := mail.EncodeKey(key)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &words.HintedError{
			Err:  fmt.Errorf("%s exists, and a key that mails may be signed with is never overwritten", path),
			Hint: "make the new key under another name: --selector, or --out FILE",
		}
	}
	if err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	return nil
}

// pathFrom is a path as a configuration in folder would name it: short where the
// file is below it, else whole.
func pathFrom(folder, path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if base, err := filepath.Abs(folder); err == nil {
		if rel, err := filepath.Rel(base, full); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return full
}

// printDKIMKey says what to publish, and what to configure.
func printDKIMKey(a *app.App, m asjson.DKIMKey, path string) error {
	if a.JSON {
		return a.PrintJSON(m)
	}
	fmt.Fprintf(a.Out, "Publish in DNS, as one TXT record:\n\n  %s. IN TXT (\n", m.Name)
	for i, s := range m.Strings {
		end := ""
		if i == len(m.Strings)-1 {
			end = " )"
		}
		fmt.Fprintf(a.Out, "    \"%s\"%s\n", s, end)
	}
	if len(m.Strings) > 1 {
		fmt.Fprintf(a.Out, "\nWhere a form asks for the value alone, it is one text; the quotes and the gap are not part of it.\n")
	}
	fmt.Fprintf(a.Out, "\nOnce it is there, in roundup.yaml:\n\n  dkim:\n    domain: %s\n    selector: %s\n    key_file: %s\n", m.Domain, m.Selector, yamlText(path))
	return nil
}

// yamlText is a text as a YAML value: in quotes where it needs them.
func yamlText(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == "" && s != "" && s[0] != '-' {
		return s
	}
	return fmt.Sprintf("%q", s)
}
