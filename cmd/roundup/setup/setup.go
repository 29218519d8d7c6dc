// Package setup has the commands that set a newsletter up and keep it in order: its
// first files, its settings and templates, what is to be published, what a check says,
// copies of the database.
//
// It must not send. Start reading with init.go; what the commands share is in
// cmd/roundup/app.
package setup

import (
	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
)

// Commands are all of this room.
func Commands(a *app.App) []*cobra.Command {
	return []*cobra.Command{
		newInit(a), newConfig(a), newTemplates(a), newCheck(a), newDKIMKey(a), newEmbed(a), newKeys(a), newBackup(a), newAdopt(a),
		newMove(a), newVersion(a),
	}
}
