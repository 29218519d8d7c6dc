package setup

import (
	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/internal/asjson"
)

func newVersion(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "the version of this program",
		Args:  cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			if a.JSON {
				return a.PrintJSON(asjson.Version{Version: a.Version})
			}
			a.Printf("roundup %s\n", a.Version)
			return nil
		},
	}
}
