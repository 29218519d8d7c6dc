package editor

import (
	"context"
	"fmt"
	"time"

	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/internal/wording"
)

// The chart's measures, in its own units: it is drawn as wide as there is room.
const (
	weekWide   = 24
	barWide    = 16
	chartHigh  = 120
	leastChart = 12 // weeks that it has room for at least: a bar of two weeks is no wall
)

// growthChart is who joined and left by week: bars up from a line and down from it.
type growthChart struct {
	Wide, High, Line int // of the whole, and how far down the line is
	Weeks            []weekBars
	Sum              string // in a sentence
	Imported         bool   // there are readers who were imported, whom no bar has
}

// weekBars is a week with its two bars.
type weekBars struct {
	list.Week
	X, Wide      int
	Up, Down, At int // heights of the bars, and where the one up begins
}

// growth is the chart of the list; of no week where nothing has happened yet.
func (v *DeskView) growth(ctx context.Context, d *desk.Desk) (growthChart, error) {
	weeks, err := v.Readers.Growth(ctx, d.Config().Newsletter.Timezone)
	if err != nil {
		return growthChart{}, err
	}
	return chartOf(weeks), nil
}

func chartOf(weeks []list.Week) growthChart {
	c := growthChart{Wide: weekWide * max(len(weeks), leastChart), High: chartHigh}
	joined, left, asked, confirmed := 0, 0, 0, 0
	for _, w := range weeks {
		joined, left = max(joined, w.Joined), max(left, w.Left)
		asked += w.Asked
		confirmed += w.Confirmed
		c.Imported = c.Imported || w.Imported > 0
	}
	if joined+left == 0 {
		return c
	}
	high := func(n int) int { // a single one is seen beside a thousand
		if n == 0 {
			return 0
		}
		return max(n*chartHigh/(joined+left), 2)
	}
	c.Line = high(joined)
	for i, w := range weeks {
		bars := weekBars{Week: w, X: weekWide*(i+leastChart-min(len(weeks), leastChart)) + (weekWide-barWide)/2, Wide: barWide}
		bars.Up, bars.Down = high(w.Joined), high(w.Left)
		bars.At = c.Line - bars.Up
		c.Weeks = append(c.Weeks, bars)
	}
	c.High = c.Line + max(high(left), 1)
	last := weeks[len(weeks)-1]
	c.Sum = fmt.Sprintf("This week %d joined and %d left; at most %d joined in a week, and %d left.", last.Joined, last.Left, joined, left)
	if asked > 0 {
		c.Sum += fmt.Sprintf(" Of %s asked to confirm, %d have (%d %%).", wording.Count(asked, "address"), confirmed, wording.Percent(confirmed, asked))
	}
	return c
}

// Day is a week's Monday, for people.
func (w weekBars) Day() string { return w.From.Format("2 January 2006") }

// Since is the first week of a chart.
func (c growthChart) Since() time.Time { return c.Weeks[0].From }
