package setup

import (
	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/internal/asjson"
	"roundup/internal/wording"
)

func newConfig(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "the effective settings, and where each came from",
		Long: `Print every setting that is in force and where it came from: the file and its line,
a variable of the environment, or the default. Secrets are never shown. Each setting
can also be a variable: smtp.host is ROUNDUP_SMTP_HOST. Those of an item of a list, such
as sources[].url, can't.`,
		Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			cfg, err := a.Config()
			if err != nil {
				return err
			}
			defer a.WarnOfConfig()
			t := terminal.NewTable(a.People(), "KEY", "VALUE", "FROM")
			for _, s := range cfg.Settings() {
				if a.JSON {
					if err := a.PrintJSON(asjson.SettingOf(s)); err != nil {
						return err
					}
					continue
				}
				t.Row(s.Key, wording.Cut(s.Value, 44), s.Origin)
			}
			if a.JSON {
				return nil
			}
			return t.Flush()
		},
	}
}
