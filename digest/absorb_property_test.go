package digest_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/digest"
)

// drawReading is what a feed may give that does its worst with identifiers: GUIDs
// given again, links that name a page of many articles, or none.
func drawReading(at time.Time) *rapid.Generator[digest.Reading] {
	drawItem := rapid.Custom(func(rt *rapid.T) digest.Article {
		path := rapid.SampledFrom([]string{"a", "b", "c", "", "-"}).Draw(rt, "path")
		a := item(path, readAt.Add(-rapid.SampledFrom([]time.Duration{time.Hour, 24 * time.Hour, 480 * time.Hour}).Draw(rt, "age")))
		a.GUID = rapid.SampledFrom([]string{"1", "2", "3", ""}).Draw(rt, "guid")
		a.Title = rapid.SampledFrom([]string{"One", "Two", "Three", "Four"}).Draw(rt, "title")
		if path == "-" {
			a.URL = ""
		}
		a.Canonical = digest.Canonical(a.URL)
		return a
	})
	return rapid.Custom(func(rt *rapid.T) digest.Reading {
		r := reading(rapid.SliceOfN(drawItem, 0, 6).Draw(rt, "items")...)
		r.At = at
		r.Source = rapid.SampledFrom([]string{feedName, "https://other.example/feed"}).Draw(rt, "source")
		return r
	})
}

// Whatever a feed did before, a reading that says the same as the last one finds
// nothing new.
func TestAbsorbTheSameTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := newShelf()
		at := readAt
		for range rapid.IntRange(1, 6).Draw(rt, "readings") {
			at = at.Add(time.Hour)
			r := drawReading(at).Draw(rt, "reading")
			s.absorb(r)
			for _, again := range s.absorb(r) {
				if again.New {
					rt.Fatalf("the same reading once more gave %+v", again)
				}
			}
		}
	})
}
