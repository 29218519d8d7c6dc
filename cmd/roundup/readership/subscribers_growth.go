package readership

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/list"
	"roundup/internal/wording"
	"roundup/store"
)

// growth is how the list grew by week, and where its readers joined.
func growth(ctx context.Context, a *app.App) ([]list.Week, []store.JoinedFrom, error) {
	cfg, err := a.Config()
	if err != nil {
		return nil, nil, err
	}
	l, err := a.List(ctx)
	if err != nil {
		return nil, nil, err
	}
	weeks, err := l.Growth(ctx, cfg.Newsletter.Timezone)
	if err != nil {
		return nil, nil, err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return nil, nil, err
	}
	from, err := st.JoinedFrom(ctx)
	return weeks, from, err
}

// mostPlaces is how many places where readers joined are printed one by one.
const mostPlaces = 10

func printGrowth(a *app.App, weeks []list.Week, from []store.JoinedFrom) error {
	a.Printf("\n")
	t := terminal.NewTable(a.People(), "WEEK OF", "JOINED", "IMPORTED", "LEFT", "ASKED", "CONFIRMED")
	var all store.Growth
	for _, w := range weeks {
		t.Row(w.From.Format(time.DateOnly), strconv.Itoa(w.Joined), strconv.Itoa(w.Imported), strconv.Itoa(w.Left), strconv.Itoa(w.Asked), confirmedOf(w.Growth))
		all.Asked += w.Asked
		all.Confirmed += w.Confirmed
	}
	if len(weeks) > 1 && all.Asked > 0 {
		t.Row("all", "", "", "", strconv.Itoa(all.Asked), confirmedOf(all))
	}
	if err := t.Flush(); err != nil || len(from) == 0 {
		return err
	}
	a.Printf("\n")
	t = terminal.NewTable(a.People(), "JOINED BY", "READERS", "STILL ACTIVE")
	var rest store.JoinedFrom
	for i, j := range from {
		if i < mostPlaces {
			t.Row(words.JoinedFrom(j.How, j.From), strconv.Itoa(j.All), strconv.Itoa(j.Active))
			continue
		}
		rest.All += j.All
		rest.Active += j.Active
	}
	if n := len(from) - mostPlaces; n > 0 {
		t.Row(wording.Count(n, "other way"), strconv.Itoa(rest.All), strconv.Itoa(rest.Active))
	}
	return t.Flush()
}

// confirmedOf is how many of those who were asked have confirmed.
func confirmedOf(g store.Growth) string {
	if g.Asked == 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%d %%)", strconv.Itoa(g.Confirmed), wording.Percent(g.Confirmed, g.Asked))
}
