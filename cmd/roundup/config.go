package main

import (
	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/internal/asjson"
	"roundup/internal/wording"
)

func newConfig(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "the effective settings, and where each came from",
		Long: `Print every setting that is in force and where it came from: the file and its line,
a variable of the environment, or the default. Secrets are never shown. Each setting
can also be a variable: smtp.host is ROUNDUP_SMTP_HOST.`,
		Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			cfg, err := a.config()
			if err != nil {
				return err
			}
			defer a.warnOfConfig()
			t := terminal.NewTable(a.people(), "KEY", "VALUE", "FROM")
			for _, s := range cfg.Settings() {
				if a.json {
					if err := a.printJSON(asjson.SettingOf(s)); err != nil {
						return err
					}
					continue
				}
				t.Row(s.Key, wording.Cut(s.Value, 44), s.Origin)
			}
			if a.json {
				return nil
			}
			return t.Flush()
		},
	}
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "the version of this program",
		Args:  cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			if a.json {
				return a.printJSON(asjson.Version{Version: version})
			}
			a.printf("roundup %s\n", version)
			return nil
		},
	}
}
