package engine_test

import (
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"roundup/store/engine"
)

// numbers fetches three numbers a page, up to most, and counts what is being fetched.
func numbers(most int, at *atomic.Int32, fails error) func(after int) ([]int, error) {
	return func(after int) (page []int, err error) {
		at.Add(1)
		defer at.Add(-1)
		for n := after + 1; n <= most && len(page) < 3; n++ {
			page = append(page, n)
		}
		if len(page) == 0 {
			return nil, fails
		}
		return page, nil
	}
}

// spans has the same fetched, so many pages at once.
func spans(atOnce, most int, at *atomic.Int32, fails error) iter.Seq2[int, error] {
	from := 0
	return engine.PagesAtOnce(atOnce, func() (func() ([]int, error), error) {
		after := from
		if after >= most {
			return nil, fails
		}
		from += 3
		return func() ([]int, error) { return numbers(most, at, nil)(after) }, nil
	})
}

func TestPages(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, c := range []struct {
		name        string
		most, leave int // after which number the loop is left; 0: at its end
		fails, want error
		seen        int
	}{
		{name: "none"},
		{name: "all", most: 7, seen: 7},
		{name: "whole pages", most: 6, seen: 6},
		{name: "left in the first page", most: 7, leave: 2, seen: 2},
		{name: "left at a page's end", most: 7, leave: 3, seen: 3},
		{name: "left before a failure", most: 3, leave: 3, fails: broken, seen: 3},
		{name: "failed", most: 3, fails: broken, want: broken, seen: 3},
	} {
		for atOnce := range 4 { // 0: each after the one before it
			t.Run(fmt.Sprintf("%s, %d at once", c.name, atOnce), func(t *testing.T) {
				t.Parallel()
				var fetching atomic.Int32
				all := spans(atOnce, c.most, &fetching, c.fails)
				if atOnce == 0 {
					all = engine.Pages(3, numbers(c.most, &fetching, c.fails))
				}
				var failed error
				seen := 0
				for n, err := range all {
					if err != nil {
						failed = err
						break
					}
					if seen++; n != seen {
						t.Fatalf("%d came as number %d", n, seen)
					}
					if n == c.leave {
						break
					}
				}
				if seen != c.seen || !errors.Is(failed, c.want) {
					t.Errorf("%d came, %v; want %d, %v", seen, failed, c.seen, c.want)
				}
				if left := fetching.Load(); left != 0 {
					t.Errorf("%d pages are still being fetched behind the loop", left)
				}
			})
		}
	}
}

// A loop that ends by a panic, as a server's that recovers, leaves nobody waiting.
func TestPagesPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(*testing.T) { // which fails where a goroutine waits for ever
		var fetching atomic.Int32
		defer func() { _ = recover() }()
		for range spans(2, 7, &fetching, nil) {
			panic("a loop's body")
		}
	})
}
