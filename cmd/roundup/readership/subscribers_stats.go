package readership

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersStats(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "stats [<filter>...]",
		Short: "how many readers there are, by status; how the list grows, where they joined, why they left",
		Long: `Count the readers by status and, of those who left and said it, by why they left; then how the list
grew in the last 26 weeks, from Monday on, and where its readers joined. LEFT are readers who left or were
forgotten and did not take it back; CONFIRMED are those of the people who were asked in that week, by now.
With a filter, only those are counted whom it finds, by status and why they left.

` + app.FilterHelp,
		Example: `  roundup subscribers stats
  roundup subscribers stats label:patron "joined:>=2026-01-01"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			where, err := a.ParseFilter(args)
			if err != nil {
				return err
			}
			st, err := a.Store(cmd.Context())
			if err != nil {
				return err
			}
			counted, left, err := countReaders(cmd.Context(), st, where)
			if err != nil {
				return err
			}
			everybody := len(where.Terms) == 0
			switch {
			case !a.JSON:
				err = statsTable(a, counted, left, everybody)
			case everybody:
				err = a.BeginJSON(asjson.ListOf(counted, left))
			default:
				err = a.PrintJSON(asjson.ListOf(counted, left))
			}
			if err != nil || !everybody {
				return err
			}
			weeks, from, err := growth(cmd.Context(), a) // takes longer
			if err != nil {
				return err
			}
			if a.JSON {
				return a.EndJSON(asjson.GrowthOf(weeks, from))
			}
			return printGrowth(a, weeks, from)
		},
	}
}

// countReaders counts those whom a filter finds; everybody along indexes.
func countReaders(ctx context.Context, st *store.Store, where subscribers.Filter) (store.SubscriberStats, map[subscribers.WhyLeft]int, error) {
	if len(where.Terms) > 0 {
		return st.StatsOf(ctx, where)
	}
	counted, err := st.Stats(ctx)
	if err != nil {
		return counted, nil, err
	}
	left, err := st.WhyLeft(ctx)
	return counted, left, err
}

// statsTable prints what was counted, of everybody also what a filter does not find.
func statsTable(a *app.App, c store.SubscriberStats, left map[subscribers.WhyLeft]int, everybody bool) error {
	t := terminal.NewTable(a.People())
	t.Row("would be mailed now", strconv.Itoa(c.Mailable))
	t.Row("active", strconv.Itoa(c.Active))
	if c.Paused > 0 {
		t.Row("  paused", strconv.Itoa(c.Paused))
	}
	t.Row("pending", strconv.Itoa(c.Pending))
	t.Row("unsubscribed", strconv.Itoa(c.Unsubscribed))
	for _, why := range subscribers.WhysLeft() {
		if n := left[why]; n > 0 {
			t.Row("  "+words.WhyLeft(why), strconv.Itoa(n))
		}
	}
	if everybody {
		t.Row("forgotten", strconv.Itoa(c.Forgotten))
	}
	t.Row("suppressed addresses", strconv.Itoa(c.Suppressed))
	return t.Flush()
}
