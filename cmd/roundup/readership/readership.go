// Package readership has the commands about readers: the list and its import, who is
// suppressed, and the mail that came back.
//
// It must not hold what happens to a reader, which is internal/list's. Start reading with
// subscribers.go; what the commands share is in cmd/roundup/app.
package readership

import (
	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
)

// Commands are all of this room.
func Commands(a *app.App) []*cobra.Command {
	return []*cobra.Command{newSubscribers(a), newSuppressions(a), newBounces(a)}
}
